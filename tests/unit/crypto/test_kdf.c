/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "crypto/kdf.h"
#include "unit/crypto/vectors.h"

/* The same by OpenSSL's own KBKDF: a stranger can repeat it. */
static void derive_by_openssl(uint8_t *key, char *label, struct bytes info,
                              uint8_t *out, size_t size)
{
    EVP_KDF *kind = EVP_KDF_fetch(NULL, "KBKDF", NULL);
    EVP_KDF_CTX *one = EVP_KDF_CTX_new(kind);
    char mode[] = "COUNTER";
    char mac[] = "HMAC";
    char digest[] = "SHA2-256";
    uint8_t info_copy[64];
    memcpy(info_copy, info.data, info.size);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MODE, mode, 0),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MAC, mac, 0),
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key, 32),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, label,
                                          strlen(label)),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info_copy,
                                          info.size),
        OSSL_PARAM_construct_end(),
    };
    assert_int_equal(1, EVP_KDF_derive(one, out, size, parameters));
    EVP_KDF_CTX_free(one);
    EVP_KDF_free(kind);
}

static void equals_openssl_at_every_size(void **state)
{
    (void)state;
    uint8_t key[32];
    count_up(0, key, sizeof key);
    char label[] = "haechi unit";
    uint8_t context[36];
    count_up(77, context, sizeof context);
    for (size_t size = 1; size <= KDF_OUT_MAX; size++) {
        uint8_t ours[KDF_OUT_MAX];
        uint8_t theirs[KDF_OUT_MAX];
        size_t context_size = 1 + size % sizeof context;
        CHECK_OK(kdf(key, label, bytes_of(context, context_size), ours, size));
        derive_by_openssl(key, label, bytes_of(context, context_size), theirs,
                          size);
        assert_memory_equal(theirs, ours, size);
    }
}

static void the_value_is_for_ever(void **state)
{
    (void)state;
    uint8_t key[32];
    count_up(0, key, sizeof key);
    uint8_t out[80];
    CHECK_OK(kdf(key, "label", bytes_of("context", 7), out, sizeof out));
    check_hex("793c8c6322234b76061bb6be858d899cf6c2cf3a2cf075f22bed2b8a17d10ff1"
              "cd9a6cdfd6c0f4bcaea6f6700b4decc8cb28a019968a859f4e2d4ec8c686dbd5"
              "a33e6943413e3db9b6c04a28022f936e",
              out);
}

static void no_size_and_too_much_are_refused(void **state)
{
    (void)state;
    uint8_t key[32] = {0};
    uint8_t out[KDF_OUT_MAX + 1];
    CHECK_STATUS(STATUS_INTERNAL, kdf(key, "l", bytes_of(NULL, 0), out, 0));
    CHECK_STATUS(STATUS_INTERNAL,
                 kdf(key, "l", bytes_of(NULL, 0), out, KDF_OUT_MAX + 1));
    CHECK_OK(kdf(key, "l", bytes_of(NULL, 0), out, KDF_OUT_MAX));
}

TEST_MAIN("crypto/kdf", TEST(equals_openssl_at_every_size),
          TEST(the_value_is_for_ever), TEST(no_size_and_too_much_are_refused))
