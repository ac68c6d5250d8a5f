/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/rotation - from one epoch to the next, in the one order that is safe.
 *
 *   1. write table e+1 under the waiting root, both copies, sync
 *   2. read it back from the medium, decrypt, compare     <- e+1 holds from
 * here
 *   3. overwrite the root of epoch e with a fresh one, which waits for e+2:
 *      this is the erasure; read it back                  <- e is gone from
 * here
 *
 * An error in 1 or 2 leaves everything as before; the waiting root is renewed
 * before the next attempt, so that what the failed one left can never open.
 * An error in 3 leaves epoch
 * e+1 in use with its erasure due: nothing is rotated further and no death is
 * told until a later attempt at 3 succeeds.
 *
 * Start: of the tables that open, the largest epoch that is complete wins (a
 * table e+1 that was being written when the power went is not, and then the
 * root of e is still there); without a complete one the largest. Then, before
 * anything else, the waiting root is renewed: if step 3 had not happened, it
 * happens here.
 *
 * Held against every crash schedule by tests/crash/rotation_model.c.
 *
 * Threads: one.
 */
#ifndef KEYS_ROTATION_H
#define KEYS_ROTATION_H

#include "keys/key_files.h"
#include "keys/root_store.h"
#include "keys/state.h"

struct rotation;

struct rotation_start {
    bool is_new;                /* the key files were made just now */
    bool is_moving;             /* the next rotation moves the roots */
    struct table_damage damage; /* of the table that won */
};

/*
 * Opens the files, applies the start-up rule, gives the state in use. A
 * renewal that fails is no failure of the start: recording goes on, the
 * erasure is due. Nothing is opened afterwards.
 *
 * store: where the roots live, borrowed; NULL: in files of this directory. A
 * store that finds the root still in such files takes over with the next
 * rotation: its table is written under the store's own waiting root, and step
 * 3 overwrites the files too.
 * Fails with: IO, DENIED, NO_SPACE, CORRUPT (tables are there, none opens),
 * NO_MEMORY, LIMIT, INTERNAL.
 */
MUST_USE enum status rotation_open(const struct file_layer *layer,
                                   const char *directory,
                                   struct root_store *store,
                                   struct rotation **out,
                                   struct key_state *state,
                                   struct rotation_start *start);
void rotation_close(struct rotation **rotation); /* wipes */

/* The epoch in use, from 1. */
uint64_t rotation_epoch(const struct rotation *rotation);

/* Whether the root of the epoch before may still be there. */
bool rotation_erasure_is_due(const struct rotation *rotation);

/* The erasure level that holds for all roots there are. */
unsigned rotation_level(const struct rotation *rotation);

/* Step 3 and every renewal of the waiting root; OK at once where nothing is
 * due. AGAIN: the store works on it; ask again. Fails as root_store.write. */
MUST_USE enum status rotation_erase(struct rotation *rotation);

/*
 * Writes next as epoch + 1. *is_committed: next is in use from now on, also
 * where the erasure failed or, with AGAIN, is under way. Does step 3 of the
 * epoch before first, where due; AGAIN without is_committed: that is under way.
 * Fails with: IO, NO_SPACE, CORRUPT, NO_MEMORY, LIMIT, INTERNAL.
 */
MUST_USE enum status rotation_run(struct rotation *rotation,
                                  const struct key_state *next,
                                  bool *is_committed);

/* Room for tables of this size in all files, so that a disk that fills up later
 * does not stop deletion. Fails with: NO_SPACE, IO. */
MUST_USE enum status rotation_reserve(struct rotation *rotation, size_t size);

/* Damage at rest, in copies. */
struct rotation_scrub {
    unsigned table_copies; /* of the table in use */
    unsigned root_copies;  /* of both roots */
    unsigned spare_copies; /* the spare pair: 1 where it cannot be written */
};

/* Reads and decrypts both copies of the table in use and of both roots, writes
 * the beginning of the spare. What is damaged is healed by the next rotation.
 * Fails with: NO_MEMORY. */
MUST_USE enum status rotation_scrub(struct rotation *rotation,
                                    struct rotation_scrub *out);

/* The start-up rule without any writing, for keys/offline. */
MUST_USE enum status rotation_peek(struct key_files *files,
                                   struct root_store *store,
                                   struct key_state *state, uint64_t *epoch,
                                   struct table_damage *damage);

#endif
