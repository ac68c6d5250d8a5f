/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/index - the catalogue of full volumes and the runs of each camera, kept
 * in SQLite: a cache.
 *
 * With it a start opens no full volume. It holds times and numbers, no key and
 * no length. A sum over all rows stands beside them, and a volume's number is
 * never given twice: so an index that was deleted, damaged or edited is found
 * out when it is loaded, and one that is older than the volumes by their names.
 * Each change is on the disk when the call returns.
 *
 * Threads: none.
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include <stdbool.h>

#include "store/catalogue.h"
#include "store/runs.h"

struct store_index;

enum index_origin {
    INDEX_FOUND,
    INDEX_NONE,    /* there was none: it is new and empty */
    INDEX_REFUSED, /* another schema, installation, or damaged: the same */
};

/*
 * Opens path, or makes it anew where it is not a sound index of this schema
 * and installation; *origin says which. Fails with: IO, NO_SPACE, NO_MEMORY,
 * INTERNAL.
 */
MUST_USE enum status store_index_open(const char *path,
                                      const uint8_t installation[16],
                                      struct store_index **out,
                                      enum index_origin *origin);
void store_index_close(struct store_index **index);

/* Adds all rows. Fails with: CORRUPT (they are not as they were written), IO,
 * NO_MEMORY. */
MUST_USE enum status store_index_load(struct store_index *index,
                                      struct catalogue *catalogue,
                                      struct run_table *runs);

/* What stands in it, for a checker: nothing is made. Fails with: NOT_FOUND (no
 * file, or one that was never finished), CORRUPT (as above, or another schema or
 * installation), IO, NO_MEMORY. */
MUST_USE enum status store_index_read(const char *path,
                                      const uint8_t installation[16],
                                      struct catalogue *catalogue,
                                      struct run_table *runs);

/* Makes it anew, empty. On failure *index is NULL. Fails as open does. */
MUST_USE enum status store_index_renew(const char *path,
                                       const uint8_t installation[16],
                                       struct store_index **index);

/* The changes between begin and end are made together, or, where end is given
 * a failure, not at all. end returns the first failure. */
MUST_USE enum status store_index_begin(struct store_index *index);
MUST_USE enum status store_index_end(struct store_index *index,
                                     enum status status);

/* Inside begin and end. They fail with: IO, NO_SPACE, CORRUPT, NO_MEMORY. */

/* A full volume and what it holds of each camera. */
MUST_USE enum status store_index_put(struct store_index *index,
                                     const struct catalogue_row *row,
                                     const struct run_table *content);
MUST_USE enum status store_index_remove(struct store_index *index,
                                        uint32_t volume);
/* The camera's pictures of this span are gone. */
MUST_USE enum status store_index_cut(struct store_index *index,
                                     uint32_t camera, struct span span);

/* The epoch up to which the keeper's deaths have been followed; 0: none. */
uint64_t store_index_epoch(const struct store_index *index);
MUST_USE enum status store_index_set_epoch(struct store_index *index,
                                           uint64_t epoch);

#endif
