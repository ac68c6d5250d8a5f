/* SPDX-License-Identifier: Apache-2.0 */
/* What the vault asks of the keeper: keys, and what has died. */
#include <string.h>

#include "base/alloc.h"
#include "crypto/secret.h"
#include "ipc/ticket.h"
#include "roles/keeper/private.h"

enum { ALIVE_SPANS_MAX = 4096, ALIVE_SPAN_SIZE = 16 };

/* Both answers have these fields, in types of their own. */
#define PUT_UNIT(reply, unit)                                                  \
    do {                                                                       \
        (reply).unit_us = (unit).span.from.us;                                 \
        (reply).unit_s = (unit).unit_s;                                        \
        memcpy((reply).unit_key, (unit).keys.key, sizeof(reply).unit_key);     \
        memcpy((reply).leaf_salt, (unit).keys.leaf_salt,                       \
               sizeof(reply).leaf_salt);                                       \
    } while (0)

void keeper_answer_epoch(struct keeper *keeper)
{
    struct writer rows = writer_on(keeper->rows, sizeof keeper->rows);
    uint64_t epoch = keeper->epoch.known;
    if (epoch > keyring_epoch(keeper->keyring))
        epoch = 0; /* the key files were made anew */
    (void)keyring_deaths_since(keeper->keyring, &epoch, &rows);
    if (epoch == keeper->epoch.known)
        return;
    const struct message_epoch_wait_reply reply = {.id = keeper->epoch.id,
                                                   .status = STATUS_OK,
                                                   .epoch = epoch,
                                                   .deaths =
                                                       writer_written(&rows)};
    keeper->epoch.is_open = false;
    keeper_sent(message_epoch_wait_answer(keeper->process.peers[ROLE_VAULT], &reply,
                                   -1),
         "epoch_wait");
}

void keeper_on_vault_clock(void *context, struct channel *channel,
                           const struct message_vault_clock *message, int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    const struct message_vault_clock_reply reply = {
        .id = message->id,
        .trusted_minus_boot_us = keyring_trusted_minus_boot_us(keeper->keyring),
        .epoch = keyring_epoch(keeper->keyring),
        .level = (uint8_t)keyring_level(keeper->keyring)};
    keeper_sent(message_vault_clock_answer(channel, &reply, -1), "vault_clock");
}

void keeper_on_seal_key(void *context, struct channel *channel,
                        const struct message_seal_key *message, int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    struct keyring_unit unit = {0};
    struct message_seal_key_reply reply = {.id = message->id};
    reply.status = keyring_seal(keeper->keyring, message->camera,
                                (struct wall_time){message->time_us}, &unit);
    if (reply.status == STATUS_OK)
        PUT_UNIT(reply, unit);
    keeper_sent(message_seal_key_answer(channel, &reply, -1), "seal_key");
    secret_wipe(&unit, sizeof unit);
    secret_wipe(&reply, sizeof reply);
}

static enum status open_unit(struct keeper *keeper,
                             const struct message_open_key *message,
                             struct keyring_unit *unit)
{
    struct ticket ticket = {0};
    if (!keeper->has_ticket_key)
        return STATUS_DENIED;
    enum status s =
        ticket_open(message->ticket, TICKET_FOR_KEEPER, keeper->ticket_key,
                    clock_boot(keeper->process.clock), &ticket);
    bool is_known =
        ticket.kind == TICKET_RECORDED || ticket.kind == TICKET_HOLD;
    if (s == STATUS_OK &&
        (!is_known ||
         !ticket_allows_keys(&ticket, camera_of_subject(message->camera))))
        s = STATUS_DENIED;
    if (s == STATUS_OK && subject_is_hold(message->camera))
        return keyring_hold_unit(keeper->keyring, message->camera,
                                 (struct wall_time){message->time_us},
                                 ticket.span, unit);
    if (s == STATUS_OK)
        s = keyring_unseal(keeper->keyring, message->camera,
                           (struct wall_time){message->time_us},
                           message->unit_s, ticket.span, unit);
    return s;
}

void keeper_on_open_key(void *context, struct channel *channel,
                        const struct message_open_key *message, int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    struct keyring_unit unit = {0};
    struct message_open_key_reply reply = {.id = message->id};
    reply.status = open_unit(keeper, message, &unit);
    if (reply.status == STATUS_OK)
        PUT_UNIT(reply, unit);
    keeper_sent(message_open_key_answer(channel, &reply, -1), "open_key");
    secret_wipe(&unit, sizeof unit);
    secret_wipe(&reply, sizeof reply);
}

void keeper_on_epoch_wait(void *context, struct channel *channel,
                          const struct message_epoch_wait *message, int descriptor)
{
    struct keeper *keeper = context;
    (void)channel;
    (void)descriptor;
    keeper->epoch = (struct waiting){true, message->id, message->known_epoch};
    keeper_answer_epoch(keeper);
}

/* Fails with: AGAIN, NO_MEMORY. */
static enum status write_alive(const struct keeper *keeper, uint32_t camera,
                               struct writer *out)
{
    struct span *spans = alloc_array(ALIVE_SPANS_MAX, sizeof *spans);
    size_t count = 0;
    if (spans == NULL)
        return STATUS_NO_MEMORY;
    enum status s = keyring_alive(keeper->keyring, camera, spans,
                                  ALIVE_SPANS_MAX, &count);
    for (size_t i = 0; i < count; i++) {
        writer_i64be(out, spans[i].from.us);
        writer_i64be(out, spans[i].to.us);
    }
    alloc_free(spans);
    return s;
}

void keeper_on_alive_get(void *context, struct channel *channel,
                         const struct message_alive_get *message, int descriptor)
{
    struct keeper *keeper = context;
    (void)descriptor;
    _Static_assert(ALIVE_SPANS_MAX * ALIVE_SPAN_SIZE <= sizeof keeper->rows,
                   "all of them fit");
    struct writer out = writer_on(keeper->rows, sizeof keeper->rows);
    struct message_alive_get_reply reply = {
        .id = message->id, .epoch = keyring_epoch(keeper->keyring)};
    reply.status = write_alive(keeper, message->camera, &out);
    if (reply.status == STATUS_OK)
        reply.spans = writer_written(&out);
    keeper_sent(message_alive_get_answer(channel, &reply, -1), "alive_get");
}
