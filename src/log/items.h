/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/items - copies outside the recorder (prints, sticks), as the log tells of
 * them.
 *
 *   ledger.added     -> there, until it is due
 *   ledger.corrected -> otherwise than was said; there again, if it was gone
 *   ledger.destroyed -> gone
 *
 * What is said of one names its number, and a correction the last entry about
 * it: entries that do not are passed over, as if they were not there.
 *
 * Threads: one.
 */
#ifndef LOG_ITEMS_H
#define LOG_ITEMS_H

#include <stdbool.h>

#include "log/entry_line.h"

enum { ITEM_NUMBER_MAX = 1000000 };

struct item {
    uint32_t number;      /* from 1 */
    uint32_t account;     /* who entered it */
    uint64_t content;     /* the entry that says what it is */
    uint64_t last;        /* the last entry about it */
    struct wall_time due; /* to be destroyed or given back */
    bool is_gone;
};

struct items {
    struct item *list; /* by number: list[i] is i + 1 */
    size_t count;
    size_t capacity;
    bool failed; /* out of memory: answers are not complete */
};

void items_deinit(struct items *items);

/* Takes an entry in; sticky failure. */
void items_add(struct items *items, const struct entry_line *entry);

/* NULL: none. Borrowed until the next items_add. */
const struct item *items_find(const struct items *items, uint64_t number);

/* How many are there and past their due time. */
size_t items_overdue(const struct items *items, struct wall_time now);

#endif
