/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/commitment - a text in the log without the text.
 *
 *   digest = SHA-256("haechi text" || 0x00 || salt (32) || text)
 *
 * Whoever has salt and text can check the entry; once both are forgotten, the
 * digest says nothing, not even to somebody who guesses the text.
 *
 * Threads: any; no state.
 */
#ifndef LOG_COMMITMENT_H
#define LOG_COMMITMENT_H

#include "base/bytes.h"
#include "base/status.h"

enum { COMMITMENT_SIZE = 32, COMMITMENT_SALT_SIZE = 32 };

/* Stands before the base64 of the digest in an entry. */
#define COMMITMENT_PREFIX "c:"

struct commitment {
    uint8_t digest[COMMITMENT_SIZE];
};

/* salt: fresh random bytes for each text. Fails with: INTERNAL. */
MUST_USE enum status commitment_make(const uint8_t salt[COMMITMENT_SALT_SIZE],
                                     struct text text, struct commitment *out);

#endif
