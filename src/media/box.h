/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/box - writing ISO base media files: boxes, and what every movie has.
 *
 * Source: ISO/IEC 14496-12 (boxes), 14496-15 (avc1, hvc1).
 *
 * All append to a buffer with sticky failure; ask once at the end.
 */
#ifndef MEDIA_BOX_H
#define MEDIA_BOX_H

#include "base/buffer.h"
#include "media/sample.h"

/* Sample flags of ISO/IEC 14496-12 section 8.8.3.1. */
enum box_sample_flags {
    BOX_SAMPLE_SYNC = 0x02000000,     /* depends on no other */
    BOX_SAMPLE_NON_SYNC = 0x01010000, /* depends on others */
};

/* Begins a box; box_end with the same number writes its size. */
size_t box_begin(struct buffer *out, const char type[static 4]);
size_t box_begin_full(struct buffer *out, const char type[static 4],
                      uint8_t version, uint32_t flags);
void box_end(struct buffer *out, size_t begin);

void box_u16(struct buffer *out, uint16_t value);
void box_u64(struct buffer *out, uint64_t value);
void box_zeros(struct buffer *out, size_t size);

/* When a movie was made and how long it is. */
struct box_times {
    uint32_t timescale; /* ticks a second */
    uint64_t ticks;     /* duration; 0 for fragmented files */
    int64_t created_us; /* wall time; 0: not said */
};

void box_file_type(struct buffer *out, const char brand[static 4]);
void box_movie_header(struct buffer *out, const struct box_times *times,
                      uint32_t next_track);
void box_track_header(struct buffer *out, const struct box_times *times,
                      uint32_t track, uint16_t width, uint16_t height);

/* mdhd and hdlr of a video track. */
void box_media_header(struct buffer *out, const struct box_times *times);

/* vmhd and dinf: the data is in this file. */
void box_video_information(struct buffer *out);

/* stsd with one avc1 or hvc1 per configuration. Colour as the stream says. */
void box_sample_description(struct buffer *out,
                            const struct codec_config *configs, size_t count);

#endif
