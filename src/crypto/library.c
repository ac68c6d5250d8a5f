/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/library.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>

#include "crypto/fetched.h"

/* Read-only once `once` has run: not state, but a cache of constants. */
static struct fetched fetched;
static bool is_complete;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch_all(void)
{
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG |
                                OPENSSL_INIT_LOAD_CRYPTO_STRINGS,
                            NULL) != 1 ||
        sodium_init() < 0)
        return;
    fetched.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    fetched.aria_256_gcm = EVP_CIPHER_fetch(NULL, "ARIA-256-GCM", NULL);
    fetched.sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
    fetched.md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    fetched.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    is_complete = fetched.aes_256_gcm != NULL && fetched.aria_256_gcm != NULL &&
                  fetched.sha256 != NULL && fetched.md5 != NULL &&
                  fetched.hmac != NULL;
}

const struct fetched *fetched_get(void)
{
    if (pthread_once(&once, fetch_all) != 0 || !is_complete)
        return NULL;
    return &fetched;
}

enum status crypto_library_init(void)
{
    return fetched_get() == NULL ? STATUS_INTERNAL : STATUS_OK;
}
