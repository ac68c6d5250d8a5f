/* SPDX-License-Identifier: Apache-2.0 */
#include "log/leaf.h"

#include "crypto/hash.h"

enum status leaf_hash(struct text line, uint8_t out[LEAF_SIZE])
{
    static const uint8_t LEAF_PREFIX = 0x00;
    const struct bytes parts[] = {bytes_of(&LEAF_PREFIX, 1), text_bytes(line)};
    return sha256(parts, sizeof parts / sizeof *parts, out);
}

/* Leaves are public; nothing here needs constant time. */
bool leaf_is_unfinished(const uint8_t stored[LEAF_SIZE],
                        const uint8_t wanted[LEAF_SIZE])
{
    bool is_whole = true;
    for (size_t i = 0; i < LEAF_SIZE; i++) {
        if (stored[i] != wanted[i] && stored[i] != 0)
            return false;
        is_whole = is_whole && stored[i] == wanted[i];
    }
    return !is_whole;
}
