/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sign - Ed25519 signatures (RFC 8032), for the log's checkpoints; and
 * ECDSA on P-256 with SHA-256 (FIPS 186-4), which TPMs make and we only verify.
 *
 * A private key is its 32-byte seed (RFC 8032 section 5.1.5).
 *
 * Threads: any; no state.
 */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

#include "base/bytes.h"
#include "base/status.h"

enum {
    SIGN_PRIVATE_SIZE = 32,
    SIGN_PUBLIC_SIZE = 32,
    SIGNATURE_SIZE = 64,
    ECDSA_NUMBER_SIZE = 32, /* r, s, x, y, big-endian */
};

/* Fresh. Wipe private_key after use. Fails with: INTERNAL. */
MUST_USE enum status sign_key_make(uint8_t private_key[SIGN_PRIVATE_SIZE],
                                   uint8_t public_key[SIGN_PUBLIC_SIZE]);

MUST_USE enum status
sign_public_key(const uint8_t private_key[SIGN_PRIVATE_SIZE],
                uint8_t public_key[SIGN_PUBLIC_SIZE]);

/* Fails with: INTERNAL. */
MUST_USE enum status sign_make(const uint8_t private_key[SIGN_PRIVATE_SIZE],
                               struct bytes message,
                               uint8_t signature[SIGNATURE_SIZE]);

/* Fails with: CORRUPT (not this key's signature of this message), INTERNAL. */
MUST_USE enum status sign_verify(const uint8_t public_key[SIGN_PUBLIC_SIZE],
                                 struct bytes message,
                                 const uint8_t signature[SIGNATURE_SIZE]);

struct ecdsa_point {
    const uint8_t *x; /* ECDSA_NUMBER_SIZE bytes, borrowed; so all four */
    const uint8_t *y;
};

struct ecdsa_signature {
    const uint8_t *r;
    const uint8_t *s;
};

/* Fails with: CORRUPT (not this key's signature of this message, or no point
 * of the curve), INTERNAL. */
MUST_USE enum status ecdsa_p256_verify(struct ecdsa_point key,
                                       struct bytes message,
                                       struct ecdsa_signature signature);

#endif
