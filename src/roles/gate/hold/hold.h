/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/hold - holds: orders (gate/hold/hold.c), room for one more
 * (gate/hold/room.c), what there is (gate/hold/list.c), and their way to the
 * end (gate/hold/work.c): seeds of the keeper, slices of the vault, what is
 * missing, and the end by order.
 *
 * Threads: the loop's.
 */
#ifndef ROLES_GATE_HOLD_H
#define ROLES_GATE_HOLD_H

#include "roles/gate/gate.h"

/* Goes on with all that holds wait for. Called when something has changed. */
void gate_holds_work(struct gate *gate);

/* Whether a hold fits into the space that is reserved. */
struct gate_hold_room {
    bool is_known; /* the vault has answered */
    uint64_t needed_bytes;
    uint64_t free_bytes;
};
typedef void gate_hold_room_fn(void *context,
                               const struct gate_hold_room *room);
/* Asks the vault about one that is not in the log yet; on_room runs in any
 * case, perhaps at once. */
void gate_hold_room_ask(struct gate *gate, const struct hold *hold,
                        gate_hold_room_fn *on_room, void *context);

/* When the originals from time on die, by the period in force. */
struct wall_time gate_hold_originals_die(const struct gate *gate,
                                         const struct hold *hold,
                                         struct wall_time time);

#endif
