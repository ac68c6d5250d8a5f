/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/leaf_group - what a reader outside needs of a group of pictures: its
 * leaf, the leaf's salt, and how it hangs under a root of the log.
 *
 * Layout, one behind the other: the leaf (model/gop_leaf.h, 256 bytes); flags u8
 * (1: the salt follows, 2: a proof follows), zero x7; salt (32 bytes, zeros
 * without flag 1); with flag 2 the proof's blocks (store/leaf_block.h).
 *
 * Threads: the store's, for leaf_groups_gather; else any.
 */
#ifndef STORE_LEAF_GROUP_H
#define STORE_LEAF_GROUP_H

#include "base/buffer.h"
#include "store/leaf_block.h"

struct store;

enum {
    LEAF_GROUPS_MAX = 4096, /* LIMIT: of one camera in one answer */
    LEAF_GROUP_FIXED_SIZE = GOP_LEAF_SIZE + 8 + LEAF_SALT_SIZE,
    LEAF_GROUP_SIZE_MAX = LEAF_GROUP_FIXED_SIZE + PROOF_BYTES_MAX,
};

struct leaf_group {
    struct gop_leaf leaf;
    bool has_salt;  /* else it is dead, or not asked for yet */
    bool has_proof; /* else its batch is not closed yet */
    uint8_t salt[LEAF_SALT_SIZE];
    struct leaf_proof proof;
};

/* A group where it stands: beside the camera's own records, or where a hold
 * keeps a copy of it (store/held_leaves.h). */
struct kept_group {
    struct leaf_group group;
    uint32_t subject;      /* whose key of its unit leads to the salt */
    struct held_salt held; /* a hold's */
};

struct leaf_groups {
    struct kept_group *list; /* by sequence; of one group several, the camera's
                                own first, then the newest hold's */
    size_t count;
    size_t capacity;
};

void leaf_groups_deinit(struct leaf_groups *groups);

/*
 * The camera's groups that touch window and lie in allowed, by the leaf files
 * beside the volumes; none has its salt. Volumes that cannot be read are passed
 * over, and so is what holds keep beyond LEAF_GROUPS_MAX. Fails with: LIMIT,
 * NO_MEMORY, INTERNAL.
 */
MUST_USE enum status leaf_groups_gather(struct store *store, uint32_t camera,
                                        struct span window,
                                        struct span allowed,
                                        struct leaf_groups *out);

void leaf_group_write(const struct leaf_group *group, struct buffer *out);

/* The next of several. Fails with: BAD_INPUT. */
MUST_USE enum status leaf_group_read(struct reader *in,
                                     struct leaf_group *out);

#endif
