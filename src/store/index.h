/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/index - the runs of full volumes, kept in SQLite: a cache.
 *
 * With it a start does not read the header of every record on the disk. It is
 * believed for a volume only where its row names that volume's present id;
 * deleted, damaged or of another schema it is made anew from the volumes.
 * It holds times and places, no key and no length.
 *
 * Threads: none.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include <stdbool.h>

#include "store/runs.h"

struct store_index;

/*
 * Opens path, or makes it anew where it is not a sound index of this schema
 * and installation (*is_new). Fails with: IO, NO_MEMORY, INTERNAL.
 */
MUST_USE enum status store_index_open(const char *path,
                                      const uint8_t installation[16],
                                      struct store_index **out, bool *is_new);
void store_index_close(struct store_index **index);

/*
 * Adds the volume's runs to the table. Fails with: NOT_FOUND (not known, not
 * by this id, or its rows are not as they were written), IO, NO_MEMORY.
 */
MUST_USE enum status store_index_load_volume(struct store_index *index,
                                             uint32_t volume, uint64_t id,
                                             struct run_table *table);

/*
 * Writes the volume and those of the table's runs that lie in it, instead of
 * what was known of it; and the cameras' last sequences. Fails with: IO.
 */
MUST_USE enum status store_index_put_volume(struct store_index *index,
                                            uint32_t volume, uint64_t id,
                                            const struct run_table *table);

MUST_USE enum status store_index_remove_volume(struct store_index *index,
                                               uint32_t volume);

/* Raises last_sequence of the table's cameras. Fails with: IO, NO_MEMORY. */
MUST_USE enum status store_index_load_sequences(struct store_index *index,
                                                struct run_table *table);

/* The epoch up to which the keeper's deaths have been followed; 0: none. */
MUST_USE enum status store_index_epoch(struct store_index *index,
                                       uint64_t *epoch);
MUST_USE enum status store_index_set_epoch(struct store_index *index,
                                           uint64_t epoch);

#endif
