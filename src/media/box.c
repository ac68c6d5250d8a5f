/* SPDX-License-Identifier: Apache-2.0 */
#include "media/box.h"

#include "base/writer.h"
#include "media/h264.h"

enum {
    SECONDS_1904_TO_1970 = 2082844800, /* ISO/IEC 14496-12 section 8.2.2 */
    TRACK_IN_MOVIE = 3,                /* enabled, in movie */
    LANGUAGE_UNDETERMINED = 0x55c4,    /* "und", five bits a letter */
    FIXED_ONE = 0x00010000,            /* 16.16 */
    FULL_VOLUME = 0x0100,              /* 8.8 */
    DPI_72 = 0x00480000,               /* 16.16 */
    COMPRESSOR_NAME_SIZE = 32,
    DEPTH_COLOUR = 24,
};

size_t box_begin(struct buffer *out, const char type[static 4])
{
    size_t begin = out->size;
    buffer_append_u32be(out, 0);
    buffer_append(out, bytes_of(type, 4));
    return begin;
}

size_t box_begin_full(struct buffer *out, const char type[static 4],
                      uint8_t version, uint32_t flags)
{
    size_t begin = box_begin(out, type);
    buffer_append_u32be(out, (uint32_t)version << 24 | flags);
    return begin;
}

void box_end(struct buffer *out, size_t begin)
{
    if (out->failed)
        return;
    size_t size = out->size - begin;
    if (size > UINT32_MAX) {
        out->failed = true;
        return;
    }
    struct writer w = writer_on(out->data + begin, 4);
    writer_u32be(&w, (uint32_t)size);
}

void box_u16(struct buffer *out, uint16_t value)
{
    buffer_append_u8(out, (uint8_t)(value >> 8));
    buffer_append_u8(out, (uint8_t)value);
}

void box_u64(struct buffer *out, uint64_t value)
{
    buffer_append_u32be(out, (uint32_t)(value >> 32));
    buffer_append_u32be(out, (uint32_t)value);
}

void box_zeros(struct buffer *out, size_t size)
{
    uint8_t *at = buffer_reserve(out, size);
    if (at != NULL && size > 0)
        memset(at, 0, size);
}

void box_file_type(struct buffer *out, const char brand[static 4])
{
    size_t ftyp = box_begin(out, "ftyp");
    buffer_append(out, bytes_of(brand, 4));
    buffer_append_u32be(out, 0);
    buffer_append(out, bytes_of(brand, 4));
    buffer_append_text(out, "mp41");
    box_end(out, ftyp);
}

static void append_matrix(struct buffer *out)
{
    static const uint32_t UNITY[9] = {FIXED_ONE, 0, 0, 0,         FIXED_ONE,
                                      0,         0, 0, 0x40000000};
    for (size_t i = 0; i < 9; i++)
        buffer_append_u32be(out, UNITY[i]);
}

/* Creation and modification, 64 bits each (version 1). */
static void append_created(struct buffer *out, const struct box_times *times)
{
    uint64_t seconds = 0;
    if (times->created_us > 0)
        seconds = (uint64_t)times->created_us / 1000000u + SECONDS_1904_TO_1970;
    box_u64(out, seconds);
    box_u64(out, seconds);
}

void box_movie_header(struct buffer *out, const struct box_times *times,
                      uint32_t next_track)
{
    size_t mvhd = box_begin_full(out, "mvhd", 1, 0);
    append_created(out, times);
    buffer_append_u32be(out, times->timescale);
    box_u64(out, times->ticks);
    buffer_append_u32be(out, FIXED_ONE); /* rate */
    box_u16(out, FULL_VOLUME);
    box_zeros(out, 10);
    append_matrix(out);
    box_zeros(out, 24);
    buffer_append_u32be(out, next_track);
    box_end(out, mvhd);
}

void box_track_header(struct buffer *out, const struct box_times *times,
                      uint32_t track, uint16_t width, uint16_t height)
{
    size_t tkhd = box_begin_full(out, "tkhd", 1, TRACK_IN_MOVIE);
    append_created(out, times);
    buffer_append_u32be(out, track);
    box_zeros(out, 4);
    box_u64(out, times->ticks);
    box_zeros(out, 16); /* reserved, layer, group, volume: no sound */
    append_matrix(out);
    buffer_append_u32be(out, (uint32_t)width << 16);
    buffer_append_u32be(out, (uint32_t)height << 16);
    box_end(out, tkhd);
}

void box_media_header(struct buffer *out, const struct box_times *times)
{
    size_t mdhd = box_begin_full(out, "mdhd", 1, 0);
    append_created(out, times);
    buffer_append_u32be(out, times->timescale);
    box_u64(out, times->ticks);
    box_u16(out, LANGUAGE_UNDETERMINED);
    box_u16(out, 0);
    box_end(out, mdhd);

    size_t hdlr = box_begin_full(out, "hdlr", 0, 0);
    box_zeros(out, 4);
    buffer_append_text(out, "vide");
    box_zeros(out, 12);
    buffer_append(out, bytes_of("VideoHandler", 13));
    box_end(out, hdlr);
}

void box_video_information(struct buffer *out)
{
    size_t vmhd = box_begin_full(out, "vmhd", 0, 1);
    box_zeros(out, 8);
    box_end(out, vmhd);

    size_t dinf = box_begin(out, "dinf");
    size_t dref = box_begin_full(out, "dref", 0, 0);
    buffer_append_u32be(out, 1);
    size_t url = box_begin_full(out, "url ", 0, 1); /* in this file */
    box_end(out, url);
    box_end(out, dref);
    box_end(out, dinf);
}

/* ISO/IEC 14496-12 section 12.1.5; only where the stream itself says so. */
static void append_colour(struct buffer *out, const struct codec_config *config)
{
    struct bytes nal = {NULL, 0};
    struct h264_sps sps = {0};
    if (config->codec != CODEC_H264 ||
        h264_config_sps(config->record, &nal) != STATUS_OK ||
        h264_sps_read(nal, &sps) != STATUS_OK || !sps.has_colour)
        return;
    size_t colr = box_begin(out, "colr");
    buffer_append_text(out, "nclx");
    box_u16(out, sps.colour_primaries);
    box_u16(out, sps.transfer);
    box_u16(out, sps.matrix);
    buffer_append_u8(out, sps.is_full_range ? 0x80 : 0);
    box_end(out, colr);
}

static void append_entry(struct buffer *out, const struct codec_config *config)
{
    bool is_h265 = config->codec == CODEC_H265;
    size_t entry = box_begin(out, is_h265 ? "hvc1" : "avc1");
    box_zeros(out, 6);
    box_u16(out, 1); /* data reference */
    box_zeros(out, 16);
    box_u16(out, config->width);
    box_u16(out, config->height);
    buffer_append_u32be(out, DPI_72);
    buffer_append_u32be(out, DPI_72);
    box_zeros(out, 4);
    box_u16(out, 1); /* frame a sample */
    box_zeros(out, COMPRESSOR_NAME_SIZE);
    box_u16(out, DEPTH_COLOUR);
    box_u16(out, 0xffff);
    size_t record = box_begin(out, is_h265 ? "hvcC" : "avcC");
    buffer_append(out, config->record);
    box_end(out, record);
    append_colour(out, config);
    box_end(out, entry);
}

void box_sample_description(struct buffer *out,
                            const struct codec_config *configs, size_t count)
{
    size_t stsd = box_begin_full(out, "stsd", 0, 0);
    buffer_append_u32be(out, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        append_entry(out, &configs[i]);
    box_end(out, stsd);
}
