/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/aead - sealing with a key that is used for one message only.
 *
 * AES-256-GCM (NIST SP 800-38D) or ARIA-256-GCM (RFC 5794, RFC 6209); nonce of
 * twelve zero bytes, which is safe exactly because no key seals two messages:
 * each key comes out of the KDF with a fresh random salt of 32 bytes.
 *
 * Threads: any; no state.
 */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include "base/bytes.h"
#include "base/status.h"

enum aead_algorithm {
    AEAD_AES_256_GCM = 1,
    AEAD_ARIA_256_GCM = 2,
};

enum { AEAD_KEY_SIZE = 32, AEAD_TAG_SIZE = 16 };

/* out: plain.size bytes, may be plain itself. Fails with: INTERNAL. */
MUST_USE enum status aead_seal(enum aead_algorithm algorithm,
                               const uint8_t key[AEAD_KEY_SIZE],
                               struct bytes associated, struct bytes plain,
                               uint8_t *out, uint8_t tag[AEAD_TAG_SIZE]);

/* out: sealed.size bytes, zeroed on failure. Fails with: CORRUPT, INTERNAL. */
MUST_USE enum status aead_open(enum aead_algorithm algorithm,
                               const uint8_t key[AEAD_KEY_SIZE],
                               struct bytes associated, struct bytes sealed,
                               const uint8_t tag[AEAD_TAG_SIZE], uint8_t *out);

#endif
