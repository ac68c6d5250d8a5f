/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/leaf_set - the leaf files that are being appended to, and their
 * batches (store/leaf_block.h, leaf_file.h).
 *
 * A leaf is added to the file of the volume that holds its last record; what
 * has gathered is handed to the disk's writer as one job (leaf_set_flush), and
 * is durable with the disk's next sync, as the records are.
 *
 * A batch is closed in all files at once (leaf_set_close_batch): each gets its
 * block. When these are durable, and so all leaves before them, the batch's
 * root is there to be told (leaf_set_root). What a power cut leaves without a
 * block belongs to the next batch; a block without its root told is told by
 * whoever finds it (leaf_set_resume, leaf_set.untold).
 *
 * A file that cannot be written is given up: what it was to get goes to another
 * one, for a leaf names its records and is found by reading.
 *
 * Threads: the loop's; the writers write meanwhile.
 */
#ifndef STORE_LEAF_SET_H
#define STORE_LEAF_SET_H

#include "base/buffer.h"
#include "store/disk.h"
#include "store/leaf_file.h"

struct leaf_writer; /* one file */

/* What the log is told of a batch. Where the power went, or a file failed,
 * before all files had their block, leaves is less than the batch was made of:
 * what has no block is in a later batch. */
struct leaf_root {
    uint64_t batch;
    uint32_t leaves; /* that stand under the root, on a disk */
    struct span span;
    struct merkle_hash root;
};

struct camera_head {
    uint32_t camera;
    struct gop_head head;
    uint64_t last_record; /* the highest sequence that a leaf names */
};

/* Zeroed at first. */
struct leaf_set {
    struct leaf_writer **writers;
    size_t count;
    size_t capacity;
    struct camera_head *heads; /* found at the start; by no order */
    size_t head_count;
    size_t head_capacity;
    struct buffer homeless; /* leaves whose file could not be written */
    uint64_t newest_batch;
    struct leaf_root root; /* of the batch under way */
    bool has_root;
    struct leaf_root untold; /* the newest found at the start; leaves 0: none */
};

/* The writers must have ended. */
void leaf_set_deinit(struct leaf_set *set);

/*
 * Reads a volume's leaf file after a start: newest leaves, newest batch, what
 * has no block yet; what was torn is cut off. is_open: it will be appended to.
 * A file that is not there is empty. Fails with: IO, NO_MEMORY, LIMIT.
 */
MUST_USE enum status leaf_set_resume(struct leaf_set *set, struct disk *disk,
                                     uint16_t class_id, uint32_t number,
                                     bool is_open);

/* The camera's newest leaf as it was found; sequence 0: none. */
struct gop_head leaf_set_head(const struct leaf_set *set, uint32_t camera);

/* The highest sequence of a record that a leaf of the camera was found to name;
 * 0: none. It may be of a record that a power cut took. */
uint64_t leaf_set_last_record(const struct leaf_set *set, uint32_t camera);

/*
 * Puts a leaf down for the volume's file, or, where there is no such volume
 * (disk NULL), for any; where there is none at all, for the first that comes.
 * Fails with: IO (too many wait),
 * NO_MEMORY, LIMIT.
 */
MUST_USE enum status leaf_set_add(struct leaf_set *set, struct disk *disk,
                                  uint16_t class_id, uint32_t number,
                                  const struct gop_leaf *leaf);

/* Blocks of a copy that a hold keeps: in no batch. Fails as leaf_set_add. */
MUST_USE enum status leaf_set_add_held(struct leaf_set *set,
                                       struct disk *disk, uint32_t number,
                                       struct bytes blocks);

/* Whether all that was added for the volume is on the disk. Fails with: AGAIN
 * (not yet), IO (it was given up, or went to another file). */
MUST_USE enum status leaf_set_is_held(const struct leaf_set *set,
                                      uint32_t number);

/* Hands what has gathered to the writers. */
void leaf_set_flush(struct leaf_set *set);

/* ---- what the writers have done; jobs with is_leaves ------------------------ */

/* It has been written, or not; it is released. Where there was no space it is
 * handed over again. Returns the volume whose file has failed, or 0. */
uint32_t leaf_set_on_job(struct leaf_set *set, struct write_job **job);
/* It was not begun, and is handed over anew. */
void leaf_set_on_withdrawn(struct leaf_set *set, struct write_job *job);
/* Gives up a file of this disk that could not be synced, if there is one; the
 * volume's number, or 0: none. */
uint32_t leaf_set_end_unsynced(struct leaf_set *set, const struct disk *disk);
/* disk->set.synced_job has moved: files that nobody needs are closed. */
void leaf_set_on_synced(struct leaf_set *set);

/* The volume is deleted, its leaf file with it. */
void leaf_set_forget(struct leaf_set *set, uint32_t number);

/* ---- batches ------------------------------------------------------------------ */

/*
 * Ends the batch in all files that have leaves. AGAIN: one is under way still.
 * Fails with: END (there is no leaf), NO_MEMORY, INTERNAL.
 */
MUST_USE enum status leaf_set_close_batch(struct leaf_set *set);

/*
 * The root of the batch under way, once: it is durable. gives_up: files that
 * are not durable yet are given up, but for those that wait for space. Fails
 * with: AGAIN (not yet), END (none is under way, or nothing of it could be
 * written).
 */
MUST_USE enum status leaf_set_root(struct leaf_set *set, bool gives_up,
                                   struct leaf_root *out);

/* All leaves are durable and in a batch that is. */
bool leaf_set_is_idle(const struct leaf_set *set);

#endif
