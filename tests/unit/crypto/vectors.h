/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of this folder share: known values as hexadecimal text. */
#ifndef UNIT_CRYPTO_VECTORS_H
#define UNIT_CRYPTO_VECTORS_H

#include <string.h>

#include "base/encoding.h"
#include "base/text.h"
#include "unit/test.h"

/* The size is that of the text, halved. */
static inline size_t from_hex(const char *hex, uint8_t *out)
{
    size_t size = strlen(hex) / 2;
    CHECK_OK(hex_decode(text_of(hex), out, size));
    return size;
}

static inline void check_hex(const char *expected, const uint8_t *got)
{
    uint8_t bytes[256];
    size_t size = from_hex(expected, bytes);
    assert_memory_equal(bytes, got, size);
}

/* first, first + 1, first + 2 ... */
static inline void count_up(uint8_t first, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(first + i);
}

#endif
