/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/verify/private - the parts of verify: records, log, coverage.
 *
 * Each camera gets two lists: what is recorded (from the records that open)
 * and what is explained (from log entries and the key table's deaths). What
 * lies between the promise and the end of all knowledge and is in neither is
 * unexplained.
 */
#ifndef CMD_VERIFY_PRIVATE_H
#define CMD_VERIFY_PRIVATE_H

#include "cmd/verify/verify.h"
#include "log/holds.h"
#include "model/span.h"
#include "store/catalogue.h"
#include "store/runs.h"
#include "store/volume.h"
#include "sys/file.h"

struct keys_offline;
struct verify_seeds;

struct verify_held {
    uint32_t subject;
    uint64_t opened;
    uint64_t damaged;
    uint64_t leaves; /* each under a root of the log */
};

struct span_list {
    struct span *spans;
    size_t count;
    size_t capacity;
};

/* One camera while it is being verified. */
struct verify_track {
    uint32_t camera;
    bool is_added; /* a camera.added entry was seen */
    struct wall_time added;
    int64_t recorded_us;
    struct span_list recorded;
    struct span_list gaps;      /* and records lost or damaged */
    struct span_list destroyed; /* slots whose seed has died */
    struct span_list explained; /* both */
    struct span_list dead;      /* destroyed, and never made again */
    struct span_list open_gaps; /* to: not set */
    struct span_list lost;      /* of the gaps: records that went early */
    struct span_list leaves;    /* time that leaves tell of */
};

struct verify {
    const struct file_layer *layer;
    const char *directory;
    struct keys_offline *keys;
    struct verify_result *result;
    struct verify_track *tracks; /* by number */
    size_t track_count;
    size_t track_capacity;
    uint8_t installation[INSTALLATION_ID_SIZE]; /* of the volumes */
    struct catalogue volumes; /* is_unread: without an end */
    struct run_table seen;    /* all records, living or not */
    struct run_table full;    /* living ones in volumes with an end */
    struct holds holds;       /* as the log tells of them */
    struct verify_held *held; /* records of holds, by subject */
    size_t held_count;
    size_t held_capacity;
    struct verify_seeds *seeds; /* verify/seeds.c */
    struct verify_leaves *leaves; /* verify/leaves.c */
    struct wall_time horizon; /* the last time that anything is known of */
    const struct verify_beside *beside; /* NULL: it does not run */
    uint64_t log_end;                   /* bytes of lines that were checked */
    enum status status;       /* the first failure: no memory */
};

/*
 * A recorder that runs: what stood in its log when the check began, and until
 * when all that was recorded or told is on the disk since. Younger records are
 * counted and not opened.
 */
struct verify_beside {
    uint64_t last_entry;
    struct wall_time settled;
};

/* The newest entry that is there. */
MUST_USE enum status verify_beside_begin(const struct verify *verify,
                                         struct verify_beside *out);

/* True where this entry came after the check had begun: what it tells of may
 * have been otherwise when it was looked at. */
bool verify_is_later(const struct verify *verify, uint64_t entry);

/* True where what ends then may not be on the disk yet. */
bool verify_is_unsettled(const struct verify *verify, struct wall_time end);

/* The key table; beside a recorder tries again while it is being rotated.
 * Fails as root_place_keys. */
MUST_USE enum status verify_keys_open(const struct verify *verify,
                                      struct keys_offline **out);

/* Beside a recorder: reads the key table anew, so that no key is held that has
 * died since. Fails as root_place_keys. */
MUST_USE enum status verify_keys_renew(struct verify *verify);

/* Beside a recorder: takes down what has died or gone since, as the key table
 * and the entries behind the checked ones say. */
MUST_USE enum status verify_look_again(struct verify *verify);

/* Deaths that the table carries. is_later: not to be held against keys. */
void verify_take_deaths(struct verify *verify, bool is_later);

/* Of an entry, what it says of a camera's time. */
void verify_take_span_entry(struct verify *verify,
                            const struct entry_line *entry);

/* The camera's track, made where it is new; NULL without memory. */
struct verify_track *verify_track_of(struct verify *verify, uint32_t camera);

/* That of the camera's sub stream, where it was ever recorded; else NULL. */
struct verify_track *verify_sub_track(struct verify *verify, uint32_t camera);

void span_list_add(struct verify *verify, struct span_list *list,
                   struct span span);
/* How much of span lies in the merged list. */
int64_t span_list_inside(const struct span_list *list, struct span span);

/* Sorts, and joins spans that lie at most tolerance_us apart. */
void span_list_merge(struct span_list *list, int64_t tolerance_us);

__attribute__((format(printf, 3, 4))) void
verify_problem(struct verify *verify, const char *where, const char *format,
               ...);

/* Opens every record of every volume. */
MUST_USE enum status verify_records(struct verify *verify);

/* Calls back for the directory of each disk, there or not. Fails as the
 * callback does, and with NO_MEMORY. */
typedef enum status verify_disk_fn(void *context, struct verify *verify,
                                   const char *directory, const char *name);
MUST_USE enum status verify_each_disk(struct verify *verify,
                                      verify_disk_fn *on_disk, void *context);

/* Compares the index with the volumes, which have been read. */
MUST_USE enum status verify_index(struct verify *verify);

/* Checks every line; takes down what it says of each camera's time. */
MUST_USE enum status verify_log(struct verify *verify);

/* Holds destroyed spans against living keys and records that open. */
MUST_USE enum status verify_destroyed(struct verify *verify);

/* Takes a record of a hold, living or not, down. */
void verify_holds_count(struct verify *verify, uint32_t subject,
                        bool is_damaged);
/* A leaf that the hold keeps, which is under a root of the log. */
void verify_holds_count_leaf(struct verify *verify, uint32_t subject);
/* Holds the log's holds against the leaves that were counted. */
void verify_holds_leaves(struct verify *verify);
/* Holds the log's holds against living keys, and against the records that
 * open. */
void verify_holds(struct verify *verify);

/* Holds commitments against the destruction that counts them; of each entry,
 * in order. */
void verify_seeds_take(struct verify *verify, const struct entry_line *entry);
void verify_seeds_release(struct verify *verify);

/* Takes roots and days down; of each entry. */
void verify_leaves_take(struct verify *verify, const struct entry_line *entry);
void verify_leaves_release(struct verify *verify);
/* Holds the leaf files against log, records and each other; after
 * verify_coverage, which puts the tracks in order. */
MUST_USE enum status verify_leaf_files(struct verify *verify);

/* Fills result->cameras. */
MUST_USE enum status verify_coverage(struct verify *verify);

#endif
