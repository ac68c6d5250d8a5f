/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/deaths - which seeds a rotation leaves out, and the list that says so.
 *
 * Threads: one.
 */
#ifndef KEYS_DEATHS_H
#define KEYS_DEATHS_H

#include "keys/state.h"

/* What a person ordered, under the number of the intent's entry. */
struct key_order {
    uint64_t entry;
    uint32_t subject; /* 0: every camera */
    struct span span;
    bool with_text; /* decommission: personal text too, and all to come */
};

/* Of the rotation being planned. */
struct key_moment {
    uint64_t epoch;
    struct wall_time now;
    struct wall_time earliest; /* what ends before this is past its time */
};

/*
 * Drops what is past its time, then what is ordered, and lists it under
 * moment->epoch: at most KEY_DEATHS_MESSAGE rows. *is_more: others are left for
 * the rotation after. An order takes whole units; of a seed that it touches
 * only in part, the other units stay, as keys of their own.
 * Fails with: NO_MEMORY, LIMIT, INTERNAL.
 */
MUST_USE enum status key_state_destroy(struct key_state *state,
                                       const struct key_order *orders,
                                       size_t count,
                                       const struct key_moment *moment,
                                       bool *is_more);

/* Whether anything is there that the order destroys; order NULL: that is past
 * its time. */
bool key_state_holds(const struct key_state *state,
                     const struct key_order *order, struct wall_time now);

/* Forgets rows up to told (a running number), but for the newest
 * KEY_DEATHS_TOLD_KEPT and those that reach the present; and the oldest beyond
 * KEY_DEATHS_MAX. */
void key_state_forget_deaths(struct key_state *state, uint64_t told,
                             struct wall_time now);

/* Running number of the oldest row kept, less one. */
uint64_t key_state_deaths_before(const struct key_state *state);

#endif
