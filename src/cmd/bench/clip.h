/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/bench/clip - a byte stream of H.264 as samples, to record from again and
 * again. */
#ifndef CMD_BENCH_CLIP_H
#define CMD_BENCH_CLIP_H

#include "base/buffer.h"
#include "media/sample.h"

enum {
    BENCH_CLIP_BYTES_MAX = 64 * 1024 * 1024,
    BENCH_CLIP_SAMPLES_MAX = 4096,
    BENCH_CLIP_RATE = 15, /* samples a second */
};

struct bench_clip {
    struct codec_config config; /* views record */
    struct buffer record;
    struct buffer data;
    struct sample samples[BENCH_CLIP_SAMPLES_MAX]; /* views data; no times */
    size_t count;
};

/* Begins with an IDR. Fails with: NOT_FOUND, IO, LIMIT, BAD_INPUT (not such a
 * stream), NO_MEMORY. Release it in any case. */
MUST_USE enum status bench_clip_read(struct bench_clip *clip,
                                     const char *path);
void bench_clip_deinit(struct bench_clip *clip);

/* The k-th sample of the endless recording that begins at begin_us. */
struct sample bench_clip_sample(const struct bench_clip *clip,
                                int64_t begin_us, uint64_t k);

#endif
