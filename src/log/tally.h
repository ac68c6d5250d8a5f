/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tally - what the log says of a month or a year, in numbers: what each
 * camera recorded of what was promised, why not the rest, what died, what was
 * looked at, taken out and refused, where practice differed from the notice.
 *
 *   promised  = [added, until) within the span and the hours of filming
 *   recorded  = of days that are over, as their recording.day says
 *             + of the day that is not, what lies outside its gaps
 *   explained = gaps with a cause, within what is promised
 *
 * Fed with every entry in order, from the first: a camera may have been added,
 * a drift found long before. Nothing is taken from elsewhere.
 *
 * Threads: one.
 */
#ifndef LOG_TALLY_H
#define LOG_TALLY_H

#include <stdbool.h>

#include "log/drifts.h"
#include "log/entry_line.h"
#include "model/cause.h"
#include "model/ledger_deed.h"
#include "model/span.h"

enum {
    TALLY_DAY_MINUTES = 24 * 60,
    TALLY_SETTLING_S = 60, /* what is younger has perhaps no entry yet */
};

/* Minutes of the day in Korea in which filming is promised; to below from:
 * over midnight. 0 to TALLY_DAY_MINUTES: all day. */
struct tally_hours {
    uint32_t from_minute;
    uint32_t to_minute;
};

/* How often, and how long in all. */
struct tally_cause {
    uint64_t count;
    int64_t us;
};

/* Of deaths: entries, and the keys in them. */
struct tally_deaths {
    uint64_t entries;
    uint64_t keys;
};

struct tally_spans {
    struct span *list;
    size_t count;
    size_t capacity;
};

struct tally_camera {
    uint32_t camera;
    bool is_added;
    struct wall_time added;
    struct tally_hours hours;
    uint64_t views; /* view.open of the span */
    struct tally_cause gaps[CAUSE_COUNT];
    /* From tally_finish on. */
    int64_t promised_us;
    int64_t recorded_us;
    int64_t explained_us;
    /* On the way there. */
    int64_t day_us;            /* recorded, of days that are over */
    struct wall_time closed;   /* the end of the last of these */
    struct tally_spans recent; /* gaps behind it */
    bool has_open_gap;
    struct wall_time open_since;
    enum cause open_cause;
};

/* A drift that was open at some time of the span. */
struct tally_drift {
    char code[DRIFT_CODE_SIZE];
    char subject[DRIFT_SUBJECT_SIZE];
    struct wall_time since;
    struct wall_time found; /* when the entry was made */
    struct wall_time ended; /* 0: it is still open */
    uint64_t entry;         /* drift.found */
};

struct tally {
    struct span span;
    struct wall_time first; /* time of the log's first entry */
    struct wall_time last;  /* and of its last */
    struct wall_time until; /* from tally_finish on: up to here it counts */
    uint64_t entries;       /* of the span */
    uint64_t kinds[ENTRY_KIND_COUNT];     /* likewise, by kind */
    uint64_t deeds[LEDGER_DEED_END];      /* rows of the ledger */
    uint64_t requests; /* rows that name the number of a request */
    struct tally_deaths deaths[CAUSE_COUNT];
    struct wall_time last_death; /* when its keys died; 0: none */
    bool is_death_pending;       /* at the end */
    struct tally_camera *cameras; /* by number */
    size_t camera_count;
    size_t camera_capacity;
    struct tally_drift *drifts; /* in the log's order */
    size_t drift_count;
    size_t drift_capacity;
    bool failed; /* out of memory: the figures are not complete */
};

struct tally tally_of(struct span span);
void tally_deinit(struct tally *tally);

/* In which hours this camera is to film; without it: all day. Before the first
 * entry. Sticky failure. */
void tally_promise(struct tally *tally, uint32_t camera,
                   struct tally_hours hours);

/* Takes an entry in; of what is behind the span's end, only what is told of a
 * camera's time in it. Sticky failure. */
void tally_add(struct tally *tally, const struct entry_line *entry);

/* Once, behind the last entry. What is recorded counts up to it; what is
 * promised likewise where it is fresh, else up to now; neither beyond the span.
 */
void tally_finish(struct tally *tally, struct wall_time now);

/* NULL: the log says nothing of it. Borrowed. */
const struct tally_camera *tally_camera(const struct tally *tally,
                                        uint32_t camera);

/* How much of a span lies in the hours. */
int64_t tally_within(struct tally_hours hours, struct span span);

#endif
