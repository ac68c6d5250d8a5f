/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/timestamps - what a time-stamping service has said of this log: in
 * LOG/timestamps/SIZE the checkpoint of that size as the log has signed it, and
 * in SIZE.tsr the service's answer (RFC 3161) about these very bytes. Two plain
 * files, so that others' tools read them too:
 *
 *   openssl ts -verify -data SIZE -in SIZE.tsr -CAfile authority.pem
 *
 * The note is written first: an answer without its note does not happen.
 *
 * Threads: any; no state.
 */
#ifndef LOG_TIMESTAMPS_H
#define LOG_TIMESTAMPS_H

#include "base/bytes.h"
#include "base/status.h"
#include "sys/file.h"

/* Both durable. Fails with: LIMIT, NO_MEMORY, and as sys/file.h. */
MUST_USE enum status timestamps_keep(const struct file_layer *layer,
                                     const char *log_directory, uint64_t size,
                                     struct bytes note, struct bytes answer);

enum { TIMESTAMPS_LISTED_MAX = 32 };

struct timestamps {
    uint64_t sizes[TIMESTAMPS_LISTED_MAX]; /* the newest, ascending */
    size_t count;
    uint64_t older; /* that are there and not listed */
};

/* Those with an answer. None: no failure. Fails with: LIMIT, and as
 * sys/file.h. */
MUST_USE enum status timestamps_list(const struct file_layer *layer,
                                     const char *log_directory,
                                     struct timestamps *out);

struct timestamp_files {
    uint8_t *note; /* alloc_free both */
    size_t note_size;
    uint8_t *answer;
    size_t answer_size;
};

/* Fails with: LIMIT (a file is too large, the path too long), NOT_FOUND,
 * NO_MEMORY, and as sys/file.h; then nothing is to be freed. */
MUST_USE enum status timestamps_read(const struct file_layer *layer,
                                     const char *log_directory, uint64_t size,
                                     struct timestamp_files *out);
void timestamp_files_deinit(struct timestamp_files *files);

#endif
