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
                          const struct run *run)
{
    if (runs->count == runs->capacity) {
        size_t capacity =
            runs->capacity == 0 ? FIRST_CAPACITY : runs->capacity * 2;
        struct run *grown = alloc_resize(runs->runs, capacity, sizeof *grown);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        runs->runs = grown;
        runs->capacity = capacity;
    }
    memmove(&runs->runs[at + 1], &runs->runs[at],
            (runs->count - at) * sizeof *run);
    runs->runs[at] = *run;
    runs->count++;
    return STATUS_OK;
}

static void take_out(struct camera_runs *runs, size_t at)
{
    memmove(&runs->runs[at], &runs->runs[at + 1],
            (runs->count - at - 1) * sizeof *runs->runs);
    runs->count--;
}

/* True where b goes on where a ends, in the same volume. */
static bool follows(const struct run *a, const struct run *b)
{
    return a->volume == b->volume && b->span.from.us >= a->span.from.us &&
           b->span.from.us - a->span.to.us <= GAP_TOLERANCE_US;
}

static void extend(struct run *run, struct wall_time to)
{
    if (to.us > run->span.to.us)
        run->span.to = to;
}

enum status run_table_add(struct run_table *table, uint32_t camera,
                          uint32_t volume, struct span span,
                          uint64_t sequence)
{
    struct camera_runs *runs = NULL;
    enum status s = find_or_add(table, camera, &runs);
    if (s != STATUS_OK)
        return s;
    struct run run = {span, volume};
    size_t at = runs->count; /* nearly always at the end */
    while (at > 0 && runs->runs[at - 1].span.from.us > span.from.us)
        at--;
    if (at > 0 && follows(&runs->runs[at - 1], &run)) {
        extend(&runs->runs[--at], span.to);
    } else {
        s = insert(runs, at, &run);
        if (s != STATUS_OK)
            return s;
    }
    while (at + 1 < runs->count &&
           follows(&runs->runs[at], &runs->runs[at + 1])) {
        extend(&runs->runs[at], runs->runs[at + 1].span.to);
        take_out(runs, at + 1);
    }
    if (sequence > runs->last_sequence)
        runs->last_sequence = sequence;
    return STATUS_OK;
}

static enum status remove_span(struct camera_runs *runs, uint32_t volume,
                               struct span span)
{
    for (size_t i = 0; i < runs->count;) {
        struct run *run = &runs->runs[i];
        if (run->volume != volume || !span_overlaps(run->span, span)) {
            i++;
            continue;
        }
        struct run tail = {{span.to, run->span.to}, volume};
        bool keeps_head = run->span.from.us < span.from.us;
        bool keeps_tail = !span_is_empty(tail.span);
        if (keeps_head && keeps_tail) {
            enum status s = insert(runs, i + 1, &tail);
            if (s != STATUS_OK)
                return s;
            runs->runs[i].span.to = span.from;
            i += 2;
        } else if (keeps_head) {
            run->span.to = span.from;
            i++;
        } else if (keeps_tail) {
            run->span.from = span.to;
            i++;
        } else {
            take_out(runs, i);
        }
    }
    return STATUS_OK;
}

enum status run_table_remove(struct run_table *table, uint32_t camera,
                             uint32_t volume, struct span span)
{
    for (size_t i = 0; i < table->count; i++) {
        if (camera != 0 && table->cameras[i].camera != camera)
            continue;
        enum status s = remove_span(&table->cameras[i], volume, span);
        if (s != STATUS_OK)
            return s;
    }
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

bool run_table_has_volume(const struct run_table *table, uint32_t volume)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct camera_runs *camera = &table->cameras[i];
        for (size_t j = 0; j < camera->count; j++) {
            if (camera->runs[j].volume == volume)
                return true;
        }
    }
    return false;
}

size_t camera_runs_after(const struct camera_runs *runs,
                         struct wall_time time)
{
    size_t low = 0;
    size_t high = runs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (runs->runs[middle].span.to.us <= time.us)
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
        end = runs->runs[runs->count - 1].span.to;
    return end;
}

void run_table_deinit(struct run_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        alloc_free(table->cameras[i].runs);
    alloc_free(table->cameras);
    *table = (struct run_table){0};
}
