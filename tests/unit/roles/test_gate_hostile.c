/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gate under a captured web: it sends whatever it likes, in any order,
 * with tokens and view numbers that it makes up. The gate lives, gives no
 * ticket, and every refused login is an entry.
 */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "support/gate_stage.h"
#include "sys/loop.h"
#include "unit/test.h"

enum { MESSAGES = 600, TEXT_MAX = 1024, AT_ONCE = 20 };

struct hostile {
    struct gate_stage stage;
    struct test_random random;
    size_t waiting;
    size_t tickets;
    size_t views;
    size_t sessions;
};

/* What somebody would try: each is at most `most` bytes. */
static struct text any_text(struct hostile *hostile, size_t most)
{
    static char random_bytes[TEXT_MAX];
    static char long_text[TEXT_MAX];
    static const char *const KNOWN[] = {
        "",
        "홍길동",
        "facility-safety",
        "분실물 확인",
        "' OR '1'='1",
        "line\nfeed\r\n{\"n\":0}",
        "\x1b]0;title\x07",
        "\xe2\x80\xaegnp.exe",
        "\xff\xfe\xc0\x80",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ko",
        "../../../../etc/passwd",
        "chief_manager",
        "director",
        "view.open",
        "%s%n%s%n",
    };
    size_t count = sizeof KNOWN / sizeof *KNOWN;
    size_t choice = test_random_next(&hostile->random) % (count + 2);
    struct text text = text_of("");
    if (choice < count) {
        text = text_of(KNOWN[choice]);
    } else if (choice == count) {
        memset(long_text, 'x', sizeof long_text);
        text = (struct text){long_text, sizeof long_text};
    } else {
        test_random_fill(&hostile->random, random_bytes, sizeof random_bytes);
        text = (struct text){random_bytes, sizeof random_bytes};
    }
    if (text.size > most)
        text.size = most;
    return text;
}

static int64_t any_number(struct hostile *hostile)
{
    static const int64_t KNOWN[] = {0,         1,         6,     -1,
                                    INT64_MAX, INT64_MIN, 65535, 4294967295};
    uint64_t choice = test_random_next(&hostile->random);
    if (choice % 2 == 0)
        return KNOWN[choice / 2 % (sizeof KNOWN / sizeof *KNOWN)];
    return (int64_t)test_random_next(&hostile->random);
}

static struct bytes any_cameras(struct hostile *hostile)
{
    static uint8_t cameras[16384];
    test_random_fill(&hostile->random, cameras, sizeof cameras);
    size_t size = test_random_next(&hostile->random) % sizeof cameras;
    return bytes_of(cameras, size);
}

static void one_less(struct hostile *hostile, int descriptor)
{
    CHECK(descriptor == -1);
    hostile->waiting--;
    if (hostile->waiting == 0)
        loop_stop(hostile->stage.loop);
}

#define ON_ANY(name, counter)                                                  \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        struct hostile *hostile = context;                                     \
        CHECK(reply != NULL);                                                  \
        hostile->counter += status == STATUS_OK;                               \
        one_less(hostile, descriptor);                                         \
    }
#define ON_HARMLESS(name)                                                      \
    static void on_##name(void *context, enum status status,                   \
                          const struct message_##name##_reply *reply,          \
                          int descriptor)                                      \
    {                                                                          \
        CHECK(reply != NULL && status < STATUS_COUNT);                         \
        one_less(context, descriptor);                                         \
    }
ON_ANY(login_first, sessions)
ON_ANY(login, sessions)
ON_HARMLESS(logout)
ON_HARMLESS(session_get)
ON_ANY(cameras_get, views)
ON_ANY(coverage_get, views)
ON_ANY(view_open, views)
ON_ANY(live_open, views)
ON_ANY(view_close, views)
ON_ANY(ticket_get, tickets)
ON_ANY(entries_get, views)
ON_HARMLESS(status_get)
ON_ANY(accounts_get, views)
ON_ANY(account_add, views)
ON_ANY(account_close, views)
ON_HARMLESS(public_page)

#define SEND(name, ...)                                                        \
    do {                                                                       \
        const struct message_##name message_ = {__VA_ARGS__};                  \
        CHECK_OK(message_##name##_send(hostile->stage.web, &message_, -1,      \
                                       on_##name, hostile));                   \
        hostile->waiting++;                                                    \
    } while (0)

static void send_people(struct hostile *h, uint64_t choice)
{
    struct hostile *hostile = h;
    if (choice == 0)
        SEND(login_first, .code = any_text(h, 64), .name = any_text(h, 128),
             .password = any_text(h, 256), .address = any_text(h, 64));
    else if (choice == 1)
        SEND(login, .name = any_text(h, 128), .password = any_text(h, 256),
             .address = any_text(h, 64));
    else if (choice == 2)
        SEND(logout, .session = any_text(h, 64), .address = any_text(h, 64));
    else if (choice == 3)
        SEND(session_get, .session = any_text(h, 64));
    else if (choice == 4)
        SEND(accounts_get, .session = any_text(h, 64));
    else if (choice == 5)
        SEND(account_add, .session = any_text(h, 64), .name = any_text(h, 128),
             .password = any_text(h, 256), .role = any_text(h, 32),
             .person = any_text(h, 128), .address = any_text(h, 64));
    else if (choice == 6)
        SEND(account_close, .session = any_text(h, 64),
             .account = (uint32_t)any_number(h), .address = any_text(h, 64));
    else
        SEND(public_page, .page = (uint8_t)any_number(h),
             .number = (uint32_t)any_number(h), .language = any_text(h, 8));
}

static void send_viewing(struct hostile *h, uint64_t choice)
{
    struct hostile *hostile = h;
    if (choice == 0)
        SEND(cameras_get, .session = any_text(h, 64));
    else if (choice == 1)
        SEND(coverage_get, .session = any_text(h, 64),
             .camera = (uint32_t)any_number(h), .from_us = any_number(h),
             .to_us = any_number(h));
    else if (choice == 2)
        SEND(view_open, .session = any_text(h, 64),
             .camera = (uint32_t)any_number(h), .from_us = any_number(h),
             .to_us = any_number(h), .purpose = any_text(h, 64),
             .reason = any_text(h, 1024), .address = any_text(h, 64));
    else if (choice == 3)
        SEND(live_open, .session = any_text(h, 64), .cameras = any_cameras(h),
             .purpose = any_text(h, 64), .reason = any_text(h, 1024),
             .address = any_text(h, 64));
    else if (choice == 4)
        SEND(view_close, .session = any_text(h, 64),
             .view = (uint64_t)any_number(h), .address = any_text(h, 64));
    else if (choice == 5)
        SEND(ticket_get, .session = any_text(h, 64),
             .view = (uint64_t)any_number(h));
    else if (choice == 6)
        SEND(entries_get, .session = any_text(h, 64),
             .before = (uint64_t)any_number(h),
             .count = (uint16_t)any_number(h), .kind = any_text(h, 64));
    else
        SEND(status_get, .session = any_text(h, 64),
             .local = (uint8_t)any_number(h));
}

static void send_many(struct hostile *hostile)
{
    for (int i = 0; i < MESSAGES; i++) {
        uint64_t choice = test_random_next(&hostile->random);
        if (choice % 2 == 0)
            send_people(hostile, choice / 2 % 8);
        else
            send_viewing(hostile, choice / 2 % 8);
        if (hostile->waiting >= AT_ONCE || i + 1 == MESSAGES)
            gate_stage_idle(&hostile->stage, 20000);
    }
    assert_int_equal(0, hostile->waiting);
}

static void a_captured_web_gets_nothing(void **state)
{
    (void)state;
    struct hostile *hostile = alloc_zeroed(sizeof *hostile);
    CHECK(hostile != NULL);
    hostile->random.state = 20261122;
    struct gate_stage *stage = &hostile->stage;
    gate_stage_make(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "홍길동",
                                    "a long enough one"));
    /* A view is open: its number may be guessed, its session may not. */
    int64_t now_us = gate_stage_now_us();
    const struct stage_view view = {
        .camera = STAGE_CAMERA,
        .from_us = now_us - SECOND_US,
        .to_us = now_us,
        .purpose = "facility-safety",
        .reason = "분실물 확인",
    };
    CHECK_OK(gate_stage_view(stage, &view));
    uint64_t number = stage->view;
    send_many(hostile);
    assert_int_equal(0, hostile->tickets);
    assert_int_equal(0, hostile->views);
    assert_int_equal(0, hostile->sessions);
    /* It still serves, and the one view is the one entry. */
    CHECK_OK(gate_stage_ticket(stage, number));
    assert_int_equal(1, gate_stage_log_count(stage, "\"kind\":\"view.open\""));
    assert_int_equal(0, gate_stage_log_count(stage, "\"kind\":\"live.open\""));
    CHECK_OK(gate_stage_stop(stage));
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
    alloc_free(hostile);
}

/* A session that web holds is bound to its rights, and each use is told. */
static void a_flood_of_views_is_limited_and_told(void **state)
{
    (void)state;
    static struct gate_stage stage;
    size_t views = 0;
    enum status s = STATUS_OK;
    gate_stage_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    CHECK_OK(gate_stage_login_first(&stage, stage.code, "홍길동",
                                    "a long enough one"));
    int64_t now_us = gate_stage_now_us();
    const struct stage_view view = {
        .camera = STAGE_CAMERA,
        .from_us = now_us - SECOND_US,
        .to_us = now_us,
        .purpose = "facility-safety",
        .reason = "분실물 확인",
    };
    for (int i = 0; i < 100 && s == STATUS_OK; i++) {
        s = gate_stage_view(&stage, &view);
        views += s == STATUS_OK;
    }
    assert_int_equal(STATUS_LIMIT, s);
    CHECK(views <= 64);
    assert_int_equal(views,
                     gate_stage_log_count(&stage, "\"kind\":\"view.open\""));
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

TEST_MAIN("roles/gate/gate hostile", TEST(a_captured_web_gets_nothing),
          TEST(a_flood_of_views_is_limited_and_told))
