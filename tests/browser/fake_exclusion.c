/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is excluded from filming: cameras 1 and 2 are not to show the nursing
 * room, which camera 1 blackens itself. Somebody has signed for camera 2, which
 * has been changed since.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "browser/fake_recorder.h"

enum { PLACES = 2, DIGEST = 64, FIRST_ENTRY = 40 };

static struct {
    char by[16];
    char picture[DIGEST + 1];
    int64_t taken_us;
    bool is_signed;
    bool is_proven;
} kept[PLACES] = {{.is_signed = false},
                  {.by = "aim", .taken_us = 1700000000000000, .is_signed = true}};

#define ANSWER(name, reply)                                                    \
    do {                                                                       \
        if (message_##name##_answer(channel, &(reply), -1) != STATUS_OK)       \
            exit(1);                                                           \
    } while (0)

static void put_place(struct buffer *out, unsigned i)
{
    static const char *const MASKS[PLACES] = {
        "{\"by\":\"camera\",\"region\":\"0,0 300,0 300,1000 0,1000\"}", ""};
    buffer_format(out,
                  "%s{\"camera\":%u,\"group\":\"g\",\"ko\":\"수유실\","
                  "\"en\":\"nursing room\",\"met_by\":\"aim\",\"masks\":[%s],"
                  "\"is_proven\":%s",
                  i == 0 ? "" : ",", i + 1, MASKS[i],
                  kept[i].is_proven ? "true" : "false");
    if (kept[i].is_signed)
        buffer_format(out,
                      ",\"signed\":{\"entry\":%u,\"by\":\"%s\",\"person\":"
                      "\"p1\",\"signed_us\":%lld,\"taken_us\":%lld,"
                      "\"picture_sha256\":\"%s\"}",
                      FIRST_ENTRY + i, kept[i].by, (long long)kept[i].taken_us,
                      (long long)kept[i].taken_us, kept[i].picture);
    buffer_append_text(out, "}");
}

static void on_exclusions_get(void *context, struct channel *channel,
                              const struct message_exclusions_get *message,
                              int descriptor)
{
    struct buffer out = buffer_with_limit(65536);
    (void)context;
    (void)descriptor;
    buffer_append_text(&out, "{\"clock_us\":1,\"exclusions\":[");
    for (unsigned i = 0; i < PLACES; i++)
        put_place(&out, i);
    buffer_append_text(&out, "]}");
    const struct message_exclusions_get_reply reply = {
        .id = message->id, .json = buffer_bytes(&out)};
    ANSWER(exclusions_get, reply);
    buffer_deinit(&out);
}

static void on_exclusion_sign(void *context, struct channel *channel,
                              const struct message_exclusion_sign *message,
                              int descriptor)
{
    char json[64];
    const struct fake *fake = context;
    uint32_t i = message->camera - 1;
    bool is_none = text_equal(message->by, text_of("none"));
    (void)descriptor;
    struct message_exclusion_sign_reply reply = {.id = message->id};
    if (i >= PLACES || !text_equal(message->place, text_of("수유실")) ||
        message->view == 0 ||
        message->taken_us < fake->began_us ||
        message->taken_us > fake_now_us() + SECOND_US ||
        message->picture_sha256.size != (is_none ? 0 : (size_t)DIGEST)) {
        reply.status = STATUS_BAD_INPUT;
        ANSWER(exclusion_sign, reply);
        return;
    }
    kept[i].is_signed = true;
    kept[i].is_proven = !is_none;
    kept[i].taken_us = message->taken_us;
    (void)!text_copy(message->by, kept[i].by, sizeof kept[i].by);
    (void)!text_copy(message->picture_sha256, kept[i].picture,
                     sizeof kept[i].picture);
    (void)snprintf(json, sizeof json, "{\"entry\":%u}", FIRST_ENTRY + i);
    reply.json = text_bytes(text_of(json));
    ANSWER(exclusion_sign, reply);
}

void fake_exclusion_handlers(struct message_handlers *handlers)
{
    handlers->exclusions_get = on_exclusions_get;
    handlers->exclusion_sign = on_exclusion_sign;
}
