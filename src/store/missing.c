/* SPDX-License-Identifier: Apache-2.0 */
#include "store/missing.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "model/camera.h"

/* A unit's first and last record may begin and end so far from its borders. */
static const int64_t BORDER_US = 700000;

static int by_camera_and_number(const void *a, const void *b)
{
    const struct record_row *x = a;
    const struct record_row *y = b;
    if (x->camera != y->camera)
        return x->camera < y->camera ? -1 : 1;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static bool is_of_whole_units(const struct record_row *before,
                              const struct record_row *after)
{
    int64_t end_us = record_row_unit(before).us +
                     (int64_t)before->unit_s * (int64_t)SECOND_US;
    int64_t begin_us = record_row_unit(after).us;
    return begin_us > record_row_unit(before).us &&
           record_row_span(before).to.us > end_us - BORDER_US &&
           after->start.us < begin_us + BORDER_US;
}

static bool is_missing(const struct record_row *before,
                       const struct record_row *after)
{
    return before->camera == after->camera &&
           after->camera <= STREAM_NUMBER_MAX &&
           after->sequence > before->sequence + 1 &&
           (after->flags & RECORD_DISCONTINUITY) == 0 &&
           after->start.us > record_row_span(before).to.us &&
           !is_of_whole_units(before, after);
}

enum status missing_tell(const struct directory *directory, size_t first,
                         missing_fn *on_missing, void *context)
{
    if (first >= directory->count)
        return STATUS_OK;
    uint64_t from = directory->rows[first].offset;
    struct record_row *rows = alloc_array(directory->count, sizeof *rows);
    if (rows == NULL)
        return STATUS_NO_MEMORY;
    memcpy(rows, directory->rows, directory->count * sizeof *rows);
    qsort(rows, directory->count, sizeof *rows, by_camera_and_number);
    for (size_t i = 1; i < directory->count; i++) {
        if (rows[i].offset >= from && is_missing(&rows[i - 1], &rows[i]))
            on_missing(context, rows[i].camera,
                       (struct span){record_row_span(&rows[i - 1]).to,
                                     rows[i].start});
    }
    alloc_free(rows);
    return STATUS_OK;
}
