/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/root_store - erasable memory for the two roots, whatever it is made of.
 *
 * Two cells of ROOT_SIZE bytes: epoch e has its root in cell e mod 2, the
 * other one waits. Writing a cell is the erasure of what stood there; it counts
 * once it has been read back. keys/root_files: level 0; keys/root_tpm: level 2.
 *
 * A store that is slow works on a thread of its own: write then gives AGAIN,
 * one write at a time, and result tells how it went. Readers and heal are for
 * the start, before there are threads.
 *
 * Threads: the caller's one.
 */
#ifndef KEYS_ROOT_STORE_H
#define KEYS_ROOT_STORE_H

#include "keys/table_codec.h"

enum { ROOT_CELLS = 2 };

/* The root in use, and of which epoch it is. */
struct root_mark {
    uint64_t epoch;
    const uint8_t *root; /* ROOT_SIZE, borrowed */
};

/* First member of every store. */
struct root_store {
    unsigned level;  /* of erasure; see docs/design/tpm.md */
    unsigned copies; /* that a cell can be read from */
    uint64_t served; /* what the memory itself remembers: a root of this epoch
                        was in use in it. 0: none yet, or it has no memory */

    /* Fails with: IO, END (never written), NO_MEMORY, DENIED. */
    enum status (*read)(struct root_store *store, unsigned cell, unsigned copy,
                        uint8_t root[ROOT_SIZE]);

    /*
     * Overwrites and reads back; root is copied. in_use, with the other cell's
     * root: what a memory that can sign then signs, best effort; NULL: that
     * root is not of this store. OK; or AGAIN: under way.
     * Fails with: IO, CORRUPT (something else was read back), NO_SPACE, LIMIT
     * (the store is busy), DENIED, NO_MEMORY; what the cell then holds is
     * unknown.
     */
    enum status (*write)(struct root_store *store, unsigned cell,
                         const uint8_t root[ROOT_SIZE],
                         const struct root_mark *in_use);

    /* Of the write under way: AGAIN, or how it ended, once. NULL: never. */
    enum status (*result)(struct root_store *store);

    /* Writes a copy that is not (or no longer) root. Fails as write. */
    enum status (*heal)(struct root_store *store, unsigned cell,
                        const uint8_t root[ROOT_SIZE]);

    /* Wipes, releases, leaves NULL behind. */
    void (*close)(struct root_store **store);
};

/* *store may be NULL. */
void root_store_close(struct root_store **store);

#endif
