/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/log_lines - lines of an installation's log and their proofs, read from its
 * files while the recorder may be at work.
 *
 * Fails with, throughout: NOT_FOUND (no such log or entry, or nothing is signed
 * yet), CORRUPT, LIMIT, NO_MEMORY, and as sys/file.h.
 */
#ifndef CMD_LOG_LINES_H
#define CMD_LOG_LINES_H

#include "base/buffer.h"
#include "log/entry.h"
#include "log/tree/proof.h"

enum { LOG_LINES_PATH_SIZE = 1200 };

/* Appends the tlog-proof of an entry against this note. NOT_FOUND also where
 * the recorder has replaced its tiles meanwhile: with the next note. */
MUST_USE enum status log_lines_prove(const char *directory, struct text note,
                                     const struct checkpoint *checkpoint,
                                     uint64_t number, struct buffer *out);

/* ---- lines ---- */

struct log_lines;

/* What is there now. Where the log's index is missing, another log's or of
 * another program, all lines are read once. */
MUST_USE enum status log_lines_open(const char *directory,
                                    struct log_lines **out);
void log_lines_close(struct log_lines **lines);

/* How many there are. */
uint64_t log_lines_count(const struct log_lines *lines);

/* Appends line number, without its line feed. */
MUST_USE enum status log_lines_read(struct log_lines *lines, uint64_t number,
                                    struct buffer *out);

/* The next entry of this kind at or behind number; count: none. */
uint64_t log_lines_next(const struct log_lines *lines, enum entry_kind kind,
                        uint64_t number);

#endif
