/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/password.h"

#include <sodium.h>

#include "crypto/library.h"

/* RFC 9106 section 4 has a second choice of 64 MiB for memory-poor places;
 * these are libsodium's "interactive" numbers: 2 passes, one lane. */
enum { PASSES = 2, MEMORY_BYTES = 64 << 20 };

_Static_assert((int)PASSWORD_HASH_SIZE >= (int)crypto_pwhash_STRBYTES,
               "libsodium's text fits");

enum status password_hash(struct text password, char out[PASSWORD_HASH_SIZE])
{
    if (crypto_library_init() != STATUS_OK)
        return STATUS_INTERNAL;
    /* The only cause left: no memory for the passes. */
    return crypto_pwhash_str_alg(out, password.data, password.size, PASSES,
                                 MEMORY_BYTES,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0
               ? STATUS_OK
               : STATUS_NO_MEMORY;
}

enum status password_verify(const char *hash, struct text password)
{
    if (crypto_library_init() != STATUS_OK ||
        crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY_BYTES) < 0)
        return STATUS_CORRUPT;
    return crypto_pwhash_str_verify(hash, password.data, password.size) == 0
               ? STATUS_OK
               : STATUS_DENIED;
}
