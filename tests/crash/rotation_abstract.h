/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crash/rotation_abstract - the rotation as a few assignments, tried under
 * every schedule of faults.
 *
 * The medium has two root cells and two table places. A step writes one of
 * them; a fault makes the step's write done, lost or torn, and with that the
 * power goes (CRASH), an error is returned (ERROR) or nothing is said (SILENT,
 * found by reading back). Seeds are bits; each round makes one and dooms one.
 *
 * Violations:
 *   - a seed that was in use and not doomed is not in the table that a start
 *     chooses;
 *   - after an acknowledged erasure a table that was ever written, with a
 *     doomed seed in it, opens with what stands in a live cell.
 */
#ifndef CRASH_ROTATION_ABSTRACT_H
#define CRASH_ROTATION_ABSTRACT_H

#include <stddef.h>

enum rotation_order {
    ORDER_OURS,
    ORDER_NO_RENEWAL,  /* the waiting root is not renewed at start */
    ORDER_ERASE_FIRST, /* the root is overwritten before the table is written */
    ORDER_ONE_CELL,    /* the new root replaces the old in one cell */
    ORDER_COUNT
};

struct abstract_result {
    size_t schedules;
    size_t lost;   /* schedules in which a live seed was lost */
    size_t opened; /* schedules in which a destroyed seed opens */
};

/* Every schedule of up to three faults. */
struct abstract_result abstract_try_all(enum rotation_order order);

#endif
