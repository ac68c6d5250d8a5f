/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/time - two clocks, two types, and the civil calendar.
 *
 * struct boot_time  microseconds of CLOCK_BOOTTIME: the one clock that all
 *                   processes of a machine share; never steps.
 * struct wall_time  microseconds since 1970-01-01T00:00:00Z without leap
 *                   seconds: a label for people, and, in the keeper's trusted
 *                   form, the name of a slot.
 *
 * Calendar arithmetic: proleptic Gregorian, Howard Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms" (days_from_civil).
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

struct boot_time {
    int64_t us;
};

struct wall_time {
    int64_t us;
};

enum {
    SECOND_US = 1000000,
    TIME_TEXT_SIZE = 28, /* "2026-11-22T03:28:10.123456Z" and a zero */
};

/* Floor division and remainder for times before 1970 too. divisor > 0. */
int64_t floor_divide(int64_t value, int64_t divisor);

/* RFC 3339 in UTC with six decimals: TIME_TEXT_SIZE characters. */
void wall_time_format(struct wall_time time, char out[TIME_TEXT_SIZE]);

/* Reads "YYYY-MM-DDThh:mm:ss[.digits](Z|+hh:mm|-hh:mm)". BAD_INPUT. */
MUST_USE enum status wall_time_parse(struct text text, struct wall_time *out);

/* Only what wall_time_format writes, of the years 0000 to 9999. Fails with:
 * BAD_INPUT. */
MUST_USE enum status wall_time_parse_exact(struct text text,
                                           struct wall_time *out);

/* Days since 1970-01-01 of the civil day that holds this time, at a fixed
 * offset from UTC. */
int64_t civil_day(struct wall_time time, int32_t utc_offset_s);

/* The first instant of that civil day. */
struct wall_time civil_day_start(int64_t day, int32_t utc_offset_s);

/* Days since 1970-01-01; month 1..12, day 1..31 (not checked). */
int64_t civil_to_day(int64_t year, unsigned month, unsigned day);

/* The reverse of civil_to_day. */
void civil_from_day(int64_t day, int64_t *year, unsigned *month,
                    unsigned *day_of_month);

/*
 * Day plus calendar months; where the target month is shorter, its last day.
 * Civil Act (Korea) Article 160: a period in months ends by the calendar.
 */
int64_t civil_day_add_months(int64_t day, unsigned months);

#endif
