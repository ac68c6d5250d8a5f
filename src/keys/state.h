/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/state - all that one table file holds: seeds, policies, deaths, time.
 *
 * The state in use is exactly what stands on the medium. A rotation copies it,
 * changes the copy (policies, seeds ahead, expiry) and puts it in use when it
 * has been written and read back; so no key is ever handed out of a seed that
 * a power cut could take away.
 *
 * Threads: one.
 */
#ifndef KEYS_STATE_H
#define KEYS_STATE_H

#include "base/status.h"
#include "keys/table.h"
#include "keys/trusted_clock.h"
#include "model/death.h"
#include "model/policy.h"

struct key_state {
    struct key_table table;
    struct policy *policies; /* by subject, each once */
    size_t policy_count;
    struct death *deaths; /* oldest first */
    size_t death_count;
    size_t death_capacity; /* rows that deaths has room for */
    uint64_t deaths_total; /* ever; the newest row's number, from 1 */
    struct trusted_mark mark;
    int64_t order_debt_us; /* see keys/keyring: until the bucket is full */
};

void key_state_deinit(struct key_state *state);

/* *out, empty before. Fails with: NO_MEMORY. */
MUST_USE enum status key_state_copy(const struct key_state *state,
                                    struct key_state *out);

/* Whether both hold the same seeds, policies, deaths and time. */
bool key_state_equal(const struct key_state *a, const struct key_state *b);

/* NULL: none. */
const struct policy *key_state_policy(const struct key_state *state,
                                      uint32_t subject);

bool key_policies_equal(const struct policy *a, const struct policy *b);

/* Fails with: BAD_INPUT (a subject twice), LIMIT, NO_MEMORY. */
MUST_USE enum status key_policies_check(const struct policy *policies,
                                        size_t count);

/*
 * Takes the policies over, sorted; a subject without one keeps its seeds and
 * gets no new ones. What dies earlier under its new policy is lowered; what
 * would live longer stays as it is, but slots so far ahead that no key of them
 * was ever handed out (KEY_REPLACE_AFTER_S) get a fresh seed later.
 * Fails with: NO_MEMORY, BAD_INPUT (a subject twice), LIMIT.
 */
MUST_USE enum status key_state_set_policies(struct key_state *state,
                                            const struct policy *policies,
                                            size_t count, struct wall_time now);

/* Seeds of all policies from KEY_MAKE_BEHIND_S ago to each grid's ahead_s.
 * Fails with: NO_MEMORY, LIMIT. */
MUST_USE enum status key_state_make_ahead(struct key_state *state,
                                          struct wall_time now);

/*
 * What bears a name from `from` on was recorded by_us earlier than it says:
 * its period ends so much earlier. Seeds that were made for a time that far
 * ahead are not going to be used, and end now.
 */
void key_state_take_back(struct key_state *state, struct wall_time from,
                         int64_t by_us, struct wall_time now);

/* Adds a row. Fails with: NO_MEMORY. */
MUST_USE enum status key_state_add_death(struct key_state *state,
                                         const struct death *death);

/* Chunks that one camera fills with such a period. */
size_t key_chunks_of(struct retention retention);

#endif
