/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/rows.h"

#include "crypto/hash.h"

enum status rows_add(struct rows *rows, const struct merkle_hash *leaf)
{
    struct merkle_hash hash = *leaf;
    if (rows->size >= (uint64_t)INT64_MAX)
        return STATUS_LIMIT;
    uint64_t before = rows->size++;
    for (unsigned level = 0; level < TILE_LEVELS_MAX; level++) {
        struct tile_name name = rows_tile(before, level);
        struct merkle_hash *row = rows->hashes[level];
        row[name.width++] = hash;
        if (name.width < TILE_WIDTH)
            return STATUS_OK;
        enum status s = STATUS_OK;
        if (rows->on_full != NULL)
            s = rows->on_full(rows->context, &name, row);
        if (s == STATUS_OK)
            s = tree_root_of(row, TILE_WIDTH, &hash);
        if (s != STATUS_OK)
            return s;
    }
    return STATUS_OK;
}

/* The smallest subtrees first: what has been folded stands on the right. */
enum status rows_root(const struct rows *rows, struct merkle_hash *out)
{
    bool is_first = true;
    enum status s = STATUS_OK;
    if (rows->size == 0)
        return sha256(NULL, 0, out->bytes);
    for (unsigned level = 0; s == STATUS_OK && level < TILE_LEVELS_MAX;
         level++) {
        unsigned left = rows_width(rows->size, level);
        for (unsigned bit = 1; s == STATUS_OK && left > 0; bit *= 2) {
            if ((left & bit) == 0)
                continue;
            left -= bit;
            struct merkle_hash part;
            s = tree_root_of(&rows->hashes[level][left], bit, &part);
            if (s == STATUS_OK && !is_first)
                s = merkle_node(&part, out, out);
            else
                *out = part;
            is_first = false;
        }
    }
    return s;
}
