/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/verify/verify - checks an installation from its files.
 *
 * Every record opens and matches its header; every second of every camera is
 * recorded, or explained by a log entry; no audio; log lines hash as stated;
 * each group of pictures has its leaf, all leaves hang together, and the roots
 * over them are those in the log.
 * Records whose seed has died count as destroyed, not as damaged.
 *
 * Beside a recorder that runs, all of this holds up to some seconds before the
 * check began; what is younger is counted. The index, which is being written,
 * is not compared. Nothing is locked and nothing waits.
 *
 * Threads: none.
 */
#ifndef CMD_VERIFY_VERIFY_H
#define CMD_VERIFY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"
#include "base/time.h"

enum {
    VERIFY_PROBLEMS_MAX = 1000, /* listed; all are counted */
    VERIFY_WHERE_SIZE = 128,
    VERIFY_WHAT_SIZE = 200,
};

struct verify_problem {
    char where[VERIFY_WHERE_SIZE];
    char what[VERIFY_WHAT_SIZE];
};

struct verify_camera {
    uint32_t camera;
    int64_t recorded_us;    /* sum of the durations of records that open */
    int64_t explained_us;   /* not there; an entry or a finding says why */
    int64_t destroyed_us;   /* of these: gone with its key, and no gap */
    int64_t unexplained_us; /* not there, and nothing says why */
};

struct verify_result {
    uint64_t records; /* that open */
    uint64_t damaged;
    uint64_t destroyed_records; /* their seed is dead */
    uint64_t held_records;      /* that open: copies of holds */
    uint64_t holds;             /* ever ordered */
    uint64_t holds_alive;
    uint64_t bytes;             /* of the records that open */
    uint64_t audio_tracks;
    uint64_t entries;
    uint64_t destructions; /* deletion.done entries */
    uint64_t live_keys;    /* in the table */
    uint64_t overdue_keys; /* of these: past their time when it was written */
    uint64_t restarts;     /* role.restarted entries */
    uint64_t roots;        /* recording.root entries */
    uint64_t leaves;       /* of groups of pictures */
    bool is_beside;        /* it runs */
    struct wall_time settled; /* then: checked up to here */
    uint64_t younger;  /* records behind that */
    uint64_t appended; /* entries that came during the check */
    uint64_t leaves_hashed; /* of these: pictures there, and hashed anew */
    uint64_t held_leaves;  /* that holds keep, each under a root of the log */
    uint64_t held_leaves_hashed; /* of these, likewise */
    int64_t loose_us;      /* recorded, and under no leaf */
    int64_t unexplained_us;
    struct verify_camera *cameras; /* by number */
    size_t camera_count;
    struct verify_problem *problems;
    size_t problem_count; /* listed */
    size_t problems_all;
};

/*
 * Checks the installation below directory. Where it is not running, the caller
 * holds its lock. Beside a recorder what is found must be found three times:
 * what has moved under the eyes is not there at the next look. The
 * caller owns *out. Fails with: NOT_FOUND (no installation there), IO, DENIED,
 * CORRUPT (no key table opens), NO_MEMORY, INTERNAL. Findings are no failure.
 */
MUST_USE enum status verify_run(const char *directory,
                                struct verify_result *out);
MUST_USE enum status verify_run_beside(const char *directory,
                                       struct verify_result *out);

/* True where nothing was found wrong. */
bool verify_is_ok(const struct verify_result *result);

/* One JSON object and a line feed. */
void verify_print_json(const struct verify_result *result, FILE *out);

void verify_result_deinit(struct verify_result *result);

#endif
