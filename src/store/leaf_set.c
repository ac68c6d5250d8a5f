/* SPDX-License-Identifier: Apache-2.0 */
#include "store/leaf_set.h"

#include <string.h>

#include "base/alloc.h"
#include "store/gop_chain.h"
#include "store/leaf_writer.h"
#include "sys/logger.h"

enum {
    FIRST_CAPACITY = 8,
    KEPT_MAX = 32, /* files that nothing is due in */
    SEQUENCE_BITS = 62, /* of a record: more is no number that we gave */
    HOMELESS_BYTES_MAX = 4 * 1024 * 1024,
};

/* ---- the files ---- */

static struct leaf_writer *find(const struct leaf_set *set, uint32_t number)
{
    for (size_t i = 0; i < set->count; i++) {
        if (set->writers[i]->number == number && !set->writers[i]->is_gone)
            return set->writers[i];
    }
    return NULL;
}

static void drop(struct leaf_set *set, size_t at)
{
    leaf_writer_destroy(&set->writers[at]);
    set->writers[at] = set->writers[--set->count];
}

static enum status add_writer(struct leaf_set *set, struct disk *disk,
                              uint16_t class_id, uint32_t number,
                              struct leaf_writer **out)
{
    if (set->count == set->capacity) {
        size_t capacity =
            set->capacity == 0 ? FIRST_CAPACITY : set->capacity * 2;
        struct leaf_writer **writers = alloc_resize(
            set->writers, capacity, sizeof(struct leaf_writer *));
        if (writers == NULL)
            return STATUS_NO_MEMORY;
        set->writers = writers;
        set->capacity = capacity;
    }
    enum status s = leaf_writer_open(disk, class_id, number,
                                     &set->writers[set->count]);
    if (s != STATUS_OK)
        return s;
    *out = set->writers[set->count++];
    return STATUS_OK;
}

static enum status writer_of(struct leaf_set *set, struct disk *disk,
                             uint16_t class_id, uint32_t number,
                             struct leaf_writer **out)
{
    *out = find(set, number);
    return *out != NULL ? STATUS_OK
                        : add_writer(set, disk, class_id, number, out);
}

void leaf_set_deinit(struct leaf_set *set)
{
    while (set->count > 0)
        drop(set, set->count - 1);
    alloc_free(set->writers);
    alloc_free(set->heads);
    buffer_deinit(&set->homeless);
    *set = (struct leaf_set){.count = 0};
}

void leaf_set_forget(struct leaf_set *set, uint32_t number)
{
    struct leaf_writer *writer = find(set, number);
    if (writer == NULL)
        return;
    writer->is_gone = true;
    buffer_deinit(&writer->pending);
    leaf_set_on_synced(set);
}

void leaf_set_on_synced(struct leaf_set *set)
{
    size_t kept = 0;
    for (size_t i = set->count; i > 0; i--) {
        const struct leaf_writer *writer = set->writers[i - 1];
        if (leaf_writer_is_in_hand(writer))
            continue;
        bool is_due = writer->pending.size > 0 || writer->range.count > 0 ||
                      writer->in_batch > 0;
        if (writer->is_gone || (!is_due && ++kept > KEPT_MAX))
            drop(set, i - 1);
    }
}

/* ---- after a start ---- */

static struct camera_head *head_of(struct leaf_set *set, uint32_t camera)
{
    for (size_t i = 0; i < set->head_count; i++) {
        if (set->heads[i].camera == camera)
            return &set->heads[i];
    }
    if (set->head_count == set->head_capacity) {
        size_t capacity =
            set->head_capacity == 0 ? FIRST_CAPACITY : set->head_capacity * 2;
        struct camera_head *heads =
            alloc_resize(set->heads, capacity, sizeof *heads);
        if (heads == NULL)
            return NULL;
        set->heads = heads;
        set->head_capacity = capacity;
    }
    struct camera_head *head = &set->heads[set->head_count++];
    *head = (struct camera_head){.camera = camera};
    return head;
}

static const struct camera_head *head_found(const struct leaf_set *set,
                                            uint32_t camera)
{
    for (size_t i = 0; i < set->head_count; i++) {
        if (set->heads[i].camera == camera)
            return &set->heads[i];
    }
    return NULL;
}

struct gop_head leaf_set_head(const struct leaf_set *set, uint32_t camera)
{
    const struct camera_head *found = head_found(set, camera);
    return found != NULL ? found->head : (struct gop_head){.sequence = 0};
}

uint64_t leaf_set_last_record(const struct leaf_set *set, uint32_t camera)
{
    const struct camera_head *found = head_found(set, camera);
    return found != NULL ? found->last_record : 0;
}

/* Looks for what a power cut tore: since the last batch that is whole. */
struct tear {
    struct leaf_set heads; /* of this file, in order */
    struct merkle_range range;
    uint64_t at; /* offset; UINT64_MAX: nowhere */
    enum status status;
};

/* A leaf that was torn does not name the one before it, for that stands last in
 * it; of a camera's very first one that cannot be seen. */
static bool is_torn_leaf(struct tear *tear, const struct leaf_block *block)
{
    struct merkle_hash hash;
    struct camera_head *head = head_of(&tear->heads, block->leaf.camera);
    tear->status =
        head == NULL
            ? STATUS_NO_MEMORY
            : merkle_leaf(bytes_of(block->bytes, LEAF_BLOCK_SIZE), &hash);
    if (tear->status == STATUS_OK)
        tear->status = merkle_range_add(&tear->range, &hash);
    if (tear->status != STATUS_OK)
        return false;
    bool is_next = block->leaf.sequence == head->head.sequence + 1;
    bool is_torn = is_next && head->head.sequence > 0 &&
                   memcmp(block->leaf.previous, head->head.hash,
                          GOP_HASH_SIZE) != 0;
    head->head.sequence = block->leaf.sequence;
    memcpy(head->head.hash, hash.bytes, GOP_HASH_SIZE);
    return is_torn;
}

static bool is_torn_batch(struct tear *tear, const struct leaf_batch *batch)
{
    struct merkle_hash part;
    bool is_whole = tear->range.count == batch->leaves &&
                    merkle_range_root(&tear->range, &part) == STATUS_OK &&
                    memcmp(&part, &batch->part, sizeof part) == 0;
    tear->range.count = 0;
    return !is_whole;
}

static bool look_for_tear(void *context, const struct leaf_block *block)
{
    struct tear *tear = context;
    bool is_batch = block->kind == LEAF_BLOCK_BATCH;
    bool is_torn = false;
    if (is_batch)
        is_torn = is_torn_batch(tear, &block->batch);
    else if (block->kind == LEAF_BLOCK_LEAF)
        is_torn = is_torn_leaf(tear, block);
    if (is_batch && !is_torn)
        tear->at = UINT64_MAX; /* synced: what is wrong before it was changed */
    else if (is_torn && tear->at == UINT64_MAX)
        tear->at = block->offset;
    return tear->status == STATUS_OK;
}

/* Where the file is cut off; UINT64_MAX: nowhere. Fails with: NO_MEMORY, IO,
 * INTERNAL. */
static enum status find_tear(struct file *file, uint64_t *at)
{
    struct tear tear = {.at = UINT64_MAX};
    uint64_t end = 0;
    enum status s = leaf_file_read(file, look_for_tear, &tear, &end);
    if (s == STATUS_OK)
        s = tear.status;
    *at = tear.at;
    leaf_set_deinit(&tear.heads);
    return s;
}

struct resuming {
    struct leaf_set *set;
    struct leaf_writer *writer;
    uint64_t torn_at;
    enum status status;
};

static enum status take_leaf(struct resuming *resuming,
                             const struct leaf_block *block)
{
    struct camera_head *head = head_of(resuming->set, block->leaf.camera);
    struct merkle_hash hash;
    if (head == NULL)
        return STATUS_NO_MEMORY;
    enum status s =
        merkle_leaf(bytes_of(block->bytes, LEAF_BLOCK_SIZE), &hash);
    if (s == STATUS_OK)
        s = leaf_writer_count(resuming->writer, &block->leaf, &hash);
    if (s != STATUS_OK)
        return s;
    uint64_t behind = block->leaf.first_record + block->leaf.record_count;
    if (behind > head->last_record + 1 && behind >> SEQUENCE_BITS == 0)
        head->last_record = behind - 1;
    if (block->leaf.sequence <= head->head.sequence)
        return STATUS_OK;
    head->head.sequence = block->leaf.sequence;
    memcpy(head->head.hash, hash.bytes, GOP_HASH_SIZE);
    return STATUS_OK;
}

static enum status take_batch(struct resuming *resuming,
                              const struct leaf_batch *batch)
{
    struct leaf_set *set = resuming->set;
    resuming->writer->range.count = 0;
    if (batch->number == set->untold.batch)
        set->untold.leaves += batch->leaves;
    if (batch->number <= set->newest_batch)
        return STATUS_OK;
    set->newest_batch = batch->number;
    set->untold = (struct leaf_root){.batch = batch->number,
                                     .leaves = batch->leaves,
                                     .span = batch->span};
    return leaf_batch_root(batch, &set->untold.root);
}

static bool on_block(void *context, const struct leaf_block *block)
{
    struct resuming *resuming = context;
    if (resuming->writer->class_id == HOLD_CLASS)
        return true;
    if (block->offset >= resuming->torn_at)
        return false;
    if (block->kind == LEAF_BLOCK_LEAF)
        resuming->status = take_leaf(resuming, block);
    else if (block->kind == LEAF_BLOCK_BATCH)
        resuming->status = take_batch(resuming, &block->batch);
    return resuming->status == STATUS_OK;
}

enum status leaf_set_resume(struct leaf_set *set, struct disk *disk,
                            uint16_t class_id, uint32_t number, bool is_open)
{
    struct leaf_writer *writer = NULL;
    enum status s = add_writer(set, disk, class_id, number, &writer);
    if (s != STATUS_OK)
        return s;
    struct resuming resuming = {
        .set = set, .writer = writer, .torn_at = UINT64_MAX};
    uint64_t end = 0;
    if (class_id != HOLD_CLASS)
        s = find_tear(writer->file, &resuming.torn_at);
    if (s == STATUS_OK)
        s = leaf_file_read(writer->file, on_block, &resuming, &end);
    if (s == STATUS_OK)
        s = resuming.status;
    if (end > resuming.torn_at)
        end = resuming.torn_at;
    if (s == STATUS_OK && end < writer->size && disk_is_writable(disk)) {
        log_line(LOG_WARNING, "torn leaves cut off volume=%u", number);
        s = file_truncate(writer->file, end);
    }
    writer->size = end;
    bool is_useful = is_open || writer->range.count > 0;
    if (s != STATUS_OK || !is_useful || !disk_is_writable(disk))
        drop(set, set->count - 1);
    return s;
}

/* ---- adding ---- */

static void give_up(struct leaf_set *set, struct leaf_writer *writer,
                    struct bytes blocks)
{
    log_line(LOG_ERROR, "leaf file given up volume=%u", writer->number);
    writer->has_failed = true;
    set->homeless.limit = HOMELESS_BYTES_MAX;
    if (writer->class_id != HOLD_CLASS) { /* a hold copies again */
        buffer_append(&set->homeless, blocks);
        buffer_append(&set->homeless, buffer_bytes(&writer->pending));
    }
    buffer_deinit(&writer->pending);
    writer->range.count = 0;
}

/* Another file, on whichever disk; NULL: none. */
static struct leaf_writer *any_other(const struct leaf_set *set,
                                     uint16_t class_id)
{
    struct leaf_writer *found = NULL;
    for (size_t i = 0; i < set->count; i++) {
        struct leaf_writer *writer = set->writers[i];
        if (writer->has_failed || writer->is_gone ||
            !disk_is_writable(writer->disk) ||
            (writer->class_id == HOLD_CLASS) != (class_id == HOLD_CLASS))
            continue;
        if (found == NULL || writer->class_id == class_id)
            found = writer;
    }
    return found;
}

static enum status choose(struct leaf_set *set, struct disk *disk,
                          uint16_t class_id, uint32_t number,
                          struct leaf_writer **out)
{
    enum status s =
        disk == NULL ? STATUS_NOT_FOUND
                     : writer_of(set, disk, class_id, number, out);
    if (s == STATUS_NO_MEMORY || s == STATUS_LIMIT)
        return s;
    if (s != STATUS_OK || (*out)->has_failed)
        *out = any_other(set, class_id);
    return *out == NULL ? STATUS_IO : STATUS_OK;
}

/* Leaves among what a failed file was to get. */
static void take_in_homeless(struct leaf_set *set, struct leaf_writer *writer)
{
    struct reader in = reader_on(buffer_bytes(&set->homeless));
    while (reader_more(&in)) {
        struct gop_leaf leaf;
        struct reader block = reader_on(reader_bytes(&in, LEAF_BLOCK_SIZE));
        enum status s = gop_leaf_decode(&block, &leaf);
        if (s == STATUS_OK)
            s = leaf_writer_add(writer, &leaf);
        if (s == STATUS_NO_MEMORY || s == STATUS_INTERNAL)
            log_line(LOG_ERROR, "leaf lost status=%s", status_name(s));
    }
    buffer_deinit(&set->homeless);
}

/* No disk takes anything at present. */
static enum status keep_homeless(struct leaf_set *set,
                                 const struct gop_leaf *leaf)
{
    set->homeless.limit = HOMELESS_BYTES_MAX;
    uint8_t *block = buffer_reserve(&set->homeless, LEAF_BLOCK_SIZE);
    if (block == NULL)
        return STATUS_IO;
    struct writer w = writer_on(block, LEAF_BLOCK_SIZE);
    gop_leaf_encode(leaf, &w);
    return STATUS_OK;
}

enum status leaf_set_add(struct leaf_set *set, struct disk *disk,
                         uint16_t class_id, uint32_t number,
                         const struct gop_leaf *leaf)
{
    struct leaf_writer *writer = NULL;
    enum status s = choose(set, disk, class_id, number, &writer);
    if (s == STATUS_IO)
        return keep_homeless(set, leaf);
    if (s != STATUS_OK)
        return s;
    if (set->homeless.size > 0)
        take_in_homeless(set, writer);
    return leaf_writer_add(writer, leaf);
}

enum status leaf_set_add_held(struct leaf_set *set, struct disk *disk,
                              uint32_t number, struct bytes blocks)
{
    struct leaf_writer *writer = NULL;
    enum status s = choose(set, disk, HOLD_CLASS, number, &writer);
    return s == STATUS_OK ? leaf_writer_add_blocks(writer, blocks) : s;
}

enum status leaf_set_is_held(const struct leaf_set *set, uint32_t number)
{
    const struct leaf_writer *writer = find(set, number);
    if (writer == NULL)
        return STATUS_OK; /* nothing was due in it: it has been closed */
    if (writer->has_failed)
        return STATUS_IO;
    return leaf_writer_is_durable(writer) ? STATUS_OK : STATUS_AGAIN;
}

void leaf_set_flush(struct leaf_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        leaf_writer_flush(set->writers[i]);
}

/* ---- what the writers have done ---- */

/*
 * A part of a job that failed may stand in the file, and all of one that was
 * written behind it, where no reader gets to: what these hold is written again,
 * here or in another file, so it must go.
 */
static void cut_off(struct leaf_writer *writer, uint64_t offset)
{
    if (offset < writer->size)
        writer->size = offset;
    enum status s = file_truncate(writer->file, writer->size);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "leaf file not cut volume=%u status=%s",
                 writer->number, status_name(s));
}

uint32_t leaf_set_on_job(struct leaf_set *set, struct write_job **job)
{
    struct leaf_writer *writer = (*job)->owner;
    uint32_t failed = 0;
    bool has_no_space =
        (*job)->status == STATUS_NO_SPACE || writer->taken_back > 0;
    writer->in_writer--;
    if ((*job)->status == STATUS_OK && !has_no_space && !writer->has_failed) {
        writer->is_full = false;
    } else {
        if (has_no_space && !writer->is_full)
            log_line(LOG_ERROR, "no space for leaves volume=%u",
                     writer->number);
        if (!has_no_space || writer->has_failed ||
            leaf_writer_take_back(writer, *job) != STATUS_OK) {
            failed = writer->number;
            give_up(set, writer, bytes_of((*job)->bytes, (*job)->size));
        }
        cut_off(writer, (*job)->offset);
    }
    write_job_destroy(job);
    return failed;
}

void leaf_set_on_withdrawn(struct leaf_set *set, struct write_job *job)
{
    (void)set;
    leaf_writer_submit(job->owner, job);
}

uint32_t leaf_set_end_unsynced(struct leaf_set *set, const struct disk *disk)
{
    for (size_t i = 0; i < set->count; i++) {
        struct leaf_writer *writer = set->writers[i];
        if (writer->disk != disk || writer->has_failed ||
            !file_has_failed_sync(writer->file))
            continue;
        give_up(set, writer, (struct bytes){NULL, 0});
        return writer->number;
    }
    return 0;
}
