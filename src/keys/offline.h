/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/offline - the key files of an installation that does not run, read by
 * `haechi verify`.
 *
 * Opens for reading only and changes nothing: no renewal, no rotation, no
 * expiry. A seed that is past its time but still in the table is given out as
 * "doomed": the keeper would have killed it at its next rotation, and a
 * verifier must not show what it opens, only count it.
 *
 * The caller holds the installation's lock. Threads: one.
 */
#ifndef KEYS_OFFLINE_H
#define KEYS_OFFLINE_H

#include <stdbool.h>

#include "base/status.h"
#include "base/time.h"
#include "crypto/derive.h"
#include "model/death.h"
#include "model/policy.h"
#include "model/span.h"

struct file_layer;
struct keys_offline;
struct root_store;

/*
 * directory: the installation's keys/. store: where the roots live, borrowed
 * for the call; NULL: in files of this directory. A fresh installation without key files
 * is NOT_FOUND.
 * Fails with: NOT_FOUND, IO, DENIED, CORRUPT (no table opens), NO_MEMORY,
 * INTERNAL.
 */
MUST_USE enum status keys_offline_open(const struct file_layer *layer,
                                       const char *directory,
                                       struct root_store *store,
                                       struct keys_offline **out);
void keys_offline_close(struct keys_offline **keys); /* wipes */

/* The epoch in use, and trusted time when its table was written. */
uint64_t keys_offline_epoch(const struct keys_offline *keys);
struct wall_time keys_offline_time(const struct keys_offline *keys);

/* Chunks of the table of which both copies are damaged. */
size_t keys_offline_lost_chunks(const struct keys_offline *keys);

/*
 * The keys of a subject's unit, as a record's header names it. *is_doomed
 * (may be NULL): past its time by the table's own clock.
 * Fails with: NOT_FOUND (destroyed, or never was), INTERNAL.
 */
MUST_USE enum status keys_offline_unit(const struct keys_offline *keys,
                                       uint32_t subject,
                                       struct wall_time unit_start,
                                       uint32_t unit_s, struct unit_keys *out,
                                       bool *is_doomed);

/* Calls on_cell for every seed and every kept unit that lives. */
typedef void keys_offline_cell_fn(void *context, uint32_t subject,
                                  struct span span, struct wall_time die_at);
void keys_offline_each(const struct keys_offline *keys,
                       keys_offline_cell_fn *on_cell, void *context);

/*
 * Whether so many seeds of the subject that live, one behind the other, have
 * this commitment of a row of deaths (model/death.h): then they have not died.
 * Fails with: NO_MEMORY, INTERNAL.
 */
MUST_USE enum status keys_offline_has(const struct keys_offline *keys,
                                      uint32_t subject, uint32_t seeds,
                                      const uint8_t commitment[16],
                                      bool *is_there);

/* The key of personal text of a month. Fails with: NOT_FOUND, INTERNAL. */
MUST_USE enum status keys_offline_month(const struct keys_offline *keys,
                                        uint32_t month,
                                        uint8_t out[MONTH_KEY_SIZE]);

/* Deaths that the table still carries; index < the count. */
size_t keys_offline_death_count(const struct keys_offline *keys);
const struct death *keys_offline_death(const struct keys_offline *keys,
                                       size_t index);

/* The policy of a subject in the table; NULL: none. */
const struct policy *keys_offline_policy(const struct keys_offline *keys,
                                         uint32_t subject);

#endif
