/* SPDX-License-Identifier: Apache-2.0 */
/* base/number - foreign text to numbers, and sums that cannot wrap. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

/*
 * Reads decimal digits, the whole text, nothing else (no sign, no space).
 * Fails with: BAD_INPUT (not a number), LIMIT (outside min..max). On failure
 * *out is unchanged.
 */
MUST_USE enum status number_parse_u64(struct text text, uint64_t min,
                                      uint64_t max, uint64_t *out);

/* *out = a + b or a * b; false, with *out unchanged, where that wraps. */
static inline MUST_USE bool size_add(size_t a, size_t b, size_t *out)
{
    size_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *out = sum;
    return true;
}

static inline MUST_USE bool size_mul(size_t a, size_t b, size_t *out)
{
    size_t product = 0;
    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *out = product;
    return true;
}

#endif
