/* SPDX-License-Identifier: Apache-2.0 */
#include "store/held_leaves.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "model/hold.h"
#include "model/policy.h"
#include "store/store_private.h"
#include "sys/logger.h"

enum {
    FIRST_CAPACITY = 32,
    /* A leaf stands with its last record: behind the window, for its end. */
    LOOK_ON_US = 30000000,
};

/* ---- reading ---- */

bool held_leaf_reader_take(struct held_leaf_reader *reader,
                           const struct leaf_block *block)
{
    struct bytes bytes = bytes_of(block->bytes, LEAF_BLOCK_SIZE);
    if (block->kind == LEAF_BLOCK_LEAF) {
        reader->leaf = block->leaf;
        reader->has_leaf = true;
        reader->has_salt = false;
        reader->used = 0;
        return false;
    }
    if (block->kind == LEAF_BLOCK_SALT) {
        reader->has_salt =
            reader->has_leaf &&
            held_salt_decode(bytes.data, &reader->salt) == STATUS_OK &&
            reader->salt.camera == reader->leaf.camera &&
            reader->salt.sequence == reader->leaf.sequence;
        reader->used = 0;
        return false;
    }
    if (block->kind != LEAF_BLOCK_PROOF || !reader->has_salt ||
        reader->used == sizeof reader->blocks) {
        reader->has_leaf = reader->has_salt = false;
        return false;
    }
    memcpy(reader->blocks + reader->used, bytes.data, bytes.size);
    reader->used += bytes.size;
    struct reader in = reader_on(bytes_of(reader->blocks, reader->used));
    if (leaf_proof_decode(&in, &reader->proof) != STATUS_OK)
        return false; /* more of it follows */
    reader->has_leaf = reader->has_salt = false;
    return true;
}

/* ---- finding ---- */

struct finding {
    struct held_leaves *out;
    uint32_t camera;
    uint32_t subject;
    struct span window;
    struct wall_time span_end;
    uint64_t newest_batch; /* that the log has been told of */
    struct wall_time proven_to;
    /* one file */
    const struct volume *volume;
    struct held_leaf_reader held;
    struct merkle_hash *hashes; /* since the last batch */
    size_t hash_count;
    size_t hash_capacity;
    size_t first_pending; /* in out->list: without a proof yet */
    struct wall_time newest_to; /* of the camera's leaves since then */
    enum status status;
};

static bool is_wanted(const struct finding *finding,
                      const struct gop_leaf *leaf)
{
    return leaf->camera == finding->camera &&
           span_holds(finding->window, leaf->span.from) &&
           leaf->span.to.us <= finding->span_end.us &&
           (leaf->flags & GOP_INCOMPLETE) == 0;
}

static struct held_leaf *add(struct finding *finding)
{
    struct held_leaves *out = finding->out;
    if (out->count == HELD_LEAVES_MAX)
        return NULL;
    if (out->count == out->capacity) {
        size_t capacity =
            out->capacity == 0 ? FIRST_CAPACITY : out->capacity * 2;
        struct held_leaf *list =
            alloc_resize(out->list, capacity, sizeof *list);
        if (list == NULL) {
            finding->status = STATUS_NO_MEMORY;
            return NULL;
        }
        out->list = list;
        out->capacity = capacity;
    }
    struct held_leaf *leaf = &out->list[out->count++];
    *leaf = (struct held_leaf){.unit_s = 0};
    return leaf;
}

/* The unit of a leaf's salt, as its records have it; 0: they have gone. */
static uint32_t unit_s_of(const struct volume *volume,
                          const struct gop_leaf *leaf)
{
    for (size_t i = 0; i < volume->directory.count; i++) {
        const struct record_row *row = &volume->directory.rows[i];
        if (row->camera == leaf->camera &&
            row->sequence >= leaf->first_record &&
            row->sequence - leaf->first_record < leaf->record_count)
            return row->unit_s;
    }
    return 0;
}

static enum status keep_hash(struct finding *finding,
                             const struct leaf_block *block)
{
    if (finding->hash_count == finding->hash_capacity) {
        size_t capacity = finding->hash_capacity == 0
                              ? FIRST_CAPACITY
                              : finding->hash_capacity * 2;
        struct merkle_hash *hashes =
            alloc_resize(finding->hashes, capacity, sizeof *hashes);
        if (hashes == NULL)
            return STATUS_NO_MEMORY;
        finding->hashes = hashes;
        finding->hash_capacity = capacity;
    }
    return merkle_leaf(bytes_of(block->bytes, LEAF_BLOCK_SIZE),
                       &finding->hashes[finding->hash_count++]);
}

static void take_leaf(struct finding *finding, const struct leaf_block *block)
{
    const struct gop_leaf *leaf = &block->leaf;
    finding->status = keep_hash(finding, block);
    if (finding->status != STATUS_OK || leaf->camera != finding->camera)
        return;
    if (leaf->span.to.us > finding->newest_to.us)
        finding->newest_to = leaf->span.to;
    uint32_t unit_s =
        is_wanted(finding, leaf) ? unit_s_of(finding->volume, leaf) : 0;
    struct held_leaf *found = unit_s == 0 ? NULL : add(finding);
    if (found == NULL)
        return;
    found->leaf = *leaf;
    found->subject = finding->camera;
    found->unit_s = unit_s;
    found->unit = slot_start(leaf->span.from, unit_s);
    found->proof.index = (uint32_t)(finding->hash_count - 1);
}

static void take_batch(struct finding *finding, const struct leaf_batch *batch)
{
    struct held_leaves *out = finding->out;
    bool is_told = batch->number <= finding->newest_batch &&
                   batch->leaves == finding->hash_count;
    if (!is_told)
        out->count = finding->first_pending;
    else if (finding->newest_to.us > finding->proven_to.us)
        finding->proven_to = finding->newest_to;
    for (size_t i = finding->first_pending;
         finding->status == STATUS_OK && i < out->count; i++)
        finding->status =
            leaf_proof_make(batch, finding->hashes,
                            out->list[i].proof.index, &out->list[i].proof);
    finding->first_pending = out->count;
    finding->hash_count = 0;
}

static void take_held(struct finding *finding)
{
    const struct held_leaf_reader *held = &finding->held;
    if (!is_wanted(finding, &held->leaf) ||
        camera_of_subject(held->salt.subject) != finding->camera)
        return;
    struct held_leaf *found = add(finding);
    if (found == NULL)
        return;
    *found = (struct held_leaf){.leaf = held->leaf,
                                .proof = held->proof,
                                .subject = held->salt.subject,
                                .unit_s = held->salt.unit_s,
                                .unit = held->salt.unit,
                                .salt = held->salt};
}

static bool on_block(void *context, const struct leaf_block *block)
{
    struct finding *finding = context;
    if (finding->volume->header.class_id == HOLD_CLASS) {
        if (held_leaf_reader_take(&finding->held, block))
            take_held(finding);
    } else if (block->kind == LEAF_BLOCK_LEAF) {
        take_leaf(finding, block);
    } else if (block->kind == LEAF_BLOCK_BATCH) {
        take_batch(finding, &block->batch);
    }
    return finding->status == STATUS_OK;
}

/* Whether records of the camera, or of its holds, stand in it. */
static bool is_of_camera(struct finding *finding, const struct volume *volume)
{
    bool is_its = false;
    for (size_t i = 0; i < volume->directory.count; i++) {
        uint32_t subject = volume->directory.rows[i].camera;
        is_its |= camera_of_subject(subject) == finding->camera;
        if (subject == finding->subject)
            finding->out->volume = volume->number;
    }
    return is_its;
}

static void read_file(struct finding *finding, struct store *store)
{
    const struct volume *volume = finding->volume;
    const struct disk *disk = store_disk_at(store, volume->number);
    AUTO(file_close) struct file *file = NULL;
    char path[PATH_SIZE];
    uint64_t end = 0;
    finding->held = (struct held_leaf_reader){.used = 0};
    finding->hash_count = 0;
    finding->first_pending = finding->out->count;
    finding->newest_to = (struct wall_time){INT64_MIN};
    enum status s = disk == NULL
                        ? STATUS_NOT_FOUND
                        : leaf_file_path(disk->set.directory,
                                         volume->header.class_id,
                                         volume->number, path);
    if (s == STATUS_OK)
        s = file_open(disk->set.layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = leaf_file_read(file, on_block, finding, &end);
    if (s == STATUS_NO_MEMORY)
        finding->status = s;
    else if (s != STATUS_OK && s != STATUS_NOT_FOUND)
        log_line(LOG_WARNING, "leaves cannot be read volume=%u status=%s",
                 volume->number, status_name(s));
    if (volume->header.class_id != HOLD_CLASS)
        finding->out->count = finding->first_pending; /* in no batch yet */
}

/* By sequence; the hold's own first, then the camera's, then other holds'. */
static int by_place(const void *a, const void *b)
{
    const struct held_leaf *left = a;
    const struct held_leaf *right = b;
    if (left->leaf.sequence != right->leaf.sequence)
        return left->leaf.sequence < right->leaf.sequence ? -1 : 1;
    if (left->subject == right->subject)
        return 0;
    return left->subject < right->subject ? -1 : 1;
}

/* What the hold has is no more wanted, from wherever. */
static void drop_own(struct held_leaves *leaves, uint32_t subject)
{
    size_t kept = 0;
    for (size_t i = 0; i < leaves->count;) {
        size_t next = i;
        bool is_there = false;
        for (; next < leaves->count &&
               leaves->list[next].leaf.sequence ==
                   leaves->list[i].leaf.sequence;
             next++)
            is_there |= leaves->list[next].subject == subject;
        leaves->there += is_there;
        for (; i < next; i++) {
            if (!is_there)
                leaves->list[kept++] = leaves->list[i];
        }
    }
    leaves->count = kept;
}

/* The end of the camera's own records that begin in the window. */
static int64_t recorded_to_us(const struct finding *finding,
                              const struct volume *volume, int64_t to_us)
{
    for (size_t i = 0; i < volume->directory.count; i++) {
        const struct record_row *row = &volume->directory.rows[i];
        struct span span = record_row_span(row);
        if (row->camera == finding->camera &&
            span_holds(finding->window, span.from) && span.to.us > to_us)
            to_us = span.to.us;
    }
    return to_us;
}

enum status held_leaves_find(struct store *store, uint32_t subject,
                             struct span window, struct wall_time span_end,
                             struct held_leaves *out)
{
    const struct leaf_set *set = &store->leaves;
    struct finding finding = {
        .out = out,
        .camera = camera_of_subject(subject),
        .subject = subject,
        .window = window,
        .span_end = span_end,
        .newest_batch = set->newest_batch - (set->has_root ? 1 : 0),
        .proven_to = {INT64_MIN},
    };
    struct span look = {window.from, {window.to.us + LOOK_ON_US}};
    struct volume_place at = {0};
    struct volume *volume = NULL;
    int64_t to_us = INT64_MIN;
    enum status s = STATUS_OK;
    *out = (struct held_leaves){.count = 0};
    while (s == STATUS_OK) {
        s = store_next_touching(store, look, &at, &volume);
        if (s != STATUS_OK || !is_of_camera(&finding, volume))
            continue;
        finding.volume = volume;
        to_us = recorded_to_us(&finding, volume, to_us);
        read_file(&finding, store);
        s = finding.status;
    }
    alloc_free(finding.hashes);
    if (s == STATUS_END)
        s = STATUS_OK;
    if (s != STATUS_OK) {
        held_leaves_deinit(out);
        return s;
    }
    out->is_behind = finding.proven_to.us < to_us;
    if (out->count > 1)
        qsort(out->list, out->count, sizeof *out->list, by_place);
    drop_own(out, subject);
    return s;
}

void held_leaves_deinit(struct held_leaves *leaves)
{
    alloc_free(leaves->list);
    *leaves = (struct held_leaves){.count = 0};
}

/* ---- sealing ---- */

enum status held_leaf_seal(const struct held_leaf *leaf, uint32_t subject,
                           const uint8_t unit_key[UNIT_KEY_SIZE],
                           const uint8_t leaf_salt[LEAF_SALT_SIZE],
                           uint8_t *out, size_t *size)
{
    struct held_salt salt = {.subject = subject,
                             .unit_s = HOLD_UNIT_S,
                             .unit = slot_start(leaf->leaf.span.from,
                                                HOLD_UNIT_S),
                             .camera = leaf->leaf.camera,
                             .sequence = leaf->leaf.sequence};
    enum status s = held_salt_seal(&salt, unit_key, leaf_salt);
    if (s != STATUS_OK)
        return s;
    struct writer w = writer_on(out, LEAF_BLOCK_SIZE);
    gop_leaf_encode(&leaf->leaf, &w);
    held_salt_encode(&salt, out + LEAF_BLOCK_SIZE);
    *size = 2 * LEAF_BLOCK_SIZE +
            LEAF_BLOCK_SIZE *
                leaf_proof_encode(&leaf->proof, out + 2 * LEAF_BLOCK_SIZE);
    return s;
}
