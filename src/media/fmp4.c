/* SPDX-License-Identifier: Apache-2.0 */
#include "media/fmp4.h"

#include "base/writer.h"
#include "media/box.h"
#include "media/codec.h"
#include "media/sample_pack.h"

enum tfhd_and_trun_flags {
    TFHD_BASE_IS_MOOF = 0x020000,
    TRUN_DATA_OFFSET = 0x000001,
    TRUN_DURATION = 0x000100,
    TRUN_SIZE = 0x000200,
    TRUN_FLAGS = 0x000400,
    TRUN_SHOWN_AFTER = 0x000800, /* sample-composition-time-offset */
};

static void append_empty_tables(struct buffer *out)
{
    static const char TYPES[][5] = {"stts", "stsc", "stco"};
    for (size_t i = 0; i < 3; i++) {
        size_t table = box_begin_full(out, TYPES[i], 0, 0);
        buffer_append_u32be(out, 0);
        box_end(out, table);
    }
    size_t stsz = box_begin_full(out, "stsz", 0, 0);
    box_zeros(out, 8);
    box_end(out, stsz);
}

static void append_track(struct buffer *out, const struct box_times *times,
                         const struct fmp4_track *track)
{
    size_t trak = box_begin(out, "trak");
    box_track_header(out, times, track->id, track->config.width,
                     track->config.height);
    size_t mdia = box_begin(out, "mdia");
    box_media_header(out, times);
    size_t minf = box_begin(out, "minf");
    box_video_information(out);
    size_t stbl = box_begin(out, "stbl");
    box_sample_description(out, &track->config, 1);
    append_empty_tables(out);
    box_end(out, stbl);
    box_end(out, minf);
    box_end(out, mdia);
    box_end(out, trak);
}

static void append_extends(struct buffer *out, const struct fmp4_track *tracks,
                           size_t count)
{
    size_t mvex = box_begin(out, "mvex");
    for (size_t i = 0; i < count; i++) {
        size_t trex = box_begin_full(out, "trex", 0, 0);
        buffer_append_u32be(out, tracks[i].id);
        buffer_append_u32be(out, 1); /* sample description */
        box_zeros(out, 12);          /* the fragments say the rest */
        box_end(out, trex);
    }
    box_end(out, mvex);
}

static enum status check_tracks(const struct fmp4_track *tracks, size_t count,
                                uint32_t *next)
{
    if (count == 0)
        return STATUS_BAD_INPUT;
    if (count > FMP4_TRACK_COUNT_MAX)
        return STATUS_LIMIT;
    *next = 1;
    for (size_t i = 0; i < count; i++) {
        if (tracks[i].id == 0 || tracks[i].id == UINT32_MAX)
            return STATUS_BAD_INPUT;
        enum status s = codec_config_check(&tracks[i].config);
        if (s != STATUS_OK)
            return s;
        *next = tracks[i].id >= *next ? tracks[i].id + 1 : *next;
    }
    return STATUS_OK;
}

/* OK, or what was appended since begin is taken back. */
static enum status finish(struct buffer *out, size_t begin)
{
    if (out->failed)
        out->size = begin;
    return buffer_status(out);
}

enum status fmp4_init_append(struct buffer *out,
                             const struct fmp4_track *tracks, size_t count)
{
    uint32_t next = 0;
    enum status s = check_tracks(tracks, count, &next);
    if (s != STATUS_OK)
        return s;
    const size_t begin = out->size;
    const struct box_times times = {.timescale = FMP4_TIMESCALE};
    box_file_type(out, "iso6");
    size_t moov = box_begin(out, "moov");
    box_movie_header(out, &times, next);
    for (size_t i = 0; i < count; i++)
        append_track(out, &times, &tracks[i]);
    append_extends(out, tracks, count);
    box_end(out, moov);
    return finish(out, begin);
}

/* Ticks from at to the beginning of the sample after i; at least 1. */
static uint32_t duration_of(const struct fmp4_fragment *fragment, size_t i,
                            int64_t at)
{
    int64_t ticks = 0;
    if (i + 1 == fragment->count)
        ticks = fragment->samples[i].duration_us;
    else if (__builtin_sub_overflow(fragment->samples[i + 1].time_us, at,
                                    &ticks))
        ticks = 1;
    if (ticks < 1)
        return 1;
    return ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
}

/* The table of samples; returns where the data offset stands. */
static size_t append_run(struct buffer *out,
                         const struct fmp4_fragment *fragment)
{
    bool is_reordered = false;
    for (size_t i = 0; i < fragment->count; i++)
        is_reordered |= fragment->samples[i].shown_after_us != 0;
    size_t trun = box_begin_full(
        out, "trun", 0,
        TRUN_DATA_OFFSET | TRUN_DURATION | TRUN_SIZE | TRUN_FLAGS |
            (is_reordered ? (unsigned)TRUN_SHOWN_AFTER : 0u));
    buffer_append_u32be(out, (uint32_t)fragment->count);
    size_t data_offset = out->size;
    buffer_append_u32be(out, 0);
    int64_t at = fragment->samples[0].time_us;
    for (size_t i = 0; i < fragment->count; i++) {
        const struct sample *sample = &fragment->samples[i];
        uint32_t duration = duration_of(fragment, i, at);
        if (__builtin_add_overflow(at, duration, &at))
            out->failed = true;
        bool is_key = (sample->flags & SAMPLE_IDR) != 0;
        buffer_append_u32be(out, duration);
        buffer_append_u32be(out, (uint32_t)sample->data.size);
        buffer_append_u32be(out,
                            is_key ? BOX_SAMPLE_SYNC : BOX_SAMPLE_NON_SYNC);
        if (is_reordered)
            buffer_append_u32be(out, sample->shown_after_us);
    }
    box_end(out, trun);
    return data_offset;
}

static uint64_t decode_time(const struct fmp4_fragment *fragment)
{
    int64_t ticks = 0;
    if (__builtin_sub_overflow(fragment->samples[0].time_us,
                               fragment->origin_us, &ticks) ||
        ticks < 0)
        return 0;
    return (uint64_t)ticks;
}

static void append_moof(struct buffer *out,
                        const struct fmp4_fragment *fragment)
{
    size_t moof = box_begin(out, "moof");
    size_t mfhd = box_begin_full(out, "mfhd", 0, 0);
    buffer_append_u32be(out, fragment->sequence);
    box_end(out, mfhd);

    size_t traf = box_begin(out, "traf");
    size_t tfhd = box_begin_full(out, "tfhd", 0, TFHD_BASE_IS_MOOF);
    buffer_append_u32be(out, fragment->track);
    box_end(out, tfhd);
    size_t tfdt = box_begin_full(out, "tfdt", 1, 0);
    box_u64(out, decode_time(fragment));
    box_end(out, tfdt);
    size_t data_offset = append_run(out, fragment);
    box_end(out, traf);
    box_end(out, moof);
    if (out->failed)
        return;
    /* From the first byte of moof to the first byte behind mdat's header. */
    struct writer w = writer_on(out->data + data_offset, 4);
    writer_u32be(&w, (uint32_t)(out->size - moof + 8));
}

enum status fmp4_fragment_append(struct buffer *out,
                                 const struct fmp4_fragment *fragment)
{
    if (fragment->count == 0)
        return STATUS_BAD_INPUT;
    if (fragment->count > FMP4_SAMPLE_COUNT_MAX)
        return STATUS_LIMIT;
    size_t data_bytes = 0;
    for (size_t i = 0; i < fragment->count; i++) {
        data_bytes += fragment->samples[i].data.size;
        if (fragment->samples[i].data.size > SAMPLE_SIZE_MAX ||
            data_bytes > SAMPLE_PACK_DATA_MAX)
            return STATUS_LIMIT;
    }
    const size_t begin = out->size;
    append_moof(out, fragment);
    size_t mdat = box_begin(out, "mdat");
    for (size_t i = 0; i < fragment->count; i++)
        buffer_append(out, fragment->samples[i].data);
    box_end(out, mdat);
    return finish(out, begin);
}
