/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/package/archive - the zip of an evidence package, by libzip: stored, not
 * compressed; with a password each file is sealed with AES-256 (WinZip's AE-2).
 * cmd/package/zip_form.h says how each of its bytes must be.
 *
 * Threads: none.
 */
#ifndef CMD_PACKAGE_ARCHIVE_H
#define CMD_PACKAGE_ARCHIVE_H

#include <stdio.h>

#include "base/buffer.h"

/* ---- writing ---- */

struct archive_out;

/* password: NULL: none. Nothing stands at path before archive_out_finish. Fails
 * with: IO, NO_MEMORY. */
MUST_USE enum status archive_out_create(const char *path, const char *password,
                                        struct archive_out **out);

/* What is added is borrowed until archive_out_finish. Fails with: IO,
 * NO_MEMORY. */
MUST_USE enum status archive_out_add(struct archive_out *archive,
                                     const char *name, struct bytes content);
/* file: size bytes from its beginning; it is taken over. */
MUST_USE enum status archive_out_add_file(struct archive_out *archive,
                                          const char *name, FILE **file,
                                          uint64_t size);

/* Writes all of it; *archive is NULL afterwards in any case. Fails with: IO. */
MUST_USE enum status archive_out_finish(struct archive_out **archive);
/* Leaves no file behind. */
void archive_out_drop(struct archive_out **archive);

/* ---- reading ---- */

struct archive_in;

/* Fails with: NOT_FOUND, DENIED, BAD_INPUT (no zip), IO, NO_MEMORY. */
MUST_USE enum status archive_in_open(const char *path, const char *password,
                                     struct archive_in **out);
void archive_in_close(struct archive_in **archive);

typedef enum status archive_piece_fn(void *context, struct bytes piece);

/* The file of this place in the archive, piece by piece. Fails with: CORRUPT (its
 * sum), DENIED (a password is needed), CONFLICT (this one is wrong), IO, NO_MEMORY, and as
 * on_piece. */
MUST_USE enum status archive_in_stream(struct archive_in *archive,
                                       uint64_t place,
                                       archive_piece_fn *on_piece,
                                       void *context);

/* All of it into out, whose limit holds. Fails also with: LIMIT. */
MUST_USE enum status archive_in_read(struct archive_in *archive,
                                     uint64_t place, struct buffer *out);

#endif
