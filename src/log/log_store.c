/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_store.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/log_store_private.h"
#include "log/log_unsigned.h"
#include "log/tree/tile_file.h"

enum {
    BUNDLE_MAX = LOG_BUNDLE * (LOG_LINE_MAX + 1),
    NOTES_MAX = LOG_BUNDLE * LOG_PERSONAL_MAX * (LOG_TEXT_LINE_MAX + 1),
    PIECE_KEPT = 1 << 18, /* bytes; larger ones are given back */
};

void log_batch_init(struct log_batch *batch, uint64_t first)
{
    *batch = (struct log_batch){
        .first = first,
        .lines = buffer_with_limit(LOG_BATCH_MAX),
        .leaves = buffer_with_limit(LOG_BATCH_ENTRIES * LEAF_SIZE),
        .texts = buffer_with_limit(LOG_BATCH_MAX),
    };
}

void log_batch_deinit(struct log_batch *batch)
{
    buffer_deinit(&batch->lines);
    buffer_deinit(&batch->leaves);
    buffer_deinit(&batch->texts);
}

void log_publication_init(struct log_publication *publication)
{
    *publication = (struct log_publication){
        .leaves = buffer_with_limit(SIZE_MAX),
        .rows = buffer_with_limit(SIZE_MAX),
    };
}

void log_publication_deinit(struct log_publication *publication)
{
    buffer_deinit(&publication->leaves);
    buffer_deinit(&publication->rows);
}

/* ---- opening and closing -------------------------------------------------- */

static enum status path_in(const char *directory, const char *name,
                           char out[LOG_PATH_SIZE])
{
    int size = snprintf(out, LOG_PATH_SIZE, "%s/%s", directory, name);
    return size > 0 && size < LOG_PATH_SIZE ? STATUS_OK : STATUS_LIMIT;
}

static enum status open_one(const struct log_store *store, const char *name,
                            struct file **out)
{
    char path[LOG_PATH_SIZE];
    enum status s = path_in(store->directory, name, path);
    if (s != STATUS_OK)
        return s;
    return file_open(store->layer, path, FILE_READ | FILE_WRITE | FILE_CREATE,
                     out);
}

static enum status open_files(struct log_store *store,
                              const struct log_place *place)
{
    char path[LOG_PATH_SIZE];
    if (!text_copy(text_of(place->directory), store->directory, LOG_PATH_SIZE))
        return STATUS_LIMIT;
    enum status s = open_one(store, "entries", &store->entries);
    if (s == STATUS_OK)
        s = open_one(store, "texts", &store->texts);
    if (s == STATUS_OK)
        s = open_one(store, "unsigned", &store->unsigned_leaves);
    if (s == STATUS_OK)
        s = store->layer->sync_directory(store->layer, store->directory);
    if (s == STATUS_OK)
        s = log_signer_open(store->layer, place, &store->signer);
    if (s == STATUS_OK)
        s = path_in(store->directory, "index", path);
    if (s == STATUS_OK)
        s = log_index_open(store->layer, path, log_store_key(store),
                           &store->index);
    return s;
}

enum status log_store_open(const struct file_layer *layer,
                           const struct log_place *place,
                           log_observer_fn *on_entry, void *context,
                           struct log_store **out)
{
    *out = NULL;
    AUTO(log_store_close) struct log_store *store = alloc_zeroed(sizeof *store);
    if (store == NULL)
        return STATUS_NO_MEMORY;
    store->layer = layer;
    store->leaves = buffer_with_limit(SIZE_MAX);
    store->bundle.bytes = buffer_with_limit(BUNDLE_MAX);
    store->notes.bytes = buffer_with_limit(NOTES_MAX);
    store->tree = alloc_zeroed(sizeof *store->tree);
    if (store->tree == NULL)
        return STATUS_NO_MEMORY;
    enum status s = open_files(store, place);
    if (s == STATUS_OK)
        s = log_store_read(store, on_entry, context);
    if (s != STATUS_OK)
        return s;
    *out = store;
    store = NULL;
    return STATUS_OK;
}

void log_store_close(struct log_store **store)
{
    if (*store == NULL)
        return;
    file_close(&(*store)->entries);
    file_close(&(*store)->texts);
    file_close(&(*store)->unsigned_leaves);
    log_index_close(&(*store)->index);
    log_signer_close(&(*store)->signer);
    buffer_deinit(&(*store)->leaves);
    buffer_deinit(&(*store)->bundle.bytes);
    buffer_deinit(&(*store)->notes.bytes);
    alloc_free((*store)->tree);
    alloc_free(*store);
    *store = NULL;
}

uint64_t log_store_count(const struct log_store *store)
{
    return log_index_count(store->index);
}

const struct note_key *log_store_key(const struct log_store *store)
{
    return log_signer_key(store->signer);
}

/* ---- writing -------------------------------------------------------------- */

enum status log_store_commit(struct log_store *store,
                             const struct log_batch *batch)
{
    enum status s = STATUS_OK;
    if (batch->texts.size > 0) {
        s = file_write_at(store->texts, store->texts_size,
                          buffer_bytes(&batch->texts));
        if (s == STATUS_OK)
            s = file_sync(store->texts);
    }
    if (s == STATUS_OK)
        s = file_write_at(store->entries, log_index_end(store->index),
                          buffer_bytes(&batch->lines));
    if (s == STATUS_OK)
        s = file_sync(store->entries);
    if (s == STATUS_OK)
        s = log_unsigned_append(store->unsigned_leaves, &store->unsigned_end,
                                batch->first, buffer_bytes(&batch->leaves));
    return s;
}

/* The number of the next text, and how long its line is with its feed. */
static uint64_t next_text(struct text *left, size_t *size)
{
    struct sealed_text sealed;
    struct text line = text_cut(left, '\n');
    *size = line.size + 1;
    return sealed_text_read(line, &sealed) == STATUS_OK ? sealed.number
                                                        : UINT64_MAX;
}

enum status log_store_note(struct log_store *store,
                           const struct log_batch *batch)
{
    struct text lines = buffer_text(&batch->lines);
    struct text texts = buffer_text(&batch->texts);
    const uint64_t texts_before = store->texts_size;
    uint64_t number = batch->first;
    size_t size = 0;
    enum status s = STATUS_OK;
    /* A text stands ahead of the entry that is to have it. */
    uint64_t owner = texts.size > 0 ? next_text(&texts, &size) : UINT64_MAX;
    while (s == STATUS_OK && lines.size > 0) {
        struct text line = text_cut(&lines, '\n');
        struct entry_line entry;
        uint64_t offset = log_index_end(store->index);
        s = entry_line_read(line, &entry);
        if (s == STATUS_OK)
            s = log_index_add(store->index, offset, offset + line.size + 1,
                              entry.is_known ? entry.kind : ENTRY_KIND_COUNT,
                              store->texts_size);
        while (owner == number) {
            store->texts_size += size;
            owner = texts.size > 0 ? next_text(&texts, &size) : UINT64_MAX;
        }
        number++;
    }
    store->texts_size = texts_before + batch->texts.size;
    buffer_append(&store->leaves, buffer_bytes(&batch->leaves));
    return s == STATUS_OK ? buffer_status(&store->leaves) : s;
}

size_t log_store_unpublished(const struct log_store *store)
{
    return store->leaves.size / LEAF_SIZE;
}

enum status log_store_prepare(struct log_store *store,
                              struct log_publication *publication)
{
    struct buffer emptied = publication->leaves;
    buffer_clear(&emptied);
    buffer_clear(&publication->rows);
    publication->leaves = store->leaves;
    store->leaves = emptied;
    publication->size = log_index_count(store->index);
    log_index_take_rows(store->index, &publication->rows,
                        &publication->first_row);
    return buffer_status(&publication->rows);
}

static enum status write_tile(void *context, const struct tile_name *name,
                              const struct merkle_hash *hashes)
{
    const struct log_store *store = context;
    return tile_file_write(store->layer, store->directory, name, hashes);
}

static enum status add_leaves(struct log_store *store, struct bytes leaves)
{
    enum status s = STATUS_OK;
    store->tree->on_full = write_tile;
    store->tree->context = store;
    for (size_t at = 0; s == STATUS_OK && at < leaves.size; at += LEAF_SIZE) {
        struct merkle_hash leaf;
        memcpy(leaf.bytes, leaves.data + at, LEAF_SIZE);
        s = rows_add(store->tree, &leaf);
    }
    return s;
}

enum status log_store_publish(struct log_store *store,
                              const struct log_publication *publication)
{
    struct merkle_hash root;
    const struct checkpoint *last = log_signer_last(store->signer);
    uint64_t old_size = last == NULL ? 0 : last->size;
    if (last != NULL && publication->size == old_size)
        return STATUS_OK;
    enum status s = add_leaves(store, buffer_bytes(&publication->leaves));
    if (s == STATUS_OK && store->tree->size != publication->size)
        s = STATUS_INTERNAL;
    if (s == STATUS_OK)
        s = tile_file_write_edge(store->layer, store->directory, store->tree);
    if (s == STATUS_OK)
        s = log_index_write(store->index, publication->first_row,
                            buffer_bytes(&publication->rows));
    if (s == STATUS_OK)
        s = rows_root(store->tree, &root);
    if (s == STATUS_OK)
        s = log_signer_sign(store->signer, publication->size, &root);
    if (s == STATUS_OK)
        s = file_truncate(store->unsigned_leaves, 0);
    if (s == STATUS_OK)
        store->unsigned_end = 0;
    if (s == STATUS_OK)
        tile_file_drop_edge(store->layer, store->directory, old_size,
                            publication->size);
    return s;
}

/* ---- reading back --------------------------------------------------------- */

enum status log_piece_load(struct log_piece *piece, struct file *file,
                           struct log_range range)
{
    uint64_t size = range.end - range.begin;
    if (piece->range.begin == range.begin && piece->range.end == range.end &&
        piece->bytes.size == size)
        return STATUS_OK;
    buffer_clear(&piece->bytes);
    if (piece->bytes.capacity > PIECE_KEPT)
        buffer_deinit(&piece->bytes);
    if (range.end < range.begin || size > piece->bytes.limit)
        return STATUS_CORRUPT;
    piece->range = range;
    if (size == 0)
        return STATUS_OK;
    uint8_t *at = buffer_reserve(&piece->bytes, (size_t)size);
    if (at == NULL)
        return STATUS_NO_MEMORY;
    enum status s = file_read_at(file, range.begin, at, (size_t)size);
    if (s != STATUS_OK)
        buffer_clear(&piece->bytes);
    return s == STATUS_END ? STATUS_CORRUPT : s;
}

enum status log_store_line(struct log_store *store, uint64_t number,
                           struct buffer *out)
{
    buffer_clear(out);
    if (number >= log_store_count(store))
        return STATUS_NOT_FOUND;
    enum status s = log_piece_load(&store->bundle, store->entries,
                                   log_index_bundle(store->index, number));
    if (s != STATUS_OK)
        return s;
    struct text left = buffer_text(&store->bundle.bytes);
    struct text line = {NULL, 0};
    for (uint64_t i = 0; i <= number % LOG_BUNDLE; i++)
        line = text_cut(&left, '\n');
    /* A line that was altered since is not shown as this entry. */
    struct entry_line entry;
    if (entry_line_read(line, &entry) != STATUS_OK || entry.number != number)
        return STATUS_CORRUPT;
    buffer_append(out, text_bytes(line));
    return buffer_status(out);
}

enum entry_kind log_store_kind(const struct log_store *store, uint64_t number)
{
    return log_index_kind(store->index, number);
}

enum status log_store_texts(struct log_store *store, uint64_t number,
                            log_text_fn *on_text, void *context)
{
    if (number >= log_store_count(store))
        return STATUS_OK;
    struct log_range range = log_index_texts(store->index, number);
    if (range.end > store->texts_size)
        range.end = store->texts_size;
    enum status s = log_piece_load(&store->notes, store->texts, range);
    if (s != STATUS_OK)
        return s;
    struct text left = buffer_text(&store->notes.bytes);
    while (left.size > 0) {
        struct sealed_text sealed;
        /* A damaged text costs itself. */
        if (sealed_text_read(text_cut(&left, '\n'), &sealed) == STATUS_OK &&
            sealed.number == number)
            on_text(context, &sealed);
    }
    return STATUS_OK;
}
