/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Versions of the notice: 1 was the first, 2 is in force; a draft waits that
 * shortens the period, and one that cannot be announced. What is announced is
 * version 3. Only the page whose hash begins with "aa" is on the homepage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "browser/fake_recorder.h"
#include "model/notice_version.h"

enum { DAY_S = 86400, LEAD_DAYS = 7, REASON_SIZE = 400 };

static const char DRAFT[] =
    "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";
static const char UNSOUND[] =
    "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6";

static struct {
    const char *state; /* of version 3; NULL: it is a draft still */
    bool is_confirmed; /* version 2 */
    int64_t effective_us;
    char reason[REASON_SIZE];
} kept; /* enough for a fake */

#define ANSWER(name, reply)                                                    \
    do {                                                                       \
        if (message_##name##_answer(channel, &(reply), -1) != STATUS_OK)       \
            exit(1);                                                           \
    } while (0)

static int64_t days_us(int64_t days)
{
    return days * DAY_S * (int64_t)SECOND_US;
}

static void put_version(struct buffer *out, const struct fake *fake,
                        unsigned number, const char *state,
                        const char *exception, const char *reason)
{
    buffer_format(out,
                  "%s{\"version\":%u,\"state\":\"%s\",\"exception\":\"%s\","
                  "\"reason\":\"%s\",\"announced_us\":%lld,\"effective_us\":"
                  "%lld,\"sha256\":\"%s\",\"manifest_sha256\":\"%s\","
                  "\"entry\":%u",
                  number == 1 ? "" : ",", number, state, exception, reason,
                  (long long)(fake->began_us - days_us(90 / number)),
                  (long long)(number == 3 ? kept.effective_us
                                          : fake->began_us -
                                                days_us(80 / number)),
                  DRAFT, DRAFT, number * 10);
    if (number == 1)
        buffer_format(out, ",\"successor\":2,\"ended_us\":%lld",
                      (long long)(fake->began_us - days_us(40)));
    if (number == 1 || (number == 2 && kept.is_confirmed))
        buffer_format(out, ",\"confirmed_us\":%lld",
                      (long long)(fake->began_us - days_us(30)));
    buffer_append_text(out, "}");
}

static void on_versions_get(void *context, struct channel *channel,
                            const struct message_versions_get *message,
                            int descriptor)
{
    const struct fake *fake = context;
    struct buffer out = buffer_with_limit(65536);
    (void)descriptor;
    buffer_append_text(&out, "{\"clock_us\":1,\"versions\":[");
    put_version(&out, fake, 1, "superseded", "first", "");
    put_version(&out, fake, 2, "active", "correction", "전화번호가 바뀜");
    if (kept.state != NULL)
        put_version(&out, fake, 3, kept.state, "none", kept.reason);
    buffer_append_text(&out, "]}");
    const struct message_versions_get_reply reply = {
        .id = message->id, .json = buffer_bytes(&out)};
    ANSWER(versions_get, reply);
    buffer_deinit(&out);
}

static const char CHANGES[] =
    "\"ko\":{\"changes\":[{\"kind\":\"altered\",\"section\":\"촬영시간, "
    "보관기간\",\"subject\":\"3층 상담실\",\"column\":\"보관기간\",\"before\":"
    "\"60일\",\"after\":\"14일\"},{\"kind\":\"added\",\"section\":\"설치 대수, "
    "위치 및 촬영범위\",\"subject\":\"복도\",\"column\":\"\",\"before\":\"\","
    "\"after\":\"복도 전체, 2대\"}]},"
    "\"en\":{\"changes\":[{\"kind\":\"altered\",\"section\":\"Hours and "
    "periods\",\"subject\":\"3rd floor\",\"column\":\"Period\",\"before\":\"60 "
    "days\",\"after\":\"14 days\"}]}";

static void on_drafts_get(void *context, struct channel *channel,
                          const struct message_drafts_get *message,
                          int descriptor)
{
    const struct fake *fake = context;
    struct buffer out = buffer_with_limit(65536);
    (void)descriptor;
    buffer_format(&out, "{\"clock_us\":%lld,\"lead_days\":%d,\"drafts\":[",
                  (long long)fake->began_us, LEAD_DAYS);
    if (kept.state == NULL)
        buffer_format(&out,
                      "{\"sha256\":\"%s\",\"obstacle\":\"\",\"exception\":"
                      "\"none\",\"announced_us\":%lld,\"effective_us\":%lld,%s},",
                      DRAFT, (long long)fake->began_us,
                      (long long)(fake->began_us + days_us(8)), CHANGES);
    buffer_format(&out, "{\"sha256\":\"%s\",\"obstacle\":\"the floor of a "
                        "period is above its ceiling\"}]}", UNSOUND);
    const struct message_drafts_get_reply reply = {
        .id = message->id, .json = buffer_bytes(&out)};
    ANSWER(drafts_get, reply);
    buffer_deinit(&out);
}

static void on_version_change_get(void *context, struct channel *channel,
                                  const struct message_version_change_get *message,
                                  int descriptor)
{
    struct buffer out = buffer_with_limit(65536);
    (void)context;
    (void)descriptor;
    if (message->version == 1)
        buffer_append_text(&out, "{\"version\":1,\"before\":0}");
    else
        buffer_format(&out, "{\"version\":%u,\"before\":%u,%s}",
                      message->version, message->version - 1, CHANGES);
    const struct message_version_change_get_reply reply = {
        .id = message->id, .json = buffer_bytes(&out)};
    ANSWER(version_change_get, reply);
    buffer_deinit(&out);
}

static void on_version_publish(void *context, struct channel *channel,
                               const struct message_version_publish *message,
                               int descriptor)
{
    static const char JSON[] = "{\"version\":3,\"entry\":30,\"state\":"
                               "\"announced\",\"exception\":\"none\"}";
    const struct fake *fake = context;
    bool is_soon =
        message->effective_us < fake->began_us + days_us(LEAD_DAYS - 1);
    (void)descriptor;
    struct message_version_publish_reply reply = {.id = message->id};
    if (is_soon) {
        reply.status = STATUS_CONFLICT;
        reply.refusal = NOTICE_REFUSED_TOO_SOON;
        reply.detail = text_of("2030-01-01");
    } else {
        kept.state = "announced";
        kept.effective_us = message->effective_us;
        (void)!text_copy(message->reason, kept.reason, sizeof kept.reason);
        reply.json = text_bytes(text_of(JSON));
    }
    ANSWER(version_publish, reply);
}

static void on_version_withdraw(void *context, struct channel *channel,
                                const struct message_version_withdraw *message,
                                int descriptor)
{
    static const char JSON[] =
        "{\"version\":3,\"entry\":31,\"state\":\"withdrawn\"}";
    (void)context;
    (void)descriptor;
    kept.state = "withdrawn";
    const struct message_version_withdraw_reply reply = {
        .id = message->id, .json = text_bytes(text_of(JSON))};
    ANSWER(version_withdraw, reply);
}

static void on_version_confirm(void *context, struct channel *channel,
                               const struct message_version_confirm *message,
                               int descriptor)
{
    static const char JSON[] =
        "{\"version\":2,\"entry\":32,\"state\":\"confirmed\"}";
    bool is_page = message->page_sha256.size == 0 ||
                   text_starts_with(message->page_sha256, text_of("aa"));
    (void)context;
    (void)descriptor;
    kept.is_confirmed |= is_page;
    const struct message_version_confirm_reply reply = {
        .id = message->id,
        .status = is_page ? STATUS_OK : STATUS_CONFLICT,
        .json = text_bytes(text_of(is_page ? JSON : ""))};
    ANSWER(version_confirm, reply);
}

void fake_version_handlers(struct message_handlers *handlers)
{
    handlers->versions_get = on_versions_get;
    handlers->drafts_get = on_drafts_get;
    handlers->version_change_get = on_version_change_get;
    handlers->version_publish = on_version_publish;
    handlers->version_withdraw = on_version_withdraw;
    handlers->version_confirm = on_version_confirm;
}
