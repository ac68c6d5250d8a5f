/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/cleanup.h"
#include "crypto/library.h"

static void key_free(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
    *key = NULL;
}

static void digest_free(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
    *context = NULL;
}

static EVP_PKEY *private_of(const uint8_t *private_key)
{
    if (crypto_library_init() != STATUS_OK)
        return NULL;
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, private_key,
                                        SIGN_PRIVATE_SIZE);
}

enum status sign_public_key(const uint8_t private_key[SIGN_PRIVATE_SIZE],
                            uint8_t public_key[SIGN_PUBLIC_SIZE])
{
    AUTO(key_free) EVP_PKEY *key = private_of(private_key);
    size_t size = SIGN_PUBLIC_SIZE;
    if (key == NULL ||
        EVP_PKEY_get_raw_public_key(key, public_key, &size) != 1 ||
        size != SIGN_PUBLIC_SIZE)
        return STATUS_INTERNAL;
    return STATUS_OK;
}

enum status sign_key_make(uint8_t private_key[SIGN_PRIVATE_SIZE],
                          uint8_t public_key[SIGN_PUBLIC_SIZE])
{
    if (crypto_library_init() != STATUS_OK ||
        RAND_priv_bytes(private_key, SIGN_PRIVATE_SIZE) != 1)
        return STATUS_INTERNAL;
    return sign_public_key(private_key, public_key);
}

enum status sign_make(const uint8_t private_key[SIGN_PRIVATE_SIZE],
                      struct bytes message, uint8_t signature[SIGNATURE_SIZE])
{
    AUTO(key_free) EVP_PKEY *key = private_of(private_key);
    AUTO(digest_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t size = SIGNATURE_SIZE;
    if (key == NULL || context == NULL ||
        EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
        EVP_DigestSign(context, signature, &size, message.data, message.size) !=
            1 ||
        size != SIGNATURE_SIZE)
        return STATUS_INTERNAL;
    return STATUS_OK;
}

enum status sign_verify(const uint8_t public_key[SIGN_PUBLIC_SIZE],
                        struct bytes message,
                        const uint8_t signature[SIGNATURE_SIZE])
{
    if (crypto_library_init() != STATUS_OK)
        return STATUS_INTERNAL;
    AUTO(key_free)
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
                                                public_key, SIGN_PUBLIC_SIZE);
    AUTO(digest_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (key == NULL || context == NULL ||
        EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) != 1)
        return STATUS_INTERNAL;
    return EVP_DigestVerify(context, signature, SIGNATURE_SIZE, message.data,
                            message.size) == 1
               ? STATUS_OK
               : STATUS_CORRUPT;
}
