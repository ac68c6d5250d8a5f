/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/crash_count - what a crash test has tried, as a line of its output
 * that tools/crash.py adds up at the end of `make crash`:
 *
 *   # crash: WHAT: S schedules, V violations
 *   # crash known bad: WHAT, VARIANT: S schedules, V violations
 *
 * A known-bad variant must have violations, or the test would prove nothing.
 */
#ifndef SUPPORT_CRASH_COUNT_H
#define SUPPORT_CRASH_COUNT_H

#include <stddef.h>
#include <stdio.h>

/* variant: NULL for what must hold. */
static inline void crash_tell(const char *what, const char *variant,
                              size_t schedules, size_t violations)
{
    (void)printf("# crash%s: %s%s%s: %zu schedules, %zu violations\n",
                 variant != NULL ? " known bad" : "", what,
                 variant != NULL ? ", " : "", variant != NULL ? variant : "",
                 schedules, violations);
    (void)fflush(stdout);
}

#endif
