/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/kdf - one key into others.
 *
 * KBKDF in counter mode with HMAC-SHA-256 (NIST SP 800-108r1 section 4.1):
 * label, a zero byte, context, length in bits; 32-bit counter from 1.
 */
#ifndef CRYPTO_KDF_H
#define CRYPTO_KDF_H

#include "base/bytes.h"
#include "base/status.h"

enum { KDF_KEY_SIZE = 32, KDF_OUT_MAX = 128 };

/* label: fixed text naming the use. out_size <= KDF_OUT_MAX. INTERNAL. */
MUST_USE enum status kdf(const uint8_t key[KDF_KEY_SIZE], const char *label,
                         struct bytes context, uint8_t *out, size_t out_size);

#endif
