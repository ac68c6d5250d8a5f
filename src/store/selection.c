/* SPDX-License-Identifier: Apache-2.0 */
#include "store/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "sys/logger.h"

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
        (struct selected){volume, *row};
    return STATUS_OK;
}

/* All records of the camera in one volume that touch window. */
static enum status gather(struct store *store, uint32_t camera,
                          uint32_t number, struct span window,
                          struct selection *out)
{
    struct volume *volume = store_volume(store, number);
    if (volume == NULL)
        return STATUS_OK;
    enum status s = volume_set_load(volume->set, volume);
    if (s == STATUS_NO_MEMORY)
        return s;
    if (s != STATUS_OK) {
        log_line(LOG_ERROR, "volume cannot be read volume=%u status=%s",
                 number, status_name(s));
        return STATUS_OK;
    }
    for (size_t i = 0; s == STATUS_OK && i < volume->directory.count; i++) {
        const struct record_row *row = &volume->directory.rows[i];
        if (row->camera == camera &&
            span_overlaps(record_row_span(row), window))
            s = add(out, number, row);
    }
    return s;
}

static int by_start(const void *a, const void *b)
{
    const struct selected *left = a;
    const struct selected *right = b;
    if (left->row.start.us != right->row.start.us)
        return left->row.start.us < right->row.start.us ? -1 : 1;
    return left->row.sequence < right->row.sequence ? -1 : 1;
}

/* A record may stand on two disks, where one of them stalled with it. */
static void drop_doubles(struct selection *selection)
{
    size_t kept = 0;
    for (size_t i = 0; i < selection->count; i++) {
        const struct record_row *row = &selection->records[i].row;
        const struct record_row *last =
            kept > 0 ? &selection->records[kept - 1].row : NULL;
        if (last == NULL || row->sequence != last->sequence ||
            row->start.us != last->start.us)
            selection->records[kept++] = selection->records[i];
    }
    selection->count = kept;
}

/* Volumes in window, each once: neighbouring runs are often in one. */
static enum status gather_window(struct store *store, uint32_t camera,
                                 struct span window, struct selection *out)
{
    const struct camera_runs *runs = run_table_find(&store->runs, camera);
    if (runs == NULL)
        return STATUS_OK;
    enum status s = STATUS_OK;
    size_t first = camera_runs_after(runs, window.from);
    for (size_t i = first; s == STATUS_OK && i < runs->count &&
                           runs->runs[i].span.from.us < window.to.us;
         i++) {
        bool is_done = false;
        for (size_t j = first; j < i; j++)
            is_done |= runs->runs[j].volume == runs->runs[i].volume;
        if (!is_done)
            s = gather(store, camera, runs->runs[i].volume, window, out);
    }
    if (out->count > 1)
        qsort(out->records, out->count, sizeof *out->records, by_start);
    drop_doubles(out);
    return s;
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

enum status selection_make(struct store *store, uint32_t camera,
                           struct span span,
                           const struct selection_limits *limits,
                           struct selection *out)
{
    *out = (struct selection){0};
    struct span window = {{span.from.us - LOOK_BACK_US},
                          {span.from.us + limits->span_us + LOOK_BACK_US}};
    if (window.to.us > span.to.us)
        window.to = span.to;
    struct selection all = {0};
    enum status s = gather_window(store, camera, window, &all);
    size_t first = first_needed(&all, span.from);
    if (s == STATUS_OK && first < all.count) {
        size_t end = last_needed(&all, first, span, limits);
        memmove(all.records, all.records + first,
                (end - first) * sizeof *all.records);
        all.count = end - first;
        *out = all;
        return STATUS_OK;
    }
    selection_deinit(&all);
    return s;
}

void selection_deinit(struct selection *selection)
{
    alloc_free(selection->records);
    *selection = (struct selection){0};
}

enum status selection_open(struct store *store, const struct selected *record,
                           const uint8_t unit_key[UNIT_KEY_SIZE],
                           struct buffer *out)
{
    struct volume *volume = store_volume(store, record->volume);
    if (volume == NULL)
        return STATUS_NOT_FOUND;
    enum status s = volume_set_load(volume->set, volume);
    uint8_t bytes[RECORD_HEADER_SIZE];
    if (s == STATUS_OK)
        s = file_read_at(volume->file, record->row.offset, bytes,
                         sizeof bytes);
    struct record_header header;
    if (s == STATUS_OK)
        s = record_header_decode(bytes_of(bytes, sizeof bytes), &header);
    if (s == STATUS_OK && (header.camera != record->row.camera ||
                           header.sequence != record->row.sequence))
        s = STATUS_NOT_FOUND; /* the volume has been used again */
    if (s != STATUS_OK)
        return s;
    buffer_clear(out);
    uint8_t *sealed = buffer_reserve(out, header.sealed_size);
    if (sealed == NULL)
        return STATUS_NO_MEMORY;
    s = volume_read_sealed(volume->file, record->row.offset, &header, sealed);
    if (s == STATUS_END)
        s = STATUS_CORRUPT;
    return s == STATUS_OK
               ? record_open(&header, unit_key,
                             bytes_of(sealed, header.sealed_size), sealed)
               : s;
}
