/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/verify/leaves.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/text.h"
#include "cmd/verify/roots.h"
#include "log/entry_line.h"
#include "model/hold.h"

enum {
    FIRST_CAPACITY = 64,
    /* Pictures without a leaf: of the group that an interruption cut, at most
     * GOP_SAMPLES_MAX of them, and 2 s that a power cut took. */
    LOOSE_MAX_US = 300000000,
};

/* ---- what the log says ---- */

/* A camera's newest leaf at the end of a day: recording.day. */
struct told_head {
    uint64_t entry;
    uint32_t camera;
    uint64_t sequence;
    uint8_t hash[GOP_HASH_SIZE];
};

/* Leaves of a camera, each behind the other. */
struct leaf_run {
    uint32_t camera;
    uint32_t volume; /* of the last */
    uint64_t first;
    uint64_t last;
    struct span span;
    uint8_t previous[GOP_HASH_SIZE]; /* of the first */
    uint8_t head[GOP_HASH_SIZE];
};

struct verify_leaves {
    struct batch_roots roots;
    struct told_head *heads;
    size_t head_count;
    size_t head_capacity;
    struct leaf_run *runs;
    size_t run_count;
    size_t run_capacity;
};

void *verify_grow(void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;
    size_t wanted = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    void *grown = alloc_resize(list, wanted, size);
    if (grown != NULL)
        *capacity = wanted;
    return grown;
}

bool verify_read_hash(const struct entry_line *entry, const char *member,
                      uint8_t out[GOP_HASH_SIZE])
{
    struct text hex;
    return entry_line_text(entry, member, &hex) == STATUS_OK &&
           hex_decode(hex, out, GOP_HASH_SIZE) == STATUS_OK;
}

static void take_head(struct verify *verify, struct verify_leaves *leaves,
                      const struct entry_line *entry)
{
    struct told_head head = {.entry = entry->number};
    int64_t camera = 0;
    int64_t sequence = 0;
    if (entry_line_number(entry, "camera", &camera) != STATUS_OK ||
        entry_line_number(entry, "leaves", &sequence) != STATUS_OK ||
        !verify_read_hash(entry, "head", head.hash) || camera <= 0 || sequence <= 0)
        return;
    head.camera = (uint32_t)camera;
    head.sequence = (uint64_t)sequence;
    void *grown = verify_grow(leaves->heads, leaves->head_count,
                       &leaves->head_capacity, sizeof head);
    if (grown == NULL) {
        verify->status = STATUS_NO_MEMORY;
        return;
    }
    leaves->heads = grown;
    leaves->heads[leaves->head_count++] = head;
}

void verify_leaves_take(struct verify *verify, const struct entry_line *entry)
{
    bool is_root = entry->kind == ENTRY_RECORDING_ROOT;
    if (!is_root && entry->kind != ENTRY_RECORDING_DAY)
        return;
    if (verify->leaves == NULL)
        verify->leaves = alloc_zeroed(sizeof *verify->leaves);
    if (verify->leaves == NULL)
        verify->status = STATUS_NO_MEMORY;
    else if (is_root)
        batch_roots_take(verify, &verify->leaves->roots, entry);
    else
        take_head(verify, verify->leaves, entry);
}

void verify_leaves_release(struct verify *verify)
{
    if (verify->leaves != NULL) {
        batch_roots_deinit(&verify->leaves->roots);
        alloc_free(verify->leaves->heads);
        alloc_free(verify->leaves->runs);
    }
    alloc_free(verify->leaves);
    verify->leaves = NULL;
}

/* ---- one file ---- */

struct file_check {
    struct verify *verify;
    struct verify_leaves *leaves;
    struct group_check *groups;
    struct numbered_file file;
    struct merkle_range range; /* since the last batch */
    enum status status;
};

static void leaf_where(const struct file_check *check, uint32_t camera,
                       uint64_t sequence, char out[VERIFY_WHERE_SIZE])
{
    (void)snprintf(out, VERIFY_WHERE_SIZE,
                   "volume %" PRIu32 " camera %" PRIu32
                   " group of pictures %" PRIu64,
                   check->file.number, camera, sequence);
}

__attribute__((format(printf, 4, 5))) static void
leaf_problem(const struct file_check *check, uint32_t camera,
             uint64_t sequence, const char *format, ...)
{
    char where[VERIFY_WHERE_SIZE];
    char what[VERIFY_WHAT_SIZE];
    va_list arguments;
    leaf_where(check, camera, sequence, where);
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    verify_problem(check->verify, where, "%s", what);
}

static struct leaf_run *newest_run(struct verify_leaves *leaves,
                                   uint32_t camera)
{
    for (size_t i = leaves->run_count; i > 0; i--) {
        if (leaves->runs[i - 1].camera == camera)
            return &leaves->runs[i - 1];
    }
    return NULL;
}

static enum status begin_run(struct verify_leaves *leaves,
                             const struct gop_leaf *leaf,
                             struct leaf_run **out)
{
    void *grown = verify_grow(leaves->runs, leaves->run_count,
                       &leaves->run_capacity, sizeof *leaves->runs);
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    leaves->runs = grown;
    *out = &leaves->runs[leaves->run_count++];
    **out = (struct leaf_run){.camera = leaf->camera,
                              .first = leaf->sequence,
                              .last = leaf->sequence,
                              .span = leaf->span};
    memcpy((*out)->previous, leaf->previous, GOP_HASH_SIZE);
    return STATUS_OK;
}

static void check_heads(const struct file_check *check,
                        const struct gop_leaf *leaf,
                        const struct merkle_hash *hash)
{
    for (size_t i = 0; i < check->leaves->head_count; i++) {
        const struct told_head *head = &check->leaves->heads[i];
        if (head->camera == leaf->camera &&
            head->sequence == leaf->sequence &&
            memcmp(head->hash, hash->bytes, GOP_HASH_SIZE) != 0)
            leaf_problem(check, leaf->camera, leaf->sequence,
                         "is not the leaf that entry %llu of the log names",
                         (unsigned long long)head->entry);
    }
}

static enum status take_leaf(struct file_check *check,
                             const struct gop_leaf *leaf,
                             const struct merkle_hash *hash)
{
    struct verify_leaves *leaves = check->leaves;
    struct leaf_run *run = newest_run(leaves, leaf->camera);
    bool is_next = run != NULL && leaf->sequence == run->last + 1;
    enum status s = STATUS_OK;
    if (is_next && memcmp(leaf->previous, run->head, GOP_HASH_SIZE) != 0)
        leaf_problem(check, leaf->camera, leaf->sequence,
                     "does not follow the leaf before it: one of the two has "
                     "been changed");
    if (run != NULL && run->volume == check->file.number &&
        leaf->sequence <= run->last)
        leaf_problem(check, leaf->camera, leaf->sequence,
                     "its leaf stands behind that of number %llu",
                     (unsigned long long)run->last);
    if (is_next) {
        run->last = leaf->sequence;
        run->span.to = leaf->span.to;
    } else {
        s = begin_run(leaves, leaf, &run);
    }
    if (s != STATUS_OK)
        return s;
    run->volume = check->file.number;
    memcpy(run->head, hash->bytes, GOP_HASH_SIZE);
    check_heads(check, leaf, hash);
    struct verify_track *track = verify_track_of(check->verify, leaf->camera);
    if (track != NULL)
        span_list_add(check->verify, &track->leaves, leaf->span);
    check->verify->result->leaves++;
    if (verify_is_unsettled(check->verify, leaf->span.to))
        return STATUS_OK;
    char where[VERIFY_WHERE_SIZE];
    leaf_where(check, leaf->camera, leaf->sequence, where);
    return group_check_leaf(check->groups, leaf, check->file.number, where);
}

bool verify_root_of_batch(const struct verify *verify, uint64_t batch,
                          struct merkle_hash *out)
{
    return batch_roots_find(&verify->leaves->roots, batch, out);
}

static enum status take_batch(struct file_check *check,
                              const struct leaf_batch *batch)
{
    struct merkle_hash part;
    struct merkle_hash root;
    char where[VERIFY_WHERE_SIZE];
    (void)snprintf(where, sizeof where, "leaves of volume %" PRIu32
                                        " batch %" PRIu64,
                   check->file.number, batch->number);
    enum status s = merkle_range_root(&check->range, &part);
    if (s == STATUS_OK)
        s = leaf_batch_root(batch, &root);
    if (s != STATUS_OK)
        return s;
    bool is_same = check->range.count == batch->leaves &&
                   memcmp(&part, &batch->part, sizeof part) == 0;
    check->range.count = 0;
    if (!is_same)
        verify_problem(check->verify, where,
                       "its leaves are not those that were counted");
    batch_roots_compare(check->verify, &check->leaves->roots, batch, &root,
                        where);
    return STATUS_OK;
}

static bool on_block(void *context, const struct leaf_block *block)
{
    struct file_check *check = context;
    struct merkle_hash hash;
    if (block->kind == LEAF_BLOCK_BATCH)
        check->status = take_batch(check, &block->batch);
    if (block->kind != LEAF_BLOCK_LEAF)
        return check->status == STATUS_OK;
    check->status =
        merkle_leaf(bytes_of(block->bytes, LEAF_BLOCK_SIZE), &hash);
    if (check->status == STATUS_OK)
        check->status = merkle_range_add(&check->range, &hash);
    if (check->status == STATUS_OK)
        check->status = take_leaf(check, &block->leaf, &hash);
    return check->status == STATUS_OK &&
           check->verify->status == STATUS_OK;
}

static enum status check_file(struct file_check *check, const char *directory)
{
    char path[PATH_SIZE];
    char where[VERIFY_WHERE_SIZE];
    AUTO(file_close) struct file *file = NULL;
    uint64_t end = 0;
    uint64_t size = 0;
    enum status s = leaf_file_path(directory, check->file.class_id,
                                   check->file.number, path);
    if (s == STATUS_OK)
        s = file_open(check->verify->layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = file_size(file, &size);
    if (s == STATUS_OK && check->file.class_id == HOLD_CLASS)
        s = verify_held_leaf_file(check->verify, check->groups,
                                  check->file.number, file, &end);
    else if (s == STATUS_OK)
        s = leaf_file_read(file, on_block, check, &end);
    if (check->status != STATUS_OK || s == STATUS_NO_MEMORY)
        return check->status != STATUS_OK ? check->status : s;
    (void)snprintf(where, sizeof where, "leaves of volume %" PRIu32,
                   check->file.number);
    if (s != STATUS_OK)
        verify_problem(check->verify, where, "cannot be read: %s",
                       status_name(s));
    else if (end < size &&
             (check->verify->beside == NULL || size - end >= LEAF_BLOCK_SIZE))
        verify_problem(check->verify, where, "damaged at %llu of %llu bytes",
                       (unsigned long long)end, (unsigned long long)size);
    return STATUS_OK;
}

/* ---- chains ---- */

static int by_place(const void *a, const void *b)
{
    const struct leaf_run *left = a;
    const struct leaf_run *right = b;
    if (left->camera != right->camera)
        return left->camera < right->camera ? -1 : 1;
    if (left->first == right->first)
        return 0;
    return left->first < right->first ? -1 : 1;
}

/* Leaves first to last of the camera are nowhere. */
static void judge_hole(struct verify *verify, uint32_t camera, uint64_t first,
                       uint64_t last, struct span hole)
{
    char where[VERIFY_WHERE_SIZE];
    char from[TIME_TEXT_SIZE];
    if (verify_is_gone(verify, camera, hole))
        return; /* with the volume in which they stood */
    wall_time_format(hole.from, from);
    (void)snprintf(where, sizeof where, "camera %" PRIu32 " %s", camera,
                   from);
    verify_problem(verify, where,
                   "the leaves of groups of pictures %llu to %llu are missing",
                   (unsigned long long)first, (unsigned long long)last);
}

static void judge_run(struct verify *verify, const struct leaf_run *before,
                      const struct leaf_run *run)
{
    char where[VERIFY_WHERE_SIZE];
    (void)snprintf(where, sizeof where,
                   "camera %" PRIu32 " group of pictures %" PRIu64,
                   run->camera, run->first);
    const struct verify_track *track = verify_track_of(verify, run->camera);
    bool is_first = before == NULL || before->camera != run->camera;
    if (is_first && run->first > 1 && track != NULL) {
        judge_hole(verify, run->camera, 1, run->first - 1,
                   (struct span){track->added, run->span.from});
    } else if (!is_first && run->first <= before->last) {
        verify_problem(verify, where, "has two leaves");
    } else if (!is_first && run->first > before->last + 1) {
        judge_hole(verify, run->camera, before->last + 1, run->first - 1,
                   (struct span){before->span.to, run->span.from});
    } else if (!is_first &&
               memcmp(run->previous, before->head, GOP_HASH_SIZE) != 0) {
        verify_problem(verify, where,
                       "its leaf does not follow the one before it");
    }
}

static void judge_runs(struct verify *verify, struct verify_leaves *leaves)
{
    if (leaves->run_count > 0)
        qsort(leaves->runs, leaves->run_count, sizeof *leaves->runs,
              by_place);
    for (size_t i = 0; i < leaves->run_count; i++)
        judge_run(verify, i == 0 ? NULL : &leaves->runs[i - 1],
                  &leaves->runs[i]);
}

/* ---- records without a leaf ---- */

static void judge_loose(struct verify *verify, struct verify_track *track)
{
    span_list_merge(&track->leaves, GAP_TOLERANCE_US);
    for (size_t i = 0; i < track->recorded.count; i++) {
        struct span run = track->recorded.spans[i];
        int64_t loose_us = run.to.us - run.from.us -
                           span_list_inside(&track->leaves, run);
        char where[VERIFY_WHERE_SIZE];
        char from[TIME_TEXT_SIZE];
        verify->result->loose_us += loose_us;
        if (loose_us <= LOOSE_MAX_US || track->leaves.count == 0)
            continue;
        wall_time_format(run.from, from);
        (void)snprintf(where, sizeof where, "camera %" PRIu32 " %s",
                       track->camera, from);
        verify_problem(verify, where, "%lld s of records have no leaf",
                       (long long)(loose_us / SECOND_US));
    }
}

/* ---- all files ---- */

struct listing {
    struct verify *verify;
    struct numbered_files *volumes;
    struct numbered_files *leaves;
    size_t disk;
};

static void add_file(struct verify *verify, struct numbered_files *files,
                     struct numbered_file file)
{
    void *grown = verify_grow(files->list, files->count, &files->capacity,
                       sizeof file);
    if (grown == NULL) {
        verify->status = STATUS_NO_MEMORY;
        return;
    }
    files->list = grown;
    files->list[files->count++] = file;
}

static void on_name(void *context, const char *name)
{
    const struct listing *listing = context;
    struct numbered_file file = {.disk = listing->disk};
    if (leaf_file_name_parse(name, &file.class_id, &file.number) == STATUS_OK)
        add_file(listing->verify, listing->leaves, file);
    else if (volume_name_parse(name, &file.class_id, &file.number) ==
             STATUS_OK)
        add_file(listing->verify, listing->volumes, file);
}

static enum status list_disk(void *context, struct verify *verify,
                             const char *directory, const char *name)
{
    struct listing *listing = context;
    struct numbered_files *volumes = listing->volumes;
    (void)name;
    char(*disks)[PATH_SIZE] =
        alloc_resize(volumes->disks, volumes->disk_count + 1, PATH_SIZE);
    if (disks == NULL)
        return STATUS_NO_MEMORY;
    volumes->disks = disks;
    listing->disk = volumes->disk_count++;
    (void)snprintf(disks[listing->disk], PATH_SIZE, "%s", directory);
    enum status s =
        verify->layer->list(verify->layer, directory, on_name, listing);
    return s == STATUS_NOT_FOUND ? STATUS_OK : s; /* told already */
}

static int by_number(const void *a, const void *b)
{
    const struct numbered_file *left = a;
    const struct numbered_file *right = b;
    if (left->number == right->number)
        return 0;
    return left->number < right->number ? -1 : 1;
}

static enum status check_files(struct verify *verify,
                               const struct numbered_files *volumes,
                               struct numbered_files *files)
{
    AUTO(group_check_destroy) struct group_check *groups = NULL;
    enum status s = group_check_create(verify, volumes, &groups);
    if (files->count > 0)
        qsort(files->list, files->count, sizeof *files->list, by_number);
    for (size_t i = 0; s == STATUS_OK && i < files->count; i++) {
        struct file_check check = {.verify = verify,
                                   .leaves = verify->leaves,
                                   .groups = groups,
                                   .file = files->list[i]};
        if (verify->beside != NULL)
            s = verify_keys_renew(verify);
        if (s == STATUS_OK)
            s = check_file(&check, volumes->disks[files->list[i].disk]);
    }
    return s == STATUS_OK ? verify->status : s;
}

enum status verify_leaf_files(struct verify *verify)
{
    struct numbered_files volumes = {.count = 0};
    struct numbered_files files = {.count = 0};
    struct listing listing = {verify, &volumes, &files, 0};
    if (verify->leaves == NULL)
        verify->leaves = alloc_zeroed(sizeof *verify->leaves);
    enum status s = verify->leaves == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    for (size_t i = 0; i < verify->track_count; i++)
        span_list_merge(&verify->tracks[i].lost, 0);
    if (s == STATUS_OK)
        s = verify_each_disk(verify, list_disk, &listing);
    if (s == STATUS_OK)
        s = check_files(verify, &volumes, &files);
    if (s == STATUS_OK)
        s = verify_look_again(verify);
    if (s == STATUS_OK) {
        judge_runs(verify, verify->leaves);
        batch_roots_judge(verify, &verify->leaves->roots);
        for (size_t i = 0; i < verify->track_count; i++)
            judge_loose(verify, &verify->tracks[i]);
        s = verify->status;
    }
    alloc_free(volumes.disks);
    alloc_free(volumes.list);
    alloc_free(files.list);
    return s;
}
