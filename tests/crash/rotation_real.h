/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash/rotation_real - the real keys/rotation on a disk that fails.
 *
 * A fault hits the n-th write since the fault before: the write is done, lost
 * or torn (some sectors new, some old), and with that the power goes, or only
 * an error is returned. A sector may go bad at rest. Everything that is ever
 * written to a table file is kept, as by a thief. Each round has a seed die of
 * age and some minutes of an hour by order; a destroyed minute must open from
 * no table, one that stays must give its very key.
 */
#ifndef CRASH_ROTATION_REAL_H
#define CRASH_ROTATION_REAL_H

#include <stdbool.h>
#include <stddef.h>

struct real_result {
    size_t schedules;
    size_t lost;
    size_t opened;
    size_t refused; /* a start or a rotation without a fault failed */
};

/* Every schedule of up to `faults` faults (1..3); stride: only every n-th.
 * is_bad: a seed stays beside the minutes that are kept of it; must fail. */
struct real_result real_try(int faults, size_t stride, bool is_bad);

/* Up to `faults` faults (1..2), and any one 4 KiB sector of any file bad before
 * the next start. */
struct real_result real_try_bad_sectors(int faults, size_t stride);

#endif
