/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/selection - which records a reader needs for a span of one camera, in
 * order, and their pictures out of the volumes.
 *
 * To show a picture one needs all since the IDR before it. The headers say
 * where a record stands in its GOP, and so where IDRs are, without any key.
 *
 * Threads: none.
 */
#ifndef STORE_SELECTION_H
#define STORE_SELECTION_H

#include "base/buffer.h"
#include "store/store.h"

enum {
    LOOK_FIRST_US = 4000000,    /* for an IDR before the span */
    LOOK_BACK_US = 64000000,    /* and, where that found none */
    SELECTION_RECORDS_MAX = 4096,
};

/* A record, and the copy that a hold keeps of it, for where its key has died:
 * of several the one of the newest hold. */
struct selected {
    uint32_t volume;
    struct record_row row;
    bool has_held;
    uint32_t held_volume;
    struct record_row held_row;
    bool has_own; /* selection_gather: the hold it was asked for has it */
    uint32_t own;
};

static inline struct selected selected_held(const struct selected *record)
{
    return (struct selected){.volume = record->held_volume,
                             .row = record->held_row};
}

struct selection {
    struct selected *records; /* by start */
    size_t count;
    size_t capacity;
};

struct selection_limits {
    int64_t span_us; /* of pictures, from span.from or the first one */
    uint64_t bytes;  /* sealed; one record is always taken */
};

/*
 * The records that hold the pictures of span, beginning with the last one at
 * or before span.from in which an IDR stands (within LOOK_BACK_US; else with
 * the first record of the span). Beyond the limits it goes on up to and with
 * the next record in which an IDR stands, so that a reader can stop there.
 * Fails with: IO, NO_MEMORY. Volumes that cannot be read are passed over.
 */
MUST_USE enum status selection_make(struct store *store, uint32_t camera,
                                    struct span span,
                                    const struct selection_limits *limits,
                                    struct selection *out);

/*
 * All records of the camera and of its holds that touch window, in order, each
 * once: the original before its copies. own: the subject of a hold whose own
 * copies are noted (has_own), or 0. Fails with: NO_MEMORY.
 */
MUST_USE enum status selection_gather(struct store *store, uint32_t camera,
                                      struct span window, uint32_t own,
                                      struct selection *out);

/* True where an IDR stands in record at, as far as the headers tell. */
bool selection_has_idr(const struct selection *selection, size_t at);

void selection_deinit(struct selection *selection);

/* selection_open, and the header that stood there. */
MUST_USE enum status selection_open_with(struct store *store,
                                         const struct selected *record,
                                         const uint8_t unit_key[UNIT_KEY_SIZE],
                                         struct record_header *header,
                                         struct buffer *out);

/*
 * Reads one record's header and sealed pack into stored, which is cleared
 * before, and opens it into out: the pack is appended there, and nothing where
 * this fails. Fails with: NOT_FOUND (forgotten meanwhile), DENIED (another unit
 * key), CORRUPT, IO, NO_MEMORY (also: out has no room; out is not failed).
 */
MUST_USE enum status selection_open(struct store *store,
                                    const struct selected *record,
                                    const uint8_t unit_key[UNIT_KEY_SIZE],
                                    struct buffer *stored, struct buffer *out);

#endif
