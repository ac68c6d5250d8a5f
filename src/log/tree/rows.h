/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree/rows - the last, unfinished tile of every level of a growing tree.
 *
 * A leaf goes into the tile of level 0; a tile that is full is told of, and
 * its root goes into the tile above. The root of the whole is the fold of what
 * stands in the unfinished ones. 64 KiB, whatever the size of the tree.
 *
 * Threads: any; no state but the struct's.
 */
#ifndef LOG_TREE_ROWS_H
#define LOG_TREE_ROWS_H

#include "log/tree/tile.h"

/* A tile is full; its hashes are borrowed during the call. */
typedef enum status rows_full_fn(void *context, const struct tile_name *name,
                                 const struct merkle_hash *hashes);

struct rows {
    uint64_t size; /* leaves */
    struct merkle_hash hashes[TILE_LEVELS_MAX][TILE_WIDTH];
    rows_full_fn *on_full; /* NULL: nobody */
    void *context;
};

/* Hashes in the unfinished tile of a level, 0 to 255, and its name. */
static inline unsigned rows_width(uint64_t size, unsigned level)
{
    return (unsigned)(tile_row(size, level) % TILE_WIDTH);
}

static inline struct tile_name rows_tile(uint64_t size, unsigned level)
{
    return (struct tile_name){level, tile_row(size, level) / TILE_WIDTH,
                              rows_width(size, level)};
}

/* Fails with: as on_full, LIMIT, INTERNAL; the rows are useless then. */
MUST_USE enum status rows_add(struct rows *rows,
                              const struct merkle_hash *leaf);

/* Fails with: INTERNAL. */
MUST_USE enum status rows_root(const struct rows *rows,
                               struct merkle_hash *out);

#endif
