/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts: for the administrator, or, while there is none, the chief manager.
 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ipc/document.h"
#include "crypto/secret.h"
#include "notice/plant_site.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"
#include "roles/gate/view/view.h"

enum { ADDRESS_SIZE = 65 };

/* An account that is being added: hash, entry, then the row. */
struct adding {
    struct gate *gate;
    struct gate_asker asker;
    uint32_t by;
    struct account account;
    char address[ADDRESS_SIZE];
};

/* ---- list
 * ---------------------------------------------------------------------- */

static void write_account(void *context, const struct account *account)
{
    struct json *json = context;
    gate_put_open(json, '{');
    gate_put_named_number(json, "number", account->number);
    gate_put_named_text(json, "name", text_of(account->name));
    gate_put_named_text(json, "role",
                        text_of(account_role_name(account->role)));
    gate_put_named_text(json, "person", text_of(account->person));
    gate_put_name(json, "created");
    gate_put_time(json, account->created);
    gate_put_name(json, "closed");
    if (account->closed.us == 0)
        gate_put_null(json);
    else
        gate_put_time(json, account->closed);
    gate_put_close(json, '}');
}

static void write_person(struct json *json, const struct notice_person *person)
{
    gate_put_open(json, '{');
    gate_put_named_text(json, "id", person->id);
    gate_put_named_text(json, "ko", person->name.ko);
    gate_put_named_text(json, "en",
                        notice_words_in(person->name, LANGUAGE_ENGLISH));
    gate_put_named_text(json, "post_ko", person->post.ko);
    gate_put_named_text(json, "post_en",
                        notice_words_in(person->post, LANGUAGE_ENGLISH));
    gate_put_named_text(json, "role", text_of(notice_role_name(person->role)));
    gate_put_close(json, '}');
}

static enum status write_accounts(struct gate *gate, struct buffer *out)
{
    const struct notice *notice = gate->configuration.notice;
    struct json json = gate_put_on(out);
    gate_put_open(&json, '{');
    gate_put_name(&json, "accounts");
    gate_put_open(&json, '[');
    enum status s = account_each(gate->office, write_account, &json);
    gate_put_close(&json, ']');
    gate_put_name(&json, "people");
    gate_put_open(&json, '[');
    for (size_t i = 0; i < notice->person_count; i++)
        if (plant_runs_some(gate->configuration.plant, notice,
                            &notice->people[i].scope))
            write_person(&json, &notice->people[i]);
    gate_put_close(&json, ']');
    gate_put_name(&json, "roles");
    gate_put_open(&json, '[');
    for (unsigned role = 0; role < ACCOUNT_ROLE_COUNT; role++)
        gate_put_text(&json,
                      text_of(account_role_name((enum account_role)role)));
    gate_put_close(&json, ']');
    gate_put_close(&json, '}');
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}

/* Somebody who may manage accounts. */
static enum status find_manager(struct gate *gate, struct text session,
                                struct gate_person *out)
{
    enum status s =
        gate->is_started ? gate_person_find(gate, session, out) : STATUS_AGAIN;
    if (s == STATUS_OK && !gate_person_may(out, RIGHT_MANAGE_ACCOUNTS))
        s = STATUS_DENIED;
    return s;
}

void gate_on_accounts_get(void *context, struct channel *channel,
                          const struct message_accounts_get *message,
                          int descriptor)
{
    AUTO(buffer_deinit) struct buffer json = buffer_with_limit(DOCUMENT_MAX);
    struct gate *gate = context;
    struct gate_person person;
    (void)descriptor;
    struct message_accounts_get_reply reply = {.id = message->id};
    reply.status = find_manager(gate, message->session, &person);
    if (reply.status == STATUS_OK)
        reply.status = write_accounts(gate, &json);
    struct document document = {.descriptor = -1};
    if (reply.status == STATUS_OK)
        reply.status =
            document_pack(channel, buffer_bytes(&json), &document);
    reply.json = document.inside;
    reply.outside_bytes = document.outside_bytes;
    gate_sent(message_accounts_get_answer(channel, &reply,
                                          document.descriptor),
              "accounts_get");
}

/* ---- add
 * ----------------------------------------------------------------------- */

static void finish(struct adding **adding, enum status status)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct adding *ended = *adding;
    *adding = NULL;
    struct channel *channel = gate_asker_channel(ended->gate, &ended->asker);
    struct message_account_add_reply reply = {.id = ended->asker.id,
                                              .status = status};
    struct json json = gate_put_on(&text);
    write_account(&json, &ended->account);
    if (status == STATUS_OK)
        reply.json = buffer_bytes(&text);
    if (channel != NULL)
        gate_sent(message_account_add_answer(channel, &reply, -1),
                  "account_add");
    ended->gate->is_adding_account = false;
    secret_wipe(ended, sizeof *ended);
    alloc_free(ended);
}

static void on_entry(void *context, enum status status, uint64_t number)
{
    struct adding *adding = context;
    (void)number;
    if (status == STATUS_OK)
        status = account_add(adding->gate->office, &adding->account);
    finish(&adding, status);
}

enum status gate_account_complete(const struct gate *gate, const char *hash,
                                  struct account *account)
{
    account->created = gate_now(gate);
    if (!text_copy(text_of(hash), account->password_hash,
                   sizeof account->password_hash))
        return STATUS_INTERNAL;
    return account_next_number(gate->office, &account->number);
}

static void on_password(void *context, enum status status, const char *hash)
{
    struct adding *adding = context;
    struct account *account = &adding->account;
    struct gate *gate = adding->gate;
    if (status == STATUS_OK)
        status = gate_account_complete(gate, hash, account);
    struct entry entry = entry_of(ENTRY_ACCOUNT_ADDED);
    entry_number(&entry, "account", account->number);
    entry_number(&entry, "by", adding->by);
    entry_text(&entry, "role", text_of(account_role_name(account->role)));
    entry_text(&entry, "person", text_of(account->person));
    entry_personal(&entry, "name", text_of(account->name));
    entry_personal(&entry, "address", text_of(adding->address));
    if (status == STATUS_OK)
        status = gate_append(gate, &entry, on_entry, adding);
    if (status != STATUS_OK)
        finish(&adding, status);
}

/* Who sees pictures must be on the notice, in a part that allows it. */
static bool person_fits(const struct gate *gate, enum account_role role,
                        struct text id)
{
    const struct notice_person *person =
        notice_person_find(gate->configuration.notice, id);
    if (role_reaches_all_groups(role))
        return id.size == 0 || person != NULL;
    /* Of the institution, but not of this site: no pictures here. */
    if (person == NULL ||
        !plant_runs_some(gate->configuration.plant,
                         gate->configuration.notice, &person->scope))
        return false;
    bool is_manager = person->role == NOTICE_ROLE_GENERAL_MANAGER ||
                      person->role == NOTICE_ROLE_CHIEF_MANAGER;
    if (role == ACCOUNT_CHIEF_MANAGER)
        return is_manager;
    return role != ACCOUNT_ACCESS_HOLDER || is_manager ||
           person->role == NOTICE_ROLE_ACCESS_HOLDER;
}

static enum status fill(struct adding *adding,
                        const struct message_account_add *message)
{
    struct gate *gate = adding->gate;
    struct account *account = &adding->account;
    struct account other;
    if (account_role_from_name(message->role, &account->role) != STATUS_OK ||
        !text_is_plain(message->person) ||
        !person_fits(gate, account->role, message->person) ||
        !text_copy(message->person, account->person, sizeof account->person) ||
        !text_is_plain(message->address) ||
        !text_copy(message->address, adding->address, sizeof adding->address))
        return STATUS_BAD_INPUT;
    enum status s = account_check_name(message->name);
    if (s == STATUS_OK)
        s = account_check_password(message->name, message->password);
    if (s != STATUS_OK)
        return s;
    if (!text_copy(message->name, account->name, sizeof account->name))
        return STATUS_BAD_INPUT;
    s = account_find(gate->office, message->name, &other);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    return s == STATUS_OK ? STATUS_CONFLICT : s;
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_account_add *message)
{
    struct gate_person person;
    enum status s = find_manager(gate, message->session, &person);
    if (s != STATUS_OK)
        return s;
    if (gate->is_adding_account)
        return STATUS_AGAIN;
    struct adding *adding = alloc_zeroed(sizeof *adding);
    if (adding == NULL)
        return STATUS_NO_MEMORY;
    adding->gate = gate;
    adding->asker = gate_asker_of(gate, channel, message->id);
    adding->by = person.account.number;
    s = fill(adding, message);
    if (s == STATUS_OK)
        s = gate_password_submit(gate, NULL, message->password, on_password,
                                 adding);
    gate->is_adding_account = s == STATUS_OK;
    if (s != STATUS_OK)
        alloc_free(adding);
    return s;
}

void gate_on_account_add(void *context, struct channel *channel,
                         const struct message_account_add *message,
                         int descriptor)
{
    (void)descriptor;
    struct message_account_add_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_account_add_answer(channel, &reply, -1),
                  "account_add");
}

/* ---- close
 * --------------------------------------------------------------------- */

struct closing {
    struct gate *gate;
    struct gate_asker asker;
    uint32_t account;
};

static void on_close_entry(void *context, enum status status, uint64_t number)
{
    struct closing *closing = context;
    struct gate *gate = closing->gate;
    (void)number;
    if (status == STATUS_OK)
        status = account_close(gate->office, closing->account, gate_now(gate));
    if (status == STATUS_OK)
        gate_sweep(gate); /* its views end now */
    const struct message_account_close_reply reply = {.id = closing->asker.id,
                                                      .status = status};
    struct channel *channel = gate_asker_channel(gate, &closing->asker);
    if (channel != NULL)
        gate_sent(message_account_close_answer(channel, &reply, -1),
                  "account_close");
    alloc_free(closing);
}

/* Nobody closes the account by which it is done: somebody must be left. */
static enum status begin_close(struct gate *gate, struct channel *channel,
                               const struct message_account_close *message)
{
    struct gate_person person;
    struct account account;
    enum status s = find_manager(gate, message->session, &person);
    if (s == STATUS_OK)
        s = account_get(gate->office, message->account, &account);
    if (s == STATUS_OK && account.closed.us != 0)
        s = STATUS_NOT_FOUND;
    if (s == STATUS_OK && account.number == person.account.number)
        s = STATUS_CONFLICT;
    if (s != STATUS_OK)
        return s;
    struct closing *closing = alloc_zeroed(sizeof *closing);
    if (closing == NULL)
        return STATUS_NO_MEMORY;
    *closing = (struct closing){gate, gate_asker_of(gate, channel, message->id),
                                account.number};
    struct entry entry = entry_of(ENTRY_ACCOUNT_CLOSED);
    entry_number(&entry, "account", account.number);
    entry_number(&entry, "by", person.account.number);
    entry_personal(&entry, "address", message->address);
    s = gate_append(gate, &entry, on_close_entry, closing);
    if (s != STATUS_OK)
        alloc_free(closing);
    return s;
}

void gate_on_account_close(void *context, struct channel *channel,
                           const struct message_account_close *message,
                           int descriptor)
{
    (void)descriptor;
    struct message_account_close_reply reply = {.id = message->id};
    reply.status = begin_close(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_account_close_answer(channel, &reply, -1),
                  "account_close");
}
