/* SPDX-License-Identifier: Apache-2.0 */
#include "media/bits.h"

enum { CODE_ZEROS_MAX = 31 }; /* ue(v) up to 2^32 - 2 */

static bool fits(struct bits *bits, size_t count)
{
    if (!bits->failed && count <= bits->bytes.size * 8 - bits->position)
        return true;
    *bits = (struct bits){.failed = true};
    return false;
}

uint32_t bits_u(struct bits *bits, unsigned count)
{
    if (!fits(bits, count))
        return 0;
    uint32_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        unsigned byte = bits->bytes.data[bits->position / 8];
        value = value << 1 | (byte >> (7 - bits->position % 8) & 1u);
        bits->position++;
    }
    return value;
}

void bits_skip(struct bits *bits, size_t count)
{
    if (fits(bits, count))
        bits->position += count;
}

uint32_t bits_ue(struct bits *bits)
{
    unsigned zeros = 0;
    while (!bits_flag(bits)) {
        if (bits->failed || ++zeros > CODE_ZEROS_MAX) {
            *bits = (struct bits){.failed = true};
            return 0;
        }
    }
    uint32_t rest = bits_u(bits, zeros);
    if (bits->failed)
        return 0;
    return (1u << zeros) - 1u + rest;
}

int32_t bits_se(struct bits *bits)
{
    uint32_t code = bits_ue(bits);
    int32_t size = (int32_t)(code / 2 + code % 2);
    return code % 2 == 1 ? size : -size;
}
