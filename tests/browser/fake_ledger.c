/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: a viewing and a package given to others, one copy outside that is
 * late, a review that nobody has signed. What is entered, ended and signed here
 * is there afterwards.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "browser/fake_recorder.h"

enum {
    ITEMS_MAX = 8,
    WORDS_SIZE = 600,
    DAY_S = 86400,
    FIRST_ENTRY = 40,
    REMARK_ENTRY = 60,
};

struct fake_item {
    bool is_gone;
    int64_t done_us;
    int64_t due_us;
    char use[17];
    char medium[17];
    char receiver[WORDS_SIZE];
    char why[WORDS_SIZE];
};

static struct fake_item items[ITEMS_MAX]; /* enough for a fake */
static size_t item_count;
static char remark[WORDS_SIZE];

/* Duties: one is late; what is entered is added, what is done ends. */
static struct fake_duty {
    char what[17];
    int64_t due_us; /* 0: it has ended */
} duties[ITEMS_MAX];
static size_t duty_count;
static bool is_signed;

#define ANSWER(name, reply)                                                    \
    do {                                                                       \
        if (message_##name##_answer(channel, &(reply), -1) != STATUS_OK)       \
            exit(1);                                                           \
    } while (0)

static int64_t days(int64_t count)
{
    return count * DAY_S * (int64_t)SECOND_US;
}

static void begin(const struct fake *fake)
{
    if (item_count > 0)
        return;
    items[item_count++] = (struct fake_item){
        .done_us = fake->began_us - 60 * (int64_t)SECOND_US,
        .due_us = fake->began_us - 30 * (int64_t)SECOND_US,
        .use = "provision",
        .medium = "usb",
        .receiver = "○○경찰서 경위 홍길동",
        .why = "수사 협조",
    };
}

/* What every row has. */
static void put_head(struct buffer *out, uint64_t entry, const char *deed,
                     const char *kind, int64_t time_us)
{
    buffer_format(out,
                  "{\"entry\":%" PRIu64 ",\"deed\":\"%s\",\"kind\":\"%s\","
                  "\"time_us\":%" PRId64 ",\"account\":1,\"cameras\":[2],"
                  "\"from_us\":%" PRId64 ",\"to_us\":%" PRId64
                  ",\"purpose\":\"facility_safety\",\"request\":\"\","
                  "\"cause\":\"\",\"order\":0,\"hold\":0,\"seeds\":0,",
                  entry, deed, kind, time_us,
                  time_us - 120 * (int64_t)SECOND_US,
                  time_us - 60 * (int64_t)SECOND_US);
}

static void put_item(struct buffer *out, size_t i)
{
    const struct fake_item *item = &items[i];
    put_head(out, FIRST_ENTRY + 10 + i, "copy", item->use, item->done_us);
    buffer_format(out,
                  "\"until_us\":%" PRId64 ",\"item\":%zu,\"corrects\":0,"
                  "\"medium\":\"%s\",\"how\":\"\",\"done_us\":%" PRId64
                  ",\"receiver\":\"%s\",\"ground\":\"수사협조 2026-17\","
                  "\"form\":\"사본 1부\",\"last\":%zu,\"is_open\":true,"
                  "\"export\":0,\"why\":\"%s\",\"text\":\"there\"}",
                  item->due_us, i + 1, item->medium, item->done_us,
                  item->receiver, FIRST_ENTRY + 10 + i, item->why);
}

static void put_rows(struct buffer *out, const struct fake *fake)
{
    int64_t now_us = fake->began_us;
    put_head(out, FIRST_ENTRY, "viewed", "use", now_us);
    buffer_append_text(out, "\"until_us\":0,\"export\":0,\"why\":\"분실물 "
                            "확인\",\"text\":\"there\"},");
    put_head(out, FIRST_ENTRY + 1, "provided", "provision", now_us);
    buffer_format(out,
                  "\"until_us\":%" PRId64 ",\"export\":0,\"receiver\":\"△△법원\","
                  "\"ground\":\"제18조 제2항 제8호\",\"conditions\":\"재판 "
                  "목적만\",\"password\":true,\"why\":\"\",\"text\":"
                  "\"erased\"}",
                  now_us + days(30));
    for (size_t i = 0; i < item_count; i++) {
        buffer_append_text(out, ",");
        put_item(out, i);
    }
    if (remark[0] == 0)
        return;
    buffer_append_text(out, ",");
    put_head(out, REMARK_ENTRY, "remarked", "use", fake_now_us());
    buffer_format(out,
                  "\"until_us\":0,\"item\":0,\"corrects\":%d,\"medium\":\"\","
                  "\"how\":\"\",\"done_us\":0,\"export\":0,\"why\":\"%s\","
                  "\"text\":\"there\"}",
                  FIRST_ENTRY, remark);
}

static void put_items(struct buffer *out)
{
    const char *comma = "";
    for (size_t i = 0; i < item_count; i++) {
        if (items[i].is_gone)
            continue;
        buffer_append_text(out, comma);
        put_item(out, i);
        comma = ",";
    }
}

static void put_duties(struct buffer *out, const struct fake *fake)
{
    const char *comma = "";
    if (duty_count == 0)
        duties[duty_count++] = (struct fake_duty){
            .what = "locks", .due_us = fake->began_us - days(2)};
    buffer_append_text(out, ",\"duties\":[");
    for (size_t i = 0; i < duty_count; i++) {
        if (duties[i].due_us == 0)
            continue;
        buffer_format(out,
                      "%s{\"duty\":%zu,\"what\":\"%s\",\"subject\":"
                      "\"center\",\"due_us\":%" PRId64
                      ",\"months\":6,\"entry\":9}",
                      comma, i + 1, duties[i].what, duties[i].due_us);
        comma = ",";
    }
    buffer_append_text(out, "],\"subjects\":[{\"id\":\"center\",\"ko\":"
                            "\"센터\",\"en\":\"Center\"}],"
                            "\"duties_overdue\":1");
}

static void on_duty_enter(void *context, struct channel *channel,
                          const struct message_duty_enter *message,
                          int descriptor)
{
    struct fake *fake = context;
    char json[64];
    size_t number = message->duty;
    (void)descriptor;
    if (number >= 1 && number <= duty_count) {
        duties[number - 1].due_us = message->due_us;
    } else if (duty_count < ITEMS_MAX) {
        number = ++duty_count;
        duties[number - 1].due_us = message->due_us;
        (void)text_copy(message->what, duties[number - 1].what,
                        sizeof duties->what);
    }
    (void)snprintf(json, sizeof json, "{\"duty\":%zu,\"entry\":%" PRIu64 "}",
                   number, ++fake->entries);
    const struct message_duty_enter_reply reply = {
        .id = message->id, .json = text_bytes(text_of(json))};
    ANSWER(duty_enter, reply);
}

/* Of the month in which it began only. */
static void on_ledger_get(void *context, struct channel *channel,
                          const struct message_ledger_get *message,
                          int descriptor)
{
    const struct fake *fake = context;
    struct buffer out = buffer_with_limit(65536);
    (void)descriptor;
    begin(fake);
    buffer_append_text(&out, "{\"people\":[{\"account\":1,\"person\":\"p1\","
                             "\"post_ko\":\"센터장\",\"post_en\":\"Director\","
                             "\"name\":\"홍길동\",\"text\":\"there\"}],"
                             "\"rows\":[");
    if (message->open_items == 1)
        put_items(&out);
    else if (message->from_us <= fake->began_us &&
             fake->began_us < message->to_us)
        put_rows(&out, fake);
    buffer_append_text(&out, "],\"next\":null,\"clock_us\":0,\"overdue\":1");
    if (message->open_items == 1)
        put_duties(&out, fake);
    buffer_append_text(&out, "}");
    const struct message_ledger_get_reply reply = {.id = message->id,
                                                   .json = buffer_bytes(&out)};
    ANSWER(ledger_get, reply);
    buffer_deinit(&out);
}

static void on_ledger_enter(void *context, struct channel *channel,
                            const struct message_ledger_enter *message,
                            int descriptor)
{
    struct fake *fake = context;
    char json[64];
    (void)descriptor;
    begin(fake);
    bool is_remark = message->item == 0 && message->corrects != 0;
    if (is_remark) {
        (void)text_copy(message->reason, remark, sizeof remark);
    } else if (item_count < ITEMS_MAX) {
        struct fake_item *item =
            &items[message->item == 0 ? item_count++ : message->item - 1];
        item->done_us = message->done_us;
        item->due_us = message->due_us;
        (void)text_copy(message->use, item->use, sizeof item->use);
        (void)text_copy(message->medium, item->medium, sizeof item->medium);
        (void)text_copy(message->receiver, item->receiver, WORDS_SIZE);
        (void)text_copy(message->reason, item->why, WORDS_SIZE);
    }
    (void)snprintf(json, sizeof json, "{\"item\":%zu,\"entry\":%" PRIu64 "}",
                   is_remark ? 0 : item_count, ++fake->entries);
    const struct message_ledger_enter_reply reply = {
        .id = message->id, .json = text_bytes(text_of(json))};
    ANSWER(ledger_enter, reply);
}

static void on_ledger_end(void *context, struct channel *channel,
                          const struct message_ledger_end *message,
                          int descriptor)
{
    struct fake *fake = context;
    char json[64];
    (void)descriptor;
    if (message->item >= 1 && message->item <= item_count)
        items[message->item - 1].is_gone = true;
    (void)snprintf(json, sizeof json, "{\"item\":%u,\"entry\":%" PRIu64 "}",
                   message->item, ++fake->entries);
    const struct message_ledger_end_reply reply = {
        .id = message->id, .json = text_bytes(text_of(json))};
    ANSWER(ledger_end, reply);
}

static void on_review_get(void *context, struct channel *channel,
                          const struct message_review_get *message,
                          int descriptor)
{
    struct buffer out = buffer_with_limit(4096);
    (void)context;
    (void)descriptor;
    buffer_format(&out,
                  "{\"month\":%u,\"is_whole\":true,\"findings\":[{\"finding\":"
                  "\"refused\",\"account\":1,\"camera\":0,\"count\":2,"
                  "\"entries\":[41,44]}],\"missing\":[%s],\"signed\":",
                  message->month, is_signed ? "" : "202610");
    if (is_signed)
        buffer_format(&out,
                      "{\"account\":1,\"time_us\":%" PRId64 ",\"entry\":70}}",
                      fake_now_us());
    else
        buffer_append_text(&out, "null}");
    const struct message_review_get_reply reply = {.id = message->id,
                                                   .json = buffer_bytes(&out)};
    ANSWER(review_get, reply);
    buffer_deinit(&out);
}

static void on_review_sign(void *context, struct channel *channel,
                           const struct message_review_sign *message,
                           int descriptor)
{
    (void)context;
    (void)descriptor;
    is_signed = true;
    const struct message_review_sign_reply reply = {
        .id = message->id, .json = text_bytes(text_of("{\"entry\":70}"))};
    ANSWER(review_sign, reply);
}

void fake_ledger_handlers(struct message_handlers *handlers)
{
    handlers->ledger_get = on_ledger_get;
    handlers->ledger_enter = on_ledger_enter;
    handlers->ledger_end = on_ledger_end;
    handlers->duty_enter = on_duty_enter;
    handlers->review_get = on_review_get;
    handlers->review_sign = on_review_sign;
}
