/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/aead.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "crypto/fetched.h"

enum { STEP_MAX = 1 << 30 }; /* bytes per call: EVP counts in int */

static const uint8_t NONCE[12];

/*
 * A new context for each message, on purpose: it costs about a microsecond
 * beside some hundred for a record, and freeing it wipes the key schedule.
 */
static void context_free(EVP_CIPHER_CTX **context)
{
    EVP_CIPHER_CTX_free(*context);
    *context = NULL;
}

static const EVP_CIPHER *cipher_of(enum aead_algorithm algorithm)
{
    const struct fetched *fetched = fetched_get();
    if (fetched == NULL)
        return NULL;
    switch (algorithm) {
    case AEAD_AES_256_GCM:
        return fetched->aes_256_gcm;
    case AEAD_ARIA_256_GCM:
        return fetched->aria_256_gcm;
    default:
        return NULL;
    }
}

/* out NULL: associated data. */
static bool update(EVP_CIPHER_CTX *context, struct bytes in, uint8_t *out)
{
    while (in.size > 0) {
        int step = in.size > STEP_MAX ? STEP_MAX : (int)in.size;
        int done = 0;
        if (EVP_CipherUpdate(context, out, &done, in.data, step) != 1 ||
            done != step)
            return false;
        in.data += step;
        in.size -= (size_t)step;
        if (out != NULL)
            out += step;
    }
    return true;
}

static EVP_CIPHER_CTX *begin(enum aead_algorithm algorithm, const uint8_t *key,
                             bool seals)
{
    const EVP_CIPHER *cipher = cipher_of(algorithm);
    if (cipher == NULL)
        return NULL;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context != NULL &&
        EVP_CipherInit_ex2(context, cipher, key, NONCE, seals, NULL) != 1)
        context_free(&context);
    return context;
}

enum status aead_seal(enum aead_algorithm algorithm,
                      const uint8_t key[AEAD_KEY_SIZE], struct bytes associated,
                      struct bytes plain, uint8_t *out,
                      uint8_t tag[AEAD_TAG_SIZE])
{
    AUTO(context_free) EVP_CIPHER_CTX *context = begin(algorithm, key, true);
    uint8_t rest[AEAD_TAG_SIZE];
    int done = 0;
    if (context == NULL || !update(context, associated, NULL) ||
        !update(context, plain, out) ||
        EVP_CipherFinal_ex(context, rest, &done) != 1 || done != 0 ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_SIZE,
                            tag) != 1)
        return STATUS_INTERNAL;
    return STATUS_OK;
}

static enum status open_into(EVP_CIPHER_CTX *context, struct bytes associated,
                             struct bytes sealed,
                             const uint8_t tag[AEAD_TAG_SIZE], uint8_t *out)
{
    uint8_t expected[AEAD_TAG_SIZE]; /* OpenSSL wants it writable */
    memcpy(expected, tag, sizeof expected);
    uint8_t rest[AEAD_TAG_SIZE];
    int done = 0;
    if (context == NULL ||
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_SIZE,
                            expected) != 1 ||
        !update(context, associated, NULL) || !update(context, sealed, out))
        return STATUS_INTERNAL;
    return EVP_CipherFinal_ex(context, rest, &done) == 1 ? STATUS_OK
                                                         : STATUS_CORRUPT;
}

enum status aead_open(enum aead_algorithm algorithm,
                      const uint8_t key[AEAD_KEY_SIZE], struct bytes associated,
                      struct bytes sealed, const uint8_t tag[AEAD_TAG_SIZE],
                      uint8_t *out)
{
    AUTO(context_free) EVP_CIPHER_CTX *context = begin(algorithm, key, false);
    enum status s = open_into(context, associated, sealed, tag, out);
    if (s != STATUS_OK && sealed.size > 0)
        OPENSSL_cleanse(out, sealed.size);
    return s;
}
