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
};

/*
 * Drops the seeds that are past their time, then those that are ordered, and
 * lists them under moment->epoch: at most KEY_DEATHS_MESSAGE rows. *is_more:
 * others are left for the rotation after.
 * Fails with: NO_MEMORY, INTERNAL.
 */
MUST_USE enum status key_state_destroy(struct key_state *state,
                                       const struct key_order *orders,
                                       size_t count,
                                       const struct key_moment *moment,
                                       bool *is_more);

/* Whether anything is there that the order destroys. */
bool key_state_holds(const struct key_state *state,
                     const struct key_order *order);

/* Forgets rows up to told (a running number), but for the newest
 * KEY_DEATHS_TOLD_KEPT, and the oldest beyond KEY_DEATHS_MAX. */
void key_state_forget_deaths(struct key_state *state, uint64_t told);

/* Running number of the oldest row kept, less one. */
uint64_t key_state_deaths_before(const struct key_state *state);

#endif
