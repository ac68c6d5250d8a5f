/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/verify/roots - batches of leaves, as the log has their roots and as their
 * blocks in the leaf files say (docs/design/records.md).
 *
 * Threads: none.
 */
#ifndef CMD_VERIFY_ROOTS_H
#define CMD_VERIFY_ROOTS_H

#include "cmd/verify/private.h"
#include "store/leaf_block.h"

struct told_root;

struct batch_roots {
    struct told_root *list; /* in the order of the log */
    size_t count;
    size_t capacity;
};

/* Takes a recording.root down. Without memory: verify->status. */
void batch_roots_take(struct verify *verify, struct batch_roots *roots,
                      const struct entry_line *entry);
void batch_roots_deinit(struct batch_roots *roots);

/* The root of a batch; false where the log has none. */
bool batch_roots_find(const struct batch_roots *roots, uint64_t batch,
                      struct merkle_hash *out);

/* A block of the batch, which leads to this root: what differs from the log
 * becomes a problem at `where`. */
void batch_roots_compare(struct verify *verify, struct batch_roots *roots,
                         const struct leaf_batch *batch,
                         const struct merkle_hash *root, const char *where);

/* After all blocks: what is missing, or of another number than was told. */
void batch_roots_judge(struct verify *verify, const struct batch_roots *roots);

#endif
