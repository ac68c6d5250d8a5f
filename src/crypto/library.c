/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/library.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <pthread.h>
#include <sodium.h>
#include <stdbool.h>

#include "crypto/fetched.h"

/* Read-only once `once` has run: not state, but a cache of constants. */
static struct fetched fetched;
static bool is_complete;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* Each init with the hash by name would look it up: half the cost of a short
 * message. A copy of one that has it does not. */
static EVP_MAC_CTX *make_hmac_sha256(void)
{
    static const uint8_t KEY[1];
    char digest_name[] = "SHA2-256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name, 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = hmac == NULL ? NULL : EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac); /* the context holds it */
    if (context != NULL &&
        EVP_MAC_init(context, KEY, sizeof KEY, parameters) != 1) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

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
    fetched.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    fetched.hmac_sha256 = make_hmac_sha256();
    is_complete = fetched.aes_256_gcm != NULL && fetched.aria_256_gcm != NULL &&
                  fetched.sha256 != NULL && fetched.md5 != NULL &&
                  fetched.sha1 != NULL &&
                  fetched.hmac_sha256 != NULL;
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
