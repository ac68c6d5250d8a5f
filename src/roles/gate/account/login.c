/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First login, login, logout. A session begins only after its entry is
 * durable; a failed login is counted at once and told when its entry is.
 */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "notice/plant_site.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/view/view.h"
#include "sys/random.h"
#include "sys/socket.h"

enum {
    ADDRESS_SIZE = 65,
    CODE_CHARACTERS = 20,
    CODE_GROUP = 5,
};

/* Without 0 O 1 I L U V 2 Z 5 S: read aloud and typed without a mistake. */
static const char CODE_ALPHABET[] = "ABCDEFGHJKMNPQRTWXY346789";

/* Verified in place of an unknown account's, so that the time it takes does
 * not tell names: the numbers of crypto/password, of a password that nobody
 * knows. */
static const char NOBODYS_HASH[] =
    "$argon2id$v=19$m=65536,t=2,p=1$ucDUD/8SEy78kyG4ZWuUVA$"
    "1sbmbHyxALH4fWCC81eZKzyczmtk5oNGOIymOjHJH4o";

/* Everything a login needs while it waits for a hash or an entry. */
struct login {
    struct gate *gate;
    struct gate_asker asker;
    bool is_first;
    struct account account;
    char address[ADDRESS_SIZE];
};

/* ---- answers
 * ------------------------------------------------------------------ */

static void write_account(struct json *json, const struct gate_person *person)
{
    gate_put_name(json, "account");
    gate_put_open(json, '{');
    gate_put_named_number(json, "number", person->account.number);
    gate_put_named_text(json, "name", text_of(person->account.name));
    gate_put_named_text(json, "role",
                        text_of(account_role_name(person->account.role)));
    gate_put_named_text(json, "person", text_of(person->account.person));
    gate_put_close(json, '}');
    gate_put_name(json, "rights");
    gate_put_open(json, '[');
    for (unsigned right = 0; right < RIGHT_COUNT; right++) {
        if (gate_person_may(person, (enum right)right))
            gate_put_text(json, text_of(right_name((enum right)right)));
    }
    gate_put_close(json, ']');
}

/* person: NULL where nobody is logged in. */
static void write_session(const struct gate *gate,
                          const struct gate_person *person, struct buffer *out)
{
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_name(&json, "first_login");
    gate_put_bool(&json, gate->has_code);
    if (person != NULL) {
        write_account(&json, person);
    } else {
        gate_put_name(&json, "account");
        gate_put_null(&json);
        gate_put_name(&json, "rights");
        gate_put_open(&json, '[');
        gate_put_close(&json, ']');
    }
    gate_put_named_text(&json, "language", text_of("ko"));
    gate_put_close(&json, '}');
}

/* token: "" where the login failed. */
static void answer(const struct login *login, enum status status,
                   const char *token)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(65536);
    struct gate *gate = login->gate;
    struct channel *channel = gate_asker_channel(gate, &login->asker);
    struct gate_person person;
    if (status == STATUS_OK)
        status = gate_person_find(gate, text_of(token), &person);
    if (status == STATUS_OK)
        write_session(gate, &person, &json);
    if (status == STATUS_OK)
        status = buffer_status(&json);
    if (channel == NULL)
        return;
    const struct message_login_reply reply = {
        .id = login->asker.id,
        .status = status,
        .session = text_of(status == STATUS_OK ? token : ""),
        .json = buffer_bytes(&json),
    };
    const struct message_login_first_reply first = {
        .id = reply.id,
        .status = reply.status,
        .session = reply.session,
        .json = reply.json,
    };
    gate_sent(login->is_first ? message_login_first_answer(channel, &first, -1)
                              : message_login_answer(channel, &reply, -1),
              "login");
}

static void finish(struct login **login, enum status status)
{
    struct login *ended = *login;
    *login = NULL;
    answer(ended, status, "");
    if (ended->is_first)
        ended->gate->is_adding_account = false;
    secret_wipe(ended, sizeof *ended);
    alloc_free(ended);
}

/* The entry is durable: now the session may begin. */
static void begin_session(struct login **login)
{
    struct login *ended = *login;
    char token[SESSION_TOKEN_SIZE + 1] = "";
    enum status s =
        office_session_begin(ended->gate->office, ended->account.number,
                             gate_now(ended->gate), token);
    if (s != STATUS_OK) {
        finish(login, s);
        return;
    }
    *login = NULL;
    answer(ended, STATUS_OK, token);
    secret_wipe(token, sizeof token);
    if (ended->is_first)
        ended->gate->is_adding_account = false;
    secret_wipe(ended, sizeof *ended);
    alloc_free(ended);
}

/* ---- login
 * ---------------------------------------------------------------------- */

static void on_login_entry(void *context, enum status status, uint64_t number)
{
    struct login *login = context;
    (void)number;
    if (status == STATUS_OK)
        begin_session(&login);
    else
        finish(&login, status);
}

static void on_failed_entry(void *context, enum status status, uint64_t number)
{
    struct login *login = context;
    (void)status;
    (void)number;
    finish(&login, STATUS_DENIED);
}

static void on_locked_entry(void *context, enum status status, uint64_t number)
{
    struct login *login = context;
    (void)status;
    (void)number;
    finish(&login, STATUS_LIMIT);
}

static void refuse(struct login *login, const char *cause,
                   log_appended_fn *on_done)
{
    struct entry entry = entry_of(ENTRY_LOGIN_FAILED);
    entry_number(&entry, "account", login->account.number);
    entry_text(&entry, "cause", text_of(cause));
    entry_personal(&entry, "address", text_of(login->address));
    if (gate_append(login->gate, &entry, on_done, login) != STATUS_OK)
        on_done(login, STATUS_IO, 0);
}

static void accept(struct login *login)
{
    enum status s =
        account_note_success(login->gate->office, login->account.number);
    struct entry entry = entry_of(ENTRY_LOGIN);
    entry_number(&entry, "account", login->account.number);
    entry_personal(&entry, "address", text_of(login->address));
    if (s == STATUS_OK)
        s = gate_append(login->gate, &entry, on_login_entry, login);
    if (s != STATUS_OK)
        finish(&login, s);
}

static void on_password_checked(void *context, enum status status,
                                const char *hash)
{
    struct login *login = context;
    struct gate *gate = login->gate;
    struct account *account = &login->account;
    (void)hash;
    bool is_known = account->number != 0;
    /* While the hash was worked on, others may have locked or closed it. */
    if (is_known &&
        account_get(gate->office, account->number, account) != STATUS_OK) {
        finish(&login, STATUS_INTERNAL);
        return;
    }
    if (is_known && account_is_locked(account, gate_now(gate))) {
        refuse(login, "locked", on_locked_entry);
    } else if (is_known && status == STATUS_OK && account->closed.us == 0) {
        accept(login);
    } else if (status == STATUS_OK || status == STATUS_DENIED ||
               status == STATUS_CORRUPT) {
        if (is_known && account_note_failure(gate->office, account->number,
                                             gate_now(gate)) != STATUS_OK) {
            finish(&login, STATUS_IO); /* uncounted tries are not allowed */
            return;
        }
        refuse(login, is_known ? "password" : "unknown", on_failed_entry);
    } else {
        finish(&login, status);
    }
}

static struct login *login_create(struct gate *gate, struct channel *channel,
                                  uint32_t id, struct text address)
{
    struct login *login = alloc_zeroed(sizeof *login);
    if (login == NULL)
        return NULL;
    login->gate = gate;
    login->asker = gate_asker_of(gate, channel, id);
    if (!text_is_plain(address) ||
        !text_copy(address, login->address, sizeof login->address))
        (void)text_copy(text_of("?"), login->address, sizeof login->address);
    return login;
}

/* False where this network, or all together, try too often. */
/* A gate that cannot write a name yet counts no try: it is we who are late. */
static enum status may_try(const struct login *login)
{
    char network[SOCKET_ADDRESS_SIZE];
    if (!log_writer_has_text_key(login->gate->log))
        return STATUS_AGAIN;
    socket_network(login->address, network);
    return gate_rate_allows(login->gate, RATE_LOGIN, text_of(network))
               ? STATUS_OK
               : STATUS_LIMIT;
}

static enum status begin_login(struct login *login, struct text name,
                               struct text password)
{
    struct gate *gate = login->gate;
    enum status s = may_try(login);
    if (s != STATUS_OK)
        return s;
    s = STATUS_NOT_FOUND;
    if (account_check_name(name) == STATUS_OK)
        s = account_find(gate->office, name, &login->account);
    if (s != STATUS_OK && s != STATUS_NOT_FOUND)
        return s;
    bool is_known = s == STATUS_OK;
    if (!is_known)
        login->account = (struct account){.number = 0};
    return gate_password_submit(
        gate, is_known ? login->account.password_hash : NOBODYS_HASH, password,
        on_password_checked, login);
}

void gate_on_login(void *context, struct channel *channel,
                   const struct message_login *message, int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    struct message_login_reply reply = {.id = message->id,
                                        .status = STATUS_AGAIN};
    struct login *login =
        gate->is_started
            ? login_create(gate, channel, message->id, message->address)
            : NULL;
    if (login == NULL) {
        gate_sent(message_login_answer(channel, &reply, -1), "login");
        return;
    }
    enum status s = begin_login(login, message->name, message->password);
    if (s != STATUS_OK)
        finish(&login, s);
}

/* ---- first login
 * ------------------------------------------------------------------ */

static enum status code_digest(struct text code, uint8_t out[SHA256_SIZE])
{
    char plain[CODE_CHARACTERS];
    size_t used = 0;
    for (size_t i = 0; i < code.size; i++) {
        char c = code.data[i];
        if (c == '-' || c == ' ')
            continue;
        if (used == sizeof plain)
            return STATUS_DENIED;
        plain[used++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    struct bytes part = bytes_of(plain, used);
    enum status s =
        used == sizeof plain ? sha256(&part, 1, out) : STATUS_DENIED;
    secret_wipe(plain, sizeof plain);
    return s;
}

static char random_character(void)
{
    const size_t count = sizeof CODE_ALPHABET - 1;
    uint8_t byte = 0;
    do
        random_fill(&byte, 1);
    while (byte >= 256 - 256 % count); /* or some would come more often */
    return CODE_ALPHABET[byte % count];
}

enum status gate_code_make(struct gate *gate, char out[GATE_CODE_SIZE])
{
    uint64_t accounts = 0;
    enum status s = account_count(gate->office, ACCOUNT_ROLE_COUNT, &accounts);
    out[0] = 0;
    if (s != STATUS_OK || accounts > 0)
        return s;
    size_t used = 0;
    for (size_t i = 0; i < CODE_CHARACTERS; i++) {
        if (i > 0 && i % CODE_GROUP == 0)
            out[used++] = '-';
        out[used++] = random_character();
    }
    out[used] = 0;
    s = code_digest(text_of(out), gate->code_sha256);
    gate->has_code = s == STATUS_OK;
    return s;
}

/* The first account is that of who heads the body, or else of the first
 * manager: the first person in that order that the notice names for what is
 * run here. */
static struct text first_person(const struct gate *gate)
{
    static const enum notice_role ORDER[] = {NOTICE_ROLE_GENERAL_MANAGER,
                                             NOTICE_ROLE_CHIEF_MANAGER};
    const struct notice *notice = gate->configuration.notice;
    for (size_t i = 0; i < sizeof ORDER / sizeof *ORDER; i++) {
        for (size_t p = 0; p < notice->person_count; p++) {
            if (notice->people[p].role == ORDER[i] &&
                plant_runs_some(gate->configuration.plant, notice,
                                &notice->people[p].scope))
                return notice->people[p].id;
        }
    }
    return text_of("");
}

static void on_first_entry(void *context, enum status status, uint64_t number)
{
    struct login *login = context;
    (void)number;
    if (status == STATUS_OK)
        status = account_add(login->gate->office, &login->account);
    if (status != STATUS_OK) {
        finish(&login, status);
        return;
    }
    login->gate->has_code = false;
    secret_wipe(login->gate->code_sha256, SHA256_SIZE);
    begin_session(&login);
}

static void on_password_made(void *context, enum status status,
                             const char *hash)
{
    struct login *login = context;
    struct account *account = &login->account;
    struct gate *gate = login->gate;
    if (status == STATUS_OK)
        status = gate_account_complete(gate, hash, account);
    struct entry entry = entry_of(ENTRY_LOGIN_FIRST);
    entry_number(&entry, "account", account->number);
    entry_text(&entry, "role", text_of(account_role_name(account->role)));
    entry_text(&entry, "person", text_of(account->person));
    entry_personal(&entry, "name", text_of(account->name));
    entry_personal(&entry, "address", text_of(login->address));
    if (status == STATUS_OK)
        status = gate_append(gate, &entry, on_first_entry, login);
    if (status != STATUS_OK)
        finish(&login, status);
}

static void on_wrong_code_entry(void *context, enum status status,
                                uint64_t number)
{
    struct login *login = context;
    (void)status;
    (void)number;
    login->gate->is_adding_account = false;
    finish(&login, STATUS_DENIED);
}

static enum status check_first(struct login *login,
                               const struct message_login_first *message)
{
    struct gate *gate = login->gate;
    uint8_t digest[SHA256_SIZE] = {0};
    enum status s = may_try(login);
    if (s != STATUS_OK)
        return s;
    s = code_digest(message->code, digest);
    if (s != STATUS_OK || !gate->has_code ||
        !secret_equal(digest, gate->code_sha256, sizeof digest))
        return STATUS_DENIED;
    s = account_check_name(message->name);
    if (s == STATUS_OK)
        s = account_check_password(message->name, message->password);
    return s;
}

static enum status begin_first(struct login *login,
                               const struct message_login_first *message)
{
    struct account *account = &login->account;
    account->role = ACCOUNT_CHIEF_MANAGER;
    if (!text_copy(message->name, account->name, sizeof account->name) ||
        !text_copy(first_person(login->gate), account->person,
                   sizeof account->person))
        return STATUS_BAD_INPUT;
    return gate_password_submit(login->gate, NULL, message->password,
                                on_password_made, login);
}

void gate_on_login_first(void *context, struct channel *channel,
                         const struct message_login_first *message,
                         int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    struct message_login_first_reply reply = {.id = message->id,
                                              .status = STATUS_AGAIN};
    struct login *login =
        gate->is_started && !gate->is_adding_account
            ? login_create(gate, channel, message->id, message->address)
            : NULL;
    if (login == NULL) {
        gate_sent(message_login_first_answer(channel, &reply, -1),
                  "login_first");
        return;
    }
    login->is_first = true;
    gate->is_adding_account = true;
    enum status s = check_first(login, message);
    if (s == STATUS_DENIED) {
        refuse(login, "code", on_wrong_code_entry);
        return;
    }
    if (s == STATUS_OK)
        s = begin_first(login, message);
    if (s != STATUS_OK)
        finish(&login, s);
}

/* ---- session and logout
 * ---------------------------------------------------------- */

void gate_on_session_get(void *context, struct channel *channel,
                         const struct message_session_get *message,
                         int descriptor)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(65536);
    struct gate *gate = context;
    struct gate_person person;
    (void)descriptor;
    struct message_session_get_reply reply = {.id = message->id};
    enum status s = !gate->is_started ? STATUS_AGAIN
                    : message->session.size == 0
                        ? STATUS_DENIED
                        : gate_person_find(gate, message->session, &person);
    bool is_nobody = s == STATUS_DENIED;
    if (s == STATUS_OK || is_nobody) {
        write_session(gate, is_nobody ? NULL : &person, &json);
        s = buffer_status(&json);
    }
    reply.status = s;
    reply.json = buffer_bytes(&json);
    gate_sent(message_session_get_answer(channel, &reply, -1), "session_get");
}

/* Ends at once, and is told in the log. */
void gate_on_logout(void *context, struct channel *channel,
                    const struct message_logout *message, int descriptor)
{
    struct gate *gate = context;
    struct gate_person person;
    (void)descriptor;
    struct message_logout_reply reply = {.id = message->id};
    reply.status = gate->is_started
                       ? gate_person_find(gate, message->session, &person)
                       : STATUS_AGAIN;
    if (reply.status == STATUS_OK) {
        gate_views_close(gate, person.session.hash, "session");
        reply.status = office_session_end(gate->office, person.session.hash);
        struct entry entry = entry_of(ENTRY_LOGOUT);
        entry_number(&entry, "account", person.account.number);
        entry_personal(&entry, "address", message->address);
        gate_note(gate, &entry);
    }
    gate_sent(message_logout_answer(channel, &reply, -1), "logout");
}
