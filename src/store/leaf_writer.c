/* SPDX-License-Identifier: Apache-2.0 */
#include "store/leaf_writer.h"

#include "base/alloc.h"
#include "base/cleanup.h"

enum { PENDING_BYTES_MAX = 4 * 1024 * 1024 };

enum status leaf_writer_open(struct disk *disk, uint16_t class_id,
                             uint32_t number, struct leaf_writer **out)
{
    char path[PATH_SIZE];
    AUTO(leaf_writer_destroy)
    struct leaf_writer *writer = alloc_zeroed(sizeof *writer);
    if (writer == NULL)
        return STATUS_NO_MEMORY;
    writer->disk = disk;
    writer->class_id = class_id;
    writer->number = number;
    writer->pending = buffer_with_limit(PENDING_BYTES_MAX);
    enum status s =
        leaf_file_path(disk->set.directory, class_id, number, path);
    /* One that hangs is written to again when it is back. */
    bool takes_part = disk_is_writable(disk) || disk->state == DISK_STALLED ||
                      disk->state == DISK_FAILED;
    unsigned flags = takes_part ? FILE_READ | FILE_WRITE | FILE_CREATE
                                : FILE_READ;
    if (s == STATUS_OK)
        s = file_open(disk->set.layer, path, flags, &writer->file);
    if (s == STATUS_OK)
        s = file_size(writer->file, &writer->size);
    if (s != STATUS_OK)
        return s;
    writer->size -= writer->size % LEAF_BLOCK_SIZE;
    *out = writer;
    writer = NULL;
    return STATUS_OK;
}

void leaf_writer_destroy(struct leaf_writer **writer)
{
    if (*writer != NULL) {
        file_close(&(*writer)->file);
        buffer_deinit(&(*writer)->pending);
    }
    alloc_free(*writer);
    *writer = NULL;
}

enum status leaf_writer_count(struct leaf_writer *writer,
                              const struct gop_leaf *leaf,
                              const struct merkle_hash *hash)
{
    enum status s = merkle_range_add(&writer->range, hash);
    if (s != STATUS_OK)
        return s;
    bool is_first = writer->range.count == 1;
    if (is_first || leaf->span.from.us < writer->span.from.us)
        writer->span.from = leaf->span.from;
    if (is_first || leaf->span.to.us > writer->span.to.us)
        writer->span.to = leaf->span.to;
    return STATUS_OK;
}

enum status leaf_writer_add(struct leaf_writer *writer,
                            const struct gop_leaf *leaf)
{
    struct merkle_hash hash;
    uint8_t *block = buffer_reserve(&writer->pending, LEAF_BLOCK_SIZE);
    if (block == NULL) {
        writer->pending.failed = false;
        return STATUS_NO_MEMORY;
    }
    struct writer w = writer_on(block, LEAF_BLOCK_SIZE);
    gop_leaf_encode(leaf, &w);
    enum status s = merkle_leaf(writer_written(&w), &hash);
    if (s == STATUS_OK)
        s = leaf_writer_count(writer, leaf, &hash);
    if (s != STATUS_OK)
        writer->pending.size -= LEAF_BLOCK_SIZE;
    return s;
}

enum status leaf_writer_add_blocks(struct leaf_writer *writer,
                                   struct bytes blocks)
{
    buffer_append(&writer->pending, blocks);
    bool has_failed = writer->pending.failed;
    writer->pending.failed = false;
    return has_failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status leaf_writer_close_batch(struct leaf_writer *writer,
                                    const struct leaf_batch *batch)
{
    uint8_t block[LEAF_BLOCK_SIZE];
    leaf_batch_encode(batch, block);
    enum status s =
        leaf_writer_add_blocks(writer, bytes_of(block, sizeof block));
    if (s == STATUS_OK) {
        writer->range.count = 0;
        writer->in_batch = batch->leaves;
        writer->batch_job = 0;
    }
    return s;
}

enum status leaf_writer_take_back(struct leaf_writer *writer,
                                  const struct write_job *job)
{
    struct bytes pending = buffer_bytes(&writer->pending);
    struct buffer all = buffer_with_limit(PENDING_BYTES_MAX);
    buffer_append(&all, bytes_of(pending.data, writer->taken_back));
    buffer_append(&all, bytes_of(job->bytes, job->size));
    buffer_append(&all, bytes_of(pending.data + writer->taken_back,
                                 pending.size - writer->taken_back));
    if (all.failed) {
        buffer_deinit(&all);
        return STATUS_NO_MEMORY;
    }
    buffer_deinit(&writer->pending);
    writer->pending = all;
    writer->taken_back += job->size;
    if (job->number <= writer->batch_job)
        writer->batch_job = 0;
    writer->is_full = true;
    return STATUS_OK;
}

void leaf_writer_submit(struct leaf_writer *writer, struct write_job *job)
{
    bool holds_batch = writer->batch_job == job->number;
    writer->last_job = disk_writer_submit(writer->disk->writer, job);
    if (holds_batch) /* as one that is handed over for the first time has 0 */
        writer->batch_job = writer->last_job;
}

void leaf_writer_flush(struct leaf_writer *writer)
{
    if (writer->pending.size == 0 || writer->has_failed ||
        (writer->taken_back > 0 && writer->in_writer > 0) ||
        writer->disk->writer == NULL)
        return;
    struct write_job *job = alloc_zeroed(sizeof *job);
    if (job == NULL)
        return;
    job->file = writer->file;
    job->offset = writer->size;
    job->bytes = writer->pending.data; /* from base/alloc, like a job's */
    job->size = writer->pending.size;
    job->is_leaves = true;
    job->owner = writer;
    writer->size += job->size;
    writer->taken_back = 0;
    writer->pending = buffer_with_limit(PENDING_BYTES_MAX);
    writer->in_writer++;
    leaf_writer_submit(writer, job);
}
