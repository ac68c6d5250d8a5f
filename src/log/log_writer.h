/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_writer - appends entries; many that wait share one fdatasync.
 *
 * While one batch is being written on the worker's thread, later entries
 * gather in the next. Each done function runs in the loop, in the order of
 * the entries, and only after its entry and texts are durable. An error is
 * final: it goes to everybody who waits and to all later appends; what had
 * been numbered is void.
 *
 * Tiles and the signed checkpoint follow the acknowledgement, at most
 * LOG_SIGN_AFTER_MS later, and at once at an orderly end.
 *
 * Threads: the loop's; its worker has one thread.
 */
#ifndef LOG_LOG_WRITER_H
#define LOG_LOG_WRITER_H

#include "log/log_store.h"

struct loop;
struct log_writer;

enum { LOG_SIGN_AFTER_MS = 1000 };

/* number: of the entry, where status is OK. */
typedef void log_appended_fn(void *context, enum status status,
                             uint64_t number);

/*
 * Opens the log at place (log_store_open) and starts its worker. on_entry
 * is told of every entry that is there, and later of each that has become
 * durable, before its done function.
 * Fails with: as log_store_open, INTERNAL.
 */
MUST_USE enum status log_writer_create(struct loop *loop,
                                       const struct file_layer *layer,
                                       const struct log_place *place,
                                       log_observer_fn *on_entry, void *context,
                                       struct log_writer **out);

/* Waits for what is being written; no done function runs any more. */
void log_writer_destroy(struct log_writer **writer);

/* The key under which personal texts are sealed from now on. */
void log_writer_set_text_key(struct log_writer *writer, uint32_t month,
                             const uint8_t key[TEXT_KEY_SIZE]);
bool log_writer_has_text_key(const struct log_writer *writer);

/*
 * Appends an entry, whose texts are copied. on_done may be NULL.
 * Fails with: AGAIN (it has personal texts and there is no key), BAD_INPUT,
 * LIMIT (too much waits, or as entry_line_write), IO (closed by an error),
 * NO_MEMORY, INTERNAL. On failure nothing is appended.
 */
MUST_USE enum status log_writer_append(struct log_writer *writer,
                                       const struct entry *entry,
                                       struct wall_time time,
                                       log_appended_fn *on_done, void *context);

/* Runs once, perhaps within log_writer_sign. */
typedef void log_signed_fn(void *context, enum status status);

/* All that has been appended gets under a signed checkpoint at once: for an
 * orderly end. One at a time. status: OK, or what has closed the log. */
void log_writer_sign(struct log_writer *writer, log_signed_fn *on_done,
                     void *context);

/* Entries that are numbered and not yet durable. */
size_t log_writer_waiting(const struct log_writer *writer);

/* False once writing has failed. */
bool log_writer_is_open(const struct log_writer *writer);

/* What has closed it; OK while it is open. After NO_SPACE a process that opens
 * the log anew, with room on the disk, goes on behind what was acknowledged. */
enum status log_writer_failure(const struct log_writer *writer);

/* For reading back: only durable entries. Borrowed. */
struct log_store *log_writer_store(struct log_writer *writer);

#endif
