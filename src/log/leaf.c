/* SPDX-License-Identifier: Apache-2.0 */
#include "log/leaf.h"

#include "crypto/hash.h"

enum status leaf_hash(struct text line, uint8_t out[LEAF_SIZE])
{
    static const uint8_t LEAF_PREFIX = 0x00;
    const struct bytes parts[] = {bytes_of(&LEAF_PREFIX, 1),
                                  text_bytes(line)};
    return sha256(parts, sizeof parts / sizeof *parts, out);
}
