/* SPDX-License-Identifier: Apache-2.0 */
/* The gate: what people have to see to, who enters it, and when it is due. */
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "model/policy.h"
#include "support/gate_stage.h"
#include "unit/test.h"

enum { MANY = 205, A_MINUTE = 50 };

static const char PASSWORD[] = "a long enough one";
static const int64_t DAY_US = INT64_C(86400) * SECOND_US;

static void begin(struct gate_stage *stage)
{
    gate_stage_make(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
    CHECK_OK(gate_stage_login_first(stage, stage->code, "홍길동", PASSWORD));
}

static void start_again(struct gate_stage *stage)
{
    gate_stage_kill(stage);
    CHECK_OK(gate_stage_start(stage, ""));
    gate_stage_attach(stage);
}

static void done(struct gate_stage *stage)
{
    assert_int_equal(0, gate_stage_end(stage));
    gate_stage_remove(stage);
}

static struct stage_duty a_duty(void)
{
    return (struct stage_duty){.what = "locks",
                               .subject = "",
                               .months = 12,
                               .due_us = gate_stage_now_us() + DAY_US,
                               .result = "",
                               .reason = "방재실 잠금장치"};
}

static struct stage_duty seen_to(uint32_t number)
{
    return (struct stage_duty){.number = number,
                               .what = "",
                               .subject = "",
                               .done_us = gate_stage_now_us() - DAY_US,
                               .result = "good",
                               .reason = "이상 없음"};
}

static bool has(const struct gate_stage *stage, const char *text)
{
    return strstr(stage->json, text) != NULL;
}

static void a_duty_is_entered_and_done(void **state)
{
    (void)state;
    struct gate_stage stage;
    struct stage_duty duty = a_duty();
    begin(&stage);
    CHECK_OK(gate_stage_duty(&stage, &duty));
    CHECK(has(&stage, "\"duty\":1,"));
    CHECK_OK(gate_stage_duty(&stage, &duty));
    CHECK(has(&stage, "\"duty\":2,"));
    duty = seen_to(1);
    CHECK_OK(gate_stage_duty(&stage, &duty));
    CHECK(has(&stage, "\"duty\":1,"));
    duty.number = 2;
    duty.result = "dropped";
    CHECK_OK(gate_stage_duty(&stage, &duty));
    CHECK_STATUS(STATUS_CONFLICT, gate_stage_duty(&stage, &duty));
    duty.number = 3;
    CHECK_STATUS(STATUS_NOT_FOUND, gate_stage_duty(&stage, &duty));
    /* Twelve months behind the day on which it was done, at its end. */
    char next[TIME_TEXT_SIZE];
    int64_t day = civil_day((struct wall_time){seen_to(1).done_us},
                            UTC_OFFSET_KOREA_S);
    wall_time_format(civil_day_start(civil_day_add_months(day, 12) + 1,
                                     UTC_OFFSET_KOREA_S),
                     next);
    char *log = gate_stage_log(&stage);
    CHECK(strstr(log, next) != NULL);
    CHECK(strstr(log, "잠금장치") == NULL); /* texts are commitments there */
    alloc_free(log);
    done(&stage);
}

/* Beside the copies outside; what has ended is not. */
static void what_is_due_is_listed_the_next_first(void **state)
{
    (void)state;
    struct gate_stage stage;
    struct stage_duty duty = a_duty();
    begin(&stage);
    duty.due_us += 2 * DAY_US;
    CHECK_OK(gate_stage_duty(&stage, &duty));
    duty = a_duty();
    duty.what = "training";
    CHECK_OK(gate_stage_duty(&stage, &duty));
    duty = a_duty();
    duty.what = "keys";
    duty.subject = "center";
    CHECK_OK(gate_stage_duty(&stage, &duty));
    duty = seen_to(3);
    duty.result = "dropped";
    CHECK_OK(gate_stage_duty(&stage, &duty));
    duty = a_duty();
    duty.what = "signs";
    CHECK_OK(gate_stage_duty(&stage, &duty));
    duty = seen_to(4);
    CHECK_OK(gate_stage_duty(&stage, &duty));
    CHECK_OK(gate_stage_items(&stage));
    const char *second = strstr(stage.json, "\"duty\":2,\"what\":\"training\"");
    const char *first = strstr(stage.json, "\"duty\":1,\"what\":\"locks\"");
    const char *again = strstr(stage.json, "\"duty\":4,\"what\":\"signs\"");
    CHECK(second != NULL && first != NULL && again != NULL);
    CHECK(second < first && first < again);
    CHECK(strstr(again, "\"done_us\":") != NULL);
    CHECK(strstr(second, "\"done_us\":") > first);
    CHECK(!has(&stage, "\"what\":\"keys\""));
    CHECK(has(&stage, "\"subjects\":[{\"id\":\"center\",\"ko\":"));
    done(&stage);
}

/* However many they are: who sees to them has to see them. */
static void all_that_is_due_is_listed(void **state)
{
    (void)state;
    static struct gate_stage stage;
    struct stage_duty duty = a_duty();
    size_t listed = 0;
    begin(&stage);
    for (size_t i = 0; i < MANY; i++) {
        duty.due_us += DAY_US;
        CHECK_OK(gate_stage_duty(&stage, &duty));
        if (i % A_MINUTE == A_MINUTE - 1)
            start_again(&stage); /* so many a minute are taken */
    }
    CHECK_OK(gate_stage_items(&stage));
    for (const char *at = stage.json;
         (at = strstr(at, "{\"duty\":")) != NULL; at++)
        listed++;
    assert_int_equal(MANY, listed);
    done(&stage);
}

static void numbers_go_on_after_a_restart(void **state)
{
    (void)state;
    struct gate_stage stage;
    struct stage_duty duty = a_duty();
    begin(&stage);
    CHECK_OK(gate_stage_duty(&stage, &duty));
    start_again(&stage);
    CHECK_OK(gate_stage_duty(&stage, &duty));
    CHECK(has(&stage, "\"duty\":2,"));
    duty = seen_to(1);
    CHECK_OK(gate_stage_duty(&stage, &duty));
    done(&stage);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct gate_stage stage;
    struct stage_duty wrong[9];
    size_t used = 0;
    begin(&stage);
    struct stage_duty duty = a_duty();
    CHECK_OK(gate_stage_duty(&stage, &duty));
    for (size_t i = 0; i < 5; i++)
        wrong[i] = a_duty();
    for (size_t i = 5; i < 9; i++)
        wrong[i] = seen_to(1);
    wrong[used++].what = "coffee";
    wrong[used++].subject = "nowhere";
    wrong[used++].months = 1000;
    wrong[used++].due_us = 0;
    wrong[used++].reason = "두 줄\n줄";
    wrong[used++].result = "splendid";
    wrong[used++].done_us = gate_stage_now_us() + DAY_US;
    wrong[used++].due_us = 1;
    wrong[used++].what = "locks";
    for (size_t i = 0; i < used; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, gate_stage_duty(&stage, &wrong[i]));
    assert_int_equal(1, gate_stage_log_count(&stage, "\"duty.set\""));
    assert_int_equal(0, gate_stage_log_count(&stage, "\"duty.done\""));
    done(&stage);
}

static void each_role_has_its_part(void **state)
{
    (void)state;
    static const struct {
        const char *role;
        const char *person;
        bool enters;
    } ROLES[] = {
        {"access_holder", "okpo-viewer", true},
        {"auditor", "", false},
        {"monitor", "okpo-viewer", false},
        {"technician", "", false},
    };
    struct gate_stage stage;
    struct stage_duty duty = a_duty();
    begin(&stage);
    char chief[sizeof stage.session];
    memcpy(chief, stage.session, sizeof chief);
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        memcpy(stage.session, chief, sizeof chief);
        CHECK_OK(gate_stage_account_add(&stage, ROLES[i].role, ROLES[i].role,
                                        ROLES[i].person));
        CHECK_OK(gate_stage_login(&stage, ROLES[i].role, PASSWORD, "a"));
        CHECK_STATUS(ROLES[i].enters ? STATUS_OK : STATUS_DENIED,
                     gate_stage_duty(&stage, &duty));
    }
    stage.session[0] = 0;
    CHECK_STATUS(STATUS_DENIED, gate_stage_duty(&stage, &duty));
    done(&stage);
}

TEST_MAIN("roles/gate/duties", TEST(a_duty_is_entered_and_done),
          TEST(all_that_is_due_is_listed),
          TEST(what_is_due_is_listed_the_next_first),
          TEST(numbers_go_on_after_a_restart),
          TEST(what_makes_no_sense_is_refused), TEST(each_role_has_its_part))
