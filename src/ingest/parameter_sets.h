/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/parameter_sets - the newest VPS, SPS and PPS of a stream, by their
 * numbers, and the decoder configuration they make.
 *
 * They come from the session's description and inside the stream; the latter
 * are newer. A set of the same kind and number replaces the older one.
 */
#ifndef INGEST_PARAMETER_SETS_H
#define INGEST_PARAMETER_SETS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "ingest/limits.h"
#include "media/sample.h"

struct parameter_set {
    uint8_t type;
    uint8_t number;
    uint16_t from; /* in memory */
    uint16_t size;
};

struct parameter_sets {
    enum codec codec;
    bool is_changed; /* since the last configuration made */
    bool has_been_made;
    size_t count;
    size_t used;
    struct parameter_set sets[PARAMETER_SETS_MAX];
    uint8_t memory[PARAMETER_SETS_BYTES_MAX];
};

void parameter_sets_init(struct parameter_sets *sets, enum codec codec);

/*
 * Takes one NAL unit if it is a parameter set and new; others are passed over.
 * Fails with: BAD_INPUT (cannot be read), LIMIT (too many, too large). On
 * failure the sets are as they were.
 */
MUST_USE enum status parameter_sets_put(struct parameter_sets *sets,
                                        struct bytes nal);

/* Takes all there are in a sample in MP4 form. The same failures; the sets
 * before the failing one have been taken. */
MUST_USE enum status parameter_sets_put_sample(struct parameter_sets *sets,
                                               struct bytes data);

/* Pictures sent before one and shown after it, at most, by all sequence
 * parameter sets; PICTURE_REORDER_UNKNOWN where one does not say. */
uint8_t parameter_sets_reorder(const struct parameter_sets *sets);

/*
 * The configuration of what is there, in record (which *out views).
 * Fails with: NOT_FOUND (a kind is missing), and as h264_config_make.
 */
MUST_USE enum status parameter_sets_make(struct parameter_sets *sets,
                                         struct buffer *record,
                                         struct codec_config *out);

#endif
