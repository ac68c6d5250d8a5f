/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/directory - the records of one volume, in memory, by offset.
 *
 * Threads: none.
 */
#ifndef STORE_DIRECTORY_H
#define STORE_DIRECTORY_H

#include <stdbool.h>

#include "model/span.h"
#include "store/limits.h"
#include "store/record.h"

/* What must be known of a record without reading its header. */
struct record_row {
    uint64_t offset;
    uint64_t sequence;
    struct wall_time start;
    uint32_t duration_us;
    uint32_t camera;
    uint32_t sealed_size;
    uint32_t samples;
    uint32_t gop_place;
    uint32_t first_number;
    uint16_t flags;
    uint16_t unit_s;
};

struct directory {
    struct record_row *rows; /* by offset */
    size_t count;
    size_t capacity;
};

struct record_row record_row_of(uint64_t offset,
                                const struct record_header *header);

static inline struct span record_row_span(const struct record_row *row)
{
    return (struct span){row->start, {row->start.us + row->duration_us}};
}

static inline struct wall_time record_row_unit(const struct record_row *row)
{
    int64_t unit_us = (int64_t)row->unit_s * SECOND_US;
    return (struct wall_time){floor_divide(row->start.us, unit_us) * unit_us};
}

/* All its samples begin before; the last one may reach further. */
static inline struct wall_time record_row_begun(const struct record_row *row)
{
    int64_t most_us = RECORD_SPAN_MAX_US;
    int64_t span_us = (int64_t)row->duration_us;
    return (struct wall_time){row->start.us +
                              (span_us < most_us ? span_us : most_us)};
}

static inline uint64_t record_row_end(const struct record_row *row)
{
    return row->offset + record_stored_size(row->sealed_size);
}

/* Keeps the order by offset. Fails with: NO_MEMORY, LIMIT. */
MUST_USE enum status directory_add(struct directory *directory,
                                   const struct record_row *row);

void directory_deinit(struct directory *directory);

/* Whether this record has died. */
typedef bool directory_dead_fn(void *context, const struct record_row *row);

/* A dead stretch of the volume, free to be punched. */
typedef void directory_range_fn(void *context, uint64_t from, uint64_t to);

/*
 * Forgets the records that are dead; on_range hears of every dead stretch that
 * they leave, widened to its living neighbours. Returns how many were
 * forgotten.
 */
size_t directory_forget(struct directory *directory,
                        directory_dead_fn *is_dead,
                        directory_range_fn *on_range, void *context);

#endif
