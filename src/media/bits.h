/* SPDX-License-Identifier: Apache-2.0 */
/*
 * media/bits - bit by bit over a parameter set's or slice's raw payload.
 *
 * Sticky as base/reader: a read beyond the end sets failed, yields zeros, and
 * so does every later read. Exp-Golomb codes: ISO/IEC 14496-10 section 9.1.
 */
#ifndef MEDIA_BITS_H
#define MEDIA_BITS_H

#include <stdbool.h>

#include "base/bytes.h"

struct bits {
    struct bytes bytes;
    size_t position; /* in bits */
    bool failed;
};

static inline struct bits bits_on(struct bytes bytes)
{
    return (struct bits){.bytes = bytes};
}

/* The next count bits as a number, highest first. count: 0 to 32. */
uint32_t bits_u(struct bits *bits, unsigned count);

static inline bool bits_flag(struct bits *bits)
{
    return bits_u(bits, 1) == 1;
}

void bits_skip(struct bits *bits, size_t count);

/* Exp-Golomb, unsigned and signed; codes longer than 32 bits fail. */
uint32_t bits_ue(struct bits *bits);
int32_t bits_se(struct bits *bits);

#endif
