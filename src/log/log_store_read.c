/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a log: first everything is read and held against the last
 * checkpoint, and nothing is changed; then it is taken into memory, and what
 * is derived is mended.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/line_file.h"
#include "log/log_store_private.h"
#include "log/log_unsigned.h"
#include "log/tree/tile_file.h"
#include "sys/logger.h"

enum { COPY_AT_ONCE = 1 << 20, COPY_MAX = 1 << 26 };

/* Where reading begins, and what has been found there. */
struct opening {
    struct log_store *store;
    log_observer_fn *on_entry;
    void *context;
    const struct checkpoint *last; /* NULL: nothing has been signed */
    uint64_t signed_size;          /* of it */
    uint64_t base;                 /* lines before this one are trusted */
    uint64_t count;                /* sound lines */
    uint64_t end;                  /* where they end */
    uint64_t signed_end;           /* where the signed ones do */
    uint64_t texts_signed_end;     /* their texts, likewise */
    struct buffer promised;        /* leaves of entries behind the signed */
};

bool log_kind_is_told(enum entry_kind kind)
{
    switch ((int)kind) {
    case ENTRY_LOGIN:
    case ENTRY_LOGIN_FAILED:
    case ENTRY_LOGOUT:
    case ENTRY_VIEW_OPEN:
    case ENTRY_LIVE_OPEN:
    case ENTRY_VIEW_CLOSE:
    case ENTRY_VIEW_DOWNLOAD:
    case ENTRY_VIEW_REFUSED:
    case ENTRY_LOG_READ:
        return false;
    default:
        return true;
    }
}

static void tell(const struct opening *opening, const struct entry_line *entry,
                 struct text line)
{
    if (opening->on_entry != NULL &&
        (!entry->is_known || log_kind_is_told(entry->kind)))
        opening->on_entry(opening->context, entry, line);
}

/* ---- held against the checkpoint ------------------------------------------ */

static enum status compare_root(const struct opening *opening,
                                const struct rows *tree)
{
    struct merkle_hash root;
    if (opening->last == NULL || tree->size != opening->signed_size)
        return STATUS_OK;
    enum status s = rows_root(tree, &root);
    if (s != STATUS_OK)
        return s;
    return tree_hash_equal(&root, &opening->last->root) ? STATUS_OK
                                                     : STATUS_CORRUPT;
}

/* An entry that was acknowledged after the checkpoint is still the same. */
static bool is_as_promised(const struct opening *opening, uint64_t number,
                           const struct merkle_hash *leaf)
{
    if (number < opening->signed_size)
        return true;
    uint64_t at = (number - opening->signed_size) * LEAF_SIZE;
    return at >= opening->promised.size ||
           memcmp(opening->promised.data + at, leaf->bytes, LEAF_SIZE) == 0;
}

/* BAD_INPUT and LIMIT: it is not the next entry. */
static enum status check_line(struct opening *opening, struct text line,
                              struct rows *tree)
{
    struct entry_line entry;
    struct merkle_hash leaf;
    enum status s = entry_line_read(line, &entry);
    if (s == STATUS_OK && entry.number != tree->size)
        s = STATUS_BAD_INPUT;
    if (s == STATUS_OK)
        s = leaf_hash(line, leaf.bytes);
    if (s == STATUS_OK && !is_as_promised(opening, tree->size, &leaf))
        s = STATUS_CORRUPT;
    if (s == STATUS_OK)
        s = rows_add(tree, &leaf);
    return s == STATUS_OK ? compare_root(opening, tree) : s;
}

static enum status check_lines(struct opening *opening, struct line_file *lines,
                               struct rows *tree)
{
    enum status s = compare_root(opening, tree);
    while (s == STATUS_OK) {
        struct text line;
        uint64_t offset = 0;
        opening->count = tree->size;
        opening->end = lines->at;
        if (tree->size == opening->signed_size)
            opening->signed_end = lines->at;
        s = line_file_next(lines, &line, &offset);
        if (s == STATUS_OK)
            s = check_line(opening, line, tree);
    }
    /* What is no line ends the log, if it was never acknowledged. */
    bool is_tail = s == STATUS_AGAIN || s == STATUS_BAD_INPUT ||
                   s == STATUS_LIMIT;
    if (s != STATUS_END && !is_tail)
        return s;
    uint64_t promised =
        opening->signed_size + opening->promised.size / LEAF_SIZE;
    if (opening->count < promised ||
        lines->size - opening->end > LOG_BATCH_MAX)
        return STATUS_CORRUPT;
    return STATUS_OK;
}

static enum status check_from(struct opening *opening, uint64_t base)
{
    AUTO(alloc_release) struct rows *tree = alloc_zeroed(sizeof *tree);
    struct log_store *store = opening->store;
    struct line_file lines;
    if (tree == NULL)
        return STATUS_NO_MEMORY;
    opening->base = base;
    enum status s = STATUS_OK;
    if (base > 0)
        s = tile_file_read_edge(store->layer, store->directory, base,
                                opening->signed_size, tree);
    if (s == STATUS_NOT_FOUND)
        s = STATUS_CORRUPT;
    if (s == STATUS_OK)
        s = line_file_init(&lines, store->entries);
    if (s != STATUS_OK)
        return s;
    if (base > 0)
        lines.at = log_index_bundle(store->index, base).begin;
    s = lines.at > lines.size ? STATUS_CORRUPT
                              : check_lines(opening, &lines, tree);
    line_file_deinit(&lines);
    return s;
}

/* The end of the log where that is enough, else all of it. */
static enum status check(struct opening *opening)
{
    const uint64_t count = log_index_count(opening->store->index);
    uint64_t base = 0;
    if (opening->signed_size > LOG_CHECKED_AT_START)
        base = opening->signed_size - LOG_CHECKED_AT_START;
    base -= base % LOG_BUNDLE;
    enum status s = check_from(opening, base < count ? base : 0);
    if (s != STATUS_CORRUPT)
        return s;
    if (opening->base > 0) {
        log_line(LOG_WARNING, "the log's tiles do not give its checkpoint: "
                              "hashing all of it");
        s = check_from(opening, 0);
    }
    if (s == STATUS_CORRUPT)
        log_line(LOG_ERROR, "the log is not the one that was signed: %llu "
                            "entries are sound, the checkpoint has %llu and "
                            "%llu are behind it; see haechi verify --log",
                 (unsigned long long)opening->count,
                 (unsigned long long)opening->signed_size,
                 (unsigned long long)opening->promised.size / LEAF_SIZE);
    return s;
}

/* ---- taken into memory ---------------------------------------------------- */

/* Entries that are not read again are told of by their kinds. */
static enum status tell_bundle(const struct opening *opening, uint64_t first)
{
    struct log_store *store = opening->store;
    bool is_told = false;
    for (uint64_t n = first; !is_told && n < first + LOG_BUNDLE; n++)
        is_told = log_kind_is_told(log_index_kind(store->index, n));
    if (!is_told)
        return STATUS_OK;
    enum status s = log_piece_load(&store->bundle, store->entries,
                                   log_index_bundle(store->index, first));
    struct text left = buffer_text(&store->bundle.bytes);
    for (uint64_t n = first; s == STATUS_OK && n < first + LOG_BUNDLE; n++) {
        struct text line = text_cut(&left, '\n');
        struct entry_line entry;
        if (!log_kind_is_told(log_index_kind(store->index, n)))
            continue;
        if (entry_line_read(line, &entry) != STATUS_OK || entry.number != n)
            return STATUS_CORRUPT;
        tell(opening, &entry, line);
    }
    return s;
}

static enum status tell_old(const struct opening *opening)
{
    enum status s = STATUS_OK;
    if (opening->on_entry == NULL)
        return s;
    for (uint64_t n = 0; s == STATUS_OK && n < opening->base; n += LOG_BUNDLE)
        s = tell_bundle(opening, n);
    if (s == STATUS_CORRUPT)
        log_line(LOG_ERROR, "the log is damaged; see haechi verify --log");
    return s;
}

static enum status mend_tile(void *context, const struct tile_name *name,
                             const struct merkle_hash *hashes)
{
    const struct log_store *store = context;
    return tile_file_mend(store->layer, store->directory, name, hashes);
}

/* Walks the texts beside the entries. */
struct text_walk {
    struct line_file lines;
    uint64_t owner; /* entry of the text that stands at `at` */
    uint64_t at;
};

/* Finds the next sound text, or the end: owner is UINT64_MAX then. */
static enum status next_text(struct text_walk *walk, uint64_t count)
{
    enum status s = STATUS_OK;
    walk->owner = UINT64_MAX;
    while (s == STATUS_OK) {
        struct text line;
        struct sealed_text sealed;
        s = line_file_next(&walk->lines, &line, &walk->at);
        if (s == STATUS_OK && sealed_text_read(line, &sealed) == STATUS_OK &&
            sealed.number < count) {
            walk->owner = sealed.number;
            return STATUS_OK;
        }
    }
    walk->at = walk->lines.size;
    return s == STATUS_END || s == STATUS_AGAIN || s == STATUS_LIMIT
               ? STATUS_OK
               : s;
}

/* Where the texts of this entry begin. */
static enum status walk_texts(struct text_walk *walk, uint64_t number,
                              uint64_t count)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && walk->owner < number)
        s = next_text(walk, count);
    return s;
}

static enum status take_line(struct opening *opening, struct text line,
                             uint64_t offset, uint64_t texts_offset)
{
    struct log_store *store = opening->store;
    struct entry_line entry;
    struct merkle_hash leaf;
    uint64_t number = log_index_count(store->index);
    enum status s = entry_line_read(line, &entry);
    if (s == STATUS_OK)
        s = leaf_hash(line, leaf.bytes);
    if (s == STATUS_OK)
        s = log_index_add(store->index, offset, offset + line.size + 1,
                          entry.is_known ? entry.kind : ENTRY_KIND_COUNT,
                          texts_offset);
    if (s == STATUS_OK && number < opening->signed_size)
        s = rows_add(store->tree, &leaf);
    else if (s == STATUS_OK)
        buffer_append(&store->leaves, bytes_of(leaf.bytes, SHA256_SIZE));
    if (s == STATUS_OK)
        tell(opening, &entry, line);
    return s == STATUS_OK ? buffer_status(&store->leaves) : s;
}

static enum status take_lines(struct opening *opening, struct line_file *lines,
                              struct text_walk *walk)
{
    enum status s = next_text(walk, opening->count);
    for (uint64_t n = opening->base; s == STATUS_OK && n < opening->count;
         n++) {
        struct text line;
        uint64_t offset = 0;
        s = walk_texts(walk, n, opening->count);
        if (n == opening->signed_size)
            opening->texts_signed_end = walk->at;
        if (s == STATUS_OK)
            s = line_file_next(lines, &line, &offset);
        if (s == STATUS_OK)
            s = take_line(opening, line, offset, walk->at);
    }
    return s;
}

/* Where the last text of an entry that is there ends; what stands behind it
 * is the end of a batch that was never acknowledged. */
static enum status find_texts_end(const struct opening *opening, uint64_t from)
{
    struct log_store *store = opening->store;
    struct text_walk walk = {.owner = 0};
    enum status s = line_file_init(&walk.lines, store->texts);
    if (s != STATUS_OK)
        return s;
    walk.lines.at = from;
    store->texts_size = from;
    for (s = next_text(&walk, opening->count);
         s == STATUS_OK && walk.owner != UINT64_MAX;
         s = next_text(&walk, opening->count))
        store->texts_size = walk.lines.at;
    line_file_deinit(&walk.lines);
    return s;
}

static enum status take(struct opening *opening)
{
    struct log_store *store = opening->store;
    struct line_file lines;
    struct text_walk walk;
    struct log_range texts = {0, 0};
    uint64_t offset = 0;
    enum status s = tell_old(opening);
    if (s == STATUS_OK && opening->base > 0) {
        offset = log_index_bundle(store->index, opening->base).begin;
        texts = log_index_texts(store->index, opening->base);
        s = tile_file_read_edge(store->layer, store->directory, opening->base,
                                opening->signed_size, store->tree);
    }
    if (s != STATUS_OK)
        return s;
    store->tree->on_full = mend_tile;
    store->tree->context = store;
    log_index_cut(store->index, opening->base);
    s = line_file_init(&lines, store->entries);
    if (s != STATUS_OK)
        return s;
    lines.at = offset;
    s = find_texts_end(opening, texts.begin);
    if (s == STATUS_OK)
        s = line_file_init(&walk.lines, store->texts);
    if (s == STATUS_OK) {
        walk.lines.at = texts.begin;
        walk.lines.size = store->texts_size;
        opening->texts_signed_end = store->texts_size;
        s = take_lines(opening, &lines, &walk);
        line_file_deinit(&walk.lines);
    }
    line_file_deinit(&lines);
    return s;
}

/* ---- mended --------------------------------------------------------------- */

static enum status cut(struct file *file, const char *name, uint64_t end)
{
    uint64_t size = 0;
    enum status s = file_size(file, &size);
    if (s != STATUS_OK || size <= end)
        return s;
    log_line(LOG_WARNING, "cut a torn end off the log's %s bytes=%llu", name,
             (unsigned long long)(size - end));
    return file_truncate(file, end);
}

/* An fsync that failed leaves pages that look written: write them once more. */
static enum status write_again(struct file *file, uint64_t begin, uint64_t end)
{
    AUTO(buffer_deinit) struct buffer piece = buffer_with_limit(COPY_AT_ONCE);
    enum status s = STATUS_OK;
    while (s == STATUS_OK && begin < end && end - begin <= COPY_MAX) {
        size_t size = end - begin < COPY_AT_ONCE ? (size_t)(end - begin)
                                                 : (size_t)COPY_AT_ONCE;
        buffer_clear(&piece);
        uint8_t *at = buffer_reserve(&piece, size);
        if (at == NULL)
            return STATUS_NO_MEMORY;
        s = file_read_at(file, begin, at, size);
        if (s == STATUS_OK)
            s = file_write_at(file, begin, buffer_bytes(&piece));
        begin += size;
    }
    if (s == STATUS_OK)
        s = file_sync(file);
    return s == STATUS_END ? STATUS_IO : s;
}

static enum status mend_index(struct log_index *index)
{
    AUTO(buffer_deinit) struct buffer rows = buffer_with_limit(SIZE_MAX);
    uint64_t first = 0;
    log_index_take_rows(index, &rows, &first);
    return rows.failed ? STATUS_NO_MEMORY
                       : log_index_write(index, first, buffer_bytes(&rows));
}

static enum status mend(const struct opening *opening)
{
    struct log_store *store = opening->store;
    enum status s = cut(store->texts, "texts", store->texts_size);
    if (s == STATUS_OK)
        s = cut(store->entries, "entries", opening->end);
    if (s == STATUS_OK)
        s = write_again(store->texts, opening->texts_signed_end,
                        store->texts_size);
    if (s == STATUS_OK)
        s = write_again(store->entries, opening->signed_end, opening->end);
    if (s == STATUS_OK)
        s = tile_file_write_edge(store->layer, store->directory, store->tree);
    if (s == STATUS_OK)
        s = mend_index(store->index);
    if (s == STATUS_OK)
        s = file_truncate(store->unsigned_leaves, 0);
    if (s == STATUS_OK && store->leaves.size > 0)
        s = log_unsigned_append(store->unsigned_leaves, &store->unsigned_end,
                                opening->signed_size,
                                buffer_bytes(&store->leaves));
    tile_file_sweep_edge(store->layer, store->directory, store->tree->size);
    return s;
}

enum status log_store_read(struct log_store *store, log_observer_fn *on_entry,
                           void *context)
{
    struct opening opening = {
        .store = store,
        .on_entry = on_entry,
        .context = context,
        .last = log_signer_last(store->signer),
    };
    opening.signed_size = opening.last == NULL ? 0 : opening.last->size;
    opening.promised = buffer_with_limit(LOG_UNSIGNED_BYTES_MAX);
    enum status s = log_unsigned_read(store->unsigned_leaves,
                                      opening.signed_size, &opening.promised,
                                      NULL);
    if (s == STATUS_OK)
        s = check(&opening);
    if (s == STATUS_OK)
        s = take(&opening);
    if (s == STATUS_OK)
        s = mend(&opening);
    buffer_deinit(&opening.promised);
    return s;
}
