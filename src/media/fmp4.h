/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/fmp4 - fragmented MP4 for Media Source and HLS, made when served.
 *
 * An init segment (ftyp, moov with mvex), then media segments (moof, mdat),
 * each with samples of one track. Ticks are microseconds, so that times stay
 * exact. Samples stand in decoding order; where one of a fragment is shown
 * later than it is decoded (B-frames), each says how much.
 *
 * Source: ISO/IEC 14496-12 section 8.8; W3C "ISO BMFF Byte Stream Format".
 */
#ifndef MEDIA_FMP4_H
#define MEDIA_FMP4_H

#include "base/buffer.h"
#include "media/sample.h"

enum {
    FMP4_TIMESCALE = 1000000,
    FMP4_TRACK_COUNT_MAX = 64,
    FMP4_SAMPLE_COUNT_MAX = 4096, /* in one fragment */
};

struct fmp4_track {
    uint32_t id; /* from 1 */
    struct codec_config config;
};

struct fmp4_fragment {
    uint32_t track;
    uint32_t sequence; /* 1, 2, 3 ... over all fragments of the stream */
    int64_t origin_us; /* the sample time that is 0 of the presentation */
    const struct sample *samples;
    size_t count;
};

/*
 * Appends ftyp and moov. Fails with: BAD_INPUT (no track, a configuration that
 * codec_config_check refuses), LIMIT, NO_MEMORY; then out is as it was but for
 * its sticky failure.
 */
MUST_USE enum status fmp4_init_append(struct buffer *out,
                                      const struct fmp4_track *tracks,
                                      size_t count);

/*
 * Appends moof and mdat. A sample lasts until the next one begins, the last
 * one its duration_us; a sample that is not later than the one before it lasts
 * one tick. A time before the origin counts as 0. Fails with: BAD_INPUT (no
 * sample), LIMIT (samples, bytes), NO_MEMORY; then out is as it was but for
 * its sticky failure.
 */
MUST_USE enum status fmp4_fragment_append(struct buffer *out,
                                          const struct fmp4_fragment *fragment);

#endif
