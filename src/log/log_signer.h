/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_signer - the log's signing key, and the last checkpoint it signed.
 *
 * Files: the key, 32 bytes (the gate's alone: it lies outside the log's
 * directory, so that the log can be handed out whole); log/vkey, its public
 * half with the log's origin; log/checkpoint; and the same checkpoint once
 * more in another directory, so that a log that was put back alone is noticed.
 *
 * The key is made when there is neither a vkey nor a checkpoint. Where a
 * checkpoint is there and the key is not, nothing is made: the log cannot be
 * signed any more.
 *
 * Threads: one at a time.
 */
#ifndef LOG_LOG_SIGNER_H
#define LOG_LOG_SIGNER_H

#include "log/tree/checkpoint.h"
#include "sys/file.h"

struct log_signer;

/* Where a log lives. All borrowed during the call that takes it. */
struct log_place {
    const char *directory; /* exists */
    const char *key;       /* the signing key's file */
    const char *kept;      /* the second checkpoint's file; NULL: none */
    const char *origin;    /* of a log that begins */
};

/*
 * Fails with: BAD_INPUT (origin is none), CORRUPT (the key is missing or not
 * that of vkey, no checkpoint is sound, or two that are do not fit each
 * other), NO_MEMORY, INTERNAL, and as sys/file.h. *out is NULL then.
 */
MUST_USE enum status log_signer_open(const struct file_layer *layer,
                                     const struct log_place *place,
                                     struct log_signer **out);
void log_signer_close(struct log_signer **signer); /* wipes the key */

const struct note_key *log_signer_key(const struct log_signer *signer);

/* The last known checkpoint; NULL: nothing has been signed yet. */
const struct checkpoint *log_signer_last(const struct log_signer *signer);

/* Signs, and puts it durably in both places. What it signs must be durable
 * already. Fails with: CONFLICT (shorter than the last), NO_MEMORY, INTERNAL,
 * and as sys/file.h. */
MUST_USE enum status log_signer_sign(struct log_signer *signer, uint64_t size,
                                     const struct merkle_hash *root);

#endif
