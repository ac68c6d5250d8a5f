/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office/office - the gate's database: people, sessions, open views.
 *
 * SQLite, one file. journal_mode TRUNCATE, since a write-ahead log keeps old
 * pages about; secure_delete; synchronous FULL. No key and no picture stands
 * in it: passwords as Argon2id hashes, session tokens as SHA-256. Times are
 * on the trusted clock.
 *
 * Fails with, throughout: IO, NO_SPACE, CORRUPT, NO_MEMORY, INTERNAL.
 *
 * Threads: the loop's.
 */
#ifndef OFFICE_OFFICE_H
#define OFFICE_OFFICE_H

#include "base/status.h"

struct office;

/* Opens or makes the database; path is terminated. */
MUST_USE enum status office_open(const char *path, struct office **out);
void office_close(struct office **office);

/* All writes between stand or fall together. */
MUST_USE enum status office_begin(struct office *office);
MUST_USE enum status office_commit(struct office *office);
void office_rollback(struct office *office);

#endif
