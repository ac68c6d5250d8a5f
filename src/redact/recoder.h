/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redact/recoder - a camera's pictures again, with regions blackened.
 *
 * Decoded (H.264, H.265; 8 bits, 4:2:0), covered, encoded as H.264 without
 * B-frames: each picture with the time of its sample, an IDR where there was
 * one. What cannot be decoded is left out and the next picture flagged.
 *
 * Only haechi-work has this: FFmpeg's libavcodec and x264.
 *
 * Threads: none of its own; one owner at a time.
 */
#ifndef REDACT_RECODER_H
#define REDACT_RECODER_H

#include "media/sample_pack.h"
#include "model/region.h"

struct recoder;

/* The caller owns *out. Fails with: NO_MEMORY. */
MUST_USE enum status recoder_create(const struct regions *regions,
                                    struct recoder **out);

void recoder_destroy(struct recoder **recoder);

/*
 * Takes the pack's samples; what has been made of them so far is appended to
 * out as packs of the same camera. Fails with: BAD_INPUT (no codec of ours, or
 * a form of picture that cannot be covered), NO_MEMORY, INTERNAL (the encoder).
 */
MUST_USE enum status recoder_take(struct recoder *recoder,
                                  const struct sample_pack *pack,
                                  struct buffer *out);

/* What the decoder still holds back; the next sample must be an IDR. Fails
 * with: as recoder_take. */
MUST_USE enum status recoder_end(struct recoder *recoder, struct buffer *out);

#endif
