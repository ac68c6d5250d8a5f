/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "browser/fake_recorder.h"
#include "ipc/ticket.h"

static const char SESSION[] = "c2Vzc2lvbg";
static const char PASSWORD[] = "correct horse";

static const char SESSION_JSON[] =
    "{\"first_login\":false,\"account\":{\"number\":1,\"name\":\"홍길동\","
    "\"role\":\"chief_manager\",\"person\":\"p1\"},\"rights\":["
    "\"see_cameras\",\"view_live\",\"view_recorded\",\"read_log\","
    "\"read_texts\",\"manage_accounts\",\"see_status\",\"destroy\","
    "\"hold\",\"confirm_clock\",\"export\","
    "\"keep_ledger\",\"review\",\"publish\"]}";

#define ANSWER(name, reply)                                                    \
    do {                                                                       \
        if (message_##name##_answer(channel, &(reply), -1) != STATUS_OK)       \
            exit(1);                                                           \
    } while (0)

static bool is_signed_in(struct text session)
{
    return text_equal(session, text_of(SESSION));
}

static void on_session_get(void *context, struct channel *channel,
                           const struct message_session_get *message,
                           int descriptor)
{
    const struct fake *fake = context;
    (void)descriptor;
    const char *json = is_signed_in(message->session) ? SESSION_JSON
                       : fake->has_account ? "{\"first_login\":false}"
                                           : "{\"first_login\":true}";
    const struct message_session_get_reply reply = {
        .id = message->id, .json = text_bytes(text_of(json))};
    ANSWER(session_get, reply);
}

static void on_login_first(void *context, struct channel *channel,
                           const struct message_login_first *message,
                           int descriptor)
{
    struct fake *fake = context;
    (void)descriptor;
    bool is_right =
        text_equal(message->code, text_of(FAKE_CODE)) && !fake->has_account;
    fake->has_account |= is_right;
    const struct message_login_first_reply reply = {
        .id = message->id,
        .status = is_right ? STATUS_OK : STATUS_DENIED,
        .session = text_of(SESSION),
        .json = text_bytes(text_of(SESSION_JSON)),
    };
    ANSWER(login_first, reply);
}

static void on_login(void *context, struct channel *channel,
                     const struct message_login *message, int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_login_reply reply = {
        .id = message->id,
        .status = text_equal(message->password, text_of(PASSWORD))
                      ? STATUS_OK
                      : STATUS_DENIED,
        .session = text_of(SESSION),
        .json = text_bytes(text_of(SESSION_JSON)),
    };
    ANSWER(login, reply);
}

static void on_logout(void *context, struct channel *channel,
                      const struct message_logout *message, int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_logout_reply reply = {.id = message->id};
    ANSWER(logout, reply);
}

static const char MASK[] = "{\"what\":\"수유실\",\"by\":\"camera\","
                           "\"region\":\"0,0 300,0 300,1000\"}";

static void put_group(struct buffer *out, const struct fake *fake,
                      const char *names, uint32_t from, uint32_t to)
{
    buffer_format(out,
                  "{\"id\":\"g%u\",%s,\"purposes\":[\"facility_safety\","
                  "\"crime_prevention\"],\"cameras\":[",
                  from, names);
    for (uint32_t n = from; n <= to; n++)
        buffer_format(out,
                      "%s{\"number\":%u,\"id\":\"cam-%u\",\"ko\":\"카메라 "
                      "%u\",\"en\":\"Camera %u\",\"state\":\"%s\",\"masks\":[%s],"
                      "\"since\":%lld}",
                      n == from ? "" : ",", n, n, n, n,
                      n == 3 ? "unreachable" : "recording",
                      n == 2 ? MASK : "",
                      (long long)fake->began_us);
    buffer_append_text(out, "]}");
}

static void on_cameras_get(void *context, struct channel *channel,
                           const struct message_cameras_get *message,
                           int descriptor)
{
    const struct fake *fake = context;
    (void)descriptor;
    if (fake->is_mute) {
        fake_say("unanswered");
        return;
    }
    struct buffer out = buffer_with_limit(65536);
    buffer_append_text(&out,
                       "{\"institution\":{\"ko\":\"거제시 "
                       "가족센터\",\"en\":\"Geoje Family "
                       "Center\"},\"sites\":[{\"id\":\"s\",\"ko\":"
                       "\"본관\",\"en\":\"Main\",\"groups\":[");
    put_group(&out, fake,
              "\"ko\":\"1층\",\"en\":\"Floor 1\",\"place_ko\":\"1층 "
              "안내데스크\",\"place_en\":\"Ground floor, "
              "desk\",\"coverage_ko\":\"출입구 및 "
              "안내데스크\",\"coverage_en\":\"Entrance and desk\","
              "\"retention\":{\"unit\":\"days\",\"count\":60}",
              1, 4);
    buffer_append_text(&out, ",");
    put_group(&out, fake,
              "\"ko\":\"나눔터\",\"en\":\"Play room\",\"place_ko\":\"2층 "
              "나눔터\",\"place_en\":\"Second floor, play room\","
              "\"coverage_ko\":\"내부\",\"coverage_en\":\"Inside\","
              "\"retention\":{\"unit\":\"seconds\",\"count\":60}",
              5, 6);
    buffer_append_text(&out,
                       "]}],\"purposes\":[{\"id\":\"facility_safety\","
                       "\"ko\":\"시설안전 및 화재 "
                       "예방\",\"en\":\"Facility safety\"},{\"id\":"
                       "\"crime_prevention\",\"ko\":\"범죄 "
                       "예방\",\"en\":\"Crime prevention\"}],"
                       "\"erasure_level\":0");
    fake_put_doubts(fake, &out);
    buffer_append_text(&out, "}");
    const struct message_cameras_get_reply reply = {
        .id = message->id,
        .status =
            is_signed_in(message->session) ? STATUS_OK : STATUS_DENIED,
        .json = buffer_bytes(&out),
    };
    ANSWER(cameras_get, reply);
    buffer_deinit(&out);
}

static void on_coverage_get(void *context, struct channel *channel,
                            const struct message_coverage_get *message,
                            int descriptor)
{
    const struct fake *fake = context;
    (void)descriptor;
    struct buffer out = buffer_with_limit(65536);
    int64_t began = fake->began_us;
    int64_t first = began - 1800 * (int64_t)SECOND_US;
    int64_t now = fake_now_us();
    buffer_format(&out,
                  "{\"camera\":%u,\"from\":%lld,\"to\":%lld,\"recorded\":[",
                  message->camera, (long long)message->from_us,
                  (long long)message->to_us);
    int64_t dead = now - SHORT_KEPT_S * (int64_t)SECOND_US;
    dead -= dead % (5 * (int64_t)SECOND_US);
    if (message->camera == SHORT_CAMERA)
        buffer_format(&out,
                      "[%lld,%lld]],\"gaps\":[],\"destroyed\":[{\"from_us\":"
                      "%lld,\"to_us\":%lld,\"entry\":7}]",
                      (long long)dead, (long long)now, (long long)first,
                      (long long)dead);
    else if (message->camera == 3)
        buffer_format(&out,
                      "[%lld,%lld]],\"gaps\":[{\"from_us\":%lld,\"to_us\":"
                      "%lld,\"cause\":\"unreachable\"}],\"destroyed\":[]",
                      (long long)first, (long long)began, (long long)began,
                      (long long)now);
    else if (message->camera == GAP_CAMERA)
        buffer_format(&out,
                      "[%lld,%lld],[%lld,%lld]],\"gaps\":[{\"from_us\":%lld,"
                      "\"to_us\":%lld,\"cause\":\"no_data\"}],"
                      "\"destroyed\":[]",
                      (long long)first,
                      (long long)(began - 420 * (int64_t)SECOND_US),
                      (long long)(began - 300 * (int64_t)SECOND_US),
                      (long long)now,
                      (long long)(began - 420 * (int64_t)SECOND_US),
                      (long long)(began - 300 * (int64_t)SECOND_US));
    else
        buffer_format(&out, "[%lld,%lld]],\"gaps\":[],\"destroyed\":[]",
                      (long long)first, (long long)now);
    buffer_format(&out, ",\"clock_us\":%lld}", (long long)now);
    const struct message_coverage_get_reply reply = {
        .id = message->id,
        .status =
            is_signed_in(message->session) ? STATUS_OK : STATUS_DENIED,
        .json = buffer_bytes(&out),
    };
    ANSWER(coverage_get, reply);
    buffer_deinit(&out);
}

struct opened {
    int64_t from_us;
    int64_t to_us;
    uint32_t cameras[FAKE_CAMERAS];
    size_t count;
};

/* The span of the last view; enough for a fake. */
static struct opened last_opened;

static void on_view_open(void *context, struct channel *channel,
                         const struct message_view_open *message,
                         int descriptor)
{
    struct fake *fake = context;
    (void)descriptor;
    last_opened = (struct opened){
        message->from_us, message->to_us, {message->camera}, 1};
    char json[128];
    fake->entries++;
    (void)snprintf(json, sizeof json,
                   "{\"view\":%llu,\"entry\":%llu,\"from\":%lld,\"to\":%lld}",
                   (unsigned long long)fake->entries,
                   (unsigned long long)fake->entries,
                   (long long)message->from_us, (long long)message->to_us);
    const struct message_view_open_reply reply = {
        .id = message->id,
        .view = fake->entries,
        .json = text_bytes(text_of(json)),
    };
    ANSWER(view_open, reply);
}

static void on_live_open(void *context, struct channel *channel,
                         const struct message_live_open *message,
                         int descriptor)
{
    struct fake *fake = context;
    (void)descriptor;
    last_opened = (struct opened){.from_us = fake_now_us(), .to_us = INT64_MAX};
    struct reader cameras = reader_on(message->cameras);
    while (reader_more(&cameras) && last_opened.count < FAKE_CAMERAS)
        last_opened.cameras[last_opened.count++] = reader_u32be(&cameras);
    char json[64];
    fake->entries++;
    (void)snprintf(json, sizeof json, "{\"view\":%llu,\"entry\":%llu}",
                   (unsigned long long)fake->entries,
                   (unsigned long long)fake->entries);
    const struct message_live_open_reply reply = {
        .id = message->id,
        .view = fake->entries,
        .json = text_bytes(text_of(json)),
    };
    ANSWER(live_open, reply);
}

static void on_view_close(void *context, struct channel *channel,
                          const struct message_view_close *message,
                          int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_view_close_reply reply = {.id = message->id};
    ANSWER(view_close, reply);
}

static void on_ticket_get(void *context, struct channel *channel,
                          const struct message_ticket_get *message,
                          int descriptor)
{
    static const uint8_t KEY[TICKET_KEY_SIZE];
    (void)context;
    (void)descriptor;
    uint8_t cameras[4 * FAKE_CAMERAS];
    struct writer numbers = writer_on(cameras, sizeof cameras);
    for (size_t i = 0; i < last_opened.count; i++)
        writer_u32be(&numbers, last_opened.cameras[i]);
    const struct ticket ticket = {
        .kind = last_opened.to_us == INT64_MAX ? TICKET_LIVE : TICKET_RECORDED,
        .view = message->view,
        .span = {{last_opened.from_us}, {last_opened.to_us}},
        .cameras = writer_written(&numbers),
    };
    uint8_t sealed[TICKET_SIZE_MAX];
    struct writer out = writer_on(sealed, sizeof sealed);
    enum status s = is_signed_in(message->session)
                        ? ticket_seal(&ticket, KEY, KEY, &out)
                        : STATUS_DENIED;
    const struct message_ticket_get_reply reply = {
        .id = message->id, .status = s, .ticket = writer_written(&out)};
    ANSWER(ticket_get, reply);
}

static const char ENTRIES_JSON[] =
    "{\"entries\":["
    "{\"n\":8,\"t\":\"2026-11-22T04:00:10.000000Z\",\"kind\":\"view.open\","
    "\"line\":\"{\\\"n\\\":8,\\\"t\\\":\\\"2026-11-22T04:00:10.000000Z\\\","
    "\\\"kind\\\":\\\"view.open\\\",\\\"account\\\":1,\\\"camera\\\":2,"
    "\\\"from\\\":\\\"2026-11-22T03:50:00.000000Z\\\",\\\"to\\\":"
    "\\\"2026-11-22T03:55:00.000000Z\\\",\\\"purpose\\\":"
    "\\\"facility_safety\\\",\\\"why\\\":\\\"c:AAAA\\\"}\",\"leaf\":\"00ff\","
    "\"texts\":{\"why\":\"분실물 확인\",\"address\":\"192.0.2.7\"}},"
    "{\"n\":7,\"t\":\"2026-11-22T04:00:05.000000Z\",\"kind\":"
    "\"deletion.done\",\"line\":\"{\\\"n\\\":7,\\\"t\\\":"
    "\\\"2026-11-22T04:00:05.000000Z\\\",\\\"kind\\\":\\\"deletion.done\\\","
    "\\\"camera\\\":5,\\\"from\\\":\\\"2026-11-22T03:59:00.000000Z\\\","
    "\\\"to\\\":\\\"2026-11-22T03:59:05.000000Z\\\",\\\"cause\\\":"
    "\\\"expired\\\",\\\"died\\\":\\\"2026-11-22T04:00:05.000000Z\\\"}\","
    "\"leaf\":\"00ff\",\"texts\":{}},"
    "{\"n\":6,\"t\":\"2026-11-22T04:00:05.000000Z\",\"kind\":"
    "\"deletion.seeds\",\"line\":\"{\\\"n\\\":6,\\\"t\\\":"
    "\\\"2026-11-22T04:00:05.000000Z\\\",\\\"kind\\\":"
    "\\\"deletion.seeds\\\",\\\"camera\\\":5,\\\"epoch\\\":3,"
    "\\\"level\\\":0,\\\"unused\\\":0,\\\"counts\\\":\\\"1\\\","
    "\\\"commitments\\\":\\\"AAAAAAAAAAAAAAAAAAAAAA==\\\"}\","
    "\"leaf\":\"00fe\",\"texts\":{}},"
    "{\"n\":5,\"t\":\"2026-11-22T03:58:00.000000Z\",\"kind\":"
    "\"clock.confirmed\",\"line\":\"{\\\"n\\\":5,\\\"t\\\":"
    "\\\"2026-11-22T03:58:00.000000Z\\\",\\\"kind\\\":"
    "\\\"clock.confirmed\\\",\\\"account\\\":1,\\\"person\\\":"
    "\\\"p1\\\",\\\"wall_ms\\\":93784000,\\\"unconfirmed_ms\\\":0,"
    "\\\"address\\\":\\\"c:AAAA\\\"}\",\"leaf\":\"00fd\","
    "\"texts\":{}}],\"next\":0}";

static void on_entries_get(void *context, struct channel *channel,
                           const struct message_entries_get *message,
                           int descriptor)
{
    (void)context;
    (void)descriptor;
    const char *json = ENTRIES_JSON;
    if (message->before == 8) /* the console asks for entry 7 alone */
        json = strstr(ENTRIES_JSON, "{\"n\":7");
    struct buffer out = buffer_with_limit(65536);
    if (json != ENTRIES_JSON)
        buffer_append_text(&out, "{\"entries\":[");
    buffer_append_text(&out, json);
    const struct message_entries_get_reply reply = {
        .id = message->id,
        .status =
            is_signed_in(message->session) ? STATUS_OK : STATUS_DENIED,
        .json = buffer_bytes(&out),
    };
    ANSWER(entries_get, reply);
    buffer_deinit(&out);
}

static void on_status_get(void *context, struct channel *channel,
                          const struct message_status_get *message,
                          int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_status_get_reply reply = {
        .id = message->id, .json = text_bytes(text_of("{\"local\":1}"))};
    ANSWER(status_get, reply);
}

static void on_accounts_get(void *context, struct channel *channel,
                            const struct message_accounts_get *message,
                            int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_accounts_get_reply reply = {
        .id = message->id,
        .json = text_bytes(text_of(
            "{\"accounts\":[{\"number\":1,\"name\":\"홍길동\",\"role\":"
            "\"chief_manager\",\"person\":\"p1\"},{\"number\":2,\"name\":"
            "\"김아무개\",\"role\":\"access_holder\",\"person\":\"p2\"}],"
            "\"people\":[{\"id\":\"p1\",\"ko\":\"센터장\",\"en\":"
            "\"Director\"},{\"id\":\"p2\",\"ko\":\"주무관\",\"en\":"
            "\"Officer\"}]}")),
    };
    ANSWER(accounts_get, reply);
}

static void on_account_add(void *context, struct channel *channel,
                           const struct message_account_add *message,
                           int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_account_add_reply reply = {
        .id = message->id, .json = text_bytes(text_of("{\"number\":3}"))};
    ANSWER(account_add, reply);
}

static void on_account_close(void *context, struct channel *channel,
                             const struct message_account_close *message,
                             int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_account_close_reply reply = {.id = message->id};
    ANSWER(account_close, reply);
}

static void on_public_page(void *context, struct channel *channel,
                           const struct message_public_page *message,
                           int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_public_page_reply reply = {
        .id = message->id,
        .body = text_bytes(text_of("<!doctype html><title>방침</title>")),
    };
    ANSWER(public_page, reply);
}

/* No log of another installation is known here. */
static void on_witness_ask(void *context, struct channel *channel,
                           const struct message_witness_ask *message,
                           int descriptor)
{
    (void)context;
    (void)descriptor;
    const struct message_witness_ask_reply reply = {.id = message->id,
                                                    .code = 404};
    ANSWER(witness_ask, reply);
}

void fake_gate_handlers(struct message_handlers *handlers)
{
    handlers->session_get = on_session_get;
    handlers->login_first = on_login_first;
    handlers->login = on_login;
    handlers->logout = on_logout;
    handlers->cameras_get = on_cameras_get;
    handlers->coverage_get = on_coverage_get;
    handlers->view_open = on_view_open;
    handlers->live_open = on_live_open;
    handlers->view_close = on_view_close;
    handlers->ticket_get = on_ticket_get;
    handlers->entries_get = on_entries_get;
    handlers->status_get = on_status_get;
    handlers->accounts_get = on_accounts_get;
    handlers->account_add = on_account_add;
    handlers->account_close = on_account_close;
    handlers->public_page = on_public_page;
    handlers->witness_ask = on_witness_ask;
}
