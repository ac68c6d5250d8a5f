/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_reader.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "log/line_file.h"

enum { PATH_MAX_BYTES = 1200 };

struct log_reader {
    struct file *entries;
    struct file *leaves;
    struct line_file lines;
    uint64_t position;
    uint64_t next_number;
    uint64_t leaf_count;
    bool is_over;
};

const char *log_problem_text(enum log_problem problem)
{
    static const char *const TEXTS[] = {
        [LOG_PROBLEM_NONE] = "sound",
        [LOG_PROBLEM_LINE] = "the line is not in canonical form",
        [LOG_PROBLEM_NUMBER] = "the number does not follow the one before",
        [LOG_PROBLEM_LEAF] = "the line does not hash to its leaf",
        [LOG_PROBLEM_NO_LEAF] = "the line has no leaf yet",
        [LOG_PROBLEM_LOST] = "there are leaves without their entries",
        [LOG_PROBLEM_TORN] = "an unfinished last line, never acknowledged",
    };
    return TEXTS[problem];
}

static enum status open_one(const struct file_layer *layer,
                            const char *directory, const char *name,
                            struct file **out)
{
    char path[PATH_MAX_BYTES];
    int size = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return STATUS_LIMIT;
    return file_open(layer, path, FILE_READ, out);
}

enum status log_reader_create(const struct file_layer *layer,
                              const char *directory, struct log_reader **out)
{
    *out = NULL;
    AUTO(log_reader_destroy)
    struct log_reader *reader = alloc_zeroed(sizeof *reader);
    if (reader == NULL)
        return STATUS_NO_MEMORY;
    /* Leaves first: a recorder at work may add lines in between. */
    uint64_t leaves_size = 0;
    enum status s = open_one(layer, directory, "leaves", &reader->leaves);
    if (s == STATUS_OK)
        s = file_size(reader->leaves, &leaves_size);
    if (s == STATUS_OK)
        s = open_one(layer, directory, "entries", &reader->entries);
    if (s == STATUS_OK)
        s = line_file_init(&reader->lines, reader->entries);
    if (s != STATUS_OK)
        return s;
    reader->leaf_count = leaves_size / LEAF_SIZE;
    *out = reader;
    reader = NULL;
    return STATUS_OK;
}

void log_reader_destroy(struct log_reader **reader)
{
    if (*reader == NULL)
        return;
    line_file_deinit(&(*reader)->lines);
    file_close(&(*reader)->entries);
    file_close(&(*reader)->leaves);
    alloc_free(*reader);
    *reader = NULL;
}

static enum status judge(struct log_reader *reader, struct log_item *item)
{
    enum status s = leaf_hash(item->line, item->leaf);
    if (s != STATUS_OK)
        return s;
    if (entry_line_read(item->line, &item->entry) != STATUS_OK) {
        item->problem = LOG_PROBLEM_LINE;
        reader->next_number++;
        return STATUS_OK;
    }
    if (item->entry.number != reader->next_number)
        item->problem = LOG_PROBLEM_NUMBER;
    reader->next_number = item->entry.number + 1;
    if (item->problem != LOG_PROBLEM_NONE)
        return STATUS_OK;
    if (item->position >= reader->leaf_count) {
        item->problem = LOG_PROBLEM_NO_LEAF;
        return STATUS_OK;
    }
    uint8_t stored[LEAF_SIZE];
    s = file_read_at(reader->leaves, item->position * LEAF_SIZE, stored,
                     LEAF_SIZE);
    if (s != STATUS_OK)
        return s;
    /* Public data: no constant time needed. */
    if (leaf_is_unfinished(stored, item->leaf))
        item->problem = LOG_PROBLEM_NO_LEAF;
    else if (memcmp(stored, item->leaf, LEAF_SIZE) != 0)
        item->problem = LOG_PROBLEM_LEAF;
    return STATUS_OK;
}

/* Behind the last whole line. */
static enum status finish(struct log_reader *reader, struct log_item *item,
                          bool is_torn)
{
    bool is_lost = reader->position < reader->leaf_count;
    if (reader->is_over || (!is_lost && !is_torn))
        return STATUS_END;
    reader->is_over = true;
    item->problem = is_lost ? LOG_PROBLEM_LOST : LOG_PROBLEM_TORN;
    return STATUS_OK;
}

enum status log_reader_next(struct log_reader *reader, struct log_item *out)
{
    *out = (struct log_item){.position = reader->position};
    uint64_t offset = 0;
    if (reader->is_over)
        return STATUS_END;
    enum status s = line_file_next(&reader->lines, &out->line, &offset);
    if (s == STATUS_END || s == STATUS_AGAIN)
        return finish(reader, out, s == STATUS_AGAIN);
    if (s != STATUS_OK)
        return s;
    reader->position++;
    return judge(reader, out);
}
