/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders to destroy, the list of destructions, and a clock in doubt. An order
 * waits while fake_is_under_way; two words settle the clock.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "browser/fake_recorder.h"

enum {
    ORDERS_MAX = 8,
    EXPIRED_ENTRY = 7,
    CLAIMED_S = 40 * 86400 + 3 * 3600,
};

struct fake_order {
    uint64_t entry;
    uint32_t camera;
    int64_t from_us;
    int64_t to_us;
    int64_t at_us;
};

static struct fake_order orders[ORDERS_MAX]; /* enough for a fake */
static size_t order_count;
static unsigned words;

#define ANSWER(name, reply)                                                    \
    do {                                                                       \
        if (message_##name##_answer(channel, &(reply), -1) != STATUS_OK)       \
            exit(1);                                                           \
    } while (0)

void fake_put_doubts(const struct fake *fake, struct buffer *out)
{
    bool is_in_doubt = fake->is_in_doubt && words < 2;
    size_t open = 0;
    for (size_t i = 0; i < order_count; i++)
        open += fake_is_under_way(fake, orders[i].at_us);
    buffer_format(out,
                  ",\"deletion_pending\":%s,\"pending_reason\":\"%s\","
                  "\"orders_open\":%zu,\"clock_us\":%lld,\"clock\":{"
                  "\"in_doubt\":%s,\"unconfirmed_s\":0,\"claimed_s\":%d,"
                  "\"behind_s\":0,\"since_us\":%lld,\"confirmations\":%u},"
                  "\"witnesses\":[{\"name\":\"tongyeong\",\"state\":\"set\","
                  "\"last_us\":%lld,\"size\":3,\"detail\":\"\"}]",
                  is_in_doubt ? "true" : "false",
                  is_in_doubt ? "clock" : "none", open,
                  (long long)fake_now_us(), is_in_doubt ? "true" : "false",
                  is_in_doubt ? CLAIMED_S : 0,
                  is_in_doubt ? (long long)fake->began_us : 0LL, words,
                  (long long)fake->began_us);
}

static void on_destruction_order(void *context, struct channel *channel,
                                 const struct message_destruction_order *message,
                                 int descriptor)
{
    struct fake *fake = context;
    (void)descriptor;
    char json[64];
    struct fake_order *order = &orders[order_count % ORDERS_MAX];
    order_count += order_count < ORDERS_MAX;
    *order = (struct fake_order){++fake->entries, message->camera,
                                 message->from_us, message->to_us,
                                 fake_now_us()};
    (void)snprintf(json, sizeof json, "{\"entry\":%llu,\"state\":\"pending\"}",
                   (unsigned long long)order->entry);
    const struct message_destruction_order_reply reply = {
        .id = message->id,
        .entry = order->entry,
        .json = text_bytes(text_of(json))};
    ANSWER(destruction_order, reply);
}

static void put_row(struct buffer *out, const struct fake *fake,
                    const struct fake_order *order, const char *kind,
                    bool is_first)
{
    bool waits = fake_is_under_way(fake, order->at_us);
    buffer_format(out,
                  "%s{\"entry\":%llu,\"kind\":\"%s\",\"state\":\"%s\","
                  "\"pending\":\"%s\",\"camera\":%u,\"from_us\":%lld,"
                  "\"to_us\":%lld,\"died_us\":0,\"decommission\":false}",
                  is_first ? "" : ",", (unsigned long long)order->entry, kind,
                  waits ? "pending" : "done", waits ? "turn" : "",
                  order->camera, (long long)order->from_us,
                  (long long)order->to_us);
}

static void on_destructions_get(void *context, struct channel *channel,
                                const struct message_destructions_get *message,
                                int descriptor)
{
    const struct fake *fake = context;
    (void)descriptor;
    struct buffer out = buffer_with_limit(65536);
    const struct fake_order expired = {
        EXPIRED_ENTRY, SHORT_CAMERA, fake->began_us - 1800 * (int64_t)SECOND_US,
        fake->began_us - 60 * (int64_t)SECOND_US, 0};
    bool is_first = true;
    buffer_append_text(&out, "{\"destructions\":[");
    for (size_t i = order_count; i-- > 0 &&
                                 !text_equal(message->kind, text_of("expired"));
         is_first = false)
        put_row(&out, fake, &orders[i], "ordered", is_first);
    if (!text_equal(message->kind, text_of("ordered")))
        put_row(&out, fake, &expired, "expired", is_first);
    buffer_append_text(&out, "],\"next\":null}");
    const struct message_destructions_get_reply reply = {
        .id = message->id, .json = buffer_bytes(&out)};
    ANSWER(destructions_get, reply);
    buffer_deinit(&out);
}

static void on_destruction_page(void *context, struct channel *channel,
                                const struct message_destruction_page *message,
                                int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_destruction_page_reply reply = {
        .id = message->id,
        .html = text_bytes(text_of("<!doctype html><html lang=ko><title>파기 "
                                   "기록</title><h1>영상정보 파기 기록</h1>"))};
    ANSWER(destruction_page, reply);
}

static void on_clock_confirm(void *context, struct channel *channel,
                             const struct message_clock_confirm *message,
                             int descriptor)
{
    struct fake *fake = context;
    (void)descriptor;
    char json[80];
    (void)snprintf(json, sizeof json,
                   "{\"entry\":%llu,\"confirmations\":%u,\"needed\":2}",
                   (unsigned long long)++fake->entries, ++words);
    const struct message_clock_confirm_reply reply = {
        .id = message->id, .json = text_bytes(text_of(json))};
    ANSWER(clock_confirm, reply);
}

void fake_destruction_handlers(struct message_handlers *handlers)
{
    handlers->destruction_order = on_destruction_order;
    handlers->destructions_get = on_destructions_get;
    handlers->destruction_page = on_destruction_page;
    handlers->clock_confirm = on_clock_confirm;
}
