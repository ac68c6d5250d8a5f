/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/leaf_writer - one leaf file that is appended to: what has gathered for
 * it, what its disk's writer has in hand, and the batch that is growing. Used
 * by store/leaf_set alone.
 *
 * Threads: the loop's.
 */
#ifndef STORE_LEAF_WRITER_H
#define STORE_LEAF_WRITER_H

#include "base/buffer.h"
#include "model/hold.h"
#include "store/disk.h"
#include "store/leaf_file.h"

struct leaf_writer {
    struct disk *disk;
    uint16_t class_id;
    uint32_t number; /* of its volume */
    struct file *file;
    uint64_t size;         /* where the next job goes */
    struct buffer pending; /* blocks not handed over yet */
    uint64_t last_job;
    uint32_t in_writer; /* jobs */
    struct merkle_range range; /* leaves since the last batch */
    struct span span;          /* of these */
    /* Leaves of the batch whose block is not known to be durable; 0: none. */
    uint32_t in_batch;
    uint64_t batch_job; /* that holds the block; 0: it is pending */
    size_t taken_back; /* bytes at the front of pending that came back */
    bool is_full;      /* there was no space for the last job */
    bool has_failed;
    bool is_gone; /* its volume has been deleted */
};

/* Makes the file where it is not there. Fails with: IO, NO_SPACE, DENIED,
 * LIMIT, NO_MEMORY. */
MUST_USE enum status leaf_writer_open(struct disk *disk, uint16_t class_id,
                                      uint32_t number,
                                      struct leaf_writer **out);
void leaf_writer_destroy(struct leaf_writer **writer);

/* Counts a leaf that stands in the file into the batch. LIMIT, INTERNAL. */
MUST_USE enum status leaf_writer_count(struct leaf_writer *writer,
                                       const struct gop_leaf *leaf,
                                       const struct merkle_hash *hash);

/* Fails with: NO_MEMORY, LIMIT, INTERNAL; then it is as it was. */
MUST_USE enum status leaf_writer_add(struct leaf_writer *writer,
                                     const struct gop_leaf *leaf);
MUST_USE enum status leaf_writer_add_blocks(struct leaf_writer *writer,
                                            struct bytes blocks);
/* The batch's block; the next batch begins. Fails with: NO_MEMORY. */
MUST_USE enum status leaf_writer_close_batch(struct leaf_writer *writer,
                                             const struct leaf_batch *batch);

/*
 * A job that found no space, or was written behind one that did not, is to be
 * written again, in order, when all that is in hand has come back. Fails with:
 * NO_MEMORY; then it is as it was.
 */
MUST_USE enum status leaf_writer_take_back(struct leaf_writer *writer,
                                           const struct write_job *job);

/* Hands over what has gathered; without memory it stays. */
void leaf_writer_flush(struct leaf_writer *writer);
/* Hands over a job of its own. */
void leaf_writer_submit(struct leaf_writer *writer, struct write_job *job);

/* All that was handed over is on the disk. */
static inline bool leaf_writer_is_durable(const struct leaf_writer *writer)
{
    return writer->pending.size == 0 && writer->in_writer == 0 &&
           writer->last_job <= writer->disk->set.synced_job;
}

/* The batch that was closed last is, whatever came behind it. */
static inline bool leaf_writer_has_batch(const struct leaf_writer *writer)
{
    return writer->batch_job != 0 &&
           writer->batch_job <= writer->disk->set.synced_job;
}

/* The disk's writer may use the file still. */
static inline bool leaf_writer_is_in_hand(const struct leaf_writer *writer)
{
    return writer->in_writer > 0 ||
           writer->last_job > writer->disk->set.synced_job;
}

#endif
