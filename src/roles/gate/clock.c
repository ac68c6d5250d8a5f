/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two people's word on a clock that has stepped: each says, in an entry of its
 * own, that the wall clock is right; with the second word the keeper follows
 * it, and what is past its period by it dies at once (keys/trusted_clock.h).
 */
#include <inttypes.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/handlers.h"
#include "roles/gate/json.h"

static const int64_t SECOND_WORD_US = 3600 * (int64_t)SECOND_US;

enum { WORDS_NEEDED = 2 };

/* One word, while its entry is written. */
struct confirming {
    struct gate *gate;
    struct gate_asker asker;
    uint32_t account;
};

static bool is_in_doubt(const struct gate_clock_state *clock)
{
    return clock->unconfirmed_us > 0 || clock->claimed_us > 0;
}

void gate_clock_take(struct gate *gate,
                     const struct message_gate_clock_reply *reply)
{
    struct gate_clock_state *clock = &gate->clock;
    bool was_in_doubt = is_in_doubt(clock);
    clock->unconfirmed_us = reply->unconfirmed_us;
    clock->claimed_us = reply->claimed_us;
    clock->behind_us = reply->behind_us;
    if (!is_in_doubt(clock))
        clock->since.us = 0;
    else if (!was_in_doubt)
        clock->since = gate_now(gate);
}

void gate_clock_write(const struct gate *gate, struct json *json)
{
    const struct gate_clock_state *clock = &gate->clock;
    gate_put_name(json, "clock");
    gate_put_open(json, '{');
    gate_put_name(json, "in_doubt");
    gate_put_bool(json, is_in_doubt(clock));
    gate_put_named_number(json, "unconfirmed_s",
                          clock->unconfirmed_us / SECOND_US);
    gate_put_named_number(json, "claimed_s", clock->claimed_us / SECOND_US);
    gate_put_named_number(json, "behind_s", clock->behind_us / SECOND_US);
    gate_put_named_number(json, "since_us", clock->since.us);
    gate_put_named_number(json, "confirmations", clock->first_account != 0);
    gate_put_close(json, '}');
}

/* ---- the keeper follows ----------------------------------------------------- */

static void on_settled(void *context, enum status status,
                       const struct message_clock_settle_reply *reply,
                       int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    if (status != STATUS_OK || reply == NULL)
        return; /* it still stands as in doubt: people are asked again */
    struct entry entry = entry_of(ENTRY_CLOCK_SETTLED);
    entry_number(&entry, "confirmation", (int64_t)gate->clock.confirmation);
    entry_number(&entry, "step_ms", reply->step_us / 1000);
    gate_note(gate, &entry);
    gate_clock_ask(gate);
}

static void settle(struct gate *gate, uint64_t entry)
{
    struct channel *keeper = gate->process.peers[ROLE_KEEPER];
    gate->clock.confirmation = entry;
    const struct message_clock_settle message = {.entry = entry};
    if (keeper != NULL)
        gate_sent(message_clock_settle_send(keeper, &message, -1, on_settled,
                                            gate),
                  "clock_settle");
}

/* ---- a word ----------------------------------------------------------------- */

/* Whether somebody else has spoken not long ago. */
static bool has_first_word(const struct gate *gate, uint32_t account)
{
    const struct gate_clock_state *clock = &gate->clock;
    int64_t age_us =
        clock_boot(gate->process.clock).us - clock->first_at.us;
    return clock->first_account != 0 && clock->first_account != account &&
           age_us < SECOND_WORD_US;
}

static void take_word(struct confirming *confirming, uint64_t entry,
                      bool is_second)
{
    struct gate *gate = confirming->gate;
    if (is_second) {
        gate->clock.first_account = 0;
        settle(gate, entry);
        return;
    }
    gate->clock.first_account = confirming->account;
    gate->clock.first_at = clock_boot(gate->process.clock);
}

static void on_word(void *context, enum status status, uint64_t number)
{
    AUTO(buffer_deinit)
    struct buffer text = buffer_with_limit(GATE_JSON_SMALL_MAX);
    struct confirming *confirming = context;
    struct gate *gate = confirming->gate;
    bool is_second = has_first_word(gate, confirming->account);
    struct message_clock_confirm_reply reply = {.id = confirming->asker.id,
                                                .status = status};
    struct channel *channel = gate_asker_channel(gate, &confirming->asker);
    struct json json = gate_put_on(&text);
    gate_put_open(&json, '{');
    gate_put_named_number(&json, "entry", (int64_t)number);
    gate_put_named_number(&json, "confirmations", is_second ? WORDS_NEEDED : 1);
    gate_put_named_number(&json, "needed", WORDS_NEEDED);
    gate_put_close(&json, '}');
    if (status == STATUS_OK) {
        take_word(confirming, number, is_second);
        reply.json = buffer_bytes(&text);
    }
    if (channel != NULL)
        gate_sent(message_clock_confirm_answer(channel, &reply, -1),
                  "clock_confirm");
    alloc_free(confirming);
}

static enum status begin(struct gate *gate, struct channel *channel,
                         const struct message_clock_confirm *message)
{
    struct gate_person person;
    enum status s = gate->is_started && !gate->stop.is_asked
                        ? gate_person_find(gate, message->session, &person)
                        : STATUS_AGAIN;
    if (s == STATUS_OK && !gate_person_may(&person, RIGHT_CONFIRM_CLOCK))
        s = STATUS_DENIED;
    if (s == STATUS_OK && !is_in_doubt(&gate->clock))
        s = STATUS_CONFLICT;
    if (s != STATUS_OK)
        return s;
    struct confirming *confirming = alloc_zeroed(sizeof *confirming);
    if (confirming == NULL)
        return STATUS_NO_MEMORY;
    *confirming =
        (struct confirming){gate, gate_asker_of(gate, channel, message->id),
                            person.account.number};
    int64_t ahead_us =
        clock_wall(gate->process.clock).us - gate_now(gate).us;
    struct entry entry = entry_of(ENTRY_CLOCK_CONFIRMED);
    entry_number(&entry, "account", person.account.number);
    entry_text(&entry, "person", text_of(person.account.person));
    entry_number(&entry, "wall_ms", ahead_us / 1000);
    entry_number(&entry, "unconfirmed_ms", gate->clock.unconfirmed_us / 1000);
    entry_personal(&entry, "address", message->address);
    s = gate_append(gate, &entry, on_word, confirming);
    if (s != STATUS_OK)
        alloc_free(confirming);
    return s;
}

void gate_on_clock_confirm(void *context, struct channel *channel,
                           const struct message_clock_confirm *message,
                           int descriptor)
{
    (void)descriptor;
    struct message_clock_confirm_reply reply = {.id = message->id};
    reply.status = begin(context, channel, message);
    if (reply.status != STATUS_OK)
        gate_sent(message_clock_confirm_answer(channel, &reply, -1),
                  "clock_confirm");
}
