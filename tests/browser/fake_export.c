/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evidence packages: order 90 of somebody else waits from the start; what is
 * asked for here waits where camera 2, which is masked, is in it. Nothing is
 * answered before the password was given again. Export 80 is past its day.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "browser/fake_recorder.h"
#include "model/export_refusal.h"

enum {
    ORDERS_MAX = 8,
    CAMERAS_BYTES = 4 * FAKE_CAMERAS,
    MASKED_CAMERA = 2,
    WORDS_SIZE = 600,
    DAY_S = 86400,
    FIRST_ORDER = 90,
    FIRST_EXPORT = 80,
};

struct fake_order {
    uint64_t entry;
    bool is_own;
    const char *state;
    uint8_t cameras[CAMERAS_BYTES];
    size_t cameras_size;
    int64_t from_us;
    int64_t to_us;
    int64_t until_us;
    int64_t at_us;
    uint8_t is_provided;
    uint64_t answer;
    char why[WORDS_SIZE];
    char ground[WORDS_SIZE];
    char receiver[WORDS_SIZE];
    char conditions[WORDS_SIZE];
};

static struct fake_order orders[ORDERS_MAX]; /* enough for a fake */
static size_t order_count;
static bool has_password;
static uint64_t destroyed_entry;

#define ANSWER(name, reply)                                                    \
    do {                                                                       \
        if (message_##name##_answer(channel, &(reply), -1) != STATUS_OK)       \
            exit(1);                                                           \
    } while (0)

static void begin(const struct fake *fake)
{
    if (order_count > 0)
        return;
    struct fake_order *order = &orders[order_count++];
    *order = (struct fake_order){
        .entry = FIRST_ORDER,
        .state = "waiting",
        .cameras = {0, 0, 0, 1, 0, 0, 0, MASKED_CAMERA},
        .cameras_size = 8,
        .from_us = fake->began_us - 900 * (int64_t)SECOND_US,
        .to_us = fake->began_us - 600 * (int64_t)SECOND_US,
        .until_us = fake->began_us + 30 * DAY_S * (int64_t)SECOND_US,
        .at_us = fake->began_us - 300 * (int64_t)SECOND_US,
        .is_provided = 1,
        .why = "분실물 절도 신고",
        .ground = "개인정보 보호법 제18조 제2항 제7호",
        .receiver = "○○경찰서 수사과",
        .conditions = "수사 목적 밖 이용 금지, 종결 뒤 파기 통보",
    };
}

/* "name":[1,2], of all cameras, or of the masked ones only. */
static void put_cameras(struct buffer *out, const char *name,
                        const struct fake_order *order, bool only_masked)
{
    struct reader in = reader_on(bytes_of(order->cameras, order->cameras_size));
    const char *comma = "";
    buffer_format(out, "\"%s\":[", name);
    while (reader_more(&in)) {
        uint32_t camera = reader_u32be(&in);
        if (only_masked && camera != MASKED_CAMERA)
            continue;
        buffer_format(out, "%s%" PRIu32, comma, camera);
        comma = ",";
    }
    buffer_append_text(out, "],");
}

static void put_order(struct buffer *out, const struct fake_order *order)
{
    buffer_format(out, "{\"order\":%" PRIu64 ",\"state\":\"%s\",\"own\":%s,",
                  order->entry, order->state, order->is_own ? "true" : "false");
    put_cameras(out, "cameras", order, false);
    put_cameras(out, "masked", order, true);
    buffer_format(out,
                  "\"time_us\":%" PRId64 ",\"account\":2,\"asked_by\":\"%s\","
                  "\"from_us\":%" PRId64 ",\"to_us\":%" PRId64
                  ",\"until_us\":%" PRId64 ",\"expires_us\":%" PRId64
                  ",\"purpose\":\"crime_prevention\",\"provided\":%u,"
                  "\"second\":true,\"answer_entry\":%" PRIu64
                  ",\"answered_by\":\"%s\",\"export\":0,\"made_entry\":0,",
                  order->at_us, order->is_own ? "홍길동" : "김아무개",
                  order->from_us, order->to_us, order->until_us,
                  order->at_us + DAY_S * (int64_t)SECOND_US,
                  order->is_provided, order->answer,
                  order->answer != 0 ? "홍길동" : "");
    buffer_format(out,
                  "\"why\":\"%s\",\"ground\":\"%s\",\"receiver\":\"%s\","
                  "\"conditions\":\"%s\"}",
                  order->why, order->ground, order->receiver,
                  order->conditions);
}

static void on_export_orders_get(void *context, struct channel *channel,
                                 const struct message_export_orders_get *message,
                                 int descriptor)
{
    struct buffer out = buffer_with_limit(65536);
    (void)descriptor;
    begin(context);
    buffer_append_text(&out, "{\"orders\":[");
    for (size_t i = order_count; i-- > 0;) {
        put_order(&out, &orders[i]);
        buffer_append_text(&out, i > 0 ? "," : "");
    }
    buffer_append_text(&out, "],\"second_person\":false,\"password_again\":"
                             "false,\"approval_hours\":24,\"clock_us\":0}");
    const struct message_export_orders_get_reply reply = {
        .id = message->id, .json = buffer_bytes(&out)};
    ANSWER(export_orders_get, reply);
    buffer_deinit(&out);
}

static void on_export_order(void *context, struct channel *channel,
                            const struct message_export_order *message,
                            int descriptor)
{
    struct fake *fake = context;
    char json[80] = "";
    (void)descriptor;
    begin(fake);
    struct message_export_order_reply reply = {.id = message->id};
    bool fits = order_count < ORDERS_MAX &&
                message->cameras.size <= CAMERAS_BYTES;
    struct fake_order *order = &orders[fits ? order_count++ : 0];
    if (!fits || message->only_asks != 1) {
        reply.status = STATUS_BAD_INPUT;
        ANSWER(export_order, reply);
        return;
    }
    *order = (struct fake_order){
        .entry = FIRST_ORDER + ++fake->entries,
        .is_own = true,
        .state = "ready",
        .cameras_size = message->cameras.size,
        .from_us = message->from_us,
        .to_us = message->to_us,
        .until_us = message->until_us,
        .at_us = fake_now_us(),
        .is_provided = message->is_provided,
    };
    struct reader in = reader_on(message->cameras);
    for (size_t i = 0; i < message->cameras.size; i++)
        order->cameras[i] = message->cameras.data[i];
    while (reader_more(&in)) {
        if (reader_u32be(&in) == MASKED_CAMERA)
            order->state = "waiting";
    }
    (void)text_copy(message->reason, order->why, WORDS_SIZE);
    (void)text_copy(message->ground, order->ground, WORDS_SIZE);
    (void)text_copy(message->receiver, order->receiver, WORDS_SIZE);
    (void)text_copy(message->conditions, order->conditions, WORDS_SIZE);
    (void)snprintf(json, sizeof json,
                   "{\"order\":%" PRIu64 ",\"entry\":%" PRIu64
                   ",\"state\":\"%s\"}",
                   order->entry, order->entry, order->state);
    reply.json = text_bytes(text_of(json));
    ANSWER(export_order, reply);
}

static struct fake_order *find(uint64_t entry)
{
    for (size_t i = 0; i < order_count; i++) {
        if (orders[i].entry == entry)
            return &orders[i];
    }
    return NULL;
}

static void on_export_answer(void *context, struct channel *channel,
                             const struct message_export_answer *message,
                             int descriptor)
{
    struct fake *fake = context;
    struct fake_order *order = find(message->order);
    char json[80] = "";
    (void)descriptor;
    struct message_export_answer_reply reply = {.id = message->id,
                                                .status = STATUS_DENIED};
    if (order == NULL) {
        reply.status = STATUS_NOT_FOUND;
    } else if (order->is_own) {
        reply.refusal = EXPORT_REFUSED_OWN;
    } else if (!has_password) {
        reply.refusal = EXPORT_REFUSED_PASSWORD;
    } else {
        order->answer = ++fake->entries;
        order->state = message->is_approved == 1 ? "ready" : "declined";
        reply.status = STATUS_OK;
        (void)snprintf(json, sizeof json,
                       "{\"order\":%" PRIu64 ",\"entry\":%" PRIu64 "}",
                       order->entry, order->answer);
        reply.json = text_bytes(text_of(json));
    }
    ANSWER(export_answer, reply);
}

static void on_password_again(void *context, struct channel *channel,
                              const struct message_password_again *message,
                              int descriptor)
{
    (void)context;
    (void)descriptor;
    has_password = text_equal(message->password, text_of("correct horse"));
    const struct message_password_again_reply reply = {
        .id = message->id, .status = has_password ? STATUS_OK : STATUS_DENIED};
    ANSWER(password_again, reply);
}

static void on_exports_get(void *context, struct channel *channel,
                           const struct message_exports_get *message,
                           int descriptor)
{
    const struct fake *fake = context;
    struct buffer out = buffer_with_limit(4096);
    (void)descriptor;
    buffer_format(&out,
                  "{\"exports\":[{\"export\":%d,\"state\":\"%s\",\"time_us\":"
                  "%" PRId64 ",\"account\":1,\"cameras\":[4],\"masked\":[],"
                  "\"order\":0,\"approval\":0,\"from_us\":%" PRId64
                  ",\"to_us\":%" PRId64
                  ",\"purpose\":\"facility_safety\",\"provided\":1,"
                  "\"password\":1,\"until_us\":%" PRId64
                  ",\"made_entry\":81,\"destroyed_entry\":%" PRIu64
                  "}],\"next\":null,\"clock_us\":0}",
                  FIRST_EXPORT, destroyed_entry == 0 ? "due" : "destroyed",
                  fake->began_us - 40 * DAY_S * (int64_t)SECOND_US,
                  fake->began_us - 41 * DAY_S * (int64_t)SECOND_US,
                  fake->began_us - 41 * DAY_S * (int64_t)SECOND_US +
                      60 * (int64_t)SECOND_US,
                  fake->began_us - 10 * DAY_S * (int64_t)SECOND_US,
                  destroyed_entry);
    const struct message_exports_get_reply reply = {.id = message->id,
                                                    .json = buffer_bytes(&out)};
    ANSWER(exports_get, reply);
    buffer_deinit(&out);
}

static void on_export_destroyed(void *context, struct channel *channel,
                                const struct message_export_destroyed *message,
                                int descriptor)
{
    struct fake *fake = context;
    char json[80];
    (void)descriptor;
    destroyed_entry = ++fake->entries;
    (void)snprintf(json, sizeof json, "{\"export\":%" PRIu64 ",\"entry\":%" PRIu64 "}",
                   message->export, destroyed_entry);
    const struct message_export_destroyed_reply reply = {
        .id = message->id, .json = text_bytes(text_of(json))};
    ANSWER(export_destroyed, reply);
}

void fake_export_handlers(struct message_handlers *handlers)
{
    handlers->export_orders_get = on_export_orders_get;
    handlers->export_order = on_export_order;
    handlers->export_answer = on_export_answer;
    handlers->password_again = on_password_again;
    handlers->exports_get = on_exports_get;
    handlers->export_destroyed = on_export_destroyed;
}
