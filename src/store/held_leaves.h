/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/held_leaves - leaves of the pictures that a hold keeps
 * (model/gop_leaf.h), each with its salt and the proof that a root in the log
 * is over it: so that the copy can be proven when its original, and the leaf
 * file beside that, have gone.
 *
 * In the leaf file beside the copy's volume, behind each other (leaf_block.h):
 *
 *   "HGOP"   the leaf, byte for byte
 *   "HSLT"   its salt, under the hold's key of the unit in which it begins
 *   "HPRF"   its proof; one block or more
 *
 * What a power cut leaves without all three counts for nothing.
 *
 * A leaf is wanted where all of its pictures are in the span: one that begins
 * in the unit before, or goes on behind the span, could not be hashed anew.
 *
 * Threads: none.
 */
#ifndef STORE_HELD_LEAVES_H
#define STORE_HELD_LEAVES_H

#include "store/store.h"

enum {
    HELD_LEAVES_MAX = 2048, /* of one slice; more are left out */
    HELD_LEAF_BYTES_MAX = 2 * LEAF_BLOCK_SIZE + PROOF_BYTES_MAX,
    HELD_LEAVES_BYTES_PER_S = 4 * LEAF_BLOCK_SIZE, /* as usual */
};

/* ---- reading what a hold keeps ------------------------------------------------- */

/* Zeroed at first. */
struct held_leaf_reader {
    struct gop_leaf leaf;
    struct held_salt salt;
    struct leaf_proof proof;
    bool has_leaf;
    bool has_salt;
    uint8_t blocks[PROOF_BYTES_MAX];
    size_t used; /* of blocks */
};

/* Takes a block of a file of HOLD_CLASS; true where leaf, salt and proof are
 * now those of one group of pictures. */
bool held_leaf_reader_take(struct held_leaf_reader *reader,
                           const struct leaf_block *block);

/* ---- what a hold lacks ----------------------------------------------------------- */

struct held_leaf {
    struct gop_leaf leaf;
    struct leaf_proof proof;
    /* Whose key of this unit leads to the salt: the camera's, or another
     * hold's, which opens the held one. */
    uint32_t subject;
    uint32_t unit_s;
    struct wall_time unit;
    struct held_salt salt;
};

struct held_leaves {
    struct held_leaf *list; /* by sequence; of one leaf several, from several
                               places, the camera's own first */
    size_t count;
    size_t capacity;
    uint32_t there;  /* that the hold has */
    uint32_t volume; /* the last that has a record of the hold; 0: none */
    bool is_behind;  /* the newest records are under no root of the log yet */
};

/*
 * Leaves that begin in window and end inside the hold's span, and that the hold
 * of this subject has not. Files that cannot be read are passed over. Fails
 * with: NO_MEMORY, INTERNAL.
 */
MUST_USE enum status held_leaves_find(struct store *store, uint32_t subject,
                                      struct span window,
                                      struct wall_time span_end,
                                      struct held_leaves *out);
void held_leaves_deinit(struct held_leaves *leaves);

/*
 * The blocks that the hold keeps of it. unit_key: of the hold's unit in which
 * the leaf begins. Returns their size; out: HELD_LEAF_BYTES_MAX. INTERNAL.
 */
MUST_USE enum status held_leaf_seal(const struct held_leaf *leaf,
                                    uint32_t subject,
                                    const uint8_t unit_key[UNIT_KEY_SIZE],
                                    const uint8_t leaf_salt[LEAF_SALT_SIZE],
                                    uint8_t *out, size_t *size);

#endif
