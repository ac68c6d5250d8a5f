/* SPDX-License-Identifier: Apache-2.0 */
#include "store/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { CAPACITY_STEP = 512 };

/* Index of the number, or of where it belongs. */
static size_t place_of(const struct catalogue *catalogue, uint32_t number)
{
    size_t low = 0;
    size_t high = catalogue->count;
    if (high > 0 && catalogue->rows[high - 1].number < number)
        return high; /* new ones come last */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (catalogue->rows[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct catalogue_row *catalogue_find(const struct catalogue *catalogue,
                                     uint32_t number)
{
    size_t at = place_of(catalogue, number);
    if (at < catalogue->count && catalogue->rows[at].number == number)
        return &catalogue->rows[at];
    return NULL;
}

enum status catalogue_append(struct catalogue *catalogue,
                             const struct catalogue_row *row)
{
    if (catalogue->count == catalogue->capacity) {
        size_t capacity =
            catalogue->capacity + catalogue->capacity / 8 + CAPACITY_STEP;
        struct catalogue_row *rows =
            alloc_resize(catalogue->rows, capacity, sizeof *rows);
        if (rows == NULL)
            return STATUS_NO_MEMORY;
        catalogue->rows = rows;
        catalogue->capacity = capacity;
    }
    catalogue->rows[catalogue->count++] = *row;
    return STATUS_OK;
}

static int by_number(const void *a, const void *b)
{
    const struct catalogue_row *left = a;
    const struct catalogue_row *right = b;
    return left->number < right->number ? -1 : left->number > right->number;
}

void catalogue_sort(struct catalogue *catalogue)
{
    if (catalogue->count > 1)
        qsort(catalogue->rows, catalogue->count, sizeof *catalogue->rows,
              by_number);
}

enum status catalogue_put(struct catalogue *catalogue,
                          const struct catalogue_row *row)
{
    struct catalogue_row *known = catalogue_find(catalogue, row->number);
    if (known != NULL) {
        *known = *row;
        return STATUS_OK;
    }
    size_t at = place_of(catalogue, row->number);
    enum status s = catalogue_append(catalogue, row);
    if (s != STATUS_OK)
        return s;
    memmove(&catalogue->rows[at + 1], &catalogue->rows[at],
            (catalogue->count - 1 - at) * sizeof *row);
    catalogue->rows[at] = *row;
    return STATUS_OK;
}

void catalogue_remove(struct catalogue *catalogue, uint32_t number)
{
    struct catalogue_row *row = catalogue_find(catalogue, number);
    if (row == NULL)
        return;
    size_t at = (size_t)(row - catalogue->rows);
    catalogue->count--;
    memmove(row, row + 1, (catalogue->count - at) * sizeof *row);
}

const struct catalogue_row *catalogue_next(const struct catalogue *catalogue,
                                           struct span span, size_t *at)
{
    while (*at < catalogue->count) {
        const struct catalogue_row *row = &catalogue->rows[(*at)++];
        if (!row->is_unread && span_overlaps(row->span, span))
            return row;
    }
    return NULL;
}

void catalogue_deinit(struct catalogue *catalogue)
{
    alloc_free(catalogue->rows);
    *catalogue = (struct catalogue){0};
}
