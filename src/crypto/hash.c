/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/fetched.h"

struct sha256_stream {
    EVP_MD_CTX *context;
    bool failed;
};

static void digest_free(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
    *context = NULL;
}

static void mac_free(EVP_MAC_CTX **context)
{
    EVP_MAC_CTX_free(*context);
    *context = NULL;
}

static enum status digest(const EVP_MD *kind, const struct bytes *parts,
                          size_t count, uint8_t *out)
{
    AUTO(digest_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestInit_ex2(context, kind, NULL) != 1)
        return STATUS_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        if (EVP_DigestUpdate(context, parts[i].data, parts[i].size) != 1)
            return STATUS_INTERNAL;
    }
    return EVP_DigestFinal_ex(context, out, NULL) == 1 ? STATUS_OK
                                                       : STATUS_INTERNAL;
}

enum status sha256(const struct bytes *parts, size_t count,
                   uint8_t out[SHA256_SIZE])
{
    const struct fetched *fetched = fetched_get();
    if (fetched == NULL)
        return STATUS_INTERNAL;
    return digest(fetched->sha256, parts, count, out);
}

enum status md5(const struct bytes *parts, size_t count, uint8_t out[MD5_SIZE])
{
    const struct fetched *fetched = fetched_get();
    if (fetched == NULL)
        return STATUS_INTERNAL;
    return digest(fetched->md5, parts, count, out);
}

enum status sha1(const struct bytes *parts, size_t count,
                 uint8_t out[SHA1_SIZE])
{
    const struct fetched *fetched = fetched_get();
    if (fetched == NULL)
        return STATUS_INTERNAL;
    return digest(fetched->sha1, parts, count, out);
}

enum status hmac_sha256(struct bytes key, const struct bytes *parts,
                        size_t count, uint8_t out[SHA256_SIZE])
{
    static const uint8_t EMPTY[1];
    const struct fetched *fetched = fetched_get();
    if (fetched == NULL)
        return STATUS_INTERNAL;
    AUTO(mac_free) EVP_MAC_CTX *context = EVP_MAC_CTX_dup(fetched->hmac_sha256);
    /* A NULL key would mean "the key of before". */
    const uint8_t *key_data = key.size == 0 ? EMPTY : key.data;
    if (context == NULL ||
        EVP_MAC_init(context, key_data, key.size, NULL) != 1)
        return STATUS_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        if (EVP_MAC_update(context, parts[i].data, parts[i].size) != 1)
            return STATUS_INTERNAL;
    }
    size_t size = 0;
    if (EVP_MAC_final(context, out, &size, SHA256_SIZE) != 1 ||
        size != SHA256_SIZE)
        return STATUS_INTERNAL;
    return STATUS_OK;
}

static void begin(struct sha256_stream *stream)
{
    const struct fetched *fetched = fetched_get();
    stream->failed =
        fetched == NULL ||
        EVP_DigestInit_ex2(stream->context, fetched->sha256, NULL) != 1;
}

enum status sha256_stream_create(struct sha256_stream **out)
{
    struct sha256_stream *stream = alloc_zeroed(sizeof *stream);
    if (stream == NULL)
        return STATUS_NO_MEMORY;
    stream->context = EVP_MD_CTX_new();
    if (stream->context == NULL) {
        alloc_free(stream);
        return STATUS_NO_MEMORY;
    }
    begin(stream);
    *out = stream;
    return STATUS_OK;
}

void sha256_stream_update(struct sha256_stream *stream, struct bytes part)
{
    if (!stream->failed && part.size > 0 &&
        EVP_DigestUpdate(stream->context, part.data, part.size) != 1)
        stream->failed = true;
}

enum status sha256_stream_final(struct sha256_stream *stream,
                                uint8_t out[SHA256_SIZE])
{
    bool failed =
        stream->failed || EVP_DigestFinal_ex(stream->context, out, NULL) != 1;
    begin(stream);
    return failed ? STATUS_INTERNAL : STATUS_OK;
}

void sha256_stream_destroy(struct sha256_stream **stream)
{
    if (*stream == NULL)
        return;
    EVP_MD_CTX_free((*stream)->context);
    alloc_free(*stream);
    *stream = NULL;
}

bool secret_equal(const void *a, const void *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}
