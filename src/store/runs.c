/* SPDX-License-Identifier: Apache-2.0 */
#include "store/runs.h"

#include <string.h>

#include "base/alloc.h"
#include "store/limits.h"

enum { FIRST_CAPACITY = 8 };

/* Index of the camera, or of where it belongs. */
static size_t place_of(const struct run_table *table, uint32_t camera)
{
    size_t low = 0;
    size_t high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->cameras[middle].camera < camera)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct camera_runs *run_table_find(const struct run_table *table,
                                   uint32_t camera)
{
    size_t at = place_of(table, camera);
    if (at < table->count && table->cameras[at].camera == camera)
        return &table->cameras[at];
    return NULL;
}

static enum status find_or_add(struct run_table *table, uint32_t camera,
                               struct camera_runs **out)
{
    *out = run_table_find(table, camera);
    if (*out != NULL)
        return STATUS_OK;
    if (table->count == table->capacity) {
        size_t capacity =
            table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
        struct camera_runs *cameras =
            alloc_resize(table->cameras, capacity, sizeof *cameras);
        if (cameras == NULL)
            return STATUS_NO_MEMORY;
        table->cameras = cameras;
        table->capacity = capacity;
    }
    size_t at = place_of(table, camera);
    memmove(&table->cameras[at + 1], &table->cameras[at],
            (table->count - at) * sizeof *table->cameras);
    table->cameras[at] = (struct camera_runs){.camera = camera};
    table->count++;
    *out = &table->cameras[at];
    return STATUS_OK;
}

static enum status insert(struct camera_runs *runs, size_t at,
                          struct span span)
{
    if (runs->count == runs->capacity) {
        size_t capacity =
            runs->capacity == 0 ? FIRST_CAPACITY : runs->capacity * 2;
        struct span *grown = alloc_resize(runs->runs, capacity, sizeof *grown);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        runs->runs = grown;
        runs->capacity = capacity;
    }
    memmove(&runs->runs[at + 1], &runs->runs[at],
            (runs->count - at) * sizeof span);
    runs->runs[at] = span;
    runs->count++;
    return STATUS_OK;
}

static void take_out(struct camera_runs *runs, size_t at, size_t count)
{
    memmove(&runs->runs[at], &runs->runs[at + count],
            (runs->count - at - count) * sizeof *runs->runs);
    runs->count -= count;
}

/* The union of span and of all runs within the tolerance of it. */
static enum status join(struct camera_runs *runs, struct span span)
{
    struct wall_time first = {span.from.us - GAP_TOLERANCE_US - 1};
    struct wall_time last = {span.to.us + GAP_TOLERANCE_US};
    size_t at = camera_runs_after(runs, first);
    size_t end = at;
    while (end < runs->count && runs->runs[end].from.us <= last.us) {
        if (runs->runs[end].from.us < span.from.us)
            span.from = runs->runs[end].from;
        if (runs->runs[end].to.us > span.to.us)
            span.to = runs->runs[end].to;
        end++;
    }
    if (end == at)
        return insert(runs, at, span);
    runs->runs[at] = span;
    take_out(runs, at + 1, end - at - 1);
    return STATUS_OK;
}

enum status run_table_add(struct run_table *table, uint32_t camera,
                          struct span span, uint64_t sequence)
{
    struct camera_runs *runs = NULL;
    enum status s = find_or_add(table, camera, &runs);
    if (s == STATUS_OK)
        s = join(runs, span);
    if (s == STATUS_OK && sequence > runs->last_sequence)
        runs->last_sequence = sequence;
    return s;
}

enum status run_table_remove(struct run_table *table, uint32_t camera,
                             struct span span)
{
    struct camera_runs *runs = run_table_find(table, camera);
    if (runs == NULL || span_is_empty(span))
        return STATUS_OK;
    size_t at = camera_runs_after(runs, span.from);
    if (at == runs->count)
        return STATUS_OK;
    struct span *run = &runs->runs[at];
    if (run->from.us < span.from.us) { /* its head stays */
        if (run->to.us > span.to.us) {
            enum status s =
                insert(runs, at + 1, (struct span){span.to, run->to});
            if (s != STATUS_OK)
                return s;
        }
        runs->runs[at++].to = span.from;
    }
    size_t end = at;
    while (end < runs->count && runs->runs[end].to.us <= span.to.us)
        end++;
    if (end < runs->count && runs->runs[end].from.us < span.to.us)
        runs->runs[end].from = span.to;
    take_out(runs, at, end - at);
    return STATUS_OK;
}

enum status run_table_note_sequence(struct run_table *table, uint32_t camera,
                                    uint64_t sequence)
{
    struct camera_runs *runs = NULL;
    enum status s = find_or_add(table, camera, &runs);
    if (s == STATUS_OK && sequence > runs->last_sequence)
        runs->last_sequence = sequence;
    return s;
}

size_t camera_runs_after(const struct camera_runs *runs,
                         struct wall_time time)
{
    size_t low = 0;
    size_t high = runs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs->runs[middle].to.us <= time.us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct wall_time camera_runs_end(const struct camera_runs *runs)
{
    struct wall_time end = {0};
    if (runs != NULL && runs->count > 0)
        end = runs->runs[runs->count - 1].to;
    return end;
}

void run_table_deinit(struct run_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        alloc_free(table->cameras[i].runs);
    alloc_free(table->cameras);
    *table = (struct run_table){0};
}
