/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: holds, from the order to the death of their keys. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "model/hold.h"
#include "support/gate_stage.h"
#include "unit/test.h"

static const char PASSWORD[] = "a long enough one";
static const char REASON[] = "정보주체의 열람 요구";

enum {
    CAMERA = STAGE_CAMERA,
    IDLE_MS = 150,
    WAITS_MAX = 400,
    SLICES = 7, /* of 10 s, of a minute and the seconds at its ends */
};

static void stage_ready(struct gate_stage *stage)
{
    gate_stage_make(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "root", PASSWORD));
}

static struct span a_minute_ago(void)
{
    int64_t now_us = gate_stage_now_us();
    return (struct span){{now_us - 120 * (int64_t)SECOND_US},
                         {now_us - 60 * (int64_t)SECOND_US}};
}

static bool json_has(const struct gate_stage *stage, const char *text)
{
    return strstr(stage->json, text) != NULL;
}

/* Lets them talk until the list says so. */
static void wait_for(struct gate_stage *stage, const char *what)
{
    for (int i = 0; i < WAITS_MAX; i++) {
        CHECK_OK(gate_stage_holds(stage));
        if (json_has(stage, what))
            return;
        gate_stage_idle(stage, IDLE_MS);
    }
    fail_msg("not %s: %s", what, stage->json);
}

/* All its hours at once, as the keeper tells of them. */
static void tell_death(struct gate_stage *stage, uint32_t hold)
{
    int64_t hour_us = HOLD_SLOT_S * (int64_t)SECOND_US;
    int64_t first_us = (gate_stage_now_us() / hour_us - 1) * hour_us;
    const struct death death = {
        .epoch = 9,
        .subject = hold_subject(hold, CAMERA),
        .cause = CAUSE_ORDERED,
        .slot = {{first_us}, {first_us + 3 * hour_us}},
        .died_at = {1000},
        .seeds = 3,
        .commitment = {1, 2, 3},
    };
    gate_stage_death(stage, &death);
}

static void from_the_order_to_the_death_of_its_keys(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    struct span span = a_minute_ago();
    CHECK_OK(gate_stage_hold(&stage, CAMERA, span, REASON));
    CHECK(json_has(&stage, "\"hold\":1,"));
    CHECK(gate_stage_log_count(&stage, "\"hold.intent\"") == 1);
    CHECK(gate_stage_log_count(&stage, REASON) == 0);
    wait_for(&stage, "\"state\":\"held\"");
    CHECK(json_has(&stage, "\"records\":7,\"leaves\":6,"));
    CHECK(json_has(&stage, "\"missing\":[]"));
    gate_stage_await_log(&stage, 1, "\"hold.made\"");
    CHECK_STATUS(STATUS_CONFLICT,
                 gate_stage_destroy(&stage, CAMERA, span, REASON));
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_hold_end(&stage, 2, REASON));
    CHECK_OK(gate_stage_hold_end(&stage, 1, REASON));
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_hold_end(&stage, 1, REASON));
    wait_for(&stage, "\"state\":\"ending\"");
    for (int i = 0; i < WAITS_MAX && stage.orders_asked == 0; i++)
        gate_stage_idle(&stage, IDLE_MS);
    CHECK(stage.orders_asked == 1);
    tell_death(&stage, 1);
    gate_stage_attach_one(&stage, ROLE_KEEPER);
    wait_for(&stage, "\"state\":\"destroyed\"");
    /* The commitments stand right before the entry that counts them. */
    char *log = gate_stage_log(&stage);
    const char *seeds = strstr(log, "\"deletion.seeds\"");
    const char *dead = strstr(log, "\"hold.destroyed\"");
    CHECK(seeds != NULL && dead != NULL && seeds < dead);
    const char *line_end = memchr(seeds, '\n', (size_t)(dead - seeds));
    CHECK(line_end != NULL && memchr(line_end + 1, '\n',
                                     (size_t)(dead - line_end - 1)) == NULL);
    alloc_free(log);
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

static void what_does_not_fit_leaves_no_trace(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    stage.hold.has_no_room = true;
    for (int i = 0; i < 2; i++)
        CHECK_STATUS(STATUS_NO_SPACE,
                     gate_stage_hold(&stage, CAMERA, a_minute_ago(), REASON));
    CHECK(stage.hold.rooms == 2);
    CHECK(gate_stage_log_count(&stage, "hold.") == 0);
    CHECK_OK(gate_stage_holds(&stage));
    CHECK(json_has(&stage, "\"all\":0"));
    stage.hold.has_no_room = false;
    CHECK_OK(gate_stage_hold(&stage, CAMERA, a_minute_ago(), REASON));
    CHECK(json_has(&stage, "\"hold\":1,"));
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    struct span span = a_minute_ago();
    const struct span backwards = {span.to, span.from};
    const struct span ahead = {span.to,
                               {span.to.us + 7200 * (int64_t)SECOND_US}};
    const struct span long_one = {
        {span.to.us - 32 * 86400 * (int64_t)SECOND_US}, span.to};
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_hold(&stage, CAMERA, backwards, REASON));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_hold(&stage, CAMERA, ahead, REASON));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_hold(&stage, CAMERA, long_one, REASON));
    CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_hold(&stage, CAMERA, span, " "));
    CHECK_STATUS(STATUS_DENIED, gate_stage_hold(&stage, 999, span, REASON));
    CHECK(stage.hold.rooms == 0);
    CHECK(gate_stage_log_count(&stage, "hold.") == 0);
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

/* Killed again and again while the vault copies. */
static void a_copy_without_answer_is_asked_again(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    stage.hold.is_slow = true;
    CHECK_OK(gate_stage_hold(&stage, CAMERA, a_minute_ago(), REASON));
    for (size_t asked = 1; asked < 4; asked++) {
        for (int i = 0; i < WAITS_MAX && stage.hold.slices < asked; i++)
            gate_stage_idle(&stage, IDLE_MS);
        assert_int_equal(asked, stage.hold.slices);
        gate_stage_kill(&stage);
        CHECK_OK(gate_stage_start(&stage, "killed"));
        gate_stage_attach(&stage);
    }
    stage.hold.is_slow = false;
    gate_stage_attach_one(&stage, ROLE_VAULT); /* another vault */
    wait_for(&stage, "\"state\":\"held\"");
    gate_stage_await_log(&stage, 1, "\"hold.made\"");
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

static void what_could_not_be_kept_is_said_before(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    stage.hold.late_us = 15 * (int64_t)SECOND_US;
    CHECK_OK(gate_stage_hold(&stage, CAMERA, a_minute_ago(), REASON));
    wait_for(&stage, "\"state\":\"held\"");
    CHECK(json_has(&stage, "\"cause\":\"expired\""));
    CHECK(gate_stage_log_count(&stage, "\"hold.missing\"") == 1);
    char *log = gate_stage_log(&stage);
    CHECK(strstr(log, "\"hold.missing\"") < strstr(log, "\"hold.made\""));
    alloc_free(log);
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

/* One is of a day before: its originals die first, and it overtakes the
 * other, but for a slice that was under way. */
static void overtakes(uint32_t urgent)
{
    struct gate_stage stage = {0};
    stage_ready(&stage);
    stage.hold.has_no_seeds = true;
    stage.hold.slice_us = 10 * (int64_t)SECOND_US;
    for (uint32_t number = 1; number <= 2; number++) {
        struct span span = a_minute_ago();
        int64_t before_us = number == urgent ? 86400 * (int64_t)SECOND_US : 0;
        span.from.us -= before_us;
        span.to.us -= before_us;
        CHECK_OK(gate_stage_hold(&stage, CAMERA, span, REASON));
    }
    CHECK(stage.hold.slices == 0);
    stage.hold.has_no_seeds = false;
    for (int i = 0; i < WAITS_MAX && stage.hold.slices < 2 * SLICES; i++)
        gate_stage_idle(&stage, IDLE_MS);
    assert_int_equal(2 * SLICES, stage.hold.slices);
    size_t first = stage.hold.copied[0] == urgent ? 0 : 1;
    for (size_t i = first; i < first + SLICES; i++)
        assert_int_equal(urgent, stage.hold.copied[i]);
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

static void what_dies_first_is_copied_first(void **state)
{
    (void)state;
    overtakes(1);
    overtakes(2);
}

TEST_MAIN("roles/gate_hold", TEST(from_the_order_to_the_death_of_its_keys),
          TEST(what_does_not_fit_leaves_no_trace),
          TEST(what_makes_no_sense_is_refused),
          TEST(a_copy_without_answer_is_asked_again),
          TEST(what_could_not_be_kept_is_said_before),
          TEST(what_dies_first_is_copied_first))
