/* SPDX-License-Identifier: Apache-2.0 */
#include "log/leaf.h"

#include <string.h>

#include "crypto/merkle.h"

enum status leaf_hash(struct text line, uint8_t out[LEAF_SIZE])
{
    struct merkle_hash hash;
    enum status s = merkle_leaf(text_bytes(line), &hash);
    if (s == STATUS_OK)
        memcpy(out, hash.bytes, LEAF_SIZE);
    return s;
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
