/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/verify/roots.h"

#include <string.h>

#include "base/alloc.h"
#include "cmd/verify/leaves.h"
#include "log/entry_line.h"

/* A batch: recording.root. */
struct told_root {
    uint64_t entry;
    uint64_t batch;
    uint64_t leaves;
    uint64_t found;
    uint64_t total;  /* of all files, as their blocks say; 0: none was found */
    uint16_t blocks; /* found, of as many files */
    uint16_t files;
    struct span span;
    struct merkle_hash root;
};

void batch_roots_take(struct verify *verify, struct batch_roots *roots,
                      const struct entry_line *entry)
{
    struct told_root root = {.entry = entry->number};
    int64_t batch = 0;
    int64_t count = 0;
    if (entry_line_number(entry, "batch", &batch) != STATUS_OK ||
        entry_line_number(entry, "leaves", &count) != STATUS_OK ||
        entry_line_time(entry, "from", &root.span.from) != STATUS_OK ||
        entry_line_time(entry, "to", &root.span.to) != STATUS_OK ||
        !verify_read_hash(entry, "root", root.root.bytes) || batch <= 0 || count <= 0)
        return;
    root.batch = (uint64_t)batch;
    root.leaves = (uint64_t)count;
    void *grown = verify_grow(roots->list, roots->count, &roots->capacity,
                              sizeof root);
    if (grown == NULL) {
        verify->status = STATUS_NO_MEMORY;
        return;
    }
    roots->list = grown;
    roots->list[roots->count++] = root;
}

void batch_roots_deinit(struct batch_roots *roots)
{
    alloc_free(roots->list);
    *roots = (struct batch_roots){0};
}

static struct told_root *find(const struct batch_roots *roots, uint64_t batch)
{
    for (size_t i = roots->count; i > 0; i--) {
        if (roots->list[i - 1].batch == batch)
            return &roots->list[i - 1];
    }
    return NULL;
}

bool batch_roots_find(const struct batch_roots *roots, uint64_t batch,
                      struct merkle_hash *out)
{
    const struct told_root *told = find(roots, batch);
    if (told != NULL)
        *out = told->root;
    return told != NULL;
}

/* The root may be told of fewer leaves than it was made of, where the power went
 * between the blocks of two files, or one of them failed: batch_roots_judge. */
static bool is_as_told(const struct told_root *told,
                       const struct leaf_batch *batch)
{
    return told->span.from.us == batch->span.from.us &&
           told->span.to.us == batch->span.to.us &&
           batch->total >= told->leaves &&
           (told->blocks == 0 || (batch->total == told->total &&
                                  batch->files == told->files));
}

void batch_roots_compare(struct verify *verify, struct batch_roots *roots,
                         const struct leaf_batch *batch,
                         const struct merkle_hash *root, const char *where)
{
    struct told_root *told = find(roots, batch->number);
    bool is_known = roots->count == 0 ||
                    batch->number < roots->list[roots->count - 1].batch;
    if (told == NULL) {
        if (is_known)
            verify_problem(verify, where, "the log has no root of it");
        return;
    }
    if (memcmp(&told->root, root, sizeof *root) != 0)
        verify_problem(verify, where,
                       "its root is not the one in entry %llu of the log",
                       (unsigned long long)told->entry);
    else if (!is_as_told(told, batch))
        verify_problem(verify, where,
                       "its number of leaves or its times are not those in "
                       "entry %llu of the log",
                       (unsigned long long)told->entry);
    told->found += batch->leaves;
    told->total = batch->total;
    told->files = batch->files;
    told->blocks++;
}

void batch_roots_judge(struct verify *verify, const struct batch_roots *roots)
{
    for (size_t i = 0; i < roots->count; i++) {
        const struct told_root *root = &roots->list[i];
        char where[VERIFY_WHERE_SIZE];
        verify->result->roots++;
        bool is_again = i > 0 && root->batch == root[-1].batch;
        bool is_whole = root->blocks == root->files;
        (void)snprintf(where, sizeof where, "log entry %llu",
                       (unsigned long long)root->entry);
        if (is_whole && root->total > root->leaves)
            verify_problem(verify, where,
                           "batch %llu has %llu leaves, and not %llu",
                           (unsigned long long)root->batch,
                           (unsigned long long)root->total,
                           (unsigned long long)root->leaves);
        if (root->found >= root->leaves || is_again ||
            verify_is_any_gone(verify, root->span))
            continue;
        verify_problem(verify, where,
                       "%llu of the %llu leaves of batch %llu are missing",
                       (unsigned long long)(root->leaves - root->found),
                       (unsigned long long)root->leaves,
                       (unsigned long long)root->batch);
    }
}
