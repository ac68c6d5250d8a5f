/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a log, some thousands at a time: while they are read, another
 * thread hashes them, as far as it comes; then the leaves go to the tree in
 * their order. What is found is the same with one thread.
 */
#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "log/leaf.h"
#include "log/line_file.h"
#include "log/log_check_private.h"
#include "sys/aside.h"

enum {
    WINDOW = 1 << 19, /* bytes of lines at a time */
    LINES_MAX = 8192,
    HASHED_AT_ONCE = 64,
};

struct line_batch {
    struct text lines[LINES_MAX];
    uint64_t offsets[LINES_MAX];
    struct merkle_hash leaves[LINES_MAX];
    size_t count;
    atomic_size_t next; /* the first that nobody hashes yet */
    atomic_bool failed;
};

/* ---- one line ------------------------------------------------------------- */

static void check_place(struct check *check, uint64_t position,
                        const struct entry_line *entry, uint64_t offset)
{
    if (check->index == NULL || position >= log_index_count(check->index) ||
        check->index_row != UINT64_MAX)
        return;
    enum entry_kind kind = entry->is_known ? entry->kind : ENTRY_KIND_COUNT;
    if (log_index_kind(check->index, position) != kind ||
        (position % LOG_BUNDLE == 0 &&
         log_index_bundle(check->index, position).begin != offset))
        check->index_row = position / LOG_BUNDLE;
}

static void read_line(struct check *check, uint64_t position, struct text line,
                      uint64_t offset)
{
    struct entry_line *entry = &check->entry;
    if (entry_line_read(line, entry) != STATUS_OK) {
        check_find_line(check, "entries", position,
                        "the line is not in canonical form");
        check->has_unknown = true;
        check->next_number++;
        return;
    }
    if (entry->number != check->next_number)
        check_find_line(check, "entries", position,
                        "the number does not follow the one before");
    else if (check->visitor->on_entry != NULL)
        check->visitor->on_entry(check->visitor->context, position, entry,
                                 line);
    check->next_number = entry->number + 1;
    check->has_unknown |= !entry->is_known;
    if (entry->is_known)
        check->texts_due += check->personal[entry->kind];
    check_place(check, position, entry, offset);
}

/* Behind the checkpoint, `unsigned` says what was acknowledged. */
static bool is_as_promised(const struct check *check, uint64_t position,
                           const struct merkle_hash *leaf)
{
    if (position < check->signed_size)
        return true;
    uint64_t at = (position - check->signed_size) * LEAF_SIZE;
    return at >= check->promised.size ||
           memcmp(check->promised.data + at, leaf->bytes, LEAF_SIZE) == 0;
}

/* ---- many ----------------------------------------------------------------- */

static void hash_lines(void *context)
{
    struct line_batch *batch = context;
    for (;;) {
        size_t i = atomic_fetch_add(&batch->next, (size_t)HASHED_AT_ONCE);
        size_t end = i + HASHED_AT_ONCE;
        if (i >= batch->count)
            return;
        for (; i < end && i < batch->count; i++) {
            if (leaf_hash(batch->lines[i], batch->leaves[i].bytes) !=
                STATUS_OK)
                atomic_store(&batch->failed, true);
        }
    }
}

/* Those that stand in one window. Fails with: as line_file_next. */
static enum status gather(struct line_file *lines, struct line_batch *batch)
{
    enum status s =
        line_file_next(lines, &batch->lines[0], &batch->offsets[0]);
    batch->count = s == STATUS_OK ? 1 : 0;
    while (s == STATUS_OK && batch->count < LINES_MAX &&
           line_file_held(lines, &batch->lines[batch->count],
                          &batch->offsets[batch->count]))
        batch->count++;
    return s;
}

static enum status take_batch(struct check *check, struct aside *aside,
                              struct line_batch *batch)
{
    uint64_t first = check->tree->size;
    enum status s = STATUS_OK;
    atomic_store(&batch->next, (size_t)0);
    aside_begin(aside, hash_lines, batch);
    for (size_t i = 0; i < batch->count; i++)
        read_line(check, first + i, batch->lines[i], batch->offsets[i]);
    hash_lines(batch);
    aside_end(aside);
    if (atomic_load(&batch->failed))
        return STATUS_INTERNAL;
    for (size_t i = 0; s == STATUS_OK && i < batch->count; i++) {
        if (!is_as_promised(check, first + i, &batch->leaves[i]))
            check_find_line(check, "entries", first + i,
                            "the line is not the one that was acknowledged");
        s = check_tree_add(check, &batch->leaves[i]);
    }
    return s;
}

static enum status take_all(struct check *check, struct line_file *lines)
{
    AUTO(aside_destroy) struct aside *aside = NULL;
    AUTO(alloc_release)
    struct line_batch *batch = alloc_zeroed(sizeof *batch);
    enum status s = batch == NULL ? STATUS_NO_MEMORY : STATUS_OK;
    /* What one look holds is not worth a thread. */
    if (s == STATUS_OK && lines->size > LINE_FILE_WINDOW)
        s = aside_create(&aside);
    if (s == STATUS_LIMIT)
        s = STATUS_OK;
    while (s == STATUS_OK) {
        s = gather(lines, batch);
        if (s == STATUS_OK)
            s = take_batch(check, aside, batch);
    }
    return s;
}

enum status check_lines(struct check *check)
{
    AUTO(file_close) struct file *file = NULL;
    struct line_file lines;
    char path[LOG_PATH_SIZE];
    enum status s = check_path(check, "entries", path);
    if (s == STATUS_OK)
        s = file_open(check->request->layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = line_file_init_wide(&lines, file, WINDOW);
    if (s != STATUS_OK)
        return s;
    s = take_all(check, &lines);
    check->result->end = lines.at;
    line_file_deinit(&lines);
    if (s == STATUS_LIMIT) {
        check_find_line(check, "entries", check->tree->size,
                        "a line beyond all limits");
        s = STATUS_END;
    }
    check->result->is_torn = s == STATUS_AGAIN;
    return s == STATUS_END || s == STATUS_AGAIN ? STATUS_OK : s;
}
