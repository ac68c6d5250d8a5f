/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/held - copies that holds keep (model/hold.h): which records a hold
 * still lacks, and what is held of a camera.
 *
 * Threads: none.
 */
#ifndef STORE_HELD_H
#define STORE_HELD_H

#include "store/held_leaves.h"
#include "store/selection.h"

enum {
    HELD_SLICE_US = 30000000,           /* looked at, at a time */
    HELD_SLICE_BYTES = 8 * 1024 * 1024, /* to be copied, at a time */
    HELD_SLICE_RECORDS = 512,
};

/* What is to be copied next. */
struct held_slice {
    struct selection records; /* not in the hold yet; where the original has
                                 gone, those of another hold */
    int64_t next_us;          /* where to go on; 0: nothing follows */
    uint32_t there;           /* records that the hold had already */
    struct held_leaves leaves; /* of pictures that begin in it */
    struct span *spans; /* of the records of both kinds, joined */
    size_t span_count;
    size_t span_capacity;
};

/*
 * The first records that begin in span and are to be in the hold. Fails with:
 * NO_MEMORY; volumes that cannot be read are passed over.
 */
MUST_USE enum status held_slice_make(struct store *store, uint32_t subject,
                                     struct span span,
                                     struct held_slice *out);
/* This one stands in the hold. Fails with: NO_MEMORY. */
MUST_USE enum status held_slice_note(struct held_slice *slice,
                                     struct span record);
void held_slice_deinit(struct held_slice *slice);

/* Where records of the camera or of its holds go on, which end after time by
 * more than a picture; 0: nowhere before until. */
int64_t store_goes_on_at(const struct store *store, uint32_t camera,
                         struct span rest);

/* What holds keep of the camera inside span: at most limit. */
struct held_span {
    uint32_t hold;
    struct span span;
};
size_t store_held_spans(const struct store *store, uint32_t camera,
                        struct span span, struct held_span *out, size_t limit);

/* How much of the span there is of the camera, in its own records or those of
 * holds; and how much of that the hold has. */
int64_t store_kept_us(const struct store *store, uint32_t camera,
                      struct span span);
int64_t store_held_us(const struct store *store, uint32_t subject,
                      struct span span);

/* What is reserved for holds, on disks that may be written to, and not used. */
uint64_t store_hold_room(const struct store *store);

#endif
