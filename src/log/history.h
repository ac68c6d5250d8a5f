/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/history - what the log says about each camera's time, kept in memory.
 *
 * Fed with every entry in order, it answers: from when was recording promised,
 * which spans have no picture and why, which were destroyed by which entry,
 * and how far the vault's and the keeper's tales have been written down. Gaps
 * that are older than what has been destroyed are forgotten with it.
 *
 * Threads: the one that made it.
 */
#ifndef LOG_HISTORY_H
#define LOG_HISTORY_H

#include "log/entry_line.h"
#include "model/camera.h"
#include "model/cause.h"
#include "model/span.h"

enum {
    HISTORY_DIGEST_SIZE = 65, /* hexadecimal, terminated */
    HISTORY_GROUP_SIZE = 65,  /* an id of the notice, terminated */
    HISTORY_PERIOD_SIZE = 24,
    HISTORY_DISKS_MAX = 32,
    HISTORY_DISK_SIZE = 64, /* an id of the plant, terminated */
    HISTORY_STATE_SIZE = 16,
};

/* Settings that the gate itself writes: of all cameras' policies, of their
 * masks, whose signature the notice bears, and what taking video out asks for. */
#define HISTORY_SETTINGS(SETTING)                                              \
    SETTING(POLICIES, "policies.sha256")                                       \
    SETTING(MASKS, "masks.sha256")                                             \
    SETTING(NOTICE_KEY, "notice.key")                                         \
    SETTING(EXPORTS, "exports")

#define HISTORY_SETTING_CONSTANT(constant, name) HISTORY_SETTING_##constant,
enum history_setting {
    HISTORY_SETTINGS(HISTORY_SETTING_CONSTANT) HISTORY_SETTING_COUNT
};
#undef HISTORY_SETTING_CONSTANT

struct history_span {
    struct span span;
    enum cause cause; /* NONE where the log names none that is known */
    uint64_t entry;   /* the entry that says so */
};

struct history_spans {
    struct history_span *list; /* in the order of the log */
    size_t count;
    size_t capacity;
};

struct history_camera {
    uint32_t camera; /* a stream's number: a sub stream has a row of its own */
    bool is_added;
    struct wall_time added; /* recording is promised from here */
    enum cause state;       /* of the last camera.state; NONE: records */
    struct wall_time state_since;
    bool has_state;
    bool has_open_gap;
    struct history_span open_gap; /* to: unset */
    struct history_spans gaps;
    struct history_spans destroyed; /* contiguous ones of one cause joined */
};

/* How long a group's video is kept, as the last retention.set says. */
struct history_period {
    char group[HISTORY_GROUP_SIZE];
    char period[HISTORY_PERIOD_SIZE]; /* "days 30" */
};

/* A disk that does not record, as the last disk.state says. */
struct history_disk {
    char id[HISTORY_DISK_SIZE];
    char state[HISTORY_STATE_SIZE]; /* "missing" */
    struct wall_time since;
};

struct history {
    struct history_camera *cameras; /* sorted by number */
    size_t camera_count;
    size_t camera_capacity;
    uint64_t last_event;   /* cursor for events_next; 0: none yet */
    uint64_t last_death;   /* cursor for deaths_next */
    uint64_t destructions; /* entries deletion.done */
    struct wall_time last_destruction; /* when its keys died */
    uint64_t done_epoch;   /* of the last of them */
    uint64_t attested_epoch; /* of the last deletion.attested; 0: none */
    uint64_t restarts;     /* entries role.restarted */
    uint64_t starts;       /* entries recorder.start */
    /* The last value of each setting; empty: never set. */
    char settings[HISTORY_SETTING_COUNT][HISTORY_DIGEST_SIZE];
    struct history_period *periods;
    size_t period_count;
    size_t period_capacity;
    struct history_disk disks[HISTORY_DISKS_MAX]; /* those that are not ok */
    size_t disk_count;
    bool is_running; /* started and not stopped since */
    bool failed;     /* out of memory: answers are not complete */
};

void history_deinit(struct history *history);

/* Takes an entry in; sticky failure. */
void history_add(struct history *history, const struct entry_line *entry);

/* NULL where the log says nothing of this camera. Borrowed. */
const struct history_camera *history_camera(const struct history *history,
                                            uint32_t camera);

/* "policies.sha256". Never NULL. */
const char *history_setting_name(enum history_setting setting);

/* "days 30"; NULL where the log says nothing of this group. Borrowed. */
const char *history_period(const struct history *history, struct text group);

#endif
