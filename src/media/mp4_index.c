/* SPDX-License-Identifier: Apache-2.0 */
#include "media/mp4_index.h"

#include "base/alloc.h"
#include "base/reader.h"

enum {
    SMALL_HEADER = 8,
    LARGE_HEADER = 16,
    FULL_BOX = 4,        /* version and flags */
    VISUAL_ENTRY = 78,   /* ISO/IEC 14496-12 section 12.1.3 */
    TRACKS = 1,
};

/* The tables of one stbl. */
struct tables {
    struct bytes descriptions; /* stsd */
    struct bytes durations;    /* stts */
    struct bytes sizes;        /* stsz */
    struct bytes chunks;       /* stsc */
    struct bytes offsets;      /* stco, co64 */
    bool is_wide;
};

enum status mp4_box_read(struct bytes bytes, struct mp4_box *out)
{
    struct reader in = reader_on(bytes);
    uint64_t size = reader_u32be(&in);
    *out = (struct mp4_box){.type = reader_u32be(&in),
                            .header = SMALL_HEADER};
    if (size == 1) {
        size = reader_u64be(&in);
        out->header = LARGE_HEADER;
    }
    if (in.failed || size < out->header)
        return STATUS_BAD_INPUT;
    out->size = size - out->header;
    return STATUS_OK;
}

/* The next box of a box; what is in it in *body. */
static enum status next_box(struct reader *in, uint32_t *type,
                            struct bytes *body)
{
    struct mp4_box box;
    if (mp4_box_read(in->left, &box) != STATUS_OK ||
        box.size > in->left.size - box.header)
        return STATUS_BAD_INPUT;
    reader_skip(in, box.header);
    *body = reader_bytes(in, (size_t)box.size);
    *type = box.type;
    return STATUS_OK;
}

/* The only box of this type; the others are passed over. */
static enum status find(struct bytes in, uint32_t wanted, struct bytes *out)
{
    struct reader reader = reader_on(in);
    size_t found = 0;
    while (reader_more(&reader)) {
        uint32_t type = 0;
        struct bytes body;
        if (next_box(&reader, &type, &body) != STATUS_OK)
            return STATUS_BAD_INPUT;
        if (type != wanted)
            continue;
        *out = body;
        found++;
    }
    return found == TRACKS ? STATUS_OK : STATUS_BAD_INPUT;
}

static struct reader full_box(struct bytes body)
{
    struct reader in = reader_on(body);
    reader_skip(&in, FULL_BOX);
    return in;
}

static enum status find_tables(struct bytes moov, struct tables *out,
                               uint32_t *timescale)
{
    struct bytes at = moov;
    struct bytes media = {NULL, 0};
    struct bytes header = {NULL, 0};
    enum status s = find(at, MP4_TYPE('t', 'r', 'a', 'k'), &at);
    if (s == STATUS_OK)
        s = find(at, MP4_TYPE('m', 'd', 'i', 'a'), &media);
    if (s == STATUS_OK)
        s = find(media, MP4_TYPE('m', 'd', 'h', 'd'), &header);
    if (s == STATUS_OK)
        s = find(media, MP4_TYPE('m', 'i', 'n', 'f'), &at);
    if (s == STATUS_OK)
        s = find(at, MP4_TYPE('s', 't', 'b', 'l'), &at);
    if (s == STATUS_OK)
        s = find(at, MP4_TYPE('s', 't', 's', 'd'), &out->descriptions);
    if (s == STATUS_OK)
        s = find(at, MP4_TYPE('s', 't', 't', 's'), &out->durations);
    if (s == STATUS_OK)
        s = find(at, MP4_TYPE('s', 't', 's', 'z'), &out->sizes);
    if (s == STATUS_OK)
        s = find(at, MP4_TYPE('s', 't', 's', 'c'), &out->chunks);
    if (s != STATUS_OK)
        return s;
    out->is_wide = find(at, MP4_TYPE('s', 't', 'c', 'o'), &out->offsets) !=
                   STATUS_OK;
    if (out->is_wide)
        s = find(at, MP4_TYPE('c', 'o', '6', '4'), &out->offsets);
    struct reader in = reader_on(header);
    bool is_long = reader_u8(&in) == 1;
    reader_skip(&in, is_long ? 3 + 16 : 3 + 8);
    *timescale = reader_u32be(&in);
    return s == STATUS_OK && (in.failed || *timescale == 0) ? STATUS_BAD_INPUT
                                                            : s;
}

/* ---- one table after the other ---- */

static enum status read_configs(struct bytes body, struct mp4_index *out)
{
    struct reader in = full_box(body);
    uint32_t count = reader_u32be(&in);
    if (count > MP4_CONFIG_COUNT_MAX)
        return STATUS_LIMIT;
    while (out->config_count < count) {
        uint32_t type = 0;
        struct bytes entry;
        if (next_box(&in, &type, &entry) != STATUS_OK ||
            entry.size < VISUAL_ENTRY)
            return STATUS_BAD_INPUT;
        bool is_h264 = type == MP4_TYPE('a', 'v', 'c', '1');
        if (!is_h264 && type != MP4_TYPE('h', 'v', 'c', '1'))
            return STATUS_BAD_INPUT;
        struct bytes inside = {entry.data + VISUAL_ENTRY,
                               entry.size - VISUAL_ENTRY};
        enum status s = find(inside,
                             is_h264 ? MP4_TYPE('a', 'v', 'c', 'C')
                                     : MP4_TYPE('h', 'v', 'c', 'C'),
                             &out->configs[out->config_count]);
        if (s != STATUS_OK)
            return s;
        out->config_count++;
    }
    return reader_done(&in) && count > 0 ? STATUS_OK : STATUS_BAD_INPUT;
}

static enum status read_sizes(struct bytes body, struct mp4_index *out)
{
    struct reader in = full_box(body);
    uint32_t same = reader_u32be(&in);
    uint32_t count = reader_u32be(&in);
    if (count > MP4_SAMPLE_COUNT_MAX)
        return STATUS_LIMIT;
    if (in.failed || count == 0 ||
        in.left.size != (same == 0 ? (size_t)count * 4 : 0))
        return STATUS_BAD_INPUT;
    out->places = alloc_array(count, sizeof *out->places);
    if (out->places == NULL)
        return STATUS_NO_MEMORY;
    out->count = count;
    for (uint32_t i = 0; i < count; i++)
        out->places[i] = (struct mp4_place){
            .size = same == 0 ? reader_u32be(&in) : same};
    return reader_done(&in) ? STATUS_OK : STATUS_BAD_INPUT;
}

static enum status read_durations(struct bytes body, struct mp4_index *out)
{
    struct reader in = full_box(body);
    uint32_t entries = reader_u32be(&in);
    uint64_t ticks = 0;
    uint32_t at = 0;
    for (uint32_t i = 0; i < entries && !in.failed; i++) {
        uint32_t count = reader_u32be(&in);
        uint32_t duration = reader_u32be(&in);
        if (count > out->count - at)
            return STATUS_BAD_INPUT;
        for (; count > 0; count--, at++) {
            out->places[at].ticks = ticks;
            ticks += duration;
        }
    }
    return reader_done(&in) && at == out->count ? STATUS_OK : STATUS_BAD_INPUT;
}

/* How many samples the chunks have: runs of equal ones. */
struct runs {
    struct reader in;
    uint32_t left; /* of the entries */
    uint32_t next_chunk; /* where the next run begins; 0: never */
    uint32_t samples;
    uint32_t config; /* from 1 */
};

static void runs_take(struct runs *runs, uint32_t chunk)
{
    while (runs->next_chunk == chunk && runs->left > 0) {
        runs->samples = reader_u32be(&runs->in);
        runs->config = reader_u32be(&runs->in);
        runs->left--;
        runs->next_chunk = runs->left > 0 ? reader_u32be(&runs->in) : 0;
    }
}

static enum status read_places(const struct tables *tables,
                               struct mp4_index *out)
{
    struct reader in = full_box(tables->offsets);
    uint32_t chunks = reader_u32be(&in);
    struct runs runs = {.in = full_box(tables->chunks)};
    uint32_t at = 0;
    runs.left = reader_u32be(&runs.in);
    runs.next_chunk = runs.left > 0 ? reader_u32be(&runs.in) : 0;
    for (uint32_t chunk = 1; chunk <= chunks && !in.failed; chunk++) {
        uint64_t offset =
            tables->is_wide ? reader_u64be(&in) : reader_u32be(&in);
        runs_take(&runs, chunk);
        if (runs.in.failed || runs.samples == 0 ||
            runs.samples > out->count - at || runs.config == 0 ||
            runs.config > out->config_count)
            return STATUS_BAD_INPUT;
        for (uint32_t i = 0; i < runs.samples; i++, at++) {
            struct mp4_place *place = &out->places[at];
            place->offset = offset;
            place->config = (uint16_t)(runs.config - 1);
            if (__builtin_add_overflow(offset, place->size, &offset))
                return STATUS_BAD_INPUT;
        }
    }
    return reader_done(&in) && reader_done(&runs.in) && at == out->count
               ? STATUS_OK
               : STATUS_BAD_INPUT;
}

enum status mp4_index_read(struct bytes moov, struct mp4_index *out)
{
    struct tables tables = {.is_wide = false};
    *out = (struct mp4_index){.count = 0};
    enum status s = find_tables(moov, &tables, &out->timescale);
    if (s == STATUS_OK)
        s = read_configs(tables.descriptions, out);
    if (s == STATUS_OK)
        s = read_sizes(tables.sizes, out);
    if (s == STATUS_OK)
        s = read_durations(tables.durations, out);
    if (s == STATUS_OK)
        s = read_places(&tables, out);
    if (s != STATUS_OK)
        mp4_index_deinit(out);
    return s;
}

void mp4_index_deinit(struct mp4_index *index)
{
    alloc_free(index->places);
    *index = (struct mp4_index){.count = 0};
}
