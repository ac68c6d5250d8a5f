/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/event_journal - events for the gate, kept until it has them.
 *
 * An append-only file of frames: size u16, type u8, zero u8, CRC-32C of the
 * payload u32, payload. Type 1: an event (model/event.h); events are numbered
 * from 1 in order. Type 2: a number u64; events up to it are acknowledged, and
 * the next event has at least the number after it. Type 3: the newest batch of
 * leaves that was told, u64. A torn last frame is cut off. The file is written
 * anew, with what waits alone, at each start, where nothing waits and it has
 * grown, and after a sync that failed: what the old one holds is not known then.
 *
 * The reader's cursor is the number of the last event that it has made
 * durable. A cursor beyond what this journal knows says that the journal was
 * lost: what waits is then numbered after the cursor.
 *
 * Threads: none.
 */
#ifndef STORE_EVENT_JOURNAL_H
#define STORE_EVENT_JOURNAL_H

#include <stdbool.h>

#include "model/event.h"
#include "sys/file.h"

struct event_journal;

enum {
    EVENTS_WAITING_MAX = 200000,
    JOURNAL_REWRITE_BYTES = 256 * 1024,
};

/* Fails with: IO, NO_SPACE, NO_MEMORY. */
MUST_USE enum status event_journal_open(const struct file_layer *layer,
                                        const char *path,
                                        struct event_journal **out);
void event_journal_close(struct event_journal **journal);

/* Writes the event; durable after the next sync. Fails with: LIMIT (too many
 * wait), IO, NO_SPACE, NO_MEMORY. */
MUST_USE enum status event_journal_append(struct event_journal *journal,
                                          const struct event *event);

/* Fails with: IO, NO_SPACE, NO_MEMORY; then nothing of what was appended since the
 * last one is told, and the next tries a new file. */
MUST_USE enum status event_journal_sync(struct event_journal *journal);

bool event_journal_is_dirty(const struct event_journal *journal);

/* Events up to cursor are forgotten. Fails with: IO, NO_SPACE. */
MUST_USE enum status event_journal_acknowledge(struct event_journal *journal,
                                               uint64_t cursor);

/* The batch of the newest RECORDING_ROOT, acknowledged or not; 0: none. */
uint64_t event_journal_batch(const struct event_journal *journal);

/* Events that wait. */
size_t event_journal_waiting(const struct event_journal *journal);

/*
 * Encodes events after cursor that have been synced, as many as out has room
 * for, at most limit; *last: the number of the last of them, or cursor.
 */
void event_journal_get(const struct event_journal *journal, uint64_t cursor,
                       size_t limit, struct writer *out, uint64_t *last);

#endif
