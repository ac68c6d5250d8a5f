/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/mp4_index - where the samples of an MP4 file stand, by its moov.
 *
 * Reads what media/mp4 writes, and others' files that are as simple: one track
 * of video, avc1 or hvc1, no edit that counts. Every table must fit the others.
 *
 * Source: ISO/IEC 14496-12 sections 8.3 to 8.7. Threads: any; no state.
 */
#ifndef MEDIA_MP4_INDEX_H
#define MEDIA_MP4_INDEX_H

#include "base/bytes.h"
#include "base/status.h"
#include "media/mp4.h"

struct mp4_place {
    uint64_t offset; /* in the file */
    uint64_t ticks;  /* from the first sample */
    uint32_t size;
    uint16_t config;
};

struct mp4_index {
    uint32_t timescale; /* ticks a second */
    uint32_t count;
    struct mp4_place *places; /* in decoding order */
    size_t config_count;
    struct bytes configs[MP4_CONFIG_COUNT_MAX]; /* avcC or hvcC, borrowed */
};

/*
 * moov: what stands in the box, behind its header; it must live as long as the
 * index. Fails with: BAD_INPUT, LIMIT (MP4_SAMPLE_COUNT_MAX,
 * MP4_CONFIG_COUNT_MAX), NO_MEMORY.
 */
MUST_USE enum status mp4_index_read(struct bytes moov, struct mp4_index *out);
void mp4_index_deinit(struct mp4_index *index);

/* The header of a box. size: of what follows the header; header: 8 or 16. */
struct mp4_box {
    uint32_t type;
    uint32_t header;
    uint64_t size;
};

enum { MP4_BOX_HEADER_MAX = 16 };

#define MP4_TYPE(a, b, c, d)                                                   \
    ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 |          \
     (uint32_t)(d))

/* bytes: MP4_BOX_HEADER_MAX of the file, or what is left of it. Fails with:
 * BAD_INPUT (also: a box without an end). */
MUST_USE enum status mp4_box_read(struct bytes bytes, struct mp4_box *out);

#endif
