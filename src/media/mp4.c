/* SPDX-License-Identifier: Apache-2.0 */
#include "media/mp4.h"

#include <string.h>

#include "base/alloc.h"
#include "media/box.h"
#include "media/codec.h"

enum {
    ROWS_FIRST = 1024,
    CHUNK_SAMPLES_MAX = 32,
    BOX_HEADER_SIZE = 8,
    FILE_TYPE_SIZE_MAX = 64,
    DURATION_UNKNOWN_US = 66667, /* of a lone sample: 15 a second */
    TRACK = 1,
};

struct row {
    int64_t time_us;
    uint32_t duration_us;
    uint32_t shown_after_us;
    uint32_t size; /* bytes */
    uint16_t config;
    bool is_key;
    bool begins_piece;
};

struct mp4 {
    int64_t created_us;
    struct row *rows;
    size_t count;
    size_t capacity;
    size_t piece_from;     /* the first row that is in no piece */
    uint64_t piece_bytes;  /* of the samples from there on */
    bool is_reordered;     /* a sample is shown after its time */
    uint64_t file_bytes;   /* behind ftyp, pieces with their headers */
    struct codec_config configs[MP4_CONFIG_COUNT_MAX];
    uint8_t *records[MP4_CONFIG_COUNT_MAX]; /* what configs view */
    size_t config_count;
};

enum status mp4_create(int64_t created_us, struct mp4 **out)
{
    *out = alloc_zeroed(sizeof **out);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    (*out)->created_us = created_us;
    return STATUS_OK;
}

void mp4_destroy(struct mp4 **mp4)
{
    if (*mp4 == NULL)
        return;
    for (size_t i = 0; i < (*mp4)->config_count; i++)
        alloc_free((*mp4)->records[i]);
    alloc_free((*mp4)->rows);
    alloc_free(*mp4);
    *mp4 = NULL;
}

/* The configuration's index, added where it is new. */
static enum status find_config(struct mp4 *mp4,
                               const struct codec_config *config, uint16_t *out)
{
    for (size_t i = mp4->config_count; i > 0; i--) {
        if (codec_config_equal(&mp4->configs[i - 1], config)) {
            *out = (uint16_t)(i - 1);
            return STATUS_OK;
        }
    }
    enum status s = codec_config_check(config);
    if (s != STATUS_OK)
        return s;
    if (mp4->config_count == MP4_CONFIG_COUNT_MAX)
        return STATUS_LIMIT;
    uint8_t *record = alloc_array(config->record.size, 1);
    if (record == NULL)
        return STATUS_NO_MEMORY;
    memcpy(record, config->record.data, config->record.size);
    *out = (uint16_t)mp4->config_count++;
    mp4->records[*out] = record;
    mp4->configs[*out] = *config;
    mp4->configs[*out].record = bytes_of(record, config->record.size);
    return STATUS_OK;
}

static enum status grow(struct mp4 *mp4)
{
    if (mp4->count < mp4->capacity)
        return STATUS_OK;
    if (mp4->count == MP4_SAMPLE_COUNT_MAX)
        return STATUS_LIMIT;
    size_t capacity = mp4->capacity == 0 ? ROWS_FIRST : mp4->capacity * 2;
    struct row *rows = alloc_resize(mp4->rows, capacity, sizeof *rows);
    if (rows == NULL)
        return STATUS_NO_MEMORY;
    mp4->rows = rows;
    mp4->capacity = capacity;
    return STATUS_OK;
}

enum status mp4_add(struct mp4 *mp4, const struct codec_config *config,
                    const struct sample *sample)
{
    if (sample->data.size == 0)
        return STATUS_BAD_INPUT;
    if (sample->data.size > SAMPLE_SIZE_MAX)
        return STATUS_LIMIT;
    int64_t time_us = sample->time_us;
    if (mp4->count > 0) {
        int64_t span = 0;
        if (time_us < mp4->rows[mp4->count - 1].time_us)
            time_us = mp4->rows[mp4->count - 1].time_us;
        if (__builtin_sub_overflow(time_us, mp4->rows[0].time_us, &span) ||
            span > MP4_SPAN_MAX_US)
            return STATUS_LIMIT;
    }
    uint16_t index = 0;
    enum status s = grow(mp4);
    if (s == STATUS_OK)
        s = find_config(mp4, config, &index);
    if (s != STATUS_OK)
        return s;
    mp4->rows[mp4->count++] = (struct row){
        .time_us = time_us,
        .duration_us = sample->duration_us,
        .shown_after_us = sample->shown_after_us,
        .size = (uint32_t)sample->data.size,
        .config = index,
        .is_key = (sample->flags & SAMPLE_IDR) != 0,
    };
    mp4->is_reordered |= sample->shown_after_us != 0;
    mp4->piece_bytes += sample->data.size;
    return STATUS_OK;
}

void mp4_begin(struct buffer *out)
{
    box_file_type(out, "isom");
}

enum status mp4_piece(struct mp4 *mp4, struct buffer *out)
{
    if (mp4->piece_from == mp4->count)
        return STATUS_BAD_INPUT;
    if (mp4->piece_bytes > UINT32_MAX - BOX_HEADER_SIZE)
        return STATUS_LIMIT;
    uint64_t size = BOX_HEADER_SIZE + mp4->piece_bytes;
    buffer_append_u32be(out, (uint32_t)size);
    buffer_append_text(out, "mdat");
    if (out->failed)
        return STATUS_NO_MEMORY;
    mp4->rows[mp4->piece_from].begins_piece = true;
    mp4->piece_from = mp4->count;
    mp4->piece_bytes = 0;
    mp4->file_bytes += size;
    return STATUS_OK;
}

/* Ticks from the first sample to the beginning of row i, or, for i = count,
 * to the end. Rounded from absolute times, so that nothing adds up. */
static uint64_t ticks_at(const struct mp4 *mp4, size_t i)
{
    const struct row *last = &mp4->rows[mp4->count - 1];
    uint64_t us = 0;
    if (i < mp4->count) {
        us = (uint64_t)(mp4->rows[i].time_us - mp4->rows[0].time_us);
    } else {
        us = (uint64_t)(last->time_us - mp4->rows[0].time_us);
        us += last->duration_us == 0 ? DURATION_UNKNOWN_US : last->duration_us;
    }
    return us * 9 / 100;
}

/* What a sample may last: stts has 32 bits; the rest goes to the next one. */
static uint32_t duration_of(const struct mp4 *mp4, size_t i, uint64_t at)
{
    uint64_t end = ticks_at(mp4, i + 1);
    if (end <= at)
        return 0;
    return end - at > UINT32_MAX ? UINT32_MAX : (uint32_t)(end - at);
}

/* A count is written when it is known: leave room, then patch. */
static size_t count_begin(struct buffer *out)
{
    size_t place = out->size;
    buffer_append_u32be(out, 0);
    return place;
}

static void count_end(struct buffer *out, size_t place, uint32_t count)
{
    if (out->failed)
        return;
    for (unsigned i = 0; i < 4; i++)
        out->data[place + i] = (uint8_t)(count >> (24 - 8 * i));
}

static void append_durations(struct buffer *out, const struct mp4 *mp4)
{
    size_t stts = box_begin_full(out, "stts", 0, 0);
    size_t place = count_begin(out);
    uint32_t entries = 0;
    uint32_t same = 0;
    uint32_t duration = 0;
    uint64_t at = 0;
    for (size_t i = 0; i < mp4->count; i++) {
        uint32_t next = duration_of(mp4, i, at);
        at += next;
        if (i > 0 && next != duration) {
            buffer_append_u32be(out, same);
            buffer_append_u32be(out, duration);
            entries++;
            same = 0;
        }
        duration = next;
        same++;
    }
    buffer_append_u32be(out, same);
    buffer_append_u32be(out, duration);
    count_end(out, place, entries + 1);
    box_end(out, stts);
}

static uint32_t shown_after_ticks(const struct mp4 *mp4, size_t i)
{
    return (uint32_t)((uint64_t)mp4->rows[i].shown_after_us * 9 / 100);
}

/* ISO/IEC 14496-12 section 8.6.1.3 */
static void append_shown_after(struct buffer *out, const struct mp4 *mp4)
{
    if (!mp4->is_reordered)
        return;
    size_t ctts = box_begin_full(out, "ctts", 0, 0);
    size_t place = count_begin(out);
    uint32_t entries = 0;
    for (size_t i = 0; i < mp4->count; entries++) {
        uint32_t ticks = shown_after_ticks(mp4, i);
        size_t from = i;
        while (i < mp4->count && shown_after_ticks(mp4, i) == ticks)
            i++;
        buffer_append_u32be(out, (uint32_t)(i - from));
        buffer_append_u32be(out, ticks);
    }
    count_end(out, place, entries);
    box_end(out, ctts);
}

static void append_keys(struct buffer *out, const struct mp4 *mp4)
{
    size_t stss = box_begin_full(out, "stss", 0, 0);
    size_t place = count_begin(out);
    uint32_t entries = 0;
    for (size_t i = 0; i < mp4->count; i++) {
        if (!mp4->rows[i].is_key)
            continue;
        buffer_append_u32be(out, (uint32_t)i + 1);
        entries++;
    }
    count_end(out, place, entries);
    box_end(out, stss);
}

/* Samples in the chunk that begins at row i: of one piece and one
 * configuration. */
static size_t chunk_size(const struct mp4 *mp4, size_t i)
{
    size_t size = 1;
    while (size < CHUNK_SAMPLES_MAX && i + size < mp4->count &&
           mp4->rows[i + size].config == mp4->rows[i].config &&
           !mp4->rows[i + size].begins_piece)
        size++;
    return size;
}

static void append_chunks(struct buffer *out, const struct mp4 *mp4)
{
    size_t stsc = box_begin_full(out, "stsc", 0, 0);
    size_t place = count_begin(out);
    uint32_t entries = 0;
    uint32_t chunk = 1;
    size_t size_before = 0;
    size_t config_before = 0;
    for (size_t i = 0; i < mp4->count; chunk++) {
        size_t size = chunk_size(mp4, i);
        size_t config = mp4->rows[i].config;
        if (size != size_before || config != config_before) {
            buffer_append_u32be(out, chunk);
            buffer_append_u32be(out, (uint32_t)size);
            buffer_append_u32be(out, (uint32_t)config + 1);
            entries++;
        }
        size_before = size;
        config_before = config;
        i += size;
    }
    count_end(out, place, entries);
    box_end(out, stsc);
}

static void append_sizes(struct buffer *out, const struct mp4 *mp4)
{
    size_t stsz = box_begin_full(out, "stsz", 0, 0);
    buffer_append_u32be(out, 0);
    buffer_append_u32be(out, (uint32_t)mp4->count);
    for (size_t i = 0; i < mp4->count; i++)
        buffer_append_u32be(out, mp4->rows[i].size);
    box_end(out, stsz);
}

static uint64_t file_type_bytes(void)
{
    uint8_t room[FILE_TYPE_SIZE_MAX];
    struct buffer out = {.data = room,
                         .capacity = sizeof room,
                         .limit = sizeof room};
    mp4_begin(&out);
    return out.size;
}

static void append_offsets(struct buffer *out, const struct mp4 *mp4)
{
    uint64_t offset = file_type_bytes();
    bool wide = offset + mp4->file_bytes > UINT32_MAX;
    size_t stco = box_begin_full(out, wide ? "co64" : "stco", 0, 0);
    size_t place = count_begin(out);
    uint32_t entries = 0;
    for (size_t i = 0; i < mp4->count; entries++) {
        offset += mp4->rows[i].begins_piece ? BOX_HEADER_SIZE : 0;
        if (wide)
            box_u64(out, offset);
        else
            buffer_append_u32be(out, (uint32_t)offset);
        size_t end = i + chunk_size(mp4, i);
        for (; i < end; i++)
            offset += mp4->rows[i].size;
    }
    count_end(out, place, entries);
    box_end(out, stco);
}

static void append_track(struct buffer *out, const struct mp4 *mp4,
                         const struct box_times *times)
{
    uint16_t width = 0;
    uint16_t height = 0;
    for (size_t i = 0; i < mp4->config_count; i++) {
        const struct codec_config *config = &mp4->configs[i];
        width = config->width > width ? config->width : width;
        height = config->height > height ? config->height : height;
    }
    size_t trak = box_begin(out, "trak");
    box_track_header(out, times, TRACK, width, height);
    size_t mdia = box_begin(out, "mdia");
    box_media_header(out, times);
    size_t minf = box_begin(out, "minf");
    box_video_information(out);
    size_t stbl = box_begin(out, "stbl");
    box_sample_description(out, mp4->configs, mp4->config_count);
    append_durations(out, mp4);
    append_shown_after(out, mp4);
    append_keys(out, mp4);
    append_chunks(out, mp4);
    append_sizes(out, mp4);
    append_offsets(out, mp4);
    box_end(out, stbl);
    box_end(out, minf);
    box_end(out, mdia);
    box_end(out, trak);
}

enum status mp4_end(const struct mp4 *mp4, struct buffer *out)
{
    if (mp4->count == 0 || mp4->piece_from != mp4->count)
        return STATUS_BAD_INPUT;
    const struct box_times times = {
        .timescale = MP4_TIMESCALE,
        .ticks = ticks_at(mp4, mp4->count),
        .created_us = mp4->created_us,
    };
    size_t moov = box_begin(out, "moov");
    box_movie_header(out, &times, TRACK + 1);
    append_track(out, mp4, &times);
    box_end(out, moov);
    return buffer_status(out);
}
