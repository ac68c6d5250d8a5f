/* SPDX-License-Identifier: Apache-2.0 */
#include "store/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "model/hold.h"

enum { FIRST_CAPACITY = 64 };

static enum status add(struct selection *selection, uint32_t volume,
                       const struct record_row *row)
{
    if (selection->count == selection->capacity) {
        size_t capacity = selection->capacity == 0 ? FIRST_CAPACITY
                                                   : selection->capacity * 2;
        struct selected *records =
            alloc_resize(selection->records, capacity, sizeof *records);
        if (records == NULL)
            return STATUS_NO_MEMORY;
        selection->records = records;
        selection->capacity = capacity;
    }
    selection->records[selection->count++] =
        (struct selected){.volume = volume, .row = *row};
    return STATUS_OK;
}

static int by_start(const void *a, const void *b)
{
    const struct selected *left = a;
    const struct selected *right = b;
    if (left->row.start.us != right->row.start.us)
        return left->row.start.us < right->row.start.us ? -1 : 1;
    if (left->row.sequence != right->row.sequence)
        return left->row.sequence < right->row.sequence ? -1 : 1;
    /* The original, then its copies, by hold. */
    return left->row.camera < right->row.camera ? -1 : 1;
}

/* The same record once more: a copy of a hold, which may outlive it. */
static void note_double(struct selected *kept, const struct selected *again,
                        uint32_t own)
{
    if (own != 0 && again->row.camera == own) {
        kept->has_own = true;
        kept->own = own;
    }
    if (!subject_is_hold(again->row.camera) ||
        again->row.camera == kept->row.camera)
        return;
    kept->has_held = true;
    kept->held_volume = again->volume;
    kept->held_row = again->row;
}

/* A record may stand on two disks, where one of them stalled with it. */
static void drop_doubles(struct selection *selection, uint32_t own)
{
    size_t kept = 0;
    for (size_t i = 0; i < selection->count; i++) {
        const struct record_row *row = &selection->records[i].row;
        const struct record_row *last =
            kept > 0 ? &selection->records[kept - 1].row : NULL;
        if (last == NULL || row->sequence != last->sequence ||
            row->start.us != last->start.us)
            selection->records[kept++] = selection->records[i];
        else
            note_double(&selection->records[kept - 1],
                        &selection->records[i], own);
    }
    selection->count = kept;
}

enum status selection_gather(struct store *store, uint32_t camera,
                             struct span window, uint32_t own,
                             struct selection *out)
{
    struct volume_place at = {0};
    struct volume *volume = NULL;
    enum status s = STATUS_OK;
    out->count = 0;
    while (s == STATUS_OK) {
        s = store_next_touching(store, window, &at, &volume);
        for (size_t i = 0; s == STATUS_OK && i < volume->directory.count;
             i++) {
            const struct record_row *row = &volume->directory.rows[i];
            if (camera_of_subject(row->camera) == camera &&
                span_overlaps(record_row_span(row), window))
                s = add(out, volume->number, row);
        }
    }
    if (out->count > 1)
        qsort(out->records, out->count, sizeof *out->records, by_start);
    drop_doubles(out, own);
    return s == STATUS_END ? STATUS_OK : s;
}

bool selection_has_idr(const struct selection *selection, size_t at)
{
    const struct record_row *row = &selection->records[at].row;
    if ((row->flags & RECORD_BEGINS_WITH_IDR) != 0)
        return true;
    if (at + 1 == selection->count)
        return false;
    const struct record_row *next = &selection->records[at + 1].row;
    return next->sequence == row->sequence + 1 && next->gop_place > 0 &&
           next->gop_place <= row->samples;
}

static bool begins_with_idr(const struct selection *selection, size_t at)
{
    return (selection->records[at].row.flags & RECORD_BEGINS_WITH_IDR) != 0;
}

/* The record to begin with. */
static size_t first_needed(const struct selection *selection,
                           struct wall_time from)
{
    size_t at = 0; /* the first record that ends after from */
    while (at < selection->count &&
           record_row_span(&selection->records[at].row).to.us <= from.us)
        at++;
    if (at == selection->count)
        return at;
    if (selection->records[at].row.start.us > from.us)
        return at; /* from lies in a gap */
    if (begins_with_idr(selection, at))
        return at;
    /* An IDR inside this record may come after from: take the one before. */
    for (size_t i = at; i > 0; i--) {
        if (selection_has_idr(selection, i - 1))
            return i - 1;
    }
    return at;
}

/*
 * How many records from first on are within the limits, and up to an IDR. What
 * only leads up to span.from counts for nothing, so that this never ends
 * before a reader that counts what it shows.
 */
static size_t last_needed(const struct selection *selection, size_t first,
                          struct span span,
                          const struct selection_limits *limits)
{
    uint64_t bytes = 0;
    int64_t base_us = selection->records[first].row.start.us;
    if (base_us < span.from.us)
        base_us = span.from.us;
    for (size_t i = first; i < selection->count; i++) {
        const struct record_row *row = &selection->records[i].row;
        if (row->start.us >= span.to.us || i - first == SELECTION_RECORDS_MAX)
            return i;
        bool is_beyond = row->start.us >= base_us + limits->span_us ||
                         bytes >= limits->bytes;
        if (is_beyond && selection_has_idr(selection, i))
            return i + 1;
        if (row->start.us >= span.from.us)
            bytes += row->sealed_size;
    }
    return selection->count;
}

/* Whether the records from first to end are all that are needed: an IDR leads
 * up to them, and, where the span goes on behind what was looked at, another
 * one ends them. */
static bool is_enough(const struct selection *all, size_t first, size_t end,
                      struct wall_time from, bool is_whole)
{
    if (first == all->count)
        return is_whole;
    const struct record_row *row = &all->records[first].row;
    bool has_begun = row->start.us > from.us || begins_with_idr(all, first) ||
                     (selection_has_idr(all, first) &&
                      record_row_span(row).to.us <= from.us);
    return has_begun && (is_whole || end < all->count);
}

enum status selection_make(struct store *store, uint32_t camera,
                           struct span span,
                           const struct selection_limits *limits,
                           struct selection *out)
{
    *out = (struct selection){0};
    struct selection all = {0};
    size_t first = 0;
    size_t end = 0;
    enum status s = STATUS_OK;
    /* Most cameras send an IDR every few seconds; each volume more that is
     * looked into is another read from the disk. */
    for (int64_t around_us = LOOK_FIRST_US; around_us <= LOOK_BACK_US;
         around_us += LOOK_BACK_US - LOOK_FIRST_US) {
        struct span window = {{span.from.us - around_us},
                              {span.from.us + limits->span_us + around_us}};
        if (window.to.us > span.to.us)
            window.to = span.to;
        s = selection_gather(store, camera, window, 0, &all);
        first = first_needed(&all, span.from);
        end = s == STATUS_OK && first < all.count
                  ? last_needed(&all, first, span, limits)
                  : first;
        if (s != STATUS_OK || is_enough(&all, first, end, span.from,
                                        window.to.us == span.to.us))
            break;
    }
    if (s != STATUS_OK || end == first) {
        selection_deinit(&all);
        return s;
    }
    memmove(all.records, all.records + first,
            (end - first) * sizeof *all.records);
    all.count = end - first;
    *out = all;
    return STATUS_OK;
}

void selection_deinit(struct selection *selection)
{
    alloc_free(selection->records);
    *selection = (struct selection){0};
}

/* Header and pack in one read; *header is what stands there. */
static enum status read_stored(struct volume *volume,
                               const struct record_row *row,
                               struct buffer *out,
                               struct record_header *header)
{
    size_t size = (size_t)RECORD_HEADER_SIZE + row->sealed_size;
    buffer_clear(out);
    uint8_t *stored = buffer_reserve(out, size);
    if (stored == NULL)
        return STATUS_NO_MEMORY;
    enum status s = file_read_at(volume->file, row->offset, stored, size);
    if (s == STATUS_OK)
        s = record_header_read(bytes_of(stored, size), header);
    if (s == STATUS_OK && (header->camera != row->camera ||
                           header->sequence != row->sequence ||
                           header->sealed_size != row->sealed_size))
        s = STATUS_NOT_FOUND; /* forgotten meanwhile */
    return s == STATUS_END ? STATUS_CORRUPT : s;
}

enum status selection_open_with(struct store *store,
                                const struct selected *record,
                                const uint8_t unit_key[UNIT_KEY_SIZE],
                                struct record_header *header,
                                struct buffer *out)
{
    struct volume *volume = NULL;
    enum status s = store_borrow(store, record->volume, &volume);
    if (s == STATUS_OK)
        s = read_stored(volume, &record->row, out, header);
    if (s != STATUS_OK)
        return s;
    uint8_t *sealed = out->data + RECORD_HEADER_SIZE;
    s = record_open(header, unit_key,
                    bytes_of(sealed, header->sealed_size), sealed);
    buffer_consume(out, RECORD_HEADER_SIZE);
    return s;
}

enum status selection_open(struct store *store, const struct selected *record,
                           const uint8_t unit_key[UNIT_KEY_SIZE],
                           struct buffer *stored, struct buffer *out)
{
    struct volume *volume = NULL;
    struct record_header header;
    enum status s = store_borrow(store, record->volume, &volume);
    if (s == STATUS_OK)
        s = read_stored(volume, &record->row, stored, &header);
    if (s != STATUS_OK)
        return s;
    size_t before = out->size;
    uint8_t *pack = buffer_reserve(out, header.sealed_size);
    if (pack == NULL) {
        out->failed = false;
        return STATUS_NO_MEMORY;
    }
    s = record_open(&header, unit_key,
                    bytes_of(stored->data + RECORD_HEADER_SIZE,
                             header.sealed_size),
                    pack);
    if (s != STATUS_OK)
        out->size = before;
    return s;
}
