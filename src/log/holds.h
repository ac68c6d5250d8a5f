/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/holds - the holds that people have ordered, as the log tells of them.
 *
 *   hold.intent     -> ordered; hold.missing, hold.made -> what was copied
 *   hold.end        -> ended by a person's order
 *   hold.destroyed  -> its seeds are dead, at its end or before
 *
 * Threads: one.
 */
#ifndef LOG_HOLDS_H
#define LOG_HOLDS_H

#include <stdbool.h>

#include "log/entry_line.h"
#include "model/hold.h"
#include "model/span.h"

enum { HOLD_CAUSE_SIZE = 16, HOLD_MISSING_MAX = 64 };

struct hold_missing {
    struct span span;
    char cause[HOLD_CAUSE_SIZE];
};

struct hold {
    uint32_t number; /* from 1 */
    uint32_t camera;
    uint64_t entry; /* of the intent */
    uint32_t account;
    struct span span;
    struct wall_time until;
    uint32_t extends; /* the hold that this one goes on from; 0: none */
    uint64_t made_entry; /* 0: not yet */
    uint64_t records;
    uint64_t leaves; /* beside the copy */
    struct hold_missing missing[HOLD_MISSING_MAX];
    size_t missing_count;
    uint64_t end_entry;       /* of hold.end; 0: none */
    int64_t dead_us;          /* how much of its seeds' time is */
    uint64_t destroyed_entry; /* the one since which all is; 0: not yet */
};

struct holds {
    struct hold *list; /* by number: list[i] is i + 1 */
    size_t count;
    size_t capacity;
    bool failed; /* out of memory: answers are not complete */
};

void holds_deinit(struct holds *holds);

/* Takes an entry in; sticky failure. */
void holds_add(struct holds *holds, const struct entry_line *entry);

/* NULL: none. Borrowed until the next holds_add. */
const struct hold *holds_find(const struct holds *holds, uint32_t number);

/* Neither ended nor destroyed nor past its end. */
bool hold_is_alive(const struct hold *hold, struct wall_time now);

/* The first living hold that keeps some of the span; camera 0: of any camera.
 * NULL: none. */
const struct hold *holds_of(const struct holds *holds, uint32_t camera,
                            struct span span, struct wall_time now);

#endif
