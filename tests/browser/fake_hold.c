/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds: ordered, being copied while fake_is_under_way, extended, ended. Hold 1
 * is there from the start, with a stretch missing. More than SPAN_MAX_S does
 * not fit.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "browser/fake_recorder.h"

enum {
    HOLDS_MAX = 16,
    SPAN_MAX_S = 3600,
};

struct fake_hold {
    uint32_t camera;
    uint32_t extends;
    int64_t from_us;
    int64_t to_us;
    int64_t until_us;
    int64_t at_us;    /* ordered */
    int64_t ended_us; /* 0: not */
    uint64_t entry;
};

static struct fake_hold holds[HOLDS_MAX]; /* enough for a fake */
static size_t hold_count;

#define ANSWER(name, reply)                                                    \
    do {                                                                       \
        if (message_##name##_answer(channel, &(reply), -1) != STATUS_OK)       \
            exit(1);                                                           \
    } while (0)

static void begin(const struct fake *fake)
{
    if (hold_count > 0)
        return;
    holds[hold_count++] = (struct fake_hold){
        .camera = SHORT_CAMERA,
        .from_us = fake->began_us - 900 * (int64_t)SECOND_US,
        .to_us = fake->began_us - 300 * (int64_t)SECOND_US,
        .until_us = fake->began_us + 14 * 86400 * (int64_t)SECOND_US,
        .at_us = fake->began_us - 300 * (int64_t)SECOND_US,
        .entry = 3,
    };
}

static const char *state_of(const struct fake *fake,
                            const struct fake_hold *hold)
{
    if (hold->ended_us != 0)
        return fake_is_under_way(fake, hold->ended_us) ? "ending" : "destroyed";
    return fake_is_under_way(fake, hold->at_us) ? "copying" : "held";
}

static void put_hold(struct buffer *out, const struct fake *fake, size_t i)
{
    const struct fake_hold *hold = &holds[i];
    buffer_format(out,
                  "{\"hold\":%zu,\"state\":\"%s\",\"camera\":%" PRIu32
                  ",\"from_us\":%" PRId64 ",\"to_us\":%" PRId64
                  ",\"until_us\":%" PRId64 ",\"extends\":%" PRIu32
                  ",\"account\":1,\"entry\":%" PRIu64 ",\"records\":40,"
                  "\"made_entry\":0,\"end_entry\":0,\"destroyed_entry\":0,",
                  i + 1, state_of(fake, hold), hold->camera, hold->from_us,
                  hold->to_us, hold->until_us, hold->extends, hold->entry);
    if (i == 0)
        buffer_format(out,
                      "\"missing\":[{\"from_us\":%" PRId64 ",\"to_us\":%" PRId64
                      ",\"cause\":\"expired\"}]}",
                      hold->from_us, hold->from_us + 15 * SECOND_US);
    else
        buffer_append_text(out, "\"missing\":[]}");
}

static void on_holds_get(void *context, struct channel *channel,
                         const struct message_holds_get *message,
                         int descriptor)
{
    const struct fake *fake = context;
    (void)descriptor;
    begin(fake);
    struct buffer out = buffer_with_limit(65536);
    buffer_append_text(&out, "{\"holds\":[");
    for (size_t i = hold_count; i-- > 0;) {
        put_hold(&out, fake, i);
        buffer_append_text(&out, i > 0 ? "," : "");
    }
    buffer_format(&out, "],\"all\":%zu,\"clock_us\":%" PRId64 "}", hold_count,
                  fake_now_us());
    const struct message_holds_get_reply reply = {.id = message->id,
                                                  .json = buffer_bytes(&out)};
    ANSWER(holds_get, reply);
    buffer_deinit(&out);
}

static void on_hold_order(void *context, struct channel *channel,
                          const struct message_hold_order *message,
                          int descriptor)
{
    struct fake *fake = context;
    (void)descriptor;
    begin(fake);
    char json[80] = "";
    struct fake_hold hold = {
        .camera = message->camera,
        .from_us = message->from_us,
        .to_us = message->to_us,
        .until_us = message->until_us,
        .extends = message->extends,
        .at_us = fake_now_us(),
    };
    if (message->extends >= 1 && message->extends <= hold_count) {
        const struct fake_hold *before = &holds[message->extends - 1];
        hold.camera = before->camera;
        hold.from_us = before->from_us;
        hold.to_us = before->to_us;
    }
    struct message_hold_order_reply reply = {.id = message->id};
    if (hold_count == HOLDS_MAX ||
        hold.to_us - hold.from_us > SPAN_MAX_S * (int64_t)SECOND_US) {
        reply.status = STATUS_NO_SPACE;
        reply.needed_bytes = 9000000000;
        reply.free_bytes = 128000000;
    } else {
        hold.entry = ++fake->entries;
        holds[hold_count++] = hold;
        (void)snprintf(json, sizeof json,
                       "{\"hold\":%zu,\"entry\":%" PRIu64
                       ",\"state\":\"copying\"}",
                       hold_count, hold.entry);
        reply.json = text_bytes(text_of(json));
    }
    ANSWER(hold_order, reply);
}

static void on_hold_end(void *context, struct channel *channel,
                        const struct message_hold_end *message, int descriptor)
{
    struct fake *fake = context;
    (void)descriptor;
    char json[80];
    struct message_hold_end_reply reply = {.id = message->id};
    if (message->hold < 1 || message->hold > hold_count) {
        reply.status = STATUS_NOT_FOUND;
    } else {
        holds[message->hold - 1].ended_us = fake_now_us();
        (void)snprintf(json, sizeof json,
                       "{\"hold\":%" PRIu32 ",\"entry\":%" PRIu64
                       ",\"state\":\"ending\"}",
                       message->hold, ++fake->entries);
        reply.json = text_bytes(text_of(json));
    }
    ANSWER(hold_end, reply);
}

void fake_hold_handlers(struct message_handlers *handlers)
{
    handlers->hold_order = on_hold_order;
    handlers->holds_get = on_holds_get;
    handlers->hold_end = on_hold_end;
}
