/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/codec - H.264 and H.265 behind one set of questions.
 *
 * Codec strings: RFC 6381 section 3.3 (avc1) and ISO/IEC 14496-15 annex E
 * (hvc1), as browsers want them.
 */
#ifndef MEDIA_CODEC_H
#define MEDIA_CODEC_H

#include "base/status.h"
#include "media/sample.h"

enum { CODEC_TEXT_SIZE = 64 }; /* characters, with the terminating zero */

/* All that belongs to coded pictures, and what begins decoding (IDR; for
 * H.265 any random access picture). False for CODEC_NONE. */
bool codec_nal_is_slice(enum codec codec, struct bytes nal);
bool codec_nal_is_key(enum codec codec, struct bytes nal);

/* VPS, SPS or PPS. */
bool codec_nal_is_parameter_set(enum codec codec, struct bytes nal);

/*
 * Whether this unit begins a new access unit, given that the current one
 * already has a slice (H.264 section 7.4.1.2.3, H.265 section 7.4.2.4.4; by
 * first_mb_in_slice and first_slice_segment_in_pic_flag).
 */
bool codec_nal_begins_access_unit(enum codec codec, struct bytes nal);

/* Whether decoding may begin with this sample in MP4 form. */
bool codec_sample_is_key(enum codec codec, struct bytes data);

/* Same codec, size and record. */
bool codec_config_equal(const struct codec_config *a,
                        const struct codec_config *b);

/*
 * Whether it can be written into a file: known codec, sizes not 0, a record
 * of sane shape. Fails with: BAD_INPUT, LIMIT.
 */
MUST_USE enum status codec_config_check(const struct codec_config *config);

/* "avc1.64001F", "hvc1.1.6.L93.B0". Fails with: BAD_INPUT, LIMIT; then out
 * is the empty string. */
MUST_USE enum status codec_string(const struct codec_config *config,
                                  char out[CODEC_TEXT_SIZE]);

#endif
