/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/sample_pack - samples of one camera under one configuration, packed.
 *
 * The plain text of a record, and, several behind each other, what the vault
 * hands to web. Layout, big-endian:
 *
 *   "HSP1", camera u32, codec u8, zero u8, width u16, height u16,
 *   record_size u16, count u32, data_size u32,
 *   record (avcC or hvcC),
 *   count x { time i64 us, duration u32 us, shown_after u24 us, flags u8,
 *             size u32 },
 *   data (the samples behind each other; their sizes sum to data_size)
 */
#ifndef MEDIA_SAMPLE_PACK_H
#define MEDIA_SAMPLE_PACK_H

#include "base/buffer.h"
#include "base/reader.h"
#include "base/writer.h"
#include "media/sample.h"

enum {
    SAMPLE_PACK_HEADER_SIZE = 24,
    SAMPLE_PACK_ROW_SIZE = 20,
    SAMPLE_PACK_COUNT_MAX = 4096, /* samples in one pack */
    SAMPLE_PACK_DATA_MAX = 64 * 1024 * 1024,
};

/* A pack, opened: views into the input. */
struct sample_pack {
    uint32_t camera;
    struct codec_config config;
    uint32_t count;
    struct bytes rows;
    struct bytes data;
};

/* shown_after u24 and flags u8 as one number, here and in the ring. */
static inline uint32_t sample_pack_flags(const struct sample *sample)
{
    uint32_t shown_after_us = sample->shown_after_us;
    if (shown_after_us > SAMPLE_SHOWN_AFTER_MAX_US)
        shown_after_us = SAMPLE_SHOWN_AFTER_MAX_US;
    return shown_after_us << 8 | (sample->flags & UINT8_MAX);
}

static inline void sample_pack_take_flags(struct sample *out, uint32_t word)
{
    out->shown_after_us = word >> 8;
    out->flags = word & UINT8_MAX;
}

/* What stands before the data of a pack of count samples. */
size_t sample_pack_head_size(const struct codec_config *config, size_t count);

/* Writes that, where the data stand behind it already: the samples' sizes
 * count, their views do not. Sticky failure in out. */
void sample_pack_head(struct writer *out, uint32_t camera,
                      const struct codec_config *config,
                      const struct sample *samples, size_t count);

/* Appends a whole pack; sticky failure in out. samples: count of them. */
void sample_pack_append(struct buffer *out, uint32_t camera,
                        const struct codec_config *config,
                        const struct sample *samples, size_t count);

/*
 * Reads one pack; more may follow in the reader. Every size and sum is
 * checked. Fails with: BAD_INPUT, LIMIT.
 */
MUST_USE enum status sample_pack_read(struct reader *in,
                                      struct sample_pack *out);

/* Walks the samples; begin with *row = 0 and *offset = 0. False at the end. */
MUST_USE bool sample_pack_next(const struct sample_pack *pack, uint32_t *row,
                               size_t *offset, struct sample *out);

#endif
