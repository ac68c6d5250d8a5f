/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the space that is reserved for holds takes one more. */
#include "model/hold.h"
#include "roles/vault/private.h"
#include "store/held.h"
#include "store/forecast.h"
#include "sys/socket.h"

/* The measured bitrate of the camera's class, or what is assumed of it. */
static uint64_t bytes_per_s(const struct vault *vault, uint32_t camera)
{
    const struct vault_camera *known = vault_find(vault, camera);
    struct pool pool = {.cameras = 1};
    if (known != NULL)
        pool.class_id = known->policy.class_id;
    forecast_set_rate(&pool, &vault->store.book, FORECAST_BYTES_PER_S);
    return pool.bytes_per_s;
}

/* What the hold still needs: of what there is, what it has not. */
static uint64_t needed_bytes(const struct vault *vault, struct reader *in)
{
    uint32_t hold = reader_u32be(in);
    uint32_t camera = reader_u32be(in);
    struct span span = {.from.us = reader_i64be(in)};
    span.to.us = reader_i64be(in);
    if (in->failed || span_is_empty(span))
        return 0;
    const struct store *store = &vault->store;
    int64_t lacking_us =
        store_kept_us(store, camera, span) -
        store_held_us(store, hold_subject(hold, camera), span);
    if (lacking_us <= 0)
        return 0;
    uint64_t lacking_s = (uint64_t)(lacking_us / SECOND_US) + 1;
    return lacking_s *
           (bytes_per_s(vault, camera) + HELD_LEAVES_BYTES_PER_S);
}

void vault_on_hold_room(void *context, struct channel *channel,
                        const struct message_hold_room *message,
                        int descriptor)
{
    const struct vault *vault = context;
    struct message_hold_room_reply reply = {.id = message->id};
    struct reader in = reader_on(message->holds);
    uint64_t others = 0;
    socket_close(&descriptor);
    while (reader_more(&in)) {
        others += reply.needed_bytes;
        reply.needed_bytes = needed_bytes(vault, &in);
    }
    reply.free_bytes = store_hold_room(&vault->store);
    reply.free_bytes =
        reply.free_bytes > others ? reply.free_bytes - others : 0;
    if (in.failed)
        reply.status = STATUS_BAD_INPUT;
    (void)!message_hold_room_answer(channel, &reply, -1);
}
