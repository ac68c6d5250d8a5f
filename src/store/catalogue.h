/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/catalogue - which full volumes there are, and the time that each
 * covers: 24 bytes a volume, all that must be in memory of it.
 *
 * Cameras of a class write side by side, so the volumes of a class follow each
 * other in time and a reader has to look into the few that touch its span. A
 * row may cover more time than its records still do, never less.
 *
 * Threads: none.
 */
#ifndef STORE_CATALOGUE_H
#define STORE_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/span.h"

struct catalogue_row {
    uint32_t number;
    uint16_t class_id;
    bool is_unread; /* nothing is known of it but its name */
    bool is_broken; /* and it could not be read when that was tried */
    struct span span;
};

struct catalogue {
    struct catalogue_row *rows; /* by number */
    size_t count;
    size_t capacity;
};

/* The row, or NULL. Borrowed until the next call that adds or removes. */
struct catalogue_row *catalogue_find(const struct catalogue *catalogue,
                                     uint32_t number);

/* Adds the row, or replaces the one of its number. Fails with: NO_MEMORY. */
MUST_USE enum status catalogue_put(struct catalogue *catalogue,
                                   const struct catalogue_row *row);

/* Adds rows in any order, many at a time: sort them before anything else. */
MUST_USE enum status catalogue_append(struct catalogue *catalogue,
                                      const struct catalogue_row *row);
void catalogue_sort(struct catalogue *catalogue);

void catalogue_remove(struct catalogue *catalogue, uint32_t number);

/* The next row at or behind *at that has been read and touches span, or NULL;
 * *at moves behind it. */
const struct catalogue_row *
catalogue_next(const struct catalogue *catalogue, struct span span,
               size_t *at);

void catalogue_deinit(struct catalogue *catalogue);

#endif
