/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/byte_rate.h"

#include "ingest/limits.h"
#include "notice/plant_cameras.h"
#include "unit/test.h"

enum {
    BYTES_A_SECOND = SESSION_KBPS_MAX * 1000 / 8,
    BURST_BYTES = BYTES_A_SECOND * SESSION_BURST_S,
};

static const struct boot_time NOW = {100 * (int64_t)SECOND_US};

static void a_burst_is_taken_and_no_byte_more(void **state)
{
    (void)state;
    struct byte_rate rate = {{0}};
    CHECK(byte_rate_take(&rate, BURST_BYTES, NOW));
    CHECK(!byte_rate_take(&rate, BYTES_A_SECOND / 1000, NOW));
}

static void what_was_taken_comes_back_at_the_rate(void **state)
{
    (void)state;
    struct byte_rate rate = {{0}};
    struct boot_time now = NOW;
    CHECK(byte_rate_take(&rate, BURST_BYTES, now));
    for (int i = 0; i < 1000; i++) {
        now.us += SECOND_US / 10;
        CHECK(byte_rate_take(&rate, BYTES_A_SECOND / 10, now));
    }
    struct byte_rate twin = rate;
    CHECK(!byte_rate_take(&twin, BYTES_A_SECOND / 1000, now));
    /* After an hour of silence there is one burst, and no more. */
    now.us += 3600 * (int64_t)SECOND_US;
    CHECK(byte_rate_take(&rate, BURST_BYTES, now));
    CHECK(!byte_rate_take(&rate, BYTES_A_SECOND / 1000, now));
}

/* A byte is an eighth of a microsecond, and none is for nothing. */
static void small_ones_count_for_more(void **state)
{
    (void)state;
    static const struct {
        size_t size;
        size_t most; /* bytes of them in a burst */
    } CASES[] = {{1, BURST_BYTES / 8}, {8, BURST_BYTES}, {1400, BURST_BYTES}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct byte_rate rate = {{0}};
        size_t taken = 0;
        while (byte_rate_take(&rate, CASES[i].size, NOW))
            taken += CASES[i].size;
        CHECK(taken <= CASES[i].most && taken + 1400 > CASES[i].most);
    }
}

static void a_plan_states_no_more_than_is_taken(void **state)
{
    (void)state;
    assert_int_equal(SESSION_KBPS_MAX, PLANT_BITRATE_KBPS_MAX);
}

TEST_MAIN("ingest/byte_rate", TEST(a_burst_is_taken_and_no_byte_more),
          TEST(what_was_taken_comes_back_at_the_rate),
          TEST(small_ones_count_for_more),
          TEST(a_plan_states_no_more_than_is_taken))
