/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/fetched - the algorithms as OpenSSL 3 wants them: fetched once and
 * kept, because a fetch by name costs more than sealing a small record.
 *
 * Private to src/crypto. Threads: any.
 */
#ifndef CRYPTO_FETCHED_H
#define CRYPTO_FETCHED_H

#include <openssl/evp.h>

struct fetched {
    EVP_CIPHER *aes_256_gcm;
    EVP_CIPHER *aria_256_gcm;
    EVP_MD *sha256;
    EVP_MD *md5;
    EVP_MD *sha1;
    EVP_MAC_CTX *hmac_sha256; /* to be copied: knows its hash */
};

/* NULL where the library is not what we need. Static storage. */
const struct fetched *fetched_get(void);

#endif
