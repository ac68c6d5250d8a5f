/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/merkle - the hash tree of RFC 6962 section 2.1.
 *
 *   leaf = SHA-256(0x00 || data)      node = SHA-256(0x01 || left || right)
 *
 * The left side of a tree of n > 1 leaves has the largest power of two below n.
 *
 * Threads: any; no state.
 */
#ifndef CRYPTO_MERKLE_H
#define CRYPTO_MERKLE_H

#include "crypto/hash.h"

enum {
    MERKLE_LEVELS_MAX = 32, /* of a tree of 2^32 - 1 leaves at most */
};

/* So that arrays of them may be const. */
struct merkle_hash {
    uint8_t bytes[SHA256_SIZE];
};

/* Fails with: INTERNAL, as all of these that are not said otherwise. */
MUST_USE enum status merkle_leaf(struct bytes data, struct merkle_hash *out);
MUST_USE enum status merkle_node(const struct merkle_hash *left,
                                 const struct merkle_hash *right,
                                 struct merkle_hash *out);

/* A tree that grows to the right: the roots of its whole parts, widest first,
 * one for each bit of count. Zeroed at first. */
struct merkle_range {
    uint32_t count; /* of leaves */
    struct merkle_hash roots[MERKLE_LEVELS_MAX];
};

/* leaf: its hash. Fails with: LIMIT, INTERNAL; then range is as it was. */
MUST_USE enum status merkle_range_add(struct merkle_range *range,
                                      const struct merkle_hash *leaf);

/* The root; of no leaves SHA-256 of nothing. */
MUST_USE enum status merkle_range_root(const struct merkle_range *range,
                                       struct merkle_hash *out);

/*
 * What proves that leaf `index` is one of these: the hashes to its root, lowest
 * first. *count: how many. index < size. Fails with: INTERNAL.
 */
MUST_USE enum status merkle_path(const struct merkle_hash *leaves,
                                 uint32_t size, uint32_t index,
                                 struct merkle_hash *path, size_t *count);

/* How many hashes the path of leaf `index` of `size` has. index < size. */
size_t merkle_path_length(uint32_t index, uint32_t size);

/*
 * The root of the tree of size leaves in which leaf stands at index, if path is
 * its path. Fails with: BAD_INPUT (not so many hashes, index), INTERNAL.
 */
MUST_USE enum status merkle_path_root(const struct merkle_hash *leaf,
                                      uint32_t index, uint32_t size,
                                      const struct merkle_hash *path,
                                      size_t count, struct merkle_hash *out);

#endif
