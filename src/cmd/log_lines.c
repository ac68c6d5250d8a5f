/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/log_lines.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/entry_line.h"
#include "log/line_file.h"
#include "log/log_index.h"
#include "log/tree/tile_file.h"

/* Lines that the index does not know yet: in memory, with their kinds. */
struct log_lines {
    struct file *file;
    struct log_index *index; /* the whole of it, those lines added */
};

static enum status join(const char *directory, const char *name,
                        char out[LOG_LINES_PATH_SIZE])
{
    int size = snprintf(out, LOG_LINES_PATH_SIZE, "%s/%s", directory, name);
    return size < LOG_LINES_PATH_SIZE ? STATUS_OK : STATUS_LIMIT;
}

enum status log_lines_prove(const char *directory, struct text note,
                            const struct checkpoint *checkpoint,
                            uint64_t number, struct buffer *out)
{
    AUTO(alloc_release) struct tile_reader *reader =
        alloc_zeroed(sizeof *reader);
    struct merkle_hash leaf;
    struct proof proof = {.index = number, .note = note};
    if (reader == NULL)
        return STATUS_NO_MEMORY;
    reader->layer = &FILE_LAYER_SYSTEM;
    reader->directory = directory;
    reader->size = checkpoint->size;
    enum status s = tree_prove_leaf(number, checkpoint->size, tile_reader_node,
                                    reader, &proof.path);
    if (s == STATUS_OK)
        s = tile_reader_node(reader, 0, number, &leaf);
    if (s == STATUS_OK)
        s = tree_check_leaf(number, checkpoint->size, &leaf, &proof.path,
                            &checkpoint->root);
    return s == STATUS_OK ? proof_format(&proof, out) : s;
}

/* ---- lines ---- */

/* Those behind the index's last row. */
static enum status add_rest(struct log_lines *lines)
{
    struct line_file rest;
    struct text line;
    uint64_t offset = 0;
    enum status s = line_file_init(&rest, lines->file);
    if (s != STATUS_OK)
        return s;
    rest.at = log_index_end(lines->index);
    while ((s = line_file_next(&rest, &line, &offset)) == STATUS_OK) {
        struct entry_line entry;
        if (entry_line_read(line, &entry) != STATUS_OK)
            break; /* still being written */
        s = log_index_add(lines->index, offset, offset + line.size + 1,
                          entry.is_known ? entry.kind : ENTRY_KIND_COUNT, 0);
        if (s != STATUS_OK)
            break;
    }
    line_file_deinit(&rest);
    return s == STATUS_END || s == STATUS_AGAIN ? STATUS_OK : s;
}

/* What is derived a copy may lack. */
static enum status look_at_index(const char *directory,
                                 struct log_index **out)
{
    AUTO(alloc_release) uint8_t *vkey = NULL;
    char path[LOG_LINES_PATH_SIZE];
    struct note_key key;
    size_t size = 0;
    enum status s = join(directory, "vkey", path);
    if (s == STATUS_OK)
        s = file_read_all(&FILE_LAYER_SYSTEM, path, NOTE_SIZE_MAX, &vkey,
                          &size);
    if (s == STATUS_OK)
        s = note_key_parse(bytes_text(bytes_of(vkey, size)), &key);
    if (s == STATUS_OK)
        s = join(directory, "index", path);
    if (s == STATUS_OK)
        s = log_index_look(&FILE_LAYER_SYSTEM, path, &key, out);
    return s == STATUS_NOT_FOUND || s == STATUS_BAD_INPUT
               ? log_index_create(out)
               : s;
}

enum status log_lines_open(const char *directory, struct log_lines **out)
{
    char path[LOG_LINES_PATH_SIZE];
    AUTO(log_lines_close) struct log_lines *lines = alloc_zeroed(sizeof *lines);
    if (lines == NULL)
        return STATUS_NO_MEMORY;
    enum status s = look_at_index(directory, &lines->index);
    if (s == STATUS_OK)
        s = join(directory, "entries", path);
    if (s == STATUS_OK)
        s = file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &lines->file);
    if (s == STATUS_OK)
        s = add_rest(lines);
    if (s != STATUS_OK)
        return s;
    *out = lines;
    lines = NULL;
    return STATUS_OK;
}

void log_lines_close(struct log_lines **lines)
{
    if (*lines == NULL)
        return;
    log_index_close(&(*lines)->index);
    file_close(&(*lines)->file);
    alloc_free(*lines);
    *lines = NULL;
}

uint64_t log_lines_count(const struct log_lines *lines)
{
    return log_index_count(lines->index);
}

enum status log_lines_read(struct log_lines *lines, uint64_t number,
                           struct buffer *out)
{
    struct line_file bundle;
    struct text line = {NULL, 0};
    uint64_t offset = 0;
    uint64_t first = number - number % LOG_BUNDLE;
    if (number >= log_lines_count(lines))
        return STATUS_NOT_FOUND;
    enum status s = line_file_init(&bundle, lines->file);
    if (s != STATUS_OK)
        return s;
    bundle.at = log_index_bundle(lines->index, number).begin;
    for (uint64_t i = first; s == STATUS_OK && i <= number; i++)
        s = line_file_next(&bundle, &line, &offset);
    if (s == STATUS_OK)
        buffer_append(out, text_bytes(line));
    line_file_deinit(&bundle);
    if (s == STATUS_OK)
        s = buffer_status(out);
    return s == STATUS_END || s == STATUS_AGAIN ? STATUS_NOT_FOUND : s;
}

uint64_t log_lines_next(const struct log_lines *lines, enum entry_kind kind,
                        uint64_t number)
{
    uint64_t count = log_lines_count(lines);
    while (number < count && log_index_kind(lines->index, number) != kind)
        number++;
    return number;
}
