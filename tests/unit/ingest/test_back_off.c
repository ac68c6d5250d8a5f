/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/back_off.h"

#include <string.h>

#include "base/time.h"
#include "ingest/limits.h"
#include "unit/test.h"

static void it_doubles_to_fifteen_seconds(void **state)
{
    (void)state;
    struct back_off back_off = {0};
    static const uint64_t BASES_MS[] = {500,  1000,  2000,  4000,
                                        8000, 15000, 15000, 15000};
    for (size_t i = 0; i < 8; i++) {
        uint64_t base_ms = BASES_MS[i];
        struct back_off twin = back_off;
        assert_int_equal(back_off_next(&twin, CAUSE_ENDED, 0), base_ms / 2);
        assert_int_equal(
            back_off_next(&back_off, CAUSE_ENDED, (uint32_t)base_ms),
            base_ms / 2 + base_ms);
    }
}

/* It would break it again; and every try is told. */
static void one_that_breaks_rules_waits_up_to_a_minute(void **state)
{
    (void)state;
    static const enum cause CAUSES[] = {CAUSE_UNSUPPORTED, CAUSE_PROTOCOL};
    for (size_t i = 0; i < 2; i++) {
        struct back_off back_off = {.wait_ms = 8000};
        static const uint64_t BASES_MS[] = {16000, 32000, 60000, 60000};
        for (size_t j = 0; j < 4; j++)
            assert_int_equal(back_off_next(&back_off, CAUSES[i], 0),
                             BASES_MS[j] / 2);
        /* It answers no more: that may be over soon. */
        assert_int_equal(back_off_next(&back_off, CAUSE_UNREACHABLE, 0),
                         BACK_OFF_MOST_MS / 2);
    }
}

static void chance_stays_between_half_and_three_halves(void **state)
{
    (void)state;
    struct test_random random = {7};
    for (int i = 0; i < 1000; i++) {
        struct back_off back_off = {
            .wait_ms = BACK_OFF_FIRST_MS + test_random_next(&random) % 9000};
        uint64_t wait_ms = back_off_next(&back_off, CAUSE_NO_DATA,
                                         (uint32_t)test_random_next(&random));
        CHECK(wait_ms >= back_off.wait_ms / 2);
        CHECK(wait_ms <= back_off.wait_ms / 2 + back_off.wait_ms);
        CHECK(back_off.wait_ms >= BACK_OFF_FIRST_MS &&
              back_off.wait_ms <= BACK_OFF_MOST_MS);
    }
}

static void a_wrong_password_waits_long_at_once(void **state)
{
    (void)state;
    static const enum cause CAUSES[] = {CAUSE_UNAUTHORIZED, CAUSE_CERTIFICATE};
    for (size_t i = 0; i < 2; i++) {
        struct back_off back_off = {0};
        assert_int_equal(back_off_next(&back_off, CAUSES[i], 0),
                         BACK_OFF_PASSWORD_MS / 2);
    }
}

static void a_long_session_begins_anew(void **state)
{
    (void)state;
    struct back_off back_off = {.wait_ms = BACK_OFF_MOST_MS};
    int64_t long_us = (int64_t)BACK_OFF_RAN_LONG_S * SECOND_US;
    CHECK(!back_off_ran(&back_off, CAUSE_ENDED, long_us));
    assert_int_equal(back_off.wait_ms, BACK_OFF_MOST_MS);
    CHECK(back_off_ran(&back_off, CAUSE_ENDED, long_us + 1));
    assert_int_equal(back_off_next(&back_off, CAUSE_ENDED, 0),
                     BACK_OFF_FIRST_MS / 2);
}

static void one_that_broke_a_rule_begins_anew_later(void **state)
{
    (void)state;
    static const enum cause CAUSES[] = {CAUSE_UNSUPPORTED, CAUSE_PROTOCOL};
    for (size_t i = 0; i < 2; i++) {
        struct back_off back_off = {.wait_ms = BACK_OFF_MOST_MS};
        int64_t long_us = (int64_t)BACK_OFF_RAN_RULES_S * SECOND_US;
        CHECK(!back_off_ran(&back_off, CAUSES[i], long_us));
        assert_int_equal(back_off.wait_ms, BACK_OFF_MOST_MS);
        CHECK(back_off_ran(&back_off, CAUSES[i], long_us + 1));
        assert_int_equal(back_off.wait_ms, 0);
    }
}

/* A camera whose every session ends at CONFIG_CHANGES_MAX, after 11 seconds:
 * how many sessions in an hour, each with that many entries. */
static void a_limit_is_not_forgotten_with_its_session(void **state)
{
    (void)state;
    enum { HOUR_MS = 3600 * 1000, SESSION_MS = 11 * 1000 };
    struct test_random random = {5};
    struct back_off back_off = {0};
    uint64_t now_ms = 0;
    unsigned sessions = 0;
    while (now_ms < HOUR_MS) {
        sessions++;
        now_ms += SESSION_MS;
        (void)back_off_ran(&back_off, CAUSE_UNSUPPORTED, SESSION_MS * 1000);
        now_ms += back_off_next(&back_off, CAUSE_UNSUPPORTED,
                                (uint32_t)test_random_next(&random));
    }
    CHECK(sessions < 65); /* of 313 if each began anew */
}

enum { CAMERAS = 100, STORM_MS = 10 * 60 * 1000, SETTLED_MS = 60 * 1000 };

/* A hundred cameras hang up as soon as they are connected to, for ten minutes.
 * What the supervisor does then: tries in a second, at most. */
static unsigned worst_second(enum cause cause, bool has_chance)
{
    struct test_random random = {11};
    struct back_off back_off[CAMERAS] = {{0}};
    uint64_t due_ms[CAMERAS] = {0};
    static unsigned tries[STORM_MS / 1000];
    unsigned worst = 0;
    memset(tries, 0, sizeof tries);
    for (unsigned i = 0; i < CAMERAS; i++) {
        while (due_ms[i] < STORM_MS) {
            uint32_t dice =
                has_chance ? (uint32_t)test_random_next(&random) : 0;
            tries[due_ms[i] / 1000]++;
            (void)back_off_ran(&back_off[i], cause, 0);
            due_ms[i] += back_off_next(&back_off[i], cause, dice);
        }
    }
    for (unsigned s = SETTLED_MS / 1000; s < STORM_MS / 1000; s++)
        worst = tries[s] > worst ? tries[s] : worst;
    return worst;
}

/* 100 / 15 s, and what chance adds; all in one second where nothing spreads
 * them, which shows that this test can fail. */
static void a_storm_of_a_hundred_cameras_dies_down(void **state)
{
    (void)state;
    CHECK(worst_second(CAUSE_ENDED, true) <= 25);
    CHECK(worst_second(CAUSE_UNAUTHORIZED, true) <= 15);
    assert_int_equal(CAMERAS, worst_second(CAUSE_ENDED, false));
}

TEST_MAIN("ingest/back_off", TEST(a_storm_of_a_hundred_cameras_dies_down),
          TEST(it_doubles_to_fifteen_seconds),
          TEST(one_that_breaks_rules_waits_up_to_a_minute),
          TEST(chance_stays_between_half_and_three_halves),
          TEST(a_wrong_password_waits_long_at_once),
          TEST(a_long_session_begins_anew),
          TEST(one_that_broke_a_rule_begins_anew_later),
          TEST(a_limit_is_not_forgotten_with_its_session))
