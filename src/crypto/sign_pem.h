/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sign_pem - Ed25519 keys as the PEM files that openssl makes and reads.
 *
 * RFC 8410: PKCS #8 for the private key, SubjectPublicKeyInfo for the public
 * one. A key file under a password is refused: nobody is asked for one.
 *
 * Threads: any; no state.
 */
#ifndef CRYPTO_SIGN_PEM_H
#define CRYPTO_SIGN_PEM_H

#include "crypto/sign.h"

enum { SIGN_PEM_SIZE = 256 }; /* of either, with its terminating zero */

/* Wipe out after use. Fails with: INTERNAL. */
MUST_USE enum status
sign_private_write_pem(const uint8_t private_key[SIGN_PRIVATE_SIZE],
                       char out[SIGN_PEM_SIZE]);

/* Fails with: INTERNAL. */
MUST_USE enum status
sign_public_write_pem(const uint8_t public_key[SIGN_PUBLIC_SIZE],
                      char out[SIGN_PEM_SIZE]);

/* Wipe private_key after use. Fails with: BAD_INPUT (no Ed25519 key in it, or
 * under a password), INTERNAL. */
MUST_USE enum status
sign_private_read_pem(struct bytes pem, uint8_t private_key[SIGN_PRIVATE_SIZE]);

#endif
