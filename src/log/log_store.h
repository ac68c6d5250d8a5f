/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_store - the log's three files, and what is known of them in memory.
 *
 *   entries  a line per entry     leaves  32 bytes per entry, derived
 *   texts    a line per personal text
 *
 * Opening reads the log whole: numbers must be contiguous from 0, and each
 * line must hash to its stored leaf. What was being written when the power
 * went was never acknowledged and is cut off: lines behind the last leaf that
 * are torn, and texts without entry. Leaves are written after their entries
 * are durable; so a log with fewer lines than leaves, or with another line
 * behind a leaf, has been altered or lost: CORRUPT, and nothing is changed.
 *
 * Threads: log_store_commit may run on another thread than the rest, one call
 * at a time, since it touches only the files and its batch.
 */
#ifndef LOG_LOG_STORE_H
#define LOG_LOG_STORE_H

#include "log/entry_line.h"
#include "log/leaf.h"
#include "log/sealed_text.h"
#include "sys/file.h"

struct log_store;

enum {
    LOG_BATCH_MAX = 4 << 20, /* bytes of lines or texts in one commit */
    LOG_BATCH_ENTRIES = 4096,
};

/* Lines that become durable together. */
struct log_batch {
    uint64_t first; /* number of its first entry */
    size_t count;
    struct buffer lines; /* with their line feeds */
    struct buffer leaves;
    struct buffer texts;
};

/* Told of every entry, in order. The line is borrowed during the call. */
typedef void log_observer_fn(void *context, const struct entry_line *entry,
                             struct text line);

/*
 * Opens or makes the files in directory, which exists. on_entry is told of
 * every entry that is there; NULL: nobody is.
 * Fails with: CORRUPT, and as sys/file.h. On failure *out is NULL.
 */
MUST_USE enum status log_store_open(const struct file_layer *layer,
                                    const char *directory,
                                    log_observer_fn *on_entry, void *context,
                                    struct log_store **out);
void log_store_close(struct log_store **store);

/* Entries, of which the last was number count - 1. */
uint64_t log_store_count(const struct log_store *store);

void log_batch_init(struct log_batch *batch, uint64_t first);
void log_batch_deinit(struct log_batch *batch);

/*
 * Writes texts, then entries, each with fdatasync; then the leaves. The
 * batch's first must be the store's count. An error is final: nothing may be
 * committed to this store again. Fails with: as sys/file.h.
 */
MUST_USE enum status log_store_commit(struct log_store *store,
                                      const struct log_batch *batch);

/* Takes a committed batch into the memory of what is there. NO_MEMORY. */
MUST_USE enum status log_store_note(struct log_store *store,
                                    const struct log_batch *batch);

/*
 * Reads the line of an entry, without its line feed, into out (emptied first).
 * Fails with: NOT_FOUND, NO_MEMORY, and as sys/file.h.
 */
MUST_USE enum status log_store_line(struct log_store *store, uint64_t number,
                                    struct buffer *out);

/* The kind's place in the table, or ENTRY_KIND_COUNT for one not in it. */
enum entry_kind log_store_kind(const struct log_store *store, uint64_t number);

/* Calls on_text for each text of an entry, in order. */
typedef void log_text_fn(void *context, const struct sealed_text *sealed);
MUST_USE enum status log_store_texts(struct log_store *store, uint64_t number,
                                     log_text_fn *on_text, void *context);

#endif
