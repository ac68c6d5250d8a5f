/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/store - the records of an installation: disks, their volumes and
 * directories, the runs of each camera, the index.
 *
 * A record is placed (store_place), handed to the writer by the caller, and
 * committed when it has been written; only then is it found. What has died is
 * forgotten and its space punched. Files are the truth: store_open reads what
 * is there, cuts off records whose write was torn, and believes the index only
 * where it fits.
 *
 * Threads: one; the writer writes into the files meanwhile.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "model/cause.h"
#include "store/disk.h"
#include "store/index.h"

/* Records of a camera have gone before their time: for want of space, or torn
 * or damaged when the store was opened (CORRUPT). */
typedef void store_lost_fn(void *context, uint32_t camera, struct span span,
                           enum cause cause);

struct store_options {
    const struct disk_options *disks;
    size_t disk_count; /* 1..DISKS_MAX */
    const struct file_layer *book_layer;
    const char *book_path;  /* NULL: none is kept */
    const char *index_path; /* NULL: no index is kept */
    uint64_t volume_bytes;
    store_lost_fn *on_lost;
    void *context;
};

struct store {
    struct disk disks[DISKS_MAX];
    size_t disk_count;
    const struct file_layer *book_layer;
    const char *book_path; /* borrowed */
    struct disk_book book;
    struct run_table runs;
    struct store_index *index; /* NULL: none */
    store_lost_fn *on_lost;
    void *context;
    uint64_t records; /* committed since the start */
    uint64_t bytes;
    uint64_t torn; /* records cut off at the start */
};

/* Fails with: LIMIT (volume_bytes), IO, DENIED, NO_MEMORY, INTERNAL. */
MUST_USE enum status store_open(struct store *store,
                                const struct store_options *options);

/* Writes the index of what is full; the writer must have ended. */
void store_close(struct store *store);

/* The volume of this number on any readable disk, or NULL. */
struct volume *store_volume(const struct store *store, uint32_t number);

/* All volumes, disk by disk, each disk's by id; NULL behind the last. */
struct volume_walk {
    size_t disk;
    size_t at;
};
struct volume *store_next_volume(const struct store *store,
                                 struct volume_walk *walk);

/*
 * The administrator's word: the disk takes part again, or may at least be read
 * (disk_accept). Fails as disk_accept does.
 */
MUST_USE enum status store_accept_disk(struct store *store, const char *id,
                                       bool is_read_only);

/* Fails as disk_book_write does. */
MUST_USE enum status store_save_book(const struct store *store);

/* The disk that holds the volume. */
struct disk *store_disk_of(struct store *store, const struct volume *volume);

/*
 * Where a record of this class goes; in flight until commit or abort: the
 * camera's own disk (disk_order), else the next one. Where none has room, the
 * class gives up its oldest volume. Fails with: NO_SPACE, IO (also: no disk
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

/* The place is given up; the volume goes on. */
void store_release(struct store *store, struct volume *volume);

/* A committed record that cannot be counted on: forgotten and punched. */
void store_drop(struct store *store, struct volume *volume,
                const struct record_header *header);

/*
 * The camera's records that start in span are dead: forgets and punches them.
 * Returns how many. camera 0: all.
 */
size_t store_forget(struct store *store, uint32_t camera, struct span span);

/* The deaths up to this epoch have been followed. */
void store_set_epoch(struct store *store, uint64_t epoch);
uint64_t store_epoch(struct store *store);

/* The end of what is recorded of the camera; 0: nothing. */
struct wall_time store_recorded_until(const struct store *store,
                                      uint32_t camera);

/* The record with which the camera's newest run ends, from the directory.
 * Fails with: NOT_FOUND, IO, NO_MEMORY. */
MUST_USE enum status store_last_record(struct store *store, uint32_t camera,
                                       struct record_row *out);

uint64_t store_next_sequence(const struct store *store, uint32_t camera);

/* Up to limit recorded spans that touch span, cut to it; runs that go on in
 * another volume are joined. */
size_t store_spans(const struct store *store, uint32_t camera,
                   struct span span, struct span *out, size_t limit);

struct store_numbers {
    uint32_t volumes;
    uint64_t free_bytes;
};
struct store_numbers store_numbers(const struct store *store);

#endif
