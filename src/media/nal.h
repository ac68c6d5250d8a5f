/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/nal - NAL units: in a byte stream, in a sample, and unescaped.
 *
 * Byte stream: ISO/IEC 14496-10 annex B (three- and four-byte start codes).
 * Sample: ISO/IEC 14496-15, each unit behind its length, u32 big-endian.
 * Unescaping: ISO/IEC 14496-10 section 7.4.1 (emulation prevention bytes).
 */
#ifndef MEDIA_NAL_H
#define MEDIA_NAL_H

#include "base/buffer.h"
#include "base/reader.h"

enum {
    NAL_LENGTH_SIZE = 4,          /* bytes before each unit of a sample */
    NAL_PARAMETER_SET_MAX = 1024, /* LIMIT: bytes of one VPS, SPS or PPS */
    NAL_IN_SAMPLE_MAX = 4096,     /* LIMIT: units in one sample */
};

/*
 * Cuts the next unit off a whole byte stream: *left is what follows it. Zero
 * bytes before a start code belong to no unit; empty units are skipped. False
 * at the end, and where there is no start code at all.
 */
MUST_USE bool nal_stream_next(struct bytes *left, struct bytes *nal);

/* Appends length and unit to a sample; sticky failure in out. */
void nal_sample_append(struct buffer *out, struct bytes nal);

/* The next unit of a sample; false at the end, or with in->failed set. */
MUST_USE bool nal_sample_next(struct reader *in, struct bytes *nal);

/*
 * Whether data is a run of lengths and non-empty units without a rest, with
 * at least one unit and at most NAL_IN_SAMPLE_MAX. BAD_INPUT, LIMIT.
 */
MUST_USE enum status nal_sample_check(struct bytes data);

/*
 * Copies nal to out without its emulation prevention bytes; what does not fit
 * is left away, so that the start of a slice can be read cheaply. The view is
 * on out.
 */
struct bytes nal_unescape(struct bytes nal, uint8_t *out, size_t size);

#endif
