/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate_hold - holds: orders (gate_hold.c), and their way to the end
 * (gate_hold_work.c): seeds of the keeper, slices of the vault, what is
 * missing, and the end by order.
 *
 * Threads: the loop's.
 */
#ifndef ROLES_GATE_HOLD_H
#define ROLES_GATE_HOLD_H

#include "roles/gate.h"

/* Goes on with all that holds wait for. Called when something has changed. */
void gate_holds_work(struct gate *gate);

/* When the originals from time on die, by the period in force. */
struct wall_time gate_hold_originals_die(const struct gate *gate,
                                         const struct hold *hold,
                                         struct wall_time time);

#endif
