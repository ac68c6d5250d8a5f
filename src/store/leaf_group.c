/* SPDX-License-Identifier: Apache-2.0 */
#include "store/leaf_group.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "model/hold.h"
#include "store/gop_chain.h"
#include "store/held_leaves.h"

enum {
    FIRST_CAPACITY = 64,
    HAS_SALT = 1,
    HAS_PROOF = 2,
    FLAG_BYTES = 8,
};

/* A leaf stands beside the volume of its last record. */
static const int64_t BEHIND_US = 30 * SECOND_US;

/* One leaf file being read. */
struct gathering {
    uint32_t camera;
    struct span window;
    struct span allowed;
    struct leaf_groups *out;
    struct merkle_hash *part; /* leaves since the last batch, all cameras' */
    size_t part_count;
    size_t part_capacity;
    size_t *waiting; /* of out: for the batch's end; LEAF_GROUPS_MAX */
    uint32_t *places; /* of these in the part */
    size_t waiting_count;
    struct held_leaf_reader held; /* of a file of holds */
    bool is_held;
    enum status status;
};

void leaf_groups_deinit(struct leaf_groups *groups)
{
    alloc_free(groups->list);
    *groups = (struct leaf_groups){.count = 0};
}

/* A place for one more, zeroed; NULL: LEAF_GROUPS_MAX, or no memory. */
static struct kept_group *add(struct leaf_groups *groups)
{
    if (groups->count == LEAF_GROUPS_MAX)
        return NULL;
    if (groups->count == groups->capacity) {
        size_t capacity =
            groups->capacity == 0 ? FIRST_CAPACITY : groups->capacity * 2;
        struct kept_group *list =
            alloc_resize(groups->list, capacity, sizeof *list);
        if (list == NULL)
            return NULL;
        groups->list = list;
        groups->capacity = capacity;
    }
    struct kept_group *kept = &groups->list[groups->count++];
    memset(kept, 0, sizeof *kept);
    return kept;
}

/* ---- one leaf file ---- */

static enum status note_hash(struct gathering *gathering,
                             const struct gop_leaf *leaf)
{
    if (gathering->part_count == gathering->part_capacity) {
        size_t capacity = gathering->part_capacity == 0
                              ? FIRST_CAPACITY
                              : gathering->part_capacity * 2;
        struct merkle_hash *part =
            alloc_resize(gathering->part, capacity, sizeof *part);
        if (part == NULL)
            return STATUS_NO_MEMORY;
        gathering->part = part;
        gathering->part_capacity = capacity;
    }
    return gop_leaf_hash(leaf,
                         gathering->part[gathering->part_count++].bytes);
}

static bool is_wanted(const struct gathering *gathering,
                      const struct gop_leaf *leaf)
{
    return leaf->camera == gathering->camera &&
           span_overlaps(leaf->span, gathering->window) &&
           leaf->span.from.us >= gathering->allowed.from.us &&
           leaf->span.to.us <= gathering->allowed.to.us;
}

static enum status take_leaf(struct gathering *gathering,
                             const struct gop_leaf *leaf)
{
    enum status s = note_hash(gathering, leaf);
    if (s != STATUS_OK || !is_wanted(gathering, leaf))
        return s;
    struct kept_group *kept = add(gathering->out);
    if (kept == NULL)
        return gathering->out->count == LEAF_GROUPS_MAX ? STATUS_LIMIT
                                                        : STATUS_NO_MEMORY;
    kept->group.leaf = *leaf;
    kept->subject = leaf->camera;
    size_t at = gathering->waiting_count++;
    gathering->waiting[at] = gathering->out->count - 1;
    gathering->places[at] = (uint32_t)gathering->part_count - 1;
    return STATUS_OK;
}

static enum status take_batch(struct gathering *gathering,
                              const struct leaf_batch *batch)
{
    enum status s = STATUS_OK;
    bool is_sound = batch->leaves == gathering->part_count;
    for (size_t i = 0; s == STATUS_OK && is_sound &&
                       i < gathering->waiting_count;
         i++) {
        struct leaf_group *group =
            &gathering->out->list[gathering->waiting[i]].group;
        s = leaf_proof_make(batch, gathering->part, gathering->places[i],
                            &group->proof);
        group->has_proof = s == STATUS_OK;
    }
    gathering->waiting_count = 0;
    gathering->part_count = 0;
    return s;
}

static enum status take_held(struct gathering *gathering)
{
    const struct held_leaf_reader *held = &gathering->held;
    if (!is_wanted(gathering, &held->leaf) ||
        camera_of_subject(held->salt.subject) != gathering->camera)
        return STATUS_OK;
    struct kept_group *kept = add(gathering->out);
    if (kept == NULL)
        return gathering->out->count == LEAF_GROUPS_MAX ? STATUS_OK
                                                        : STATUS_NO_MEMORY;
    *kept = (struct kept_group){.group = {.leaf = held->leaf,
                                          .has_proof = true,
                                          .proof = held->proof},
                                .subject = held->salt.subject,
                                .held = held->salt};
    return STATUS_OK;
}

static bool on_block(void *context, const struct leaf_block *block)
{
    struct gathering *gathering = context;
    if (gathering->is_held && held_leaf_reader_take(&gathering->held, block))
        gathering->status = take_held(gathering);
    else if (gathering->is_held)
        return true;
    else if (block->kind == LEAF_BLOCK_LEAF)
        gathering->status = take_leaf(gathering, &block->leaf);
    else if (block->kind == LEAF_BLOCK_BATCH)
        gathering->status = take_batch(gathering, &block->batch);
    return gathering->status == STATUS_OK;
}

/* What cannot be read is passed over: its groups have no proof then. */
static enum status gather_file(struct gathering *gathering,
                               const struct volume *volume)
{
    char path[PATH_SIZE];
    AUTO(file_close) struct file *file = NULL;
    uint64_t end = 0;
    gathering->part_count = 0;
    gathering->waiting_count = 0;
    gathering->held = (struct held_leaf_reader){.used = 0};
    enum status s =
        leaf_file_path(volume->set->directory, volume->header.class_id,
                       volume->number, path);
    if (s == STATUS_OK)
        s = file_open(volume->set->layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = leaf_file_read(file, on_block, gathering, &end);
    return s == STATUS_NO_MEMORY ? s : gathering->status;
}

/* ---- all of them ---- */

static int by_sequence(const void *a, const void *b)
{
    const struct kept_group *left = a;
    const struct kept_group *right = b;
    if (left->group.leaf.sequence != right->group.leaf.sequence)
        return left->group.leaf.sequence < right->group.leaf.sequence ? -1 : 1;
    bool is_held = subject_is_hold(left->subject);
    if (is_held != subject_is_hold(right->subject))
        return is_held ? 1 : -1;
    if (left->subject != right->subject)
        return left->subject > right->subject ? -1 : 1;
    return (int)right->group.has_proof - (int)left->group.has_proof;
}

/* What the same subject has twice: batches were told, or copied, twice. */
static void drop_doubles(struct leaf_groups *groups)
{
    size_t kept = 0;
    if (groups->count > 1)
        qsort(groups->list, groups->count, sizeof *groups->list, by_sequence);
    for (size_t i = 0; i < groups->count; i++) {
        const struct kept_group *one = &groups->list[i];
        if (kept == 0 ||
            groups->list[kept - 1].group.leaf.sequence !=
                one->group.leaf.sequence ||
            groups->list[kept - 1].subject != one->subject)
            groups->list[kept++] = *one;
    }
    groups->count = kept;
}

/* The files of holds, or all others. */
static enum status gather_files(struct gathering *gathering,
                                struct store *store, bool is_held)
{
    struct span volumes = {gathering->window.from,
                           {gathering->window.to.us + BEHIND_US}};
    struct volume_place at = {0};
    struct volume *volume = NULL;
    enum status s = STATUS_OK;
    gathering->is_held = is_held;
    while (s == STATUS_OK) {
        s = store_next_touching(store, volumes, &at, &volume);
        if (s == STATUS_OK &&
            (volume->header.class_id == HOLD_CLASS) == is_held)
            s = gather_file(gathering, volume);
    }
    return s == STATUS_END ? STATUS_OK : s;
}

enum status leaf_groups_gather(struct store *store, uint32_t camera,
                               struct span window, struct span allowed,
                               struct leaf_groups *out)
{
    struct gathering gathering = {.camera = camera,
                                  .window = window,
                                  .allowed = allowed,
                                  .out = out};
    gathering.waiting =
        alloc_array(LEAF_GROUPS_MAX, sizeof *gathering.waiting);
    gathering.places = alloc_array(LEAF_GROUPS_MAX, sizeof *gathering.places);
    enum status s = gathering.waiting == NULL || gathering.places == NULL
                        ? STATUS_NO_MEMORY
                        : gather_files(&gathering, store, false);
    if (s == STATUS_OK)
        s = gather_files(&gathering, store, true);
    alloc_free(gathering.part);
    alloc_free(gathering.waiting);
    alloc_free(gathering.places);
    drop_doubles(out);
    return s;
}

/* ---- as it travels ---- */

void leaf_group_write(const struct leaf_group *group, struct buffer *out)
{
    uint8_t bytes[LEAF_GROUP_SIZE_MAX] = {0};
    struct writer fixed = writer_on(bytes, GOP_LEAF_SIZE);
    size_t size = LEAF_GROUP_FIXED_SIZE;
    gop_leaf_encode(&group->leaf, &fixed);
    bytes[GOP_LEAF_SIZE] = (uint8_t)((group->has_salt ? HAS_SALT : 0) |
                                     (group->has_proof ? HAS_PROOF : 0));
    if (group->has_salt)
        memcpy(bytes + GOP_LEAF_SIZE + FLAG_BYTES, group->salt,
               LEAF_SALT_SIZE);
    if (group->has_proof)
        size += LEAF_BLOCK_SIZE * leaf_proof_encode(&group->proof,
                                                    bytes + size);
    buffer_append(out, bytes_of(bytes, size));
}

enum status leaf_group_read(struct reader *in, struct leaf_group *out)
{
    memset(out, 0, sizeof *out);
    if (gop_leaf_decode(in, &out->leaf) != STATUS_OK)
        return STATUS_BAD_INPUT;
    uint64_t flags = reader_u64be(in);
    struct bytes salt = reader_bytes(in, LEAF_SALT_SIZE);
    uint8_t bits = (uint8_t)(flags >> 56);
    if (in->failed || bits > (HAS_SALT | HAS_PROOF) ||
        flags != (uint64_t)bits << 56)
        return STATUS_BAD_INPUT;
    out->has_salt = (bits & HAS_SALT) != 0;
    out->has_proof = (bits & HAS_PROOF) != 0;
    if (out->has_salt)
        memcpy(out->salt, salt.data, LEAF_SALT_SIZE);
    return out->has_proof ? leaf_proof_decode(in, &out->proof) : STATUS_OK;
}
