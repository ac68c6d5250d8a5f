/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/hash - SHA-256 (FIPS 180-4) and HMAC-SHA-256 (FIPS 198-1). */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

enum { SHA256_SIZE = 32 };

/* Over the parts as if they stood behind each other. Fails with: INTERNAL. */
MUST_USE enum status sha256(const struct bytes *parts, size_t count,
                            uint8_t out[SHA256_SIZE]);

MUST_USE enum status hmac_sha256(struct bytes key, const struct bytes *parts,
                                 size_t count, uint8_t out[SHA256_SIZE]);

/* Streaming. update and final on a failed hash are safe; final reports. */
struct sha256_stream;
MUST_USE enum status sha256_stream_create(struct sha256_stream **out);
void sha256_stream_update(struct sha256_stream *stream, struct bytes part);
/* The digest; the stream begins anew. Fails with: INTERNAL. */
MUST_USE enum status sha256_stream_final(struct sha256_stream *stream,
                                         uint8_t out[SHA256_SIZE]);
void sha256_stream_destroy(struct sha256_stream **stream);

/* MD5 (RFC 1321), for RTSP Digest with old cameras only. */
enum { MD5_SIZE = 16 };
MUST_USE enum status md5(const struct bytes *parts, size_t count,
                         uint8_t out[MD5_SIZE]);

/* SHA-1 (FIPS 180-4), for the password digest of ONVIF's WS-Security only. */
enum { SHA1_SIZE = 20 };
MUST_USE enum status sha1(const struct bytes *parts, size_t count,
                          uint8_t out[SHA1_SIZE]);

/* Constant time. */
bool secret_equal(const void *a, const void *b, size_t size);

#endif
