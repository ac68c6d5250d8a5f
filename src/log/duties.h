/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/duties - what people have to see to, as the log tells of it.
 *
 *   duty.set   -> to be done by its due time
 *   duty.done  -> was done, or dropped; again by another time, or never more
 *
 * An entry that does not fit (a number out of turn, a duty that has ended) is
 * passed over here, and still stands.
 *
 * Threads: one.
 */
#ifndef LOG_DUTIES_H
#define LOG_DUTIES_H

#include <stdbool.h>

#include "log/entry_line.h"
#include "model/duty.h"

enum {
    DUTY_NUMBER_MAX = 10000,
    DUTY_SUBJECT_SIZE = 65, /* terminated; so is the next */
    DUTY_PERSON_SIZE = 65,
};

struct duty {
    uint32_t number; /* from 1 */
    enum duty_kind kind;
    char subject[DUTY_SUBJECT_SIZE]; /* a site's or processor's id; or empty */
    uint32_t months;                 /* again after so many; 0: once */
    struct wall_time set;            /* when it was entered */
    struct wall_time due;            /* us 0: it has ended */
    uint64_t entry;                  /* duty.set */
    size_t last; /* when it was last done: index into done, from 1; 0: never */
};

struct duty_done {
    uint32_t duty; /* its number */
    enum duty_result result;
    struct wall_time done;            /* as the person says */
    struct wall_time due;             /* by when it was to be done */
    struct wall_time entered;
    uint32_t account;
    char person[DUTY_PERSON_SIZE];    /* the account's, of the notice */
    uint64_t entry;
};

struct duties {
    struct duty *list; /* by number: list[i] is i + 1 */
    size_t count;
    size_t capacity;
    struct duty_done *done; /* in the log's order */
    size_t done_count;
    size_t done_capacity;
    bool failed; /* out of memory: answers are not complete */
};

void duties_deinit(struct duties *duties);

/* Takes an entry in; sticky failure. */
void duties_add(struct duties *duties, const struct entry_line *entry);

/* NULL: none. Borrowed until the next duties_add. */
const struct duty *duties_find(const struct duties *duties, uint64_t number);

/* The last time that it was done, not dropped; NULL: never yet. */
const struct duty_done *duties_last(const struct duties *duties,
                                    uint32_t number);

/* How many are past their due time. */
size_t duties_overdue(const struct duties *duties, struct wall_time now);

#endif
