/* SPDX-License-Identifier: Apache-2.0 */
/* The gate looks at its vault, and says what it finds in the log, in the
 * status and to everybody. */
#include <string.h>

#include "support/gate_stage.h"
#include "unit/test.h"

enum { TURN_MS = 500, TURNS = 120 };

static const int64_t GAP_US = INT64_C(20) * SECOND_US;
static const int64_t HOUR_US = INT64_C(3600) * SECOND_US;

static void check_page(struct gate_stage *stage, enum public_page page,
                       const char *words)
{
    CHECK_OK(gate_stage_page(stage, page, 0, "en"));
    CHECK(strstr(stage->json, words) != NULL);
    CHECK(strstr(stage->json, "<script") == NULL);
    CHECK(strstr(stage->json, "192.0.2.") == NULL);
}

/* Until a look of the gate has brought this to everybody. */
static void await_told(struct gate_stage *stage, const char *words)
{
    for (int i = 0; i < TURNS; i++) {
        if (gate_stage_page(stage, PUBLIC_PROMISES_JSON, 0, "ko") ==
                STATUS_OK &&
            strstr(stage->json, words) != NULL)
            return;
        gate_stage_idle(stage, TURN_MS);
    }
    fail_msg("nobody is told %s", words);
}

static void what_differs_is_told(void **state)
{
    (void)state;
    static struct gate_stage stage;
    gate_stage_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    /* Before it has looked for the first time, after five seconds. */
    enum status s = gate_stage_page(&stage, PUBLIC_PROMISES, 0, "ko");
    CHECK(s == STATUS_AGAIN || (s == STATUS_OK && stage.looks > 0));
    stage.is_camera_off = true;
    await_told(&stage, "\"kind\":\"cameras\",\"subject\":"
                       "\"sharing-okpo\",\"state\":\"at_risk\"");
    CHECK(stage.looks >= 1);
    CHECK(strstr(stage.json, "remedy") == NULL);
    CHECK_OK(gate_stage_status(&stage, true));
    CHECK(strstr(stage.json, "\"remedy\"") != NULL);
    check_page(&stage, PUBLIC_HOME, "/public/en/promises");
    check_page(&stage, PUBLIC_NEXT, "No change is announced");
    check_page(&stage, PUBLIC_VERSIONS, "/public/en/versions/1");
    check_page(&stage, PUBLIC_SIGNS, "Manager");
    check_page(&stage, PUBLIC_REQUEST, "Article 35");
    check_page(&stage, PUBLIC_FORM, "ten days");
    check_page(&stage, PUBLIC_PROMISES, "At risk");
    check_page(&stage, PUBLIC_FEED, "<feed xmlns=");
    CHECK_OK(gate_stage_page(&stage, PUBLIC_VERSION, 1, "en"));
    CHECK_STATUS(STATUS_NOT_FOUND,
                 gate_stage_page(&stage, PUBLIC_VERSION, 9, "en"));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_page(&stage, PUBLIC_PAGE_COUNT, 0, "en"));
    const struct event gap = {
        .kind = EVENT_GAP_OPEN,
        .cause = CAUSE_NO_DATA,
        .camera = STAGE_CAMERA,
        .span = {{gate_stage_now_us() - GAP_US}, {gate_stage_now_us()}}};
    gate_stage_event(&stage, &gap);
    await_told(&stage, "\"code\":\"camera_off\"");
    CHECK(gate_stage_log_count(&stage, "\"drift.found\"") >= 1);
    gate_stage_await_log(&stage, 1, "\"camera_off\"");
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

static void tell_gap(struct gate_stage *stage, enum cause cause,
                     int64_t ago_us, int64_t length_us)
{
    const int64_t from_us = gate_stage_now_us() - ago_us;
    const struct event gap = {.kind = EVENT_GAP,
                              .cause = cause,
                              .camera = STAGE_CAMERA,
                              .span = {{from_us}, {from_us + length_us}}};
    gate_stage_event(stage, &gap);
}

static void what_was_planned_is_not_missing(void **state)
{
    (void)state;
    static struct gate_stage stage;
    gate_stage_make(&stage);
    CHECK_OK(gate_stage_start(&stage, ""));
    gate_stage_attach(&stage);
    tell_gap(&stage, CAUSE_PLANNED_OFF, 10 * HOUR_US, 9 * HOUR_US);
    tell_gap(&stage, CAUSE_UNREACHABLE, HOUR_US, HOUR_US / 6);
    await_told(&stage, "\"missing_s\":600");
    assert_int_equal(0, gate_stage_end(&stage));
    gate_stage_remove(&stage);
}

TEST_MAIN("roles/gate/promise", TEST(what_differs_is_told),
          TEST(what_was_planned_is_not_missing))
