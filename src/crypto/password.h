/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/password - Argon2id (RFC 9106) through libsodium.
 *
 * Slow on purpose (about 64 MiB and 0.1 s): callers queue it, two at a time at
 * most, off the loop.
 */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include "base/bytes.h"
#include "base/status.h"

enum { PASSWORD_HASH_SIZE = 128 }; /* text with its terminating zero */

/* Fails with: NO_MEMORY, INTERNAL. */
MUST_USE enum status password_hash(struct text password,
                                   char out[PASSWORD_HASH_SIZE]);

/* Fails with: DENIED (wrong), CORRUPT (not such a hash). */
MUST_USE enum status password_verify(const char *hash, struct text password);

#endif
