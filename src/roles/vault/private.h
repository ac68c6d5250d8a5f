/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/vault/private - what the files of the vault share.
 *
 *   vault.c         start, stop, the tick, the table of messages
 *   vault/ring.c    ring entries -> samples -> record drafts
 *   vault/record.c  drafts -> sealed -> the intake (store/intake.h)
 *   vault/leaves.c  chains, their roots, the account of a day
 *   vault/pool.c    bitrates, the forecast, the warning
 *   vault/scrub.c   full volumes are read through
 *   vault/disk.c    disks: where they are, what became of them
 *   vault/keys.c    clock, seal keys, deaths
 *   vault/sweep.c   the space of what has died; volumes yet to be read
 *   vault/owed.c    what died while a disk was away
 *   vault/gate.c    policies, events, spans, status
 *   vault/hold.c    copies for holds
 *   vault/hold_room.c  whether one more fits
 *   vault/read.c    recorded pictures for a ticket
 *   vault/cover.c   regions that nobody is to see; work covers them
 *   vault/groups.c  leaves, salts and proofs for a ticket
 *   vault/live.c    live pictures for a ticket
 *
 * A sample's way: in the ring (unreleased) -> in its camera's builder -> a
 * draft that waits for its unit key -> sealed, in the intake -> written. Only
 * then may its ring entry be overwritten, so that a vault that
 * dies finds in the ring all that is not in a volume.
 *
 * Threads: the loop's, and the disk writer's.
 */
#ifndef ROLES_VAULT_PRIVATE_H
#define ROLES_VAULT_PRIVATE_H

#include "ipc/ticket.h"
#include "model/policy.h"
#include "roles/role.h"
#include "store/camera_book.h"
#include "store/coverage.h"
#include "store/event_journal.h"
#include "store/forecast.h"
#include "store/gop_chain.h"
#include "store/intake.h"
#include "store/record_builder.h"
#include "store/selection.h"
#include "store/store.h"
#include "sys/ring.h"

enum {
    VAULT_TICK_MS = 200,
    VAULT_TRIM_US = 10000000, /* spare memory goes back */
    VAULT_UNITS = 4,                          /* keys kept per camera */
    VAULT_UNIT_BYTES = UNIT_KEY_SIZE + LEAF_SALT_SIZE, /* one behind the other */
    VAULT_HELD_BYTES = 192 * 1024 * 1024,     /* waiting for keys */
    VAULT_PACE_BYTES = 4 * 1024 * 1024,       /* at writers: no more for now */
    VAULT_IDLE_US = 1500000,                  /* then a record is finished */
    VAULT_RETRY_US = 1000000,
    VAULT_KEY_LATE_US = 30000000,             /* refused then: it never comes */
    VAULT_STOP_US = 5000000,                  /* waiting for keys at the end */
    VAULT_LIVE_WAIT_US = 1000000,
    VAULT_WATCHED_US = 5000000,               /* after the last live ticket */
    VAULT_LIVE_BYTES = 16 * 1024 * 1024,      /* one camera's live pictures */
    VAULT_READ_SPAN_US = 120000000,
    VAULT_READ_BYTES = 16 * 1024 * 1024,
    VAULT_READ_WAIT_US = 5000000,             /* for web to receive */
    VAULT_READS_MAX = 64,                     /* at a time */
    VAULT_READ_UNITS = 128,                   /* keys of one read */
    VAULT_COVERED_SPAN_US = 2000000,          /* of a read that is covered */
};

/* A unit's key, in camera->keys at its index. */
struct vault_unit {
    struct vault_camera *camera;
    struct wall_time start;
    bool is_there;
    bool is_asked;
};

/* A finished record that waits for its key or a place. */
struct vault_draft {
    struct vault_draft *next;
    struct record_draft draft;
};

/* A sample as live viewers get it. */
struct vault_live_sample {
    uint64_t number; /* the vault's own, over all restarts increasing */
    struct sample sample;
    uint8_t *data;
};

struct vault_live {
    struct vault_live_sample *samples; /* from an IDR on */
    size_t count;
    size_t capacity;
    size_t bytes; /* of memory, rows and all: at most VAULT_LIVE_BYTES */
    struct boot_time watched_until;
    bool is_watched;
};

struct vault_camera {
    struct vault *vault;
    uint32_t camera;
    struct policy policy;
    bool is_promised; /* named by the policies in force */
    struct camera_page *page; /* in the book */
    struct coverage coverage;
    struct record_builder *builder;
    struct gop_chain *chain;
    uint32_t leaf_volume; /* of the newest written record; 0: none yet */
    /* keys */
    uint8_t *keys; /* VAULT_UNITS x VAULT_UNIT_BYTES, locked */
    struct vault_unit units[VAULT_UNITS];
    struct boot_time ask_again; /* not before */
    struct span dead; /* destroyed, and going on still: it gets no key */
    /* drafts, oldest first */
    struct vault_draft *first_draft;
    struct vault_draft *last_draft;
    /* what a vault before this one had recorded already */
    bool has_recorded;
    struct record_row recorded;
    int64_t last_sample_us; /* trusted; samples only go forward */
    bool was_told_no_config;
    /* for the gate */
    int64_t last_picture_us;
    uint64_t recorded_us;
    struct span lost; /* and not told yet */
    enum cause lost_cause;
    struct boot_time lost_since;
    uint32_t packets_lost;     /* on the way from the camera */
    uint32_t pictures_dropped; /* by a full ring */
    struct vault_live live;
};

/* What the cameras of a class have written. */
struct pool_count {
    uint16_t class_id;
    uint64_t bytes;
    uint64_t recorded_us; /* the sum over its cameras; 0: nobody's */
};

/* What disks owe, camera by camera. */
struct vault_owed {
    bool is_running;
    bool is_asking;
    uint64_t epoch;  /* the keeper must have come so far */
    uint32_t camera; /* being asked of */
    uint32_t asked;  /* all up to here */
    struct boot_time again; /* not before */
};

struct scrub;
struct worker;
struct vault_read; /* vault/read.c */
struct vault_groups; /* vault/groups.c */
struct vault_live_call;
struct vault_cover; /* vault/cover.c */
struct cover_job;
struct vault_hold; /* vault/hold.c */

struct vault {
    struct role_process process; /* first */
    char index_path[PATH_SIZE];
    char events_path[PATH_SIZE];
    char journal_path[PATH_SIZE];
    char book_path[PATH_SIZE];
    char policies_path[PATH_SIZE];
    char disks_path[PATH_SIZE];
    bool is_started;
    struct timer *tick;
    struct store store;
    struct worker *sweeper;
    struct punch punch; /* on the sweeper's thread while is_punching */
    bool is_punching;
    bool has_caught_up; /* no volume is left to be read */
    bool has_missing;   /* records, told at this start */
    struct vault_owed owed;
    struct intake intake;
    enum disk_state told_states[DISKS_MAX];
    uint32_t scrub_days; /* 0: no scrub */
    struct worker *scrubber;
    struct scrub *scrub; /* the worker's while is_scrubbing */
    bool is_scrubbing;
    uint32_t scrubbed_number;
    uint64_t scrubbed_records; /* since the start */
    struct boot_time scrub_again;
    struct pool_count pool_counts[POOLS_MAX]; /* since they were measured */
    struct boot_time trim_again;
    struct boot_time look_again; /* at the forecast */
    struct boot_time save_again;
    struct boot_time warn_again;
    struct boot_time root_again;
    uint32_t root_turns; /* of the tick, since the batch is being written */
    struct event_journal *journal;
    struct camera_book book;
    bool is_book_due; /* it is behind what has been told */
    struct boot_time book_again; /* not before, after a failure */
    struct vault_camera **cameras; /* by number */
    size_t camera_count;
    size_t camera_capacity;
    enum cause default_cause; /* of gaps over the start of this process */
    /* ring */
    struct ring_reader *ring;
    int ring_descriptor;
    int kick_descriptor;
    struct watch *kick;
    size_t held_bytes; /* in drafts */
    /* keeper */
    bool has_clock;
    int64_t trusted_minus_boot_us;
    bool is_asking_clock;
    bool is_waiting_epoch;
    uint64_t epoch;
    struct boot_time keeper_again;
    /* gate */
    bool has_ticket_key;
    uint8_t *ticket_key; /* locked */
    bool has_policies;
    bool has_new_policies; /* not yet applied: no clock */
    struct buffer policies;
    struct channel *events_channel; /* with an events_next waiting */
    uint32_t events_id;
    uint64_t events_cursor;
    /* web */
    struct vault_read *reads;
    size_t read_count;
    struct vault_groups *groups;
    struct vault_hold *hold; /* being copied, a slice at a time; or NULL */
    struct vault_live_call *live_calls;
    uint64_t live_number;
    /* work */
    struct vault_cover *covers; /* cameras with regions; vault/cover.c */
    struct cover_job *cover_jobs;
    uint32_t cover_number;          /* of the last job */
    struct channel *cover_channel; /* with a cover_wait waiting */
    uint32_t cover_id;
    /* stop */
    struct channel *stop_channel;
    uint32_t stop_id;
    struct boot_time stop_deadline;
    bool has_asked_sync;
    bool is_stopping;
    bool is_stopped;
    struct boot_time said_no_space; /* not to fill the log with it */
};

static inline struct wall_time vault_trusted(const struct vault *vault,
                                             struct boot_time boot)
{
    return (struct wall_time){boot.us + vault->trusted_minus_boot_us};
}

static inline struct boot_time vault_now(const struct vault *vault)
{
    return clock_boot(vault->process.clock);
}

struct vault_camera *vault_find(const struct vault *vault, uint32_t camera);

/* Into the journal; what cannot be kept is logged. */
void vault_event(struct vault *vault, const struct event *event);
/* Writes the book where is_book_due: once a turn, whatever has changed. */
void vault_book_tick(struct vault *vault);

/* vault/ring.c */
void vault_drain(struct vault *vault);
/* Whether pictures wait in the ring because a disk is behind: which cameras are
 * silent is not known then. Ends at the latest when the ring is half full. */
bool vault_is_behind(const struct vault *vault);
void vault_finish_record(struct vault *vault, struct vault_camera *camera,
                         const struct wall_time *next);
void vault_finish_idle(struct vault *vault, bool all);

/* vault/record.c */
void vault_push_draft(struct vault *vault, struct vault_camera *camera,
                      struct record_draft *draft);
void vault_send_drafts(struct vault *vault, struct vault_camera *camera);
/* The unit's key will never come: its records are lost, which is an event. */
void vault_give_up_drafts(struct vault *vault, struct vault_camera *camera,
                          struct wall_time unit, enum cause cause);
/* At the end: what no key has come for is lost, and told. */
void vault_give_up_rest(struct vault *vault, struct vault_camera *camera);
void vault_on_recorded(void *context, void *owner,
                       const struct record_header *header,
                       const struct volume *volume);
void vault_on_record_lost(void *context, const struct record_header *header,
                          enum cause cause);
/* Events for what has been lost and not been told; all: also the newest. */
void vault_tell_lost(struct vault *vault, bool all);
void vault_on_written(void *context);
void vault_release_ring(struct vault *vault);
bool vault_has_unwritten(const struct vault *vault);

/* vault/leaves.c */
/* Fails with: NO_MEMORY, INTERNAL. */
MUST_USE enum status vault_begin_chain(struct vault *vault,
                                       struct vault_camera *camera);
/* The journal and the store are open: tells what was left untold. */
void vault_begin_leaves(struct vault *vault);
void vault_leaves_tick(struct vault *vault);
/* All records are written: ends the chains. True when all is durable and
 * told; else ask again. */
bool vault_end_leaves(struct vault *vault);

/* vault/disk.c */
/* The disks that start_vault names; what is missing is made at the set-up. */
struct vault_disks {
    struct disk_options options[DISKS_MAX];
    char ids[DISKS_MAX][DISK_ID_SIZE];
    char paths[DISKS_MAX][PATH_SIZE];
    size_t count;
};
MUST_USE enum status vault_read_disks(const struct vault *vault,
                                      const struct message_start_vault *message,
                                      struct vault_disks *out);
/* Events for disks whose state has changed. */
void vault_tell_disks(struct vault *vault);

/* vault/pool.c */
void vault_count_record(struct vault *vault, uint16_t class_id,
                        const struct record_header *header);
void vault_forecast(const struct vault *vault, struct forecast *out);
/* A store_unreadable_fn. */
void vault_on_unreadable(void *context, const struct disk *disk,
                         uint32_t number, struct span span);
/* Now and then: measures, warns, keeps what was measured. */
void vault_look_ahead(struct vault *vault, bool at_end);
/* For vault_status; layouts: ipc/messages.def. */
void vault_write_pools(const struct forecast *forecast, struct writer *out);
void vault_write_disks(const struct vault *vault, struct writer *out);

/* vault/scrub.c */
void vault_scrub(struct vault *vault);

/* vault/keys.c */
void vault_keys_tick(struct vault *vault);
/* The key of the unit, its leaf salt behind it; or NULL: then it has been asked
 * for. */
const uint8_t *vault_unit_key(struct vault *vault,
                              struct vault_camera *camera,
                              struct wall_time unit);
void vault_keeper_attached(struct vault *vault);

/* vault/sweep.c */
void vault_sweep_tick(struct vault *vault);
void vault_on_freed(void *context, uint32_t camera, struct span span,
                    uint64_t epoch, uint64_t records);

/* vault/owed.c */
void vault_owed_tick(struct vault *vault);

/* vault/gate.c */
void vault_on_ticket_key(void *context, struct channel *channel,
                         const struct message_vault_ticket_key *message,
                         int descriptor);
void vault_on_policy_set(void *context, struct channel *channel,
                         const struct message_vault_policy_set *message,
                         int descriptor);
void vault_on_events_next(void *context, struct channel *channel,
                          const struct message_events_next *message,
                          int descriptor);
void vault_on_spans_get(void *context, struct channel *channel,
                        const struct message_spans_get *message,
                        int descriptor);
void vault_on_spans_list(void *context, struct channel *channel,
                         const struct message_spans_list *message,
                         int descriptor);
void vault_on_kept_get(void *context, struct channel *channel,
                       const struct message_kept_get *message,
                       int descriptor);
void vault_on_status(void *context, struct channel *channel,
                     const struct message_vault_status *message,
                     int descriptor);
void vault_answer_events(struct vault *vault);
void vault_load_policies(struct vault *vault);
void vault_apply_policies(struct vault *vault);

/* vault/read.c */
void vault_on_read(void *context, struct channel *channel,
                   const struct message_read *message, int descriptor);
void vault_read_epoch_changed(struct vault *vault);
void vault_web_attached(struct vault *vault);
void vault_reads_retry(struct vault *vault);
/* Answers what waits for web to receive what it has been sent. */
void vault_reads_tick(struct vault *vault);
/* vault/groups.c */
void vault_on_groups_get(void *context, struct channel *channel,
                         const struct message_groups_get *message,
                         int descriptor);
void vault_groups_tick(struct vault *vault);
void vault_groups_keeper_attached(struct vault *vault);
void vault_groups_web_attached(struct vault *vault);
MUST_USE enum status vault_open_ticket(struct vault *vault,
                                       struct bytes sealed,
                                       enum ticket_kind kind,
                                       struct ticket *out);

/* vault/hold.c */
void vault_on_hold_copy(void *context, struct channel *channel,
                        const struct message_hold_copy *message,
                        int descriptor);
void vault_on_hold_room(void *context, struct channel *channel,
                        const struct message_hold_room *message,
                        int descriptor); /* vault/hold_room.c */
void vault_hold_tick(struct vault *vault);
void vault_hold_keeper_attached(struct vault *vault);
void vault_hold_epoch_changed(struct vault *vault);
/* A record of the copy that owns it stands in this volume now. */
void vault_hold_recorded(struct vault *vault, const void *owner,
                         const struct volume *volume);
/* Whether the record was a hold's. */
bool vault_hold_lost(struct vault *vault, const struct record_header *header,
                     enum cause cause);

/* vault/live.c */
void vault_on_live_next(void *context, struct channel *channel,
                        const struct message_live_next *message,
                        int descriptor);
void vault_live_push(struct vault *vault, struct vault_camera *camera,
                     const struct sample *sample);
void vault_live_tick(struct vault *vault);
void vault_live_drop_calls(struct vault *vault);
void vault_live_deinit(struct vault_live *live);

#endif
