/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_store - the log on disk: its lines, their tree, its checkpoint.
 *
 *   entries    a line per entry           texts   a line per personal text
 *   tile/      the tree (tree/tile.h)     index   where lines stand
 *   checkpoint, vkey: log_signer.h        unsigned: log_unsigned.h
 *
 * Lines come first and are synced; all else is derived from them and made again
 * where it is missing or damaged. Nothing is signed that is not durable, and
 * nothing at all once the lines do not give the root of the last checkpoint.
 *
 * Opening reads the end of the log only: from the tiles it takes the tree as it
 * stood LOG_CHECKED_AT_START entries before the checkpoint, hashes the lines
 * from there on and must arrive at the checkpoint's root. If it does not, the
 * whole log is hashed, once; if that does not either, the log is CORRUPT:
 * altered, or shorter than what has been signed; nothing is changed then. What
 * stands behind the checkpoint is written and synced again before it counts:
 * it may be in the page cache only. A torn end, at most one batch, was never
 * acknowledged and is cut off. Older lines are checked by `haechi verify`.
 *
 * Threads: log_store_commit and log_store_publish may run on another thread
 * than the rest, one call at a time: they touch the files and what they are
 * given.
 */
#ifndef LOG_LOG_STORE_H
#define LOG_LOG_STORE_H

#include "log/entry_line.h"
#include "log/leaf.h"
#include "log/log_signer.h"
#include "log/sealed_text.h"
#include "sys/file.h"

struct log_store;

enum {
    LOG_BATCH_MAX = 4 << 20, /* bytes of lines or texts in one commit */
    LOG_BATCH_ENTRIES = 4096,
    LOG_CHECKED_AT_START = 65536, /* entries before the checkpoint */
    LOG_UNSIGNED_MAX = 65536,     /* committed and not published */
};

/* Lines that become durable together. */
struct log_batch {
    uint64_t first; /* number of its first entry */
    size_t count;
    struct buffer lines; /* with their line feeds */
    struct buffer leaves;
    struct buffer texts;
};

/* What goes into tiles, index and checkpoint at once. */
struct log_publication {
    uint64_t size; /* of the log, with it */
    struct buffer leaves;
    struct buffer rows; /* of the index */
    uint64_t first_row;
};

/* Told of entries, in order. The line is borrowed during the call. Of what is
 * there when the log is opened: only of the kinds that log_kind_is_told. */
typedef void log_observer_fn(void *context, const struct entry_line *entry,
                             struct text line);

/* False for the many kinds of which nothing is kept in memory. */
bool log_kind_is_told(enum entry_kind kind);

/*
 * Opens or makes the log. on_entry NULL: nobody is told. Fails with: CORRUPT,
 * as log_signer_open, and as sys/file.h. On failure *out is NULL.
 */
MUST_USE enum status log_store_open(const struct file_layer *layer,
                                    const struct log_place *place,
                                    log_observer_fn *on_entry, void *context,
                                    struct log_store **out);
void log_store_close(struct log_store **store);

/* Entries, of which the last was number count - 1. */
uint64_t log_store_count(const struct log_store *store);

/* The key that signs it; borrowed. */
const struct note_key *log_store_key(const struct log_store *store);

void log_batch_init(struct log_batch *batch, uint64_t first);
void log_batch_deinit(struct log_batch *batch);

/*
 * Writes texts, then entries, each with fdatasync; then their leaves. The batch's first must be
 * the store's count. An error is final: nothing may be committed to this store
 * again. Fails with: as sys/file.h.
 */
MUST_USE enum status log_store_commit(struct log_store *store,
                                      const struct log_batch *batch);

/* Takes a committed batch into the memory of what is there. NO_MEMORY. */
MUST_USE enum status log_store_note(struct log_store *store,
                                    const struct log_batch *batch);

void log_publication_init(struct log_publication *publication);
void log_publication_deinit(struct log_publication *publication);

/* Entries noted and not yet handed out by log_store_prepare. */
size_t log_store_unpublished(const struct log_store *store);

/* Hands out what has been noted since the last call; publication is emptied
 * first. Fails with: NO_MEMORY. */
MUST_USE enum status
log_store_prepare(struct log_store *store,
                  struct log_publication *publication);

/* Writes tiles and index, then signs. An error is final, as of a commit.
 * Fails with: as log_signer_sign and sys/file.h. */
MUST_USE enum status
log_store_publish(struct log_store *store,
                  const struct log_publication *publication);

/* The line of an entry, without its line feed, into out (emptied first).
 * Fails with: NOT_FOUND, CORRUPT, NO_MEMORY, and as sys/file.h. */
MUST_USE enum status log_store_line(struct log_store *store, uint64_t number,
                                    struct buffer *out);

/* The kind's place in the table, or ENTRY_KIND_COUNT for one not in it. */
enum entry_kind log_store_kind(const struct log_store *store, uint64_t number);

/* Calls on_text for each text of an entry, in order. */
typedef void log_text_fn(void *context, const struct sealed_text *sealed);
MUST_USE enum status log_store_texts(struct log_store *store, uint64_t number,
                                     log_text_fn *on_text, void *context);

#endif
