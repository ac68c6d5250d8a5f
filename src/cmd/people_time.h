/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/people_time - times as people write them, and spans as they read them.
 *
 *   2026-11-22T10:00   2026-11-22 10:00:30   2026-11-22T01:00:00Z
 *   2026-11-22T10:00+09:00
 *
 * Without a zone it is Korea's time (UTC+9).
 */
#ifndef CMD_PEOPLE_TIME_H
#define CMD_PEOPLE_TIME_H

#include "base/time.h"

enum { PEOPLE_TIME_SIZE = 20 }; /* "2026-11-22 10:00:00" and a zero */

/* Fails with: BAD_INPUT. */
MUST_USE enum status people_time_parse(struct text text,
                                       struct wall_time *out);

/* In Korea's time, to the second. */
void people_time_format(struct wall_time time, char out[PEOPLE_TIME_SIZE]);

#endif
