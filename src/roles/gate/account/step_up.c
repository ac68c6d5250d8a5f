/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The password once more, inside a session: before video is taken out, where the
 * plant asks for it. A wrong one counts as a failed login. What is kept is when,
 * for how many sessions as there is room, and in memory only: after a restart
 * people are asked again.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "sys/socket.h"

enum { ADDRESS_SIZE = 65 };

struct again {
    struct gate *gate;
    struct gate_asker asker;
    uint8_t session[SESSION_HASH_SIZE];
    struct account account;
    enum status outcome; /* after its entry */
    char address[ADDRESS_SIZE];
};

bool gate_password_is_fresh(const struct gate *gate,
                            const uint8_t session[SESSION_HASH_SIZE],
                            int64_t most_us)
{
    struct boot_time now = clock_boot(gate->process.clock);
    for (size_t i = 0; i < GATE_PROOFS; i++) {
        const struct gate_proof *proof = &gate->proofs[i];
        /* Hashes of tokens: whoever may read this memory needs no timing. */
        if (proof->is_used &&
            memcmp(proof->session, session, SESSION_HASH_SIZE) == 0 &&
            now.us - proof->at.us <= most_us)
            return true;
    }
    return false;
}

static void remember(struct gate *gate, const uint8_t session[])
{
    struct gate_proof *proof = &gate->proofs[gate->next_proof++ % GATE_PROOFS];
    *proof = (struct gate_proof){.is_used = true,
                                 .at = clock_boot(gate->process.clock)};
    memcpy(proof->session, session, SESSION_HASH_SIZE);
}

static void finish(struct again *again, enum status status)
{
    struct channel *channel = gate_asker_channel(again->gate, &again->asker);
    const struct message_password_again_reply reply = {.id = again->asker.id,
                                                       .status = status};
    if (channel != NULL)
        gate_sent(message_password_again_answer(channel, &reply, -1),
                  "password_again");
    alloc_free(again);
}

static void on_entry(void *context, enum status status, uint64_t number)
{
    struct again *again = context;
    (void)number;
    if (status == STATUS_OK && again->outcome == STATUS_OK)
        remember(again->gate, again->session);
    finish(again, again->outcome == STATUS_OK ? status : again->outcome);
}

static void note(struct again *again, const struct entry *entry,
                 enum status outcome)
{
    again->outcome = outcome;
    if (gate_append(again->gate, entry, on_entry, again) != STATUS_OK)
        on_entry(again, STATUS_IO, 0);
}

static void refuse(struct again *again, const char *cause, enum status outcome)
{
    struct entry entry = entry_of(ENTRY_LOGIN_FAILED);
    entry_number(&entry, "account", again->account.number);
    entry_text(&entry, "cause", text_of(cause));
    entry_personal(&entry, "address", text_of(again->address));
    note(again, &entry, outcome);
}

static void accept(struct again *again)
{
    struct entry entry = entry_of(ENTRY_LOGIN_AGAIN);
    entry_number(&entry, "account", again->account.number);
    entry_personal(&entry, "address", text_of(again->address));
    note(again, &entry, STATUS_OK);
}

static void on_checked(void *context, enum status status, const char *hash)
{
    struct again *again = context;
    struct gate *gate = again->gate;
    struct account *account = &again->account;
    (void)hash;
    /* While the hash was worked on, others may have locked or closed it. */
    enum status s = account_get(gate->office, account->number, account);
    if (s != STATUS_OK) {
        finish(again, s == STATUS_NOT_FOUND ? STATUS_DENIED : s);
    } else if (account_is_locked(account, gate_now(gate))) {
        refuse(again, "locked", STATUS_LIMIT);
    } else if (status == STATUS_OK && account->closed.us == 0) {
        s = account_note_success(gate->office, account->number);
        if (s == STATUS_OK)
            accept(again);
        else
            finish(again, s);
    } else if (status == STATUS_OK || status == STATUS_DENIED ||
               status == STATUS_CORRUPT) {
        s = account_note_failure(gate->office, account->number,
                                 gate_now(gate));
        if (s == STATUS_OK)
            refuse(again, "password", STATUS_DENIED);
        else
            finish(again, STATUS_IO); /* uncounted tries are not allowed */
    } else {
        finish(again, status);
    }
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_password_again *message)
{
    char network[SOCKET_ADDRESS_SIZE];
    struct gate_person person;
    enum status s = gate->is_started && !gate->stop.is_asked
                        ? gate_person_find(gate, message->session, &person)
                        : STATUS_AGAIN;
    if (s != STATUS_OK)
        return s;
    AUTO(alloc_release) struct again *again = alloc_zeroed(sizeof *again);
    if (again == NULL)
        return STATUS_NO_MEMORY;
    again->gate = gate;
    again->asker = gate_asker_of(gate, channel, message->id);
    again->account = person.account;
    memcpy(again->session, person.session.hash, SESSION_HASH_SIZE);
    if (!text_is_plain(message->address) ||
        !text_copy(message->address, again->address, sizeof again->address))
        (void)text_copy(text_of("?"), again->address, sizeof again->address);
    socket_network(again->address, network);
    if (!log_writer_has_text_key(gate->log))
        return STATUS_AGAIN;
    if (!gate_rate_allows(gate, RATE_LOGIN, text_of(network)))
        return STATUS_LIMIT;
    s = gate_password_submit(gate, again->account.password_hash,
                             message->password, on_checked, again);
    if (s == STATUS_OK)
        again = NULL; /* on_checked's now */
    return s;
}

void gate_on_password_again(void *context, struct channel *channel,
                            const struct message_password_again *message,
                            int descriptor)
{
    (void)descriptor;
    struct message_password_again_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_password_again_answer(channel, &reply, -1),
                  "password_again");
}
