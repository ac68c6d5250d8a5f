/* SPDX-License-Identifier: Apache-2.0 */
/* notice/promise/hours - hours of filming, as far as their words are times. */
#ifndef NOTICE_PROMISE_HOURS_H
#define NOTICE_PROMISE_HOURS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/time.h"

enum { HOURS_DAY_MINUTES = 24 * 60 };

/* Minutes of the day in Korea. to below from: over midnight. */
struct filming_hours {
    uint32_t from_minute;
    uint32_t to_minute; /* from 0 to HOURS_DAY_MINUTES: all day */
};

/* "24시간", "00:00-24:00", "09:00 ~ 18:00", "9시~18시". False: something else,
 * which nobody can measure. */
bool filming_hours_parse(struct text words, struct filming_hours *out);

bool filming_hours_is_all_day(struct filming_hours hours);

bool filming_hours_hold(struct filming_hours hours, struct wall_time now);

#endif
