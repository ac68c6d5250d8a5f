/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_store.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/line_file.h"
#include "sys/logger.h"

enum {
    PATH_MAX_BYTES = 1200,
    PLACES_FIRST = 256,
    LEAVES_AT_ONCE = 1024,
};

/* Where an entry stands. */
struct entry_place {
    uint64_t offset;
    uint32_t size;
    enum entry_kind kind;
};

/* Where one of its texts stands; sorted by entry. */
struct text_place {
    uint64_t number;
    uint64_t offset;
    uint32_t size;
};

struct log_store {
    struct file *entries;
    struct file *leaves;
    struct file *texts;
    uint64_t entries_size;
    uint64_t texts_size;
    struct entry_place *places;
    size_t count;
    size_t capacity;
    struct text_place *text_places;
    size_t text_count;
    size_t text_capacity;
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

static enum status add_place(struct log_store *store, uint64_t offset,
                             size_t size, const struct entry_line *entry)
{
    if (store->count == store->capacity) {
        size_t wanted =
            store->capacity == 0 ? (size_t)PLACES_FIRST : store->capacity * 2;
        void *grown =
            alloc_resize(store->places, wanted, sizeof *store->places);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        store->places = grown;
        store->capacity = wanted;
    }
    store->places[store->count++] = (struct entry_place){
        .offset = offset,
        .size = (uint32_t)size,
        .kind = entry->is_known ? entry->kind : ENTRY_KIND_COUNT,
    };
    return STATUS_OK;
}

static enum status add_text_place(struct log_store *store, uint64_t number,
                                  uint64_t offset, size_t size)
{
    if (store->text_count == store->text_capacity) {
        size_t wanted = store->text_capacity == 0 ? (size_t)PLACES_FIRST
                                                  : store->text_capacity * 2;
        void *grown = alloc_resize(store->text_places, wanted,
                                   sizeof *store->text_places);
        if (grown == NULL)
            return STATUS_NO_MEMORY;
        store->text_places = grown;
        store->text_capacity = wanted;
    }
    store->text_places[store->text_count++] =
        (struct text_place){number, offset, (uint32_t)size};
    return STATUS_OK;
}

/* ---- opening ------------------------------------------------------------ */

struct opening {
    struct log_store *store;
    log_observer_fn *on_entry;
    void *context;
    uint64_t leaves_stored;
};

/* The stored leaf of this entry, if there is one, must be the line's hash. */
static enum status check_leaf(struct opening *opening, uint64_t number,
                              struct text line)
{
    uint8_t wanted[LEAF_SIZE];
    uint8_t stored[LEAF_SIZE];
    enum status s = leaf_hash(line, wanted);
    if (s != STATUS_OK)
        return s;
    struct file *leaves = opening->store->leaves;
    if (number >= opening->leaves_stored)
        return file_write_at(leaves, number * LEAF_SIZE,
                             bytes_of(wanted, LEAF_SIZE));
    s = file_read_at(leaves, number * LEAF_SIZE, stored, LEAF_SIZE);
    if (s != STATUS_OK)
        return s;
    /* Leaves are public; nothing here needs constant time. */
    if (memcmp(wanted, stored, LEAF_SIZE) == 0)
        return STATUS_OK;
    if (!leaf_is_unfinished(stored, wanted))
        return STATUS_CORRUPT;
    return file_write_at(leaves, number * LEAF_SIZE,
                         bytes_of(wanted, LEAF_SIZE));
}

/* One whole line. BAD_INPUT and LIMIT: it is not the next entry. */
static enum status take_line(struct opening *opening, struct text line,
                             uint64_t offset)
{
    struct entry_line entry;
    struct log_store *store = opening->store;
    enum status s = entry_line_read(line, &entry);
    if (s != STATUS_OK)
        return s;
    if (entry.number != store->count)
        return STATUS_BAD_INPUT;
    s = check_leaf(opening, entry.number, line);
    if (s == STATUS_OK)
        s = add_place(store, offset, line.size, &entry);
    if (s == STATUS_OK && opening->on_entry != NULL)
        opening->on_entry(opening->context, &entry, line);
    return s;
}

/* Cuts what was never acknowledged: at most one batch, behind all leaves. */
static enum status cut_tail(struct opening *opening, uint64_t offset,
                            uint64_t size)
{
    struct log_store *store = opening->store;
    if (store->count < opening->leaves_stored ||
        size - offset > LOG_BATCH_MAX) {
        log_line(LOG_ERROR, "the log is damaged entry=%zu", store->count);
        return STATUS_CORRUPT;
    }
    log_line(LOG_WARNING, "cut a torn end off the log entry=%zu bytes=%llu",
             store->count, (unsigned long long)(size - offset));
    store->entries_size = offset;
    enum status s = file_truncate(store->entries, offset);
    return s == STATUS_OK ? file_sync(store->entries) : s;
}

static enum status read_entries(struct opening *opening)
{
    struct line_file lines;
    struct log_store *store = opening->store;
    enum status s = line_file_init(&lines, store->entries);
    if (s != STATUS_OK)
        return s;
    store->entries_size = lines.size;
    while (s == STATUS_OK) {
        struct text line;
        uint64_t offset = lines.at;
        s = line_file_next(&lines, &line, &offset);
        if (s == STATUS_OK)
            s = take_line(opening, line, offset);
        if (s == STATUS_AGAIN || s == STATUS_BAD_INPUT || s == STATUS_LIMIT) {
            s = cut_tail(opening, offset, lines.size);
            break;
        }
    }
    line_file_deinit(&lines);
    if (s == STATUS_END)
        s = STATUS_OK;
    if (s == STATUS_OK && store->count < opening->leaves_stored) {
        log_line(LOG_ERROR, "the log has lost entries found=%zu leaves=%llu",
                 store->count, (unsigned long long)opening->leaves_stored);
        s = STATUS_CORRUPT;
    }
    return s;
}

/* A text stands in the file before its entry does; what has no entry is the
 * end of an unfinished batch. */
static enum status read_texts(struct log_store *store)
{
    struct line_file lines;
    enum status s = line_file_init(&lines, store->texts);
    if (s != STATUS_OK)
        return s;
    uint64_t last = 0;
    while (s == STATUS_OK) {
        struct text line;
        struct sealed_text sealed;
        uint64_t offset = lines.at;
        s = line_file_next(&lines, &line, &offset);
        store->texts_size = offset;
        if (s != STATUS_OK)
            break;
        s = sealed_text_read(line, &sealed);
        /* A damaged text costs itself. */
        if (s == STATUS_BAD_INPUT || s == STATUS_LIMIT) {
            s = STATUS_OK;
            continue;
        }
        if (sealed.number >= store->count) {
            s = STATUS_AGAIN;
            break;
        }
        if (s == STATUS_OK && sealed.number >= last)
            s = add_text_place(store, sealed.number, offset, line.size);
        last = sealed.number > last ? sealed.number : last;
    }
    line_file_deinit(&lines);
    if (s == STATUS_END)
        return STATUS_OK;
    if (s != STATUS_AGAIN && s != STATUS_LIMIT)
        return s;
    return file_truncate(store->texts, store->texts_size);
}

static enum status open_one(const struct file_layer *layer,
                            const char *directory, const char *name,
                            struct file **out)
{
    char path[PATH_MAX_BYTES];
    int size = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (size < 0 || (size_t)size >= sizeof path)
        return STATUS_LIMIT;
    return file_open(layer, path, FILE_READ | FILE_WRITE | FILE_CREATE, out);
}

static enum status open_files(const struct file_layer *layer,
                              const char *directory, struct opening *opening)
{
    struct log_store *store = opening->store;
    uint64_t leaves_size = 0;
    enum status s = open_one(layer, directory, "entries", &store->entries);
    if (s == STATUS_OK)
        s = open_one(layer, directory, "leaves", &store->leaves);
    if (s == STATUS_OK)
        s = open_one(layer, directory, "texts", &store->texts);
    if (s == STATUS_OK)
        s = layer->sync_directory(layer, directory);
    if (s == STATUS_OK)
        s = file_size(store->leaves, &leaves_size);
    opening->leaves_stored = leaves_size / LEAF_SIZE;
    return s;
}

enum status log_store_open(const struct file_layer *layer,
                           const char *directory, log_observer_fn *on_entry,
                           void *context, struct log_store **out)
{
    *out = NULL;
    AUTO(log_store_close) struct log_store *store = alloc_zeroed(sizeof *store);
    if (store == NULL)
        return STATUS_NO_MEMORY;
    struct opening opening = {store, on_entry, context, 0};
    enum status s = open_files(layer, directory, &opening);
    if (s == STATUS_OK)
        s = read_entries(&opening);
    if (s == STATUS_OK)
        s = read_texts(store);
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
    file_close(&(*store)->leaves);
    file_close(&(*store)->texts);
    alloc_free((*store)->places);
    alloc_free((*store)->text_places);
    alloc_free(*store);
    *store = NULL;
}

uint64_t log_store_count(const struct log_store *store)
{
    return store->count;
}

/* ---- writing ------------------------------------------------------------ */

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
        s = file_write_at(store->entries, store->entries_size,
                          buffer_bytes(&batch->lines));
    if (s == STATUS_OK)
        s = file_sync(store->entries);
    /* Derived, and so not synced: made again from the entries when missing. */
    if (s == STATUS_OK)
        s = file_write_at(store->leaves, batch->first * LEAF_SIZE,
                          buffer_bytes(&batch->leaves));
    return s;
}

static enum status note_lines(struct log_store *store, struct text left)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && left.size > 0) {
        struct text line = text_cut(&left, '\n');
        struct entry_line entry;
        s = entry_line_read(line, &entry);
        if (s == STATUS_OK)
            s = add_place(store, store->entries_size, line.size, &entry);
        store->entries_size += line.size + 1;
    }
    return s;
}

static enum status note_texts(struct log_store *store, struct text left)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && left.size > 0) {
        struct text line = text_cut(&left, '\n');
        struct sealed_text sealed;
        s = sealed_text_read(line, &sealed);
        if (s == STATUS_OK)
            s = add_text_place(store, sealed.number, store->texts_size,
                               line.size);
        store->texts_size += line.size + 1;
    }
    return s;
}

enum status log_store_note(struct log_store *store,
                           const struct log_batch *batch)
{
    enum status s = note_lines(store, buffer_text(&batch->lines));
    if (s == STATUS_OK)
        s = note_texts(store, buffer_text(&batch->texts));
    return s;
}

/* ---- reading back ------------------------------------------------------- */

static enum status read_line(struct file *file, uint64_t offset, size_t size,
                             struct buffer *out)
{
    buffer_clear(out);
    uint8_t *at = buffer_reserve(out, size);
    if (at == NULL)
        return STATUS_NO_MEMORY;
    enum status s = file_read_at(file, offset, at, size);
    return s == STATUS_END ? STATUS_IO : s;
}

enum status log_store_line(struct log_store *store, uint64_t number,
                           struct buffer *out)
{
    if (number >= store->count)
        return STATUS_NOT_FOUND;
    const struct entry_place *place = &store->places[number];
    return read_line(store->entries, place->offset, place->size, out);
}

enum entry_kind log_store_kind(const struct log_store *store, uint64_t number)
{
    return number < store->count ? store->places[number].kind
                                 : ENTRY_KIND_COUNT;
}

/* The first text of this entry or a later one. */
static size_t find_text(const struct log_store *store, uint64_t number)
{
    size_t low = 0;
    size_t high = store->text_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (store->text_places[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum status log_store_texts(struct log_store *store, uint64_t number,
                            log_text_fn *on_text, void *context)
{
    AUTO(buffer_deinit)
    struct buffer line = buffer_with_limit(LOG_TEXT_LINE_MAX);
    enum status s = STATUS_OK;
    for (size_t i = find_text(store, number);
         s == STATUS_OK && i < store->text_count &&
         store->text_places[i].number == number;
         i++) {
        struct sealed_text sealed;
        const struct text_place *place = &store->text_places[i];
        s = read_line(store->texts, place->offset, place->size, &line);
        if (s == STATUS_OK)
            s = sealed_text_read(buffer_text(&line), &sealed);
        if (s == STATUS_OK)
            on_text(context, &sealed);
    }
    return s;
}
