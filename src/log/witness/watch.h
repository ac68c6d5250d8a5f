/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/witness/watch - what the log itself says of its witnesses, and of the
 * logs that it witnesses: so that an alarm is written once, also across
 * restarts.
 *
 * Threads: the one that made it.
 */
#ifndef LOG_WITNESS_WATCH_H
#define LOG_WITNESS_WATCH_H

#include "log/entry_line.h"
#include "log/witness/cosigned.h"

enum {
    WATCH_ROWS_MAX = 2 * WITNESSES_MAX, /* those of former plants too */
    WITNESS_AWAY_S = 24 * 3600,
};

/* In the words of the entry witness.state. */
enum witness_state {
    WITNESS_UNKNOWN, /* the log does not name it */
    WITNESS_SET,
    WITNESS_AWAY,
    WITNESS_CONTRADICTED,
    WITNESS_BACK,
    WITNESS_STATE_COUNT
};

struct witness_row {
    char name[COSIGNED_NAME_MAX + 1];
    enum witness_state state;
    struct wall_time since;
    struct wall_time set; /* when it was configured */
};

/* A log that has shown two histories. */
struct equivocation_row {
    char origin[NOTE_NAME_MAX + 1];
    uint64_t known_size;
    struct wall_time at;
};

struct witness_watch {
    struct witness_row rows[WATCH_ROWS_MAX];
    size_t count;
    struct equivocation_row equivocations[WITNESSES_MAX];
    size_t equivocation_count;
    /* Of a successor log; empty: it goes on from none. */
    char predecessor[NOTE_NAME_MAX + 1];
    int64_t missing; /* entries of the predecessor */
};

/* "", "set", "away" ... Never NULL. */
const char *witness_state_name(enum witness_state state);

/* Takes an entry in. Beyond the limits the oldest row is forgotten. */
void witness_watch_add(struct witness_watch *watch,
                       const struct entry_line *entry);

/* NULL: the log does not name it. Borrowed. */
const struct witness_row *witness_watch_find(const struct witness_watch *watch,
                                             struct text name);
const struct equivocation_row *
witness_watch_equivocation(const struct witness_watch *watch,
                           struct text origin);

/* Nothing for WITNESS_AWAY_S: since its last word, or since it was configured.
 * last_us 0: it has never said one. */
bool witness_is_overdue(const struct witness_row *row, int64_t last_us,
                        struct wall_time now);

#endif
