/* SPDX-License-Identifier: Apache-2.0 */
#include "store/held.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "model/hold.h"

enum { FIRST_CAPACITY = 16 };

/* ---- what a hold lacks ---- */

void held_slice_deinit(struct held_slice *slice)
{
    selection_deinit(&slice->records);
    held_leaves_deinit(&slice->leaves);
    alloc_free(slice->spans);
    *slice = (struct held_slice){.next_us = 0};
}

enum status held_slice_note(struct held_slice *slice, struct span record)
{
    struct span *last = slice->span_count == 0
                            ? NULL
                            : &slice->spans[slice->span_count - 1];
    if (last != NULL &&
        record.from.us - last->to.us <= GAP_TOLERANCE_US &&
        record.from.us >= last->from.us) {
        if (record.to.us > last->to.us)
            last->to = record.to;
        return STATUS_OK;
    }
    if (slice->span_count == slice->span_capacity) {
        size_t capacity = slice->span_capacity == 0
                              ? FIRST_CAPACITY
                              : slice->span_capacity * 2;
        struct span *spans =
            alloc_resize(slice->spans, capacity, sizeof *spans);
        if (spans == NULL)
            return STATUS_NO_MEMORY;
        slice->spans = spans;
        slice->span_capacity = capacity;
    }
    slice->spans[slice->span_count++] = record;
    return STATUS_OK;
}

/* Whether the hold has this record already. */
static bool is_there(const struct selected *record, uint32_t subject)
{
    return record->row.camera == subject ||
           (record->has_own && record->own == subject);
}

/* Keeps what is lacking, up to the limits; the rest is for the next time. */
static enum status cut(struct held_slice *slice, uint32_t subject,
                       struct span window)
{
    struct selection *all = &slice->records;
    enum status s = STATUS_OK;
    uint64_t bytes = 0;
    size_t kept = 0;
    for (size_t i = 0; s == STATUS_OK && i < all->count; i++) {
        const struct selected record = all->records[i];
        if (record.row.start.us < window.from.us)
            continue; /* it only ends in it */
        if (kept == HELD_SLICE_RECORDS || bytes >= HELD_SLICE_BYTES) {
            slice->next_us = record.row.start.us;
            break;
        }
        if (is_there(&record, subject)) {
            slice->there++;
            s = held_slice_note(slice, record_row_span(&record.row));
            continue;
        }
        bytes += record.row.sealed_size;
        all->records[kept++] = record;
    }
    all->count = kept;
    return s;
}

enum status held_slice_make(struct store *store, uint32_t subject,
                            struct span span, struct held_slice *out)
{
    uint32_t camera = camera_of_subject(subject);
    *out = (struct held_slice){.next_us = 0};
    int64_t from_us = store_goes_on_at(store, camera, span);
    if (from_us == 0)
        return STATUS_OK;
    struct span window = {{from_us}, {from_us + HELD_SLICE_US}};
    if (window.to.us > span.to.us)
        window.to = span.to;
    enum status s = selection_gather(store, camera, window, subject,
                                     &out->records);
    if (s == STATUS_OK)
        s = cut(out, subject, window);
    if (s == STATUS_OK && out->next_us == 0 && window.to.us < span.to.us)
        out->next_us = window.to.us;
    if (out->next_us != 0)
        window.to.us = out->next_us;
    if (s == STATUS_OK)
        s = held_leaves_find(store, subject, window, span.to, &out->leaves);
    if (s != STATUS_OK)
        held_slice_deinit(out);
    return s;
}

/* ---- what is held ---- */

int64_t store_goes_on_at(const struct store *store, uint32_t camera,
                         struct span rest)
{
    int64_t first_us = 0;
    for (size_t i = 0; i < store->runs.count; i++) {
        const struct camera_runs *runs = &store->runs.cameras[i];
        if (camera_of_subject(runs->camera) != camera)
            continue;
        for (size_t k = camera_runs_after(runs, rest.from); k < runs->count;
             k++) {
            struct span run = runs->runs[k];
            int64_t from_us =
                run.from.us > rest.from.us ? run.from.us : rest.from.us;
            if (run.to.us - from_us <= GAP_TOLERANCE_US)
                continue;
            if (from_us < rest.to.us && (first_us == 0 || from_us < first_us))
                first_us = from_us;
            break;
        }
    }
    return first_us;
}

size_t store_held_spans(const struct store *store, uint32_t camera,
                        struct span span, struct held_span *out, size_t limit)
{
    size_t count = 0;
    for (size_t i = 0; i < store->runs.count && count < limit; i++) {
        const struct camera_runs *runs = &store->runs.cameras[i];
        struct span spans[1];
        struct span rest = span;
        if (!subject_is_hold(runs->camera) ||
            camera_of_subject(runs->camera) != camera)
            continue;
        while (count < limit && !span_is_empty(rest) &&
               store_spans(store, runs->camera, rest, spans, 1) == 1) {
            out[count++] =
                (struct held_span){hold_of_subject(runs->camera), spans[0]};
            rest.from = spans[0].to;
        }
    }
    return count;
}

/* ---- room ---- */

static int64_t shorter_us(struct span run, struct span span)
{
    int64_t from_us = run.from.us > span.from.us ? run.from.us : span.from.us;
    int64_t to_us = run.to.us < span.to.us ? run.to.us : span.to.us;
    return to_us > from_us ? to_us - from_us : 0;
}

/* The furthest that a run goes in which this instant lies. */
static struct wall_time goes_to(const struct store *store, uint32_t camera,
                                struct wall_time at)
{
    struct wall_time end = at;
    for (size_t i = 0; i < store->runs.count; i++) {
        const struct camera_runs *runs = &store->runs.cameras[i];
        size_t k = camera_runs_after(runs, at);
        if (camera_of_subject(runs->camera) == camera && k < runs->count &&
            runs->runs[k].from.us <= at.us && runs->runs[k].to.us > end.us)
            end = runs->runs[k].to;
    }
    return end;
}

int64_t store_kept_us(const struct store *store, uint32_t camera,
                      struct span span)
{
    int64_t kept_us = 0;
    struct span rest = span;
    while (!span_is_empty(rest)) {
        int64_t from_us = store_goes_on_at(store, camera, rest);
        if (from_us == 0)
            break;
        rest.from.us = from_us;
        struct span run = {rest.from, goes_to(store, camera, rest.from)};
        kept_us += shorter_us(run, rest);
        rest.from = run.to;
    }
    return kept_us;
}

int64_t store_held_us(const struct store *store, uint32_t subject,
                      struct span span)
{
    const struct camera_runs *runs = run_table_find(&store->runs, subject);
    int64_t held_us = 0;
    for (size_t i = 0; runs != NULL && i < runs->count; i++)
        held_us += shorter_us(runs->runs[i], span);
    return held_us;
}

uint64_t store_hold_room(const struct store *store)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < store->disk_count; i++) {
        const struct disk *disk = &store->disks[i];
        const struct volume_set *set = &disk->set;
        if (!disk_is_writable(disk))
            continue;
        if (set->hold_volumes_max > set->hold_volumes)
            bytes += (set->hold_volumes_max - set->hold_volumes) *
                     (set->volume_bytes - VOLUME_HEADER_SIZE);
        for (size_t k = 0; k < set->count; k++) {
            const struct volume *volume = set->volumes[k];
            if (volume->is_open && volume->header.class_id == HOLD_CLASS)
                bytes += volume->header.size - volume->append_at;
        }
    }
    return bytes;
}
