/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crc32c.h"

enum { CRC32C_REFLECTED = (int)0x82f63b78 };

uint32_t crc32c(struct bytes in)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < in.size; i++) {
        crc ^= in.data[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ ((uint32_t)CRC32C_REFLECTED & (0u - (crc & 1)));
    }
    return ~crc;
}
