/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: early destructions, in two steps, and their records. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "support/gate_stage.h"
#include "unit/test.h"

static const char PASSWORD[] = "a long enough one";
static const char REASON[] = "정보주체의 삭제 요구";

enum { CAMERA = STAGE_CAMERA, IDLE_MS = 150, WAITS_MAX = 400 };

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

static void tell_death(struct gate_stage *stage, uint64_t order)
{
    const struct death death = {
        .epoch = 9,
        .subject = CAMERA,
        .cause = CAUSE_ORDERED,
        .slot = {{3600 * (int64_t)SECOND_US}, {3660 * (int64_t)SECOND_US}},
        .died_at = {1000},
        .order_entry = order,
        .seeds = 1,
        .commitment = {1, 2, 3},
    };
    gate_stage_death(stage, &death);
}

/* Lets them talk until the keeper has been asked so often, and a little more. */
static void idle_until_asked(struct gate_stage *stage, size_t times)
{
    for (int i = 0; i < WAITS_MAX && stage->orders_asked < times; i++)
        gate_stage_idle(stage, IDLE_MS);
    gate_stage_idle(stage, IDLE_MS);
    assert_int_equal(times, stage->orders_asked);
}

static bool json_has(const struct gate_stage *stage, const char *text)
{
    return strstr(stage->json, text) != NULL;
}

static void the_intent_is_durable_before_the_keeper_is_asked(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    CHECK_OK(gate_stage_destroy(&stage, CAMERA, a_minute_ago(), REASON));
    uint64_t entry = stage.view;
    CHECK(gate_stage_log_count(&stage, "\"deletion.intent\"") == 1);
    CHECK(gate_stage_log_count(&stage, REASON) == 0);
    idle_until_asked(&stage, 1);
    CHECK(stage.order_entry == entry);
    gate_stage_await_log(&stage, 1, "\"deletion.answered\"");
    CHECK_OK(gate_stage_destruction(&stage, entry));
    CHECK(json_has(&stage, "\"pending\":{\"name\":\"entries\""));
    tell_death(&stage, entry);
    gate_stage_attach_one(&stage, ROLE_KEEPER);
    gate_stage_await_tales(&stage);
    CHECK_OK(gate_stage_destruction(&stage, entry));
    CHECK(json_has(&stage, "\"state\":\"done\""));
    CHECK(json_has(&stage, REASON) && json_has(&stage, "\"request\":\"2026-\\\"7\\\"\""));
    CHECK(json_has(&stage, "deletion.seeds"));
    CHECK_OK(gate_stage_destructions(&stage));
    CHECK(json_has(&stage, "\"kind\":\"ordered\",\"state\":\"done\""));
    CHECK_OK(gate_stage_destruction_page(&stage, entry));
    CHECK(json_has(&stage, "영상정보 파기 기록") && json_has(&stage, REASON));
    CHECK(json_has(&stage, "2026-&quot;7&quot;"));
    CHECK(!json_has(&stage, "<script"));
    CHECK(stage.orders_asked == 1);
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

/* Killed between the intent and the answer, again and again. */
static void an_order_without_answer_is_asked_again(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    stage.is_order_slow = true;
    CHECK_OK(gate_stage_destroy(&stage, CAMERA, a_minute_ago(), REASON));
    uint64_t entry = stage.view;
    for (size_t asked = 1; asked < 4; asked++) {
        idle_until_asked(&stage, asked);
        CHECK(stage.order_entry == entry);
        gate_stage_kill(&stage);
        CHECK_OK(gate_stage_start(&stage, "killed"));
        gate_stage_attach(&stage);
    }
    idle_until_asked(&stage, 4);
    stage.is_order_slow = false;
    gate_stage_attach_one(&stage, ROLE_KEEPER); /* another keeper */
    idle_until_asked(&stage, 5);
    CHECK(stage.order_entry == entry);
    CHECK(gate_stage_log_count(&stage, "\"deletion.intent\"") == 1);
    gate_stage_await_log(&stage, 1, "\"deletion.answered\"");
    gate_stage_kill(&stage);
    CHECK_OK(gate_stage_start(&stage, "killed"));
    gate_stage_attach(&stage);
    idle_until_asked(&stage, 5);
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    struct span good = a_minute_ago();
    struct span ahead = {good.from, {good.to.us + 3600 * (int64_t)SECOND_US}};
    struct span backwards = {good.to, good.from};
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_destroy(&stage, CAMERA, ahead, REASON));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_destroy(&stage, CAMERA, backwards, REASON));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_destroy(&stage, CAMERA, good, " "));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 gate_stage_destroy(&stage, 0, good, REASON));
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_destroy(&stage, 4000, good, REASON));
    stage.session[0] ^= 1;
    CHECK_STATUS(STATUS_DENIED,
                 gate_stage_destroy(&stage, CAMERA, good, REASON));
    CHECK_STATUS(STATUS_DENIED, gate_stage_destructions(&stage));
    stage.session[0] ^= 1;
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_destruction(&stage, 0));
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_destruction(&stage, 99999));
    CHECK(stage.orders_asked == 0);
    CHECK(gate_stage_log_count(&stage, "\"deletion.intent\"") == 0);
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

static void only_chief_managers_may(void **state)
{
    (void)state;
    struct gate_stage stage = {0};
    stage_ready(&stage);
    CHECK_OK(gate_stage_account_add(&stage, "eyes", "auditor", ""));
    CHECK_OK(gate_stage_account_add(&stage, "admin", "administrator", ""));
    static const char *const NAMES[] = {"eyes", "admin"};
    for (size_t i = 0; i < 2; i++) {
        CHECK_OK(gate_stage_login(&stage, NAMES[i], PASSWORD, "192.0.2.9"));
        CHECK_STATUS(STATUS_DENIED, gate_stage_destroy(&stage, CAMERA,
                                                       a_minute_ago(), REASON));
        CHECK_STATUS(STATUS_DENIED, gate_stage_destroy(&stage, 0,
                                                       (struct span){{0}, {0}},
                                                       REASON));
        CHECK_OK(gate_stage_destructions(&stage));
    }
    CHECK(stage.orders_asked == 0);
    gate_stage_kill(&stage);
    gate_stage_remove(&stage);
}

TEST_MAIN("roles/gate_destroy",
          TEST(the_intent_is_durable_before_the_keeper_is_asked),
          TEST(an_order_without_answer_is_asked_again),
          TEST(what_makes_no_sense_is_refused), TEST(only_chief_managers_may))
