/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/drifts - where practice differs from the notice, as the log has it: each
 * drift.found that no drift.ended has followed; and when the others were over.
 *
 * Threads: the one that made it.
 */
#ifndef LOG_DRIFTS_H
#define LOG_DRIFTS_H

#include "log/entry_line.h"

enum {
    DRIFT_CODE_SIZE = 32,
    DRIFT_SUBJECT_SIZE = 65, /* an id of the notice, terminated */
};

struct drift_row {
    char code[DRIFT_CODE_SIZE];
    char subject[DRIFT_SUBJECT_SIZE]; /* or empty */
    uint64_t entry;                   /* drift.found */
    struct wall_time since;
    struct wall_time ended; /* of those that are over: the last time */
};

struct drifts {
    struct drift_row *list; /* in the order of the log */
    size_t count;
    size_t capacity;
    struct drift_row *over; /* one of each code and subject */
    size_t over_count;
    size_t over_capacity;
    bool failed; /* out of memory: answers are not complete */
};

void drifts_deinit(struct drifts *drifts);

/* Takes an entry in; sticky failure. */
void drifts_add(struct drifts *drifts, const struct entry_line *entry);

/* NULL: it is not open. Borrowed until the next drifts_add. */
const struct drift_row *drifts_find(const struct drifts *drifts,
                                    struct text code, struct text subject);

#endif
