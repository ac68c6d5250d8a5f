/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/held_copy - one record sealed again for a hold: the same pack, byte for
 * byte, with the same sequence, start and duration, under a key of the hold's.
 *
 * Threads: none.
 */
#ifndef STORE_HELD_COPY_H
#define STORE_HELD_COPY_H

#include "base/buffer.h"
#include "store/selection.h"

/* The key of a record's unit; NULL: there is none any more. */
typedef const uint8_t *held_key_fn(const void *context,
                                   const struct record_row *row);

struct held_copy {
    uint32_t subject;   /* of the hold */
    const uint8_t *key; /* of the hold's unit in which the record begins */
    held_key_fn *key_for;
    const void *context;
    /* what is made */
    struct record_header header;
    uint8_t *bytes; /* as it is stored; the caller's, of base/alloc */
    size_t size;
};

/*
 * Opens the record or, where that cannot be opened, the copy of another hold,
 * and seals it. plain: its pack afterwards, for the caller to wipe. Fails with:
 * NOT_FOUND (no key opens it any more), CORRUPT (it is damaged or cannot be
 * read: it costs itself), NO_MEMORY, INTERNAL.
 */
MUST_USE enum status held_copy_make(struct store *store,
                                    const struct selected *record,
                                    struct buffer *plain,
                                    struct held_copy *copy);

#endif
