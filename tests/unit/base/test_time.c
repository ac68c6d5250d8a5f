/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "base/text.h"
#include "unit/test.h"

static void days_and_dates_agree(void **state)
{
    (void)state;
    for (int64_t day = -800000; day < 3000000; day += 13) {
        int64_t year = 0;
        unsigned month = 0;
        unsigned day_of_month = 0;
        civil_from_day(day, &year, &month, &day_of_month);
        CHECK(civil_to_day(year, month, day_of_month) == day);
    }
    CHECK(civil_to_day(1970, 1, 1) == 0);
    CHECK(civil_to_day(2026, 11, 22) == 20779);
}

static void months_end_by_the_calendar(void **state)
{
    (void)state;
    CHECK(civil_day_add_months(civil_to_day(2026, 1, 31), 1) == civil_to_day(2026, 2, 28));
    CHECK(civil_day_add_months(civil_to_day(2028, 1, 31), 1) == civil_to_day(2028, 2, 29));
    CHECK(civil_day_add_months(civil_to_day(2026, 12, 15), 1) == civil_to_day(2027, 1, 15));
    CHECK(civil_day_add_months(civil_to_day(2026, 3, 31), 13) == civil_to_day(2027, 4, 30));
}

static void times_format_and_parse(void **state)
{
    (void)state;
    char text[TIME_TEXT_SIZE];
    struct wall_time time = {0};
    CHECK_OK(wall_time_parse(text_of("2026-11-22T12:28:10.123456+09:00"), &time));
    wall_time_format(time, text);
    assert_string_equal(text, "2026-11-22T03:28:10.123456Z");
    CHECK_OK(wall_time_parse(text_of("1969-12-31T23:59:59.999999Z"), &time));
    CHECK(time.us == -1);
    const char *const bad[] = {"", "2026-11-22", "2026-13-22T03:28:10Z", "2026-11-22T03:28:10", "2026-11-22T03:28:10.Z", "2026-11-22T03:28:10+9:00", "2026-11-22T24:00:00Z", "2026-11-22T03:28:10Zx"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, wall_time_parse(text_of(bad[i]), &time));
}

static void a_civil_day_begins_at_local_midnight(void **state)
{
    (void)state;
    struct wall_time time = {0};
    CHECK_OK(wall_time_parse(text_of("2026-11-22T23:59:59+09:00"), &time));
    int64_t day = civil_day(time, 9 * 3600);
    CHECK(day == civil_to_day(2026, 11, 22));
    struct wall_time start = civil_day_start(day, 9 * 3600);
    CHECK(start.us == time.us - (int64_t)(24 * 3600 - 1) * SECOND_US);
}

TEST_MAIN("base/time", TEST(days_and_dates_agree),
          TEST(months_end_by_the_calendar), TEST(times_format_and_parse),
          TEST(a_civil_day_begins_at_local_midnight))
