/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/orders - what the log says about destructions that people have ordered.
 *
 * Fed with every entry in order: a deletion.intent opens an order, the
 * deletion.done and keys.dropped entries that name it are its parts, deletion.answered says
 * that the keeper has nothing left to do. Until then the order is open: after
 * every start it is asked for again.
 *
 * Threads: the one that made it.
 */
#ifndef LOG_ORDERS_H
#define LOG_ORDERS_H

#include "log/entry_line.h"
#include "model/span.h"

struct order {
    uint64_t entry; /* its deletion.intent */
    uint32_t account;
    uint32_t camera; /* 0: all */
    struct span asked;
    bool is_decommission;
    bool is_answered;
    uint64_t answer_entry;
    uint64_t epoch;        /* as answered */
    struct wall_time died; /* likewise */
    uint64_t seeds;        /* likewise */
    uint64_t seeds_done;   /* in its parts so far */
    uint64_t *done;        /* numbers of these entries, ascending */
    size_t done_count;
    size_t done_capacity;
};

struct orders {
    struct order *list; /* by entry */
    size_t count;
    size_t capacity;
    bool failed; /* out of memory: answers are not complete */
};

void orders_deinit(struct orders *orders);

/* Takes an entry in; sticky failure. */
void orders_add(struct orders *orders, const struct entry_line *entry);

/* NULL where this entry is no order. Borrowed until the next orders_add. */
const struct order *orders_find(const struct orders *orders, uint64_t entry);

/* Whether the keeper has answered and all its deaths are in the log. */
bool order_is_done(const struct order *order);

/* Orders that the keeper has not answered. */
size_t orders_open(const struct orders *orders);

#endif
