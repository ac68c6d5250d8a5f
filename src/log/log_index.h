/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_index - where entries stand and of which kind they are: a byte an
 * entry and sixteen a bundle of 256, in memory and in the file `index`.
 *
 *   head    "HLOGIDX2", SHA-256 of the log's vkey and all kinds' names in their
 *           order (32)
 *   row     u64 number of the row, u64 offset of its first entry in `entries`,
 *           u64 offset of the first text in `texts` that belongs to it or a
 *           later one, 256 bytes of kinds, u32 CRC-32C of what stands before;
 *           big-endian
 *
 * So the index of another log, or one that an older or newer program has
 * written, has no row here. The file has whole bundles only, is derived from the entries, not synced, and
 * read as far as its rows are sound.
 *
 * Threads: one at a time; log_index_write may run on another than the rest.
 */
#ifndef LOG_LOG_INDEX_H
#define LOG_LOG_INDEX_H

#include <stdbool.h>

#include "base/buffer.h"
#include "log/entry.h"
#include "log/tree/note.h"
#include "sys/file.h"

enum {
    LOG_BUNDLE = 256, /* entries: one tile of level 0 */
    LOG_INDEX_ROW_SIZE = 8 + 8 + 8 + LOG_BUNDLE + 4,
};

struct log_index;

/* Makes the file where it is missing; one of another log or of other kinds is
 * emptied. Fails with: NO_MEMORY, INTERNAL, and as sys/file.h. */
MUST_USE enum status log_index_open(const struct file_layer *layer,
                                    const char *path,
                                    const struct note_key *key,
                                    struct log_index **out);

/* Changes nothing. Fails with: also NOT_FOUND. */
MUST_USE enum status log_index_look(const struct file_layer *layer,
                                    const char *path,
                                    const struct note_key *key,
                                    struct log_index **out);

/* One that knows of no entry and has no file. Fails with: NO_MEMORY. */
MUST_USE enum status log_index_create(struct log_index **out);
void log_index_close(struct log_index **index);

/* Entries that it knows of; a multiple of LOG_BUNDLE right after opening. */
uint64_t log_index_count(const struct log_index *index);

/* Rows that were sound in the file when it was opened. */
uint64_t log_index_rows(const struct log_index *index);

/* Forgets all entries from count on, which is a multiple of LOG_BUNDLE. */
void log_index_cut(struct log_index *index, uint64_t count);

/* The next entry: where it begins and ends in `entries`, and where in `texts`
 * its own would. Fails with: NO_MEMORY. */
MUST_USE enum status log_index_add(struct log_index *index, uint64_t offset,
                                   uint64_t end, enum entry_kind kind,
                                   uint64_t texts_offset);

/* ENTRY_KIND_COUNT: not in the table, or no such entry. */
enum entry_kind log_index_kind(const struct log_index *index, uint64_t number);

/* Where the bundle of this entry begins and ends in `entries`. */
struct log_range {
    uint64_t begin;
    uint64_t end;
};
struct log_range log_index_bundle(const struct log_index *index,
                                  uint64_t number);

/* Where in `texts` to look for those of this entry; end: UINT64_MAX where the
 * bundle is the last. */
struct log_range log_index_texts(const struct log_index *index,
                                 uint64_t number);

/* Where entries end. */
uint64_t log_index_end(const struct log_index *index);

/* Appends to out the rows that have become whole since the last call (or the
 * opening), and says which is the first. */
void log_index_take_rows(struct log_index *index, struct buffer *out,
                         uint64_t *first);
MUST_USE enum status log_index_write(struct log_index *index, uint64_t first,
                                     struct bytes rows);

#endif
