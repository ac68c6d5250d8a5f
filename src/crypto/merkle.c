/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/merkle.h"

enum status merkle_leaf(struct bytes data, struct merkle_hash *out)
{
    static const uint8_t PREFIX = 0x00;
    const struct bytes parts[] = {bytes_of(&PREFIX, 1), data};
    return sha256(parts, 2, out->bytes);
}

enum status merkle_node(const struct merkle_hash *left,
                        const struct merkle_hash *right,
                        struct merkle_hash *out)
{
    static const uint8_t PREFIX = 0x01;
    const struct bytes parts[] = {bytes_of(&PREFIX, 1),
                                  bytes_of(left, SHA256_SIZE),
                                  bytes_of(right, SHA256_SIZE)};
    return sha256(parts, 3, out->bytes);
}

/* ---- growing ---- */

static size_t parts_of(uint32_t count)
{
    return (size_t)__builtin_popcount(count);
}

/* Each low bit of count that is set is a whole part to the left of the new
 * leaf, as large as what has been joined so far. */
enum status merkle_range_add(struct merkle_range *range,
                             const struct merkle_hash *leaf)
{
    if (range->count == UINT32_MAX)
        return STATUS_LIMIT;
    struct merkle_hash joined = *leaf;
    size_t at = parts_of(range->count);
    enum status s = STATUS_OK;
    for (uint32_t rest = range->count; s == STATUS_OK && (rest & 1) != 0;
         rest >>= 1)
        s = merkle_node(&range->roots[--at], &joined, &joined);
    if (s != STATUS_OK)
        return s;
    range->roots[at] = joined;
    range->count++;
    return STATUS_OK;
}

enum status merkle_range_root(const struct merkle_range *range,
                              struct merkle_hash *out)
{
    size_t at = parts_of(range->count);
    if (at == 0)
        return sha256(NULL, 0, out->bytes);
    *out = range->roots[--at];
    enum status s = STATUS_OK;
    while (s == STATUS_OK && at > 0)
        s = merkle_node(&range->roots[--at], out, out);
    return s;
}

/* ---- paths ---- */

/* Leaves on the left side of a tree of size > 1. */
static uint32_t left_of(uint32_t size)
{
    return UINT32_C(1) << (31 - __builtin_clz(size - 1));
}

static enum status root_of(const struct merkle_hash *leaves,
                           uint32_t size, struct merkle_hash *out)
{
    struct merkle_range range = {.count = 0};
    enum status s = STATUS_OK;
    for (uint32_t i = 0; s == STATUS_OK && i < size; i++)
        s = merkle_range_add(&range, &leaves[i]);
    return s == STATUS_OK ? merkle_range_root(&range, out) : s;
}

size_t merkle_path_length(uint32_t index, uint32_t size)
{
    size_t length = 0;
    while (size > 1) {
        uint32_t left = left_of(size);
        bool is_right = index >= left;
        index -= is_right ? left : 0;
        size = is_right ? size - left : left;
        length++;
    }
    return length;
}

/* From the root down, so the hashes come last first. */
enum status merkle_path(const struct merkle_hash *leaves, uint32_t size,
                        uint32_t index, struct merkle_hash *path,
                        size_t *count)
{
    size_t at = merkle_path_length(index, size);
    enum status s = STATUS_OK;
    *count = at;
    while (s == STATUS_OK && size > 1) {
        uint32_t left = left_of(size);
        if (index < left) {
            s = root_of(leaves + left, size - left, &path[--at]);
            size = left;
        } else {
            s = root_of(leaves, left, &path[--at]);
            leaves += left;
            index -= left;
            size -= left;
        }
    }
    return s;
}

/* RFC 9162 section 2.1.3.2. */
enum status merkle_path_root(const struct merkle_hash *leaf, uint32_t index,
                             uint32_t size, const struct merkle_hash *path,
                             size_t count, struct merkle_hash *out)
{
    if (index >= size || count != merkle_path_length(index, size))
        return STATUS_BAD_INPUT;
    uint32_t place = index;
    uint32_t last = size - 1;
    enum status s = STATUS_OK;
    *out = *leaf;
    for (size_t i = 0; s == STATUS_OK && i < count; i++) {
        if ((place & 1) != 0 || place == last) {
            s = merkle_node(&path[i], out, out);
            while ((place & 1) == 0 && place != 0) {
                place >>= 1;
                last >>= 1;
            }
        } else {
            s = merkle_node(out, &path[i], out);
        }
        place >>= 1;
        last >>= 1;
    }
    return s;
}
