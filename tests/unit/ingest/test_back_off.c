/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/back_off.h"

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
    CHECK(!back_off_ran(&back_off, long_us));
    assert_int_equal(back_off.wait_ms, BACK_OFF_MOST_MS);
    CHECK(back_off_ran(&back_off, long_us + 1));
    assert_int_equal(back_off_next(&back_off, CAUSE_ENDED, 0),
                     BACK_OFF_FIRST_MS / 2);
}

TEST_MAIN("ingest/back_off", TEST(it_doubles_to_fifteen_seconds),
          TEST(chance_stays_between_half_and_three_halves),
          TEST(a_wrong_password_waits_long_at_once),
          TEST(a_long_session_begins_anew))
