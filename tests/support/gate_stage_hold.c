/* SPDX-License-Identifier: Apache-2.0 */
/* Holds on the gate's stage: what is ordered, and what vault and keeper say. */
#include "base/text.h"
#include "base/writer.h"
#include "support/gate_stage_private.h"
#include "sys/socket.h"
#include "unit/test.h"

enum { ROOM = 1000, RECORDS = 7, KEPT_S = 3600 };

static const char ADDRESS[] = "192.0.2.7";

/* ---- as vault and keeper ---- */

static void on_hold_room(void *context, struct channel *channel,
                         const struct message_hold_room *message,
                         int descriptor)
{
    struct gate_stage *stage = context;
    socket_close(&descriptor);
    CHECK(message->holds.size > 0 && message->holds.size % 24 == 0);
    stage->hold.rooms++;
    const struct message_hold_room_reply reply = {
        .id = message->id,
        .needed_bytes = ROOM,
        .free_bytes = stage->hold.has_no_room ? ROOM - 1 : ROOM,
    };
    CHECK_OK(message_hold_room_answer(channel, &reply, -1));
}

/* They stand at the second question. */
static void on_hold_seeds(void *context, struct channel *channel,
                          const struct message_hold_seeds *message,
                          int descriptor)
{
    struct gate_stage *stage = context;
    socket_close(&descriptor);
    bool is_early = ++stage->hold.seeds == 1 || stage->hold.has_no_seeds;
    const struct message_hold_seeds_reply reply = {
        .id = message->id,
        .status = is_early ? STATUS_AGAIN : STATUS_OK,
    };
    CHECK_OK(message_hold_seeds_answer(channel, &reply, -1));
}

static void on_hold_copy(void *context, struct channel *channel,
                         const struct message_hold_copy *message,
                         int descriptor)
{
    struct gate_stage *stage = context;
    uint8_t encoded[16];
    struct writer spans = writer_on(encoded, sizeof encoded);
    socket_close(&descriptor);
    CHECK(stage->hold.slices < STAGE_SLICES_MAX);
    stage->hold.copied[stage->hold.slices++] = message->hold;
    if (stage->hold.is_slow)
        return;
    writer_i64be(&spans, message->from_us + stage->hold.late_us);
    int64_t to_us = message->from_us + stage->hold.slice_us;
    bool is_last = stage->hold.slice_us == 0 || to_us >= message->to_us;
    if (is_last)
        to_us = message->to_us;
    writer_i64be(&spans, to_us);
    const struct message_hold_copy_reply reply = {
        .id = message->id,
        .next_us = is_last ? 0 : to_us,
        .records = RECORDS,
        .leaves = RECORDS - 1,
        .refused = stage->hold.late_us > 0,
        .spans = writer_written(&spans),
    };
    CHECK_OK(message_hold_copy_answer(channel, &reply, -1));
}

void gate_stage_hold_handlers(struct message_handlers *handlers)
{
    handlers->hold_room = on_hold_room;
    handlers->hold_seeds = on_hold_seeds;
    handlers->hold_copy = on_hold_copy;
}

/* ---- as web ---- */

ON_REPLY(hold_order)
{
    if (status == STATUS_NO_SPACE)
        CHECK(reply->needed_bytes > reply->free_bytes);
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(holds_get)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

ON_REPLY(hold_end)
{
    gate_stage_answered(context, status, reply->json, descriptor);
}

enum status gate_stage_hold(struct gate_stage *stage, uint32_t camera,
                            struct span span, const char *reason)
{
    const struct message_hold_order message = {
        .session = text_of(stage->session),
        .camera = camera,
        .from_us = span.from.us,
        .to_us = span.to.us,
        .until_us = gate_stage_now_us() + KEPT_S * (int64_t)SECOND_US,
        .request = text_of("2026-7"),
        .reason = text_of(reason),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, hold_order, &message);
}

enum status gate_stage_holds(struct gate_stage *stage)
{
    const struct message_holds_get message = {
        .session = text_of(stage->session)};
    return ASK(stage, stage->web, holds_get, &message);
}

enum status gate_stage_hold_end(struct gate_stage *stage, uint32_t hold,
                                const char *reason)
{
    const struct message_hold_end message = {
        .session = text_of(stage->session),
        .hold = hold,
        .reason = text_of(reason),
        .address = text_of(ADDRESS),
    };
    return ASK(stage, stage->web, hold_end, &message);
}
