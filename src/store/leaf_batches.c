/* SPDX-License-Identifier: Apache-2.0 */
/* The batches of a leaf set: closed in all files at once, told when all blocks
 * are durable. */
#include "base/alloc.h"
#include "store/leaf_set.h"
#include "store/leaf_writer.h"

static bool has_leaves(const struct leaf_writer *writer)
{
    return writer->range.count > 0 && !writer->has_failed && !writer->is_gone;
}

/* The files of the batch, their parts, and the hashes of these. */
struct closing {
    struct leaf_writer *writers[BATCH_FILES_MAX];
    struct leaf_batch batches[BATCH_FILES_MAX];
    struct merkle_hash leaves[BATCH_FILES_MAX];
    uint16_t count;
    struct leaf_root root;
};

static enum status collect(struct leaf_set *set, struct closing *closing)
{
    struct leaf_root *root = &closing->root;
    enum status s = STATUS_OK;
    *root = (struct leaf_root){.batch = set->newest_batch + 1,
                               .span = {{INT64_MAX}, {INT64_MIN}}};
    for (size_t i = 0; s == STATUS_OK && i < set->count &&
                       closing->count < BATCH_FILES_MAX;
         i++) {
        struct leaf_writer *writer = set->writers[i];
        if (!has_leaves(writer))
            continue;
        uint16_t at = closing->count++;
        struct leaf_batch *batch = &closing->batches[at];
        closing->writers[at] = writer;
        *batch = (struct leaf_batch){.number = root->batch,
                                     .leaves = writer->range.count,
                                     .place = at};
        s = merkle_range_root(&writer->range, &batch->part);
        if (s == STATUS_OK)
            s = merkle_leaf(bytes_of(batch->part.bytes, SHA256_SIZE),
                            &closing->leaves[at]);
        root->leaves += writer->range.count;
        if (writer->span.from.us < root->span.from.us)
            root->span.from = writer->span.from;
        if (writer->span.to.us > root->span.to.us)
            root->span.to = writer->span.to;
    }
    return s;
}

static enum status close_files(struct closing *closing)
{
    struct merkle_range range = {.count = 0};
    enum status s = STATUS_OK;
    for (uint16_t i = 0; s == STATUS_OK && i < closing->count; i++) {
        struct leaf_batch *batch = &closing->batches[i];
        size_t length = 0;
        batch->files = closing->count;
        batch->total = closing->root.leaves;
        batch->span = closing->root.span;
        s = merkle_path(closing->leaves, closing->count, i, batch->path,
                        &length);
        if (s == STATUS_OK)
            s = merkle_range_add(&range, &closing->leaves[i]);
    }
    if (s == STATUS_OK)
        s = merkle_range_root(&range, &closing->root.root);
    for (uint16_t i = 0; s == STATUS_OK && i < closing->count; i++)
        s = leaf_writer_close_batch(closing->writers[i],
                                    &closing->batches[i]);
    return s;
}

enum status leaf_set_close_batch(struct leaf_set *set)
{
    if (set->has_root)
        return STATUS_AGAIN;
    struct closing *closing = alloc_zeroed(sizeof *closing);
    if (closing == NULL)
        return STATUS_NO_MEMORY;
    enum status s = collect(set, closing);
    if (s == STATUS_OK && closing->count == 0)
        s = STATUS_END;
    if (s == STATUS_OK)
        s = close_files(closing);
    if (s == STATUS_OK) {
        set->newest_batch = closing->root.batch;
        set->root = closing->root;
        set->has_root = true;
        leaf_set_flush(set);
    }
    alloc_free(closing);
    return s;
}

enum status leaf_set_root(struct leaf_set *set, bool gives_up,
                          struct leaf_root *out)
{
    uint32_t durable = 0;
    if (!set->has_root)
        return STATUS_END;
    for (size_t i = 0; i < set->count; i++) {
        struct leaf_writer *writer = set->writers[i];
        if (writer->in_batch == 0 || writer->has_failed || writer->is_gone)
            continue;
        bool is_durable = leaf_writer_has_batch(writer);
        if (!is_durable && (!gives_up || writer->is_full))
            return STATUS_AGAIN;
        if (is_durable)
            durable += writer->in_batch;
    }
    for (size_t i = 0; i < set->count; i++)
        set->writers[i]->in_batch = 0;
    set->has_root = false;
    *out = set->root;
    out->leaves = durable;
    return durable > 0 ? STATUS_OK : STATUS_END;
}

bool leaf_set_is_idle(const struct leaf_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        if (has_leaves(set->writers[i]) ||
            set->writers[i]->pending.size > 0)
            return false;
    }
    return !set->has_root;
}
