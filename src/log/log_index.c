/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_index.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/crc32c.h"
#include "base/reader.h"
#include "base/text.h"
#include "base/writer.h"
#include "crypto/hash.h"

enum {
    MAGIC_SIZE = 8,
    HEAD_SIZE = MAGIC_SIZE + SHA256_SIZE,
    ROWS_FIRST = 16,
    ROWS_AT_ONCE = 1024,
};

static const char MAGIC[] = "HLOGIDX2";

_Static_assert(ENTRY_KIND_COUNT < 256, "a kind is a byte");

struct index_row {
    uint64_t offset;
    uint64_t texts_offset;
    uint8_t kinds[LOG_BUNDLE];
};

struct log_index {
    struct file *file;
    struct index_row *rows; /* the last one may be unfinished */
    size_t capacity;
    uint64_t count;   /* entries */
    uint64_t end;     /* of `entries` */
    uint64_t written; /* rows in the file */
    uint64_t sound;   /* of these, at its opening */
};

static enum status head_of(const struct note_key *key, uint8_t out[HEAD_SIZE])
{
    struct bytes names[2 * ENTRY_KIND_COUNT + 1];
    char vkey[NOTE_VKEY_SIZE];
    static const uint8_t LINE_FEED = '\n';
    memcpy(out, MAGIC, MAGIC_SIZE);
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        const char *name = entry_shape((enum entry_kind)kind)->name;
        names[2 * (size_t)kind] = bytes_of(name, strlen(name));
        names[2 * (size_t)kind + 1] = bytes_of(&LINE_FEED, 1);
    }
    note_key_format(key, vkey);
    names[2 * ENTRY_KIND_COUNT] = text_bytes(text_of(vkey));
    return sha256(names, 2 * (size_t)ENTRY_KIND_COUNT + 1, out + MAGIC_SIZE);
}

static enum status grow(struct log_index *index, size_t rows)
{
    if (rows <= index->capacity)
        return STATUS_OK;
    size_t wanted =
        index->capacity == 0 ? (size_t)ROWS_FIRST : index->capacity * 3 / 2;
    void *grown = alloc_resize(index->rows, wanted > rows ? wanted : rows,
                               sizeof *index->rows);
    if (grown == NULL)
        return STATUS_NO_MEMORY;
    index->rows = grown;
    index->capacity = wanted > rows ? wanted : rows;
    return STATUS_OK;
}

/* ---- the file ------------------------------------------------------------- */

static bool read_row(uint64_t number, struct bytes stored,
                     struct index_row *out)
{
    struct reader r = reader_on(stored);
    uint64_t stated = reader_u64be(&r);
    out->offset = reader_u64be(&r);
    out->texts_offset = reader_u64be(&r);
    reader_copy(&r, out->kinds, LOG_BUNDLE);
    uint32_t checksum = reader_u32be(&r);
    return reader_done(&r) && stated == number &&
           checksum == crc32c(bytes_of(stored.data, stored.size - 4));
}

static bool ascends(const struct index_row *rows, uint64_t row)
{
    if (row == 0)
        return rows[0].offset == 0 && rows[0].texts_offset == 0;
    return rows[row].offset > rows[row - 1].offset &&
           rows[row].texts_offset >= rows[row - 1].texts_offset;
}

/* Takes rows as long as they are sound and ascend. */
static enum status read_rows(struct log_index *index, uint64_t stored)
{
    AUTO(buffer_deinit)
    struct buffer piece =
        buffer_with_limit((size_t)ROWS_AT_ONCE * LOG_INDEX_ROW_SIZE);
    uint64_t rows = 0;
    while (rows < stored) {
        size_t left = stored - rows < ROWS_AT_ONCE ? (size_t)(stored - rows)
                                                   : (size_t)ROWS_AT_ONCE;
        buffer_clear(&piece);
        uint8_t *at = buffer_reserve(&piece, left * LOG_INDEX_ROW_SIZE);
        if (at == NULL || grow(index, (size_t)rows + left) != STATUS_OK)
            return STATUS_NO_MEMORY;
        enum status s = file_read_at(
            index->file, HEAD_SIZE + rows * LOG_INDEX_ROW_SIZE, at, piece.size);
        if (s != STATUS_OK)
            return s == STATUS_END ? STATUS_OK : s;
        for (size_t i = 0; i < left; i++, rows++) {
            struct bytes one =
                bytes_of(at + i * LOG_INDEX_ROW_SIZE, LOG_INDEX_ROW_SIZE);
            if (!read_row(rows, one, &index->rows[rows]) ||
                !ascends(index->rows, rows))
                return STATUS_OK;
            index->written = rows + 1;
        }
    }
    return STATUS_OK;
}

static enum status read_file(struct log_index *index,
                             const struct note_key *key, bool may_write)
{
    uint8_t wanted[HEAD_SIZE];
    uint8_t stored[HEAD_SIZE];
    uint64_t size = 0;
    enum status s = head_of(key, wanted);
    if (s == STATUS_OK)
        s = file_size(index->file, &size);
    if (s != STATUS_OK)
        return s;
    s = file_read_at(index->file, 0, stored, HEAD_SIZE);
    if (s == STATUS_OK && memcmp(stored, wanted, HEAD_SIZE) == 0)
        return read_rows(index, (size - HEAD_SIZE) / LOG_INDEX_ROW_SIZE);
    if ((s != STATUS_OK && s != STATUS_END) || !may_write)
        return s == STATUS_END ? STATUS_OK : s;
    s = file_truncate(index->file, 0);
    return s == STATUS_OK ? file_write_at(index->file, 0,
                                          bytes_of(wanted, HEAD_SIZE))
                          : s;
}

static enum status open_index(const struct file_layer *layer, const char *path,
                              const struct note_key *key, bool may_write,
                              struct log_index **out)
{
    const unsigned flags =
        may_write ? FILE_READ | FILE_WRITE | FILE_CREATE : FILE_READ;
    *out = NULL;
    AUTO(log_index_close) struct log_index *index = alloc_zeroed(sizeof *index);
    if (index == NULL)
        return STATUS_NO_MEMORY;
    enum status s = file_open(layer, path, flags, &index->file);
    if (s == STATUS_OK)
        s = read_file(index, key, may_write);
    if (s != STATUS_OK)
        return s;
    index->sound = index->written;
    /* Where the last row's entries end, no row says. */
    if (index->written > 0) {
        index->written--;
        index->count = index->written * LOG_BUNDLE;
        index->end = index->rows[index->written].offset;
    }
    *out = index;
    index = NULL;
    return STATUS_OK;
}

enum status log_index_open(const struct file_layer *layer, const char *path,
                           const struct note_key *key, struct log_index **out)
{
    return open_index(layer, path, key, true, out);
}

enum status log_index_look(const struct file_layer *layer, const char *path,
                           const struct note_key *key, struct log_index **out)
{
    return open_index(layer, path, key, false, out);
}

enum status log_index_create(struct log_index **out)
{
    *out = alloc_zeroed(sizeof **out);
    return *out == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

void log_index_close(struct log_index **index)
{
    if (*index == NULL)
        return;
    file_close(&(*index)->file);
    alloc_free((*index)->rows);
    alloc_free(*index);
    *index = NULL;
}

void log_index_take_rows(struct log_index *index, struct buffer *out,
                         uint64_t *first)
{
    *first = index->written;
    for (; index->written < index->count / LOG_BUNDLE; index->written++) {
        const struct index_row *row = &index->rows[index->written];
        uint8_t stored[LOG_INDEX_ROW_SIZE];
        struct writer w = writer_on(stored, sizeof stored);
        writer_u64be(&w, index->written);
        writer_u64be(&w, row->offset);
        writer_u64be(&w, row->texts_offset);
        writer_bytes(&w, bytes_of(row->kinds, LOG_BUNDLE));
        writer_u32be(&w, crc32c(writer_written(&w)));
        buffer_append(out, bytes_of(stored, sizeof stored));
    }
}

enum status log_index_write(struct log_index *index, uint64_t first,
                            struct bytes rows)
{
    if (rows.size == 0)
        return STATUS_OK;
    return file_write_at(index->file, HEAD_SIZE + first * LOG_INDEX_ROW_SIZE,
                         rows);
}

/* ---- in memory ------------------------------------------------------------ */

uint64_t log_index_count(const struct log_index *index)
{
    return index->count;
}

uint64_t log_index_rows(const struct log_index *index)
{
    return index->sound;
}

uint64_t log_index_end(const struct log_index *index)
{
    return index->end;
}

void log_index_cut(struct log_index *index, uint64_t count)
{
    uint64_t rows = count / LOG_BUNDLE;
    if (count >= index->count)
        return;
    index->end = index->rows[rows].offset;
    index->count = rows * LOG_BUNDLE;
    if (index->written > rows)
        index->written = rows;
}

enum status log_index_add(struct log_index *index, uint64_t offset,
                          uint64_t end, enum entry_kind kind,
                          uint64_t texts_offset)
{
    size_t row = (size_t)(index->count / LOG_BUNDLE);
    size_t at = (size_t)(index->count % LOG_BUNDLE);
    enum status s = grow(index, row + 1);
    if (s != STATUS_OK)
        return s;
    if (at == 0)
        index->rows[row] = (struct index_row){.offset = offset,
                                              .texts_offset = texts_offset};
    index->rows[row].kinds[at] = (uint8_t)kind;
    index->count++;
    index->end = end;
    return STATUS_OK;
}

enum entry_kind log_index_kind(const struct log_index *index, uint64_t number)
{
    if (number >= index->count)
        return ENTRY_KIND_COUNT;
    uint8_t kind = index->rows[number / LOG_BUNDLE].kinds[number % LOG_BUNDLE];
    return kind < ENTRY_KIND_COUNT ? (enum entry_kind)kind : ENTRY_KIND_COUNT;
}

struct log_range log_index_bundle(const struct log_index *index,
                                  uint64_t number)
{
    uint64_t row = number / LOG_BUNDLE;
    bool is_last = (row + 1) * LOG_BUNDLE >= index->count;
    return (struct log_range){index->rows[row].offset,
                              is_last ? index->end
                                      : index->rows[row + 1].offset};
}

struct log_range log_index_texts(const struct log_index *index,
                                 uint64_t number)
{
    uint64_t row = number / LOG_BUNDLE;
    bool is_last = (row + 1) * LOG_BUNDLE >= index->count;
    return (struct log_range){index->rows[row].texts_offset,
                              is_last ? UINT64_MAX
                                      : index->rows[row + 1].texts_offset};
}
