/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: rows of the ledger, whose they are, and which texts they have. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/gate_stage.h"
#include "unit/test.h"

static const char PASSWORD[] = "a long enough one";
static const char PURPOSE[] = "facility-safety";
static const char WHY[] = "분실물 확인";

enum { CAMERA = STAGE_CAMERA, ORDER = 4, IDLE_MS = 20, WAITS_MAX = 3000 };

/* Deaths that the keeper has to tell are written down before it goes on. */
static void stage_begin(struct gate_stage *stage)
{
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    for (int i = 0; i < WAITS_MAX &&
                    stage->death_tale.acknowledged < stage->death_tale.count;
         i++)
        gate_stage_idle(stage, IDLE_MS);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "홍길동", PASSWORD));
}

static void stage_ready(struct gate_stage *stage)
{
    gate_stage_make(stage);
    stage_begin(stage);
}

static void stage_done(struct gate_stage *stage)
{
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
}

static struct span a_minute_ago(void)
{
    int64_t now_us = gate_stage_now_us();
    return (struct span){{now_us - 120 * (int64_t)SECOND_US},
                         {now_us - 60 * (int64_t)SECOND_US}};
}

static void view(struct gate_stage *stage)
{
    struct span span = a_minute_ago();
    const struct stage_view wanted = {
        .camera = CAMERA,
        .from_us = span.from.us,
        .to_us = span.to.us,
        .purpose = PURPOSE,
        .reason = WHY,
    };
    CHECK_OK(gate_stage_view(stage, &wanted));
}

static enum status all_rows(struct gate_stage *stage)
{
    return gate_stage_ledger(stage, 0, INT64_MAX, 0);
}

static size_t count(const struct gate_stage *stage, const char *text)
{
    size_t found = 0;
    const char *at = stage->json;
    while ((at = strstr(at, text)) != NULL) {
        found++;
        at += strlen(text);
    }
    return found;
}

static bool has(const struct gate_stage *stage, const char *text)
{
    return count(stage, text) > 0;
}

/* One by the cycle, and one that an entry has ordered. */
static void tell_deaths(struct gate_stage *stage)
{
    struct death death = {
        .epoch = 9,
        .subject = CAMERA,
        .cause = CAUSE_EXPIRED,
        .slot = {{3600 * (int64_t)SECOND_US}, {3660 * (int64_t)SECOND_US}},
        .died_at = {1000},
        .seeds = 1,
        .commitment = {1, 2, 3},
    };
    gate_stage_death(stage, &death);
    death.cause = CAUSE_ORDERED;
    death.order_entry = ORDER;
    death.slot.from.us += 60 * (int64_t)SECOND_US;
    death.slot.to.us += 60 * (int64_t)SECOND_US;
    gate_stage_death(stage, &death);
}

/* One of each that the stage can do: a row each, in the log's order. */
static void each_deed_is_one_row(void **state)
{
    (void)state;
    struct gate_stage stage;
    const uint8_t cameras[] = {0, 0, 0, CAMERA};
    gate_stage_make(&stage);
    tell_deaths(&stage);
    stage_begin(&stage);
    view(&stage);
    const struct stage_view live = {.cameras = bytes_of(cameras, 4),
                                    .purpose = PURPOSE,
                                    .reason = "민원 확인"};
    CHECK_OK(gate_stage_view(&stage, &live));
    CHECK_OK(gate_stage_hold(&stage, CAMERA, a_minute_ago(), "수사 협조"));
    CHECK_OK(gate_stage_destroy(&stage, CAMERA,
                                (struct span){{60 * (int64_t)SECOND_US},
                                              {120 * (int64_t)SECOND_US}},
                                "삭제 요구"));
    CHECK_OK(all_rows(&stage));
    static const char *const DEEDS[] = {
        "\"deed\":\"destroyed\"", "\"deed\":\"viewed\"", "\"deed\":\"watched\"",
        "\"deed\":\"held\"", "\"deed\":\"destruction_ordered\""};
    const char *at = stage.json;
    for (size_t i = 0; i < sizeof DEEDS / sizeof DEEDS[0]; i++) {
        at = strstr(at, DEEDS[i]);
        CHECK(at != NULL);
    }
    assert_int_equal(6, count(&stage, "\"deed\":"));
    assert_int_equal(2, count(&stage, "\"deed\":\"destroyed\""));
    CHECK(has(&stage, "\"cause\":\"expired\",\"order\":0"));
    CHECK(has(&stage, "\"cause\":\"ordered\",\"order\":4"));
    CHECK(has(&stage, "\"why\":\"분실물 확인\",\"text\":\"there\""));
    CHECK(has(&stage, "\"why\":\"민원 확인\"") &&
          has(&stage, "\"why\":\"수사 협조\"") &&
          has(&stage, "\"why\":\"삭제 요구\""));
    CHECK(has(&stage, "\"name\":\"홍길동\",\"text\":\"there\""));
    CHECK(has(&stage, "\"next\":null"));
    stage_done(&stage);
}

static void a_forgotten_month_is_said_and_the_row_stays(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    view(&stage);
    stage.has_no_text_key = true;
    CHECK_OK(all_rows(&stage));
    CHECK(has(&stage, "\"deed\":\"viewed\""));
    CHECK(has(&stage, "\"why\":\"\",\"text\":\"erased\""));
    CHECK(has(&stage, "\"name\":\"\",\"text\":\"erased\""));
    CHECK(!has(&stage, "분실물") && !has(&stage, "홍길동"));
    stage_done(&stage);
}

/* No other role reads who looked at what, and why. */
static void it_is_for_chief_manager_and_auditor(void **state)
{
    (void)state;
    static const struct {
        const char *role;
        const char *person;
        enum status expected;
    } ROLES[] = {
        {"access_holder", "okpo-viewer", STATUS_DENIED},
        {"auditor", "", STATUS_OK},
        {"administrator", "", STATUS_DENIED},
    };
    struct gate_stage stage;
    stage_ready(&stage);
    view(&stage);
    char chief[sizeof stage.session];
    memcpy(chief, stage.session, sizeof chief);
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        memcpy(stage.session, chief, sizeof chief);
        CHECK_OK(gate_stage_account_add(&stage, ROLES[i].role, ROLES[i].role,
                                        ROLES[i].person));
        CHECK_OK(gate_stage_login(&stage, ROLES[i].role, PASSWORD, "a"));
        CHECK_STATUS(ROLES[i].expected, all_rows(&stage));
        CHECK(has(&stage, "분실물") == (ROLES[i].expected == STATUS_OK));
    }
    stage.session[0] = 0;
    CHECK_STATUS(STATUS_DENIED, all_rows(&stage));
    stage_done(&stage);
}

/* The number behind "next", or a member of the first row. */
static uint64_t number_behind(const struct gate_stage *stage, const char *name)
{
    const char *at = strstr(stage->json, name);
    CHECK(at != NULL);
    return at == NULL ? 0 : strtoull(at + strlen(name), NULL, 10);
}

static void from_and_to_cut_by_the_entrys_time(void **state)
{
    (void)state;
    struct gate_stage stage;
    stage_ready(&stage);
    for (int i = 0; i < 5; i++)
        view(&stage);
    CHECK_OK(all_rows(&stage));
    assert_int_equal(5, count(&stage, "\"deed\":"));
    const char *second = strstr(stage.json, "\"time_us\":");
    CHECK(second != NULL);
    second = second == NULL ? NULL : strstr(second + 1, "\"time_us\":");
    CHECK(second != NULL);
    int64_t time_us = second == NULL ? 0 : atoll(second + 10);
    CHECK_OK(gate_stage_ledger(&stage, time_us, INT64_MAX, 0));
    assert_int_equal(4, count(&stage, "\"deed\":"));
    CHECK_OK(gate_stage_ledger(&stage, 0, time_us, 0));
    assert_int_equal(1, count(&stage, "\"deed\":"));
    CHECK_OK(gate_stage_ledger(&stage, time_us, time_us + 1, 0));
    assert_int_equal(1, count(&stage, "\"deed\":"));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_ledger(&stage, time_us, time_us, 0));
    stage_done(&stage);
}

/* Fifty rows a page; the pages together have each row once. */
static void pages_have_every_row_once(void **state)
{
    (void)state;
    enum { DEATHS = 60, PAGE = 50 };
    struct gate_stage stage;
    gate_stage_make(&stage);
    for (int i = 0; i < DEATHS; i++) {
        const struct death death = {
            .epoch = 1 + (uint64_t)i,
            .subject = CAMERA,
            .cause = CAUSE_EXPIRED,
            .slot = {{(3600 + 120 * (int64_t)i) * SECOND_US},
                     {(3660 + 120 * (int64_t)i) * SECOND_US}},
            .died_at = {1000},
            .seeds = 1,
            .commitment = {(uint8_t)i},
        };
        gate_stage_death(&stage, &death);
    }
    stage_begin(&stage);
    CHECK_OK(all_rows(&stage));
    assert_int_equal(PAGE, count(&stage, "\"deed\":"));
    uint64_t next = number_behind(&stage, "\"next\":");
    CHECK_OK(gate_stage_ledger(&stage, 0, INT64_MAX, next));
    assert_int_equal(next, number_behind(&stage, "\"entry\":"));
    assert_int_equal(DEATHS - PAGE, count(&stage, "\"deed\":"));
    CHECK(has(&stage, "\"next\":null"));
    stage_done(&stage);
}

TEST_MAIN("roles/gate/ledger", TEST(each_deed_is_one_row),
          TEST(a_forgotten_month_is_said_and_the_row_stays),
          TEST(it_is_for_chief_manager_and_auditor),
          TEST(from_and_to_cut_by_the_entrys_time),
          TEST(pages_have_every_row_once))
