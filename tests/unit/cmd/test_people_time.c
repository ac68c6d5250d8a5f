/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "cmd/people_time.h"
#include "unit/test.h"

static int64_t parsed(const char *text)
{
    struct wall_time time = {0};
    CHECK_OK(people_time_parse(text_of(text), &time));
    return time.us / SECOND_US;
}

static void without_a_zone_it_is_koreas_time(void **state)
{
    (void)state;
    /* date -d '2026-11-22T01:00:00Z' +%s */
    enum { TEN_IN_SEOUL = 1795309200 };
    static const char *const SAME[] = {
        "2026-11-22T10:00",          "2026-11-22 10:00",
        "2026-11-22T10:00:00",       "2026-11-22T10:00+09:00",
        "2026-11-22T01:00Z",         "2026-11-22T01:00:00Z",
        "2026-11-22T10:00:00.25",    "2026-11-21T20:00:00-05:00",
    };
    for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++)
        assert_int_equal(TEN_IN_SEOUL, parsed(SAME[i]));
    assert_int_equal(TEN_IN_SEOUL + 59, parsed("2026-11-22T10:00:59"));
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = {
        "",
        "10:00",
        "2026-11-22",
        "2026-11-22T10",
        "2026-11-22T10:0",
        "2026-11-22T10:00:",
        "2026-11-22T10:00:1",
        "2026-13-22T10:00",
        "2026-11-22T25:00",
        "2026-11-22T10:00 KST",
        "2026-11-22T10:00:00+9",
        "2026-11-22x10:00",
        "2026-11-22T10:00:00.000000000000000000000000000000",
    };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        struct wall_time time;
        if (people_time_parse(text_of(WRONG[i]), &time) == STATUS_OK)
            fail_msg("taken for a time: %s", WRONG[i]);
    }
}

static void what_is_shown_is_read_again(void **state)
{
    (void)state;
    char shown[PEOPLE_TIME_SIZE];
    for (int64_t s = 0; s < 4000000000; s += 86399 * 997) {
        people_time_format((struct wall_time){s * SECOND_US}, shown);
        CHECK(parsed(shown) == s);
    }
}

TEST_MAIN("cmd/people_time", TEST(without_a_zone_it_is_koreas_time),
          TEST(what_is_no_time_is_refused), TEST(what_is_shown_is_read_again))
