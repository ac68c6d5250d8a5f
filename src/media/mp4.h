/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/mp4 - a plain MP4 file for download, in one pass over the samples.
 *
 *   mp4_begin   ftyp
 *   mp4_piece   the header of an mdat for the samples added since the last
 *               piece; they follow it, byte-exact, in the same order
 *   mp4_end     moov, which says where each sample stands
 *
 * So nothing is described before it has been read, and the samples themselves
 * are never held: only a row of a few bytes for each.
 *
 * Times: a sample lasts until the next one begins, so that a gap shows as a
 * picture that stands still and later times stay true. Ticks are 90 kHz. Where
 * pictures are shown later than decoded (B-frames), a ctts says how much; no
 * edit list moves them: time 0 of the file is the first sample's time.
 * Several configurations give several sample descriptions in one track.
 *
 * Source: ISO/IEC 14496-12 sections 8.3 to 8.7.
 */
#ifndef MEDIA_MP4_H
#define MEDIA_MP4_H

#include "base/buffer.h"
#include "media/sample.h"

enum {
    MP4_TIMESCALE = 90000,
    MP4_CONFIG_COUNT_MAX = 64, /* LIMIT: different configurations */
    MP4_SAMPLE_COUNT_MAX = 8 * 1024 * 1024, /* LIMIT: 3 days at 30 a second */
    MP4_END_SIZE_MAX = 512 * 1024 * 1024,  /* a limit for mp4_end's buffer */
};

/* LIMIT: from the first sample's time to the last one's. */
#define MP4_SPAN_MAX_US (INT64_C(366) * 86400 * 1000000)

struct mp4;

/* created_us: wall time that the file names as its creation; 0: none.
 * Fails with: NO_MEMORY. */
MUST_USE enum status mp4_create(int64_t created_us, struct mp4 **out);
void mp4_destroy(struct mp4 **mp4);

/*
 * Adds a sample; of sample->data only the size is used. config is copied where
 * it is new. A time before the one before it counts as equal to it. Fails
 * with: BAD_INPUT (codec_config_check, an empty sample), LIMIT, NO_MEMORY; then
 * nothing is added.
 */
MUST_USE enum status mp4_add(struct mp4 *mp4, const struct codec_config *config,
                             const struct sample *sample);

/* Appends what stands before the first piece. */
void mp4_begin(struct buffer *out);

/*
 * Appends the header behind which the samples added since the last piece must
 * follow. Fails with: BAD_INPUT (none was added), LIMIT (4 GiB), NO_MEMORY.
 */
MUST_USE enum status mp4_piece(struct mp4 *mp4, struct buffer *out);

/* Appends all that stands behind the last piece. Fails with: BAD_INPUT (no
 * sample, or one in no piece), NO_MEMORY. */
MUST_USE enum status mp4_end(const struct mp4 *mp4, struct buffer *out);

#endif
