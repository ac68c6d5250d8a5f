/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>

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

/* ---- ECDSA ------------------------------------------------------------------ */

static void key_maker_free(EVP_PKEY_CTX **maker)
{
    EVP_PKEY_CTX_free(*maker);
    *maker = NULL;
}

static void pair_free(ECDSA_SIG **pair)
{
    ECDSA_SIG_free(*pair);
    *pair = NULL;
}

/* CORRUPT: no point of the curve. */
static enum status point_read(struct ecdsa_point point, EVP_PKEY **out)
{
    enum { UNCOMPRESSED = 4 };
    char curve[] = "P-256";
    uint8_t octets[1 + 2 * ECDSA_NUMBER_SIZE] = {UNCOMPRESSED};
    AUTO(key_maker_free) EVP_PKEY_CTX *maker =
        EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    memcpy(octets + 1, point.x, ECDSA_NUMBER_SIZE);
    memcpy(octets + 1 + ECDSA_NUMBER_SIZE, point.y, ECDSA_NUMBER_SIZE);
    OSSL_PARAM parts[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets,
                                          sizeof octets),
        OSSL_PARAM_construct_end()};
    if (maker == NULL || EVP_PKEY_fromdata_init(maker) != 1)
        return STATUS_INTERNAL;
    return EVP_PKEY_fromdata(maker, out, EVP_PKEY_PUBLIC_KEY, parts) == 1
               ? STATUS_OK
               : STATUS_CORRUPT;
}

/* As OpenSSL takes it: a DER sequence of both; size 0 without memory. */
static int pair_encode(struct ecdsa_signature signature, uint8_t *out)
{
    AUTO(pair_free) ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature.r, ECDSA_NUMBER_SIZE, NULL);
    BIGNUM *s = BN_bin2bn(signature.s, ECDSA_NUMBER_SIZE, NULL);
    if (pair == NULL || r == NULL || s == NULL ||
        ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return 0;
    }
    return i2d_ECDSA_SIG(pair, &out);
}

enum status ecdsa_p256_verify(struct ecdsa_point key, struct bytes message,
                              struct ecdsa_signature signature)
{
    enum { DER_SIZE_MAX = 8 + 2 * (ECDSA_NUMBER_SIZE + 1) };
    uint8_t der[DER_SIZE_MAX];
    AUTO(key_free) EVP_PKEY *point = NULL;
    AUTO(digest_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (crypto_library_init() != STATUS_OK || context == NULL)
        return STATUS_INTERNAL;
    enum status s = point_read(key, &point);
    int size = pair_encode(signature, der);
    if (s == STATUS_OK &&
        (size <= 0 || EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
                                           point) != 1))
        s = STATUS_INTERNAL;
    if (s != STATUS_OK)
        return s;
    int outcome = EVP_DigestVerify(context, der, (size_t)size, message.data,
                                   message.size);
    return outcome == 1 ? STATUS_OK : STATUS_CORRUPT;
}
