/* SPDX-License-Identifier: Apache-2.0 */
#include "store/directory.h"

#include <string.h>

#include "base/alloc.h"

enum { FIRST_CAPACITY = 64 };

struct record_row record_row_of(uint64_t offset,
                                const struct record_header *header)
{
    return (struct record_row){
        .offset = offset,
        .sequence = header->sequence,
        .start = header->start,
        .duration_us = header->duration_us,
        .camera = header->camera,
        .sealed_size = header->sealed_size,
        .samples = header->samples,
        .gop_place = header->gop_place,
        .first_number = header->first_number,
        .flags = header->flags,
        .unit_s = (uint16_t)header->unit_s,
    };
}

enum status directory_add(struct directory *directory,
                          const struct record_row *row)
{
    if (directory->count == VOLUME_RECORDS_MAX)
        return STATUS_LIMIT;
    if (directory->count == directory->capacity) {
        size_t capacity = directory->capacity == 0 ? FIRST_CAPACITY
                                                   : directory->capacity * 2;
        struct record_row *rows =
            alloc_resize(directory->rows, capacity, sizeof *rows);
        if (rows == NULL)
            return STATUS_NO_MEMORY;
        directory->rows = rows;
        directory->capacity = capacity;
    }
    size_t at = directory->count;
    while (at > 0 && directory->rows[at - 1].offset > row->offset)
        at--;
    memmove(&directory->rows[at + 1], &directory->rows[at],
            (directory->count - at) * sizeof *row);
    directory->rows[at] = *row;
    directory->count++;
    return STATUS_OK;
}

void directory_deinit(struct directory *directory)
{
    alloc_free(directory->rows);
    *directory = (struct directory){0};
}

size_t directory_forget(struct directory *directory,
                        directory_dead_fn *is_dead,
                        directory_range_fn *on_range, void *context)
{
    size_t kept = 0;
    uint64_t range_from = VOLUME_HEADER_SIZE; /* end of the last living row */
    uint64_t dead_to = 0; /* end of the last dead row of this stretch */
    for (size_t i = 0; i < directory->count; i++) {
        struct record_row row = directory->rows[i];
        if (is_dead(context, &row)) {
            dead_to = record_row_end(&row);
            continue;
        }
        if (dead_to != 0)
            on_range(context, range_from, row.offset);
        dead_to = 0;
        range_from = record_row_end(&row);
        directory->rows[kept++] = row;
    }
    if (dead_to != 0)
        on_range(context, range_from, dead_to);
    size_t forgotten = directory->count - kept;
    directory->count = kept;
    return forgotten;
}
