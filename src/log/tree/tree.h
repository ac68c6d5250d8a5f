/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree/tree - the tree over the entries, without any file.
 *
 * Hashes: crypto/merkle.h. Proofs: RFC 9162 sections 2.1.3 and 2.1.4.
 *
 * A perfect subtree is (level, index): the 2^level leaves from index * 2^level
 * on. Everything is put together from those, which whoever has them reads out
 * (tree_read_fn): from tiles, or from memory.
 *
 * Threads: any; no state.
 */
#ifndef LOG_TREE_TREE_H
#define LOG_TREE_TREE_H

#include <stdbool.h>

#include "crypto/merkle.h"

enum {
    TREE_LEVELS_MAX = 64,
    TREE_PROOF_MAX = 2 * TREE_LEVELS_MAX, /* hashes of one proof */
};

struct tree_proof {
    struct merkle_hash hashes[TREE_PROOF_MAX];
    size_t count;
};

/* Public data: no constant time. */
bool tree_hash_equal(const struct merkle_hash *a, const struct merkle_hash *b);

/* Root over count hashes of one level, 1 to 256. Fails with: INTERNAL. */
MUST_USE enum status tree_root_of(const struct merkle_hash *hashes,
                                    size_t count, struct merkle_hash *out);

/* ---- proofs --------------------------------------------------------------- */

/* Fails with: NOT_FOUND, and as whoever reads. */
typedef enum status tree_read_fn(void *context, unsigned level,
                                   uint64_t index, struct merkle_hash *out);

/* Root of the first size leaves. Fails with: as read, INTERNAL. */
MUST_USE enum status tree_root(uint64_t size, tree_read_fn *read,
                                 void *context, struct merkle_hash *out);

/* That leaf index is in the tree over size leaves. Fails with: NOT_FOUND
 * (index is beyond), as read, INTERNAL. */
MUST_USE enum status tree_prove_leaf(uint64_t index, uint64_t size,
                                       tree_read_fn *read, void *context,
                                       struct tree_proof *out);

/* That the tree over size leaves begins with the tree over old_size ones.
 * Fails with: NOT_FOUND (old_size is beyond), as read, INTERNAL. */
MUST_USE enum status tree_prove_growth(uint64_t old_size, uint64_t size,
                                         tree_read_fn *read, void *context,
                                         struct tree_proof *out);

/* RFC 9162 section 2.1.3.2. Fails with: CORRUPT (it proves nothing),
 * INTERNAL. */
MUST_USE enum status tree_check_leaf(uint64_t index, uint64_t size,
                                       const struct merkle_hash *leaf,
                                       const struct tree_proof *proof,
                                       const struct merkle_hash *root);

/* RFC 9162 section 2.1.4.2; an empty tree is the beginning of any. Fails with:
 * CORRUPT, INTERNAL. */
MUST_USE enum status tree_check_growth(uint64_t old_size, uint64_t size,
                                         const struct merkle_hash *old_root,
                                         const struct tree_proof *proof,
                                         const struct merkle_hash *root);

/* Whether a proof of growth from this size tells the old root: where that is a
 * whole left part of the new tree, the checker puts it in. */
bool tree_growth_tells_old(uint64_t old_size);

/* The root of the first old_size leaves of the tree with this root, as the
 * proof shows it: whoever has signed root has signed that one too. Fails with:
 * NOT_FOUND (the proof does not lead to root, or tells no old one), INTERNAL. */
MUST_USE enum status tree_growth_old_root(uint64_t old_size, uint64_t size,
                                          const struct tree_proof *proof,
                                          const struct merkle_hash *root,
                                          struct merkle_hash *out);

#endif
