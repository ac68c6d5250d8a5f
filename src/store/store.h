/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/store - the records of an installation: disks, their volumes, the
 * catalogue of those that are full, the runs of each camera, the index.
 *
 * A record is placed (store_place), handed to the writer by the caller, and
 * committed when it has been written; only then is it found. A volume that is
 * full gets its directory at its end and, when all of it is on the disk, its
 * row in catalogue and index. What has died is forgotten and its space punched.
 *
 * Files are the truth: store_open reads what is there, cuts off records whose
 * write was torn, and believes the index only where it fits. It returns soon in
 * any case: full volumes that the index does not know are read later, a few at
 * a time (store_catch_up), and are found by readers from then on.
 *
 * Threads: one; the writer writes into the files meanwhile.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buffer.h"
#include "model/cause.h"
#include "store/disk.h"
#include "store/index.h"
#include "store/leaf_set.h"
#include "store/missing.h"

/* Records of a camera have gone before their time: for want of space, or torn
 * or damaged when the store was opened (CORRUPT). */
typedef void store_lost_fn(void *context, uint32_t camera, struct span span,
                           enum cause cause);

/* The space of what has died is free, on the disk. */
typedef void store_freed_fn(void *context, uint32_t camera, struct span span,
                            uint64_t epoch, uint64_t records);

/* A volume that was to be given up for want of space cannot be read: it stays,
 * and the next oldest goes. span: of what it holds. Once for each. */
typedef void store_unreadable_fn(void *context, const struct disk *disk,
                                 uint32_t number, struct span span);

struct store_options {
    const struct disk_options *disks; /* only during store_open */
    size_t disk_count;                /* 1..DISKS_MAX */
    const struct file_layer *book_layer;
    const char *book_path;  /* NULL: none is kept; else borrowed */
    const char *index_path; /* NULL: none is kept; else borrowed */
    bool makes_index_anew;  /* whatever it says */
    uint64_t volume_bytes;
    uint64_t hold_reserve_bytes; /* kept free for copies of holds */
    store_lost_fn *on_lost;
    missing_fn *on_missing; /* at the start; store/missing.h */
    store_freed_fn *on_freed;
    store_unreadable_fn *on_unreadable;
    void *context;
};

/* A camera's records that start in span are dead. */
struct store_death {
    uint32_t camera;
    struct span span;
    uint64_t epoch;
    bool is_late;     /* as far as records are found: told by their times */
    uint64_t records; /* forgotten so far */
    int64_t start_us; /* of the first of them */
    int64_t end_us;   /* of the last of them */
};

/* Deaths whose records are being forgotten, volume by volume. */
struct store_sweep {
    struct store_death *deaths;
    size_t count;
    size_t capacity;
    size_t batch;     /* of these the first are under way; 0: none */
    uint32_t next_number; /* volumes below have been seen to */
    bool has_failed; /* something of the batch is not on the disk */
    bool is_stuck;   /* of any batch: the next start follows them again */
    bool is_paying;  /* these are all that disks owe: see store_pay */
    uint32_t failed_slots; /* bit: something on this disk, since the start */
    uint64_t epoch;  /* all deaths up to it have been told; 0: none */
    uint64_t forgotten; /* records, since the start */
};

/* What recovery found of the index. */
struct store_findings {
    enum index_origin origin;
    bool is_contradicted; /* its sum, or volumes of it that are not there */
    bool is_told;
    size_t volumes;  /* that were there at the start */
    size_t missing;  /* known to the index, without a file */
    size_t read;     /* full, and not known to the index */
    size_t broken;   /* of these: cannot be read */
};

/* A volume of this number, or a camera's pictures of this span, is gone. */
struct index_gone {
    uint32_t volume; /* 0: the span */
    uint32_t camera;
    struct span span;
};

/* What the index has yet to be told. */
struct index_owed {
    struct index_gone *list; /* owned */
    size_t count;
    size_t capacity;
    bool is_beyond; /* more than there is room for: it is made anew, empty */
};

struct store {
    struct disk disks[DISKS_MAX];
    size_t disk_count;
    struct disk_book book;
    struct catalogue catalogue;
    struct run_table runs;
    struct store_index *index; /* NULL: none */
    struct index_owed index_owed;
    struct leaf_set leaves;
    struct store_options options;
    struct store_findings findings;
    struct store_sweep sweep;
    uint32_t unread_below; /* unread volumes have smaller numbers */
    uint64_t records; /* committed since the start */
    uint64_t bytes;
    uint64_t torn; /* records cut off at the start */
};

/* Fails with: LIMIT (volume_bytes), IO, DENIED, NO_MEMORY, INTERNAL. */
MUST_USE enum status store_open(struct store *store,
                                const struct store_options *options);

/* Writes ends and index of what is full and synced; the writers must have
 * ended. */
void store_close(struct store *store);

/* The volume of this number if it is in hand, or NULL. */
struct volume *store_volume(const struct store *store, uint32_t number);

/* All volumes in hand, disk by disk; NULL behind the last. */
struct volume_walk {
    size_t disk;
    size_t at;
};
struct volume *store_next_volume(const struct store *store,
                                 struct volume_walk *walk);

/* Fails as disk_book_write does. */
MUST_USE enum status store_save_book(const struct store *store);

/* The disk that holds the volume. */
struct disk *store_disk_of(struct store *store, const struct volume *volume);

/* Reads one more volume that the index did not know; false where none is left.
 */
bool store_catch_up(struct store *store);

/*
 * Once, when nothing is left to be read: true where the index was not what it
 * should have been, and words that say so. out: at least 120 characters.
 */
bool store_tell_findings(struct store *store, char *out, size_t size);

/*
 * Where a record of this class goes; in flight until commit or abort: the
 * camera's own disk (disk_order), else the next one. Where none has room, the
 * class gives up its oldest volume; holds (HOLD_CLASS) neither take from others
 * nor give up theirs. Fails with: NO_SPACE, IO (also: no disk
 * takes part), LIMIT, NO_MEMORY.
 */
MUST_USE enum status store_place(struct store *store, uint16_t class_id,
                                 const struct record_header *header,
                                 struct volume **out, uint64_t *offset);

/* The record has been written. Fails with: NO_MEMORY, LIMIT (then it is on
 * the disk and will be found at the next start). */
MUST_USE enum status store_commit(struct store *store, struct volume *volume,
                                  uint64_t offset,
                                  const struct record_header *header);

/* Writes with a smaller or this number (volume->last_job) have been synced by
 * this disk's writer; what is full and complete goes into the index. */
void store_note_synced(struct store *store, struct disk *disk, uint64_t job);

/* The write failed: nothing is appended to this volume any more. */
void store_abort(struct store *store, struct volume *volume);

/* A leaf of records of this volume, which has been written (store/leaf_set.h:
 * the rest of what there is to do with leaves). Fails as leaf_set_add. */
MUST_USE enum status store_add_leaf(struct store *store, uint32_t volume,
                                    const struct gop_leaf *leaf);
/* Blocks that a hold keeps of a leaf (store/held_leaves.h), likewise. */
MUST_USE enum status store_add_held_leaf(struct store *store,
                                         uint32_t volume,
                                         struct bytes blocks);

/* The place is given up; the volume goes on. */
void store_release(struct store *store, struct volume *volume);

/* A committed record that cannot be counted on, in a volume that failed:
 * forgotten and punched. */
void store_drop(struct store *store, struct volume *volume,
                const struct record_header *header);

/* ---- death (store/sweep.c) ---- */

/*
 * The camera's records that start in span are dead, as of this epoch: they
 * stand in no answer from now on, and a later sweep forgets and punches them.
 * Fails with: NO_MEMORY (nothing is done).
 */
MUST_USE enum status store_forget(struct store *store, uint32_t camera,
                                  struct span span, uint64_t epoch);

/*
 * The same where a disk that was away may still hold some of it: the span may
 * begin and end anywhere, and what is found is told by its own times.
 */
MUST_USE enum status store_forget_late(struct store *store, uint32_t camera,
                                       struct span span, uint64_t epoch);

/* All deaths up to this epoch have been told; noted as followed as soon as
 * they have been. */
void store_note_epoch(struct store *store, uint64_t epoch);
uint64_t store_epoch(const struct store *store);

/* What is to be written to one volume: what has died in it is punched, and its
 * directory stands anew at its end. */
struct punch {
    struct volume *volume; /* NULL: nothing to do here */
    uint64_t (*ranges)[2]; /* from, to */
    size_t count;
    size_t capacity;
    struct buffer end; /* the directory; empty: none */
    bool is_all;       /* nothing is left: it is deleted instead */
    enum status status;
};

/*
 * Goes on to the next volume that is full and has no directory yet, or in which
 * something has died: forgets it, and says what is to be written. AGAIN:
 * punch_run *out, in any thread, then give it to store_punched, before the next
 * call. END: nothing is left. Fails with: NO_MEMORY (try again later).
 */
MUST_USE enum status store_sweep_next(struct store *store, struct punch *out);
void punch_run(struct punch *punch);
void store_punched(struct store *store, struct punch *punch);

/* All of it, here and now. Returns how many records were forgotten. */
size_t store_sweep_all(struct store *store);

/* ---- what disks owe that were away during deaths (store/owed.c) ---- */

/*
 * Whether a disk that is here now was away, or a volume could not be read, when
 * deaths were followed. *epoch: the keeper that says what lives must have come
 * so far, or its files are others.
 */
bool store_owes(struct store *store, uint64_t *epoch);

/* From here on it is asked what lives: of the disks that owe and are here. */
void store_begin_to_pay(struct store *store);

/* All that does not live has been given to store_forget_late: when it has been
 * swept, the book is put right. */
void store_pay(struct store *store);

/* ---- questions ---- */

/*
 * The next volume that may hold records of span, loaded; *at is zeroed at
 * first. Volumes that cannot be read are passed over. Borrowed until the next
 * call. Fails with: END, NO_MEMORY.
 */
struct volume_place {
    size_t row;
    struct volume_walk walk;
};
MUST_USE enum status store_next_touching(struct store *store,
                                         struct span span,
                                         struct volume_place *at,
                                         struct volume **out);

/* The volume of this number, loaded. Fails with: NOT_FOUND, IO, CORRUPT,
 * DENIED, NO_MEMORY. */
MUST_USE enum status store_borrow(struct store *store, uint32_t number,
                                  struct volume **out);

/* The end of what is recorded of the camera; 0: nothing. */
struct wall_time store_recorded_until(const struct store *store,
                                      uint32_t camera);

/* The record with which the camera's newest run ends, from the directory.
 * Fails with: NOT_FOUND, IO, NO_MEMORY. */
MUST_USE enum status store_last_record(struct store *store, uint32_t camera,
                                       struct record_row *out);

uint64_t store_next_sequence(const struct store *store, uint32_t camera);

/* From the oldest to the newest second of the camera, gaps included. False:
 * nothing is recorded of it. */
static inline bool store_kept(const struct store *store, uint32_t camera,
                              struct span *out)
{
    const struct camera_runs *runs = run_table_find(&store->runs, camera);
    if (runs == NULL || runs->count == 0)
        return false;
    *out = (struct span){runs->runs[0].from, camera_runs_end(runs)};
    return true;
}

/* Up to limit recorded spans that touch span, cut to it. */
size_t store_spans(const struct store *store, uint32_t camera,
                   struct span span, struct span *out, size_t limit);

struct store_numbers {
    uint32_t volumes;
    uint64_t free_bytes;
};
struct store_numbers store_numbers(const struct store *store);

#endif
