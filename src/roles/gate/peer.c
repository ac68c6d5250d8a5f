/* SPDX-License-Identifier: Apache-2.0 */
/* What vault and keeper must know, told again each time one of them comes. */
#include "base/cleanup.h"
#include "base/text.h"
#include "roles/gate/destruction/destruction.h"
#include "roles/gate/hold/hold.h"
#include "roles/gate/notice/version.h"
#include "roles/gate/text/keys.h"
#include "roles/gate/view/mask.h"
#include "sys/logger.h"
#include "sys/random.h"

enum {
    POLICIES_MAX = 98304, /* bytes, as in ipc/messages.def */
    STEP_NOTED_MS = 5000, /* a smaller step of the wall clock is no entry */
    MS_US = 1000,
};

static uint8_t *key_for(struct gate *gate, enum ticket_reader reader)
{
    return gate->ticket_keys + (size_t)reader * TICKET_KEY_SIZE;
}

static void on_vault_key(void *context, enum status status,
                         const struct message_vault_ticket_key_reply *reply,
                         int descriptor)
{
    struct gate *gate = context;
    (void)reply;
    (void)descriptor;
    gate->has_ticket_key[TICKET_FOR_VAULT] = status == STATUS_OK;
}

static void on_keeper_key(void *context, enum status status,
                          const struct message_keeper_ticket_key_reply *reply,
                          int descriptor)
{
    struct gate *gate = context;
    (void)reply;
    (void)descriptor;
    gate->has_ticket_key[TICKET_FOR_KEEPER] = status == STATUS_OK;
}

static enum status tell_key(struct gate *gate, enum role peer)
{
    struct channel *channel = gate->process.peers[peer];
    if (peer == ROLE_VAULT) {
        struct message_vault_ticket_key message = {.id = 0};
        random_fill(message.key, sizeof message.key);
        memcpy(key_for(gate, TICKET_FOR_VAULT), message.key, TICKET_KEY_SIZE);
        gate->has_ticket_key[TICKET_FOR_VAULT] = false;
        return message_vault_ticket_key_send(channel, &message, -1,
                                             on_vault_key, gate);
    }
    struct message_keeper_ticket_key message = {.id = 0};
    random_fill(message.key, sizeof message.key);
    memcpy(key_for(gate, TICKET_FOR_KEEPER), message.key, TICKET_KEY_SIZE);
    gate->has_ticket_key[TICKET_FOR_KEEPER] = false;
    return message_keeper_ticket_key_send(channel, &message, -1, on_keeper_key,
                                          gate);
}

static void report(const char *peer, enum status status)
{
    if (status != STATUS_OK && status != STATUS_IO)
        log_line(LOG_ERROR, "policies refused by=%s status=%s", peer,
                 status_name(status));
}

static void on_vault_policy(void *context, enum status status,
                            const struct message_vault_policy_set_reply *reply,
                            int descriptor)
{
    (void)context;
    (void)reply;
    (void)descriptor;
    report("vault", status);
}

static void
on_keeper_policy(void *context, enum status status,
                 const struct message_keeper_policy_set_reply *reply,
                 int descriptor)
{
    (void)context;
    (void)reply;
    (void)descriptor;
    report("keeper", status);
}

static enum status tell_policies(struct gate *gate, enum role peer)
{
    AUTO(buffer_deinit)
    struct buffer policies = buffer_with_limit(POLICIES_MAX);
    struct channel *channel = gate->process.peers[peer];
    gate_policies_write(gate, peer == ROLE_VAULT, &policies);
    enum status s = buffer_status(&policies);
    if (s != STATUS_OK)
        return s;
    const struct message_vault_policy_set vault = {.policies =
                                                       buffer_bytes(&policies)};
    const struct message_keeper_policy_set keeper = {
        .policies = buffer_bytes(&policies)};
    return peer == ROLE_VAULT
               ? message_vault_policy_set_send(channel, &vault, -1,
                                               on_vault_policy, gate)
               : message_keeper_policy_set_send(channel, &keeper, -1,
                                                on_keeper_policy, gate);
}

void gate_policies_tell(struct gate *gate, enum role peer)
{
    if (gate->process.peers[peer] == NULL)
        return;
    enum status s = tell_policies(gate, peer);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "policies not told peer=%s status=%s",
                 role_name(peer), status_name(s));
}

/* ---- the clock
 * --------------------------------------------------------------- */

/* The wall clock has been moved against trusted time. */
static void note_step(struct gate *gate)
{
    int64_t step_ms = floor_divide(
        clock_wall(gate->process.clock).us - gate_now(gate).us, MS_US);
    int64_t change_ms = step_ms - gate->noted_step_ms;
    if (change_ms > -STEP_NOTED_MS && change_ms < STEP_NOTED_MS)
        return;
    struct entry entry = entry_of(ENTRY_CLOCK_STEP);
    entry_number(&entry, "before_ms", gate->noted_step_ms);
    entry_number(&entry, "after_ms", step_ms);
    gate->noted_step_ms = step_ms;
    gate_note(gate, &entry);
}

/* Orders take their turn: that is no failure. */
static bool is_late(enum pending pending)
{
    return pending != PENDING_NONE && pending != PENDING_BUCKET;
}

/* A deletion that is due and could not be carried out is told at once. */
static void take_pending(struct gate *gate, uint8_t reason)
{
    enum pending pending =
        reason < PENDING_COUNT ? (enum pending)reason : PENDING_FAILED;
    bool is_pending = is_late(pending);
    bool was_pending = is_late(gate->pending);
    gate->pending = pending;
    if (is_pending == was_pending)
        return;
    struct entry entry = entry_of(ENTRY_DELETION_PENDING);
    entry_text(&entry, "state", text_of(is_pending ? "pending" : "done"));
    gate_note(gate, &entry);
}

static void on_clock(void *context, enum status status,
                     const struct message_gate_clock_reply *reply,
                     int descriptor)
{
    struct gate *gate = context;
    (void)descriptor;
    if (status != STATUS_OK || reply == NULL)
        return;
    bool is_first = !gate->has_trusted;
    gate->has_trusted = true;
    gate->trusted_minus_boot_us = reply->trusted_minus_boot_us;
    if (reply->epoch != gate->epoch)
        gate_texts_forget(gate);
    gate->epoch = reply->epoch;
    gate->erasure_level = reply->level;
    if (is_first)
        gate_texts_refresh(gate);
    note_step(gate);
    gate_clock_take(gate, reply);
    gate->keys = (struct gate_keys){reply->last_scrub_us, reply->scrub_damage,
                                    reply->is_locked != 0};
    gate->orders_waiting = reply->orders_waiting;
    gate->next_order_s = reply->next_order_s;
    take_pending(gate, reply->pending != 0 ? reply->reason : PENDING_NONE);
    if (is_first)
        gate_holds_work(gate); /* after a restart: they have waited for it */
    gate_versions_tick(gate);
}

void gate_clock_ask(struct gate *gate)
{
    struct channel *channel = gate->process.peers[ROLE_KEEPER];
    const struct message_gate_clock message = {.id = 0};
    if (channel != NULL)
        gate_sent(
            message_gate_clock_send(channel, &message, -1, on_clock, gate),
            "gate_clock");
}

void gate_peer_ready(struct gate *gate, enum role peer)
{
    if (peer != ROLE_VAULT && peer != ROLE_KEEPER)
        return;
    if (peer == ROLE_KEEPER)
        gate_clock_ask(gate);
    enum status s = tell_key(gate, peer);
    if (s == STATUS_OK)
        s = tell_policies(gate, peer);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "neighbour not told its part peer=%s status=%s",
                 role_name(peer), status_name(s));
    if (peer == ROLE_VAULT) {
        gate_masks_tell(gate);
        gate_tale_begin_anew(&gate->events);
        gate_events_ask(gate);
    } else {
        gate_texts_refresh(gate);
        gate_tale_begin_anew(&gate->deaths);
        gate_deaths_ask(gate);
        gate_orders_ask(gate);
    }
    gate_holds_work(gate);
}
