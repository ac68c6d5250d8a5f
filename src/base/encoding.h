/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/encoding - bytes as text: hexadecimal and base64.
 *
 * Source: RFC 4648 sections 4 (base64, padded) and 8 (lower-case hex).
 */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include "base/bytes.h"
#include "base/status.h"

/* Characters of the encoding of size bytes, without the terminating zero. */
#define HEX_SIZE(size) (2u * (size))
#define BASE64_SIZE(size) (4u * (((size) + 2u) / 3u))

/* Writes the encoding and a terminating zero: HEX_SIZE + 1 characters. */
void hex_encode(struct bytes in, char *out);

/*
 * Decodes the whole text into exactly size bytes.
 * Fails with: BAD_INPUT. On failure out is zeroed.
 */
MUST_USE enum status hex_decode(struct text in, uint8_t *out, size_t size);

/* Writes the encoding and a terminating zero: BASE64_SIZE + 1 characters. */
void base64_encode(struct bytes in, char *out);

/*
 * Decodes padded base64 into at most size bytes; *used says how many.
 * Fails with: BAD_INPUT (alphabet, padding, stray bits), LIMIT (size).
 */
MUST_USE enum status base64_decode(struct text in, uint8_t *out, size_t size,
                                   size_t *used);

#endif
