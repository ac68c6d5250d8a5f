/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/tree.h"

#include <string.h>

#include "crypto/hash.h"

bool tree_hash_equal(const struct merkle_hash *a, const struct merkle_hash *b)
{
    return memcmp(a->bytes, b->bytes, SHA256_SIZE) == 0;
}

enum status tree_root_of(const struct merkle_hash *hashes, size_t count,
                         struct merkle_hash *out)
{
    struct merkle_range range = {.count = 0};
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < count; i++)
        s = merkle_range_add(&range, &hashes[i]);
    return s == STATUS_OK ? merkle_range_root(&range, out) : s;
}

/* ---- proofs --------------------------------------------------------------- */

/* The largest power of two below size, which is 2 at least. */
static uint64_t split(uint64_t size)
{
    uint64_t left = 1;
    while (left < size - left)
        left *= 2;
    return left;
}

/* Root over the leaves from begin on, size of them; begin is a multiple of
 * the largest power of two that is not above size. */
static enum status range_root(uint64_t begin, uint64_t size,
                              tree_read_fn *read, void *context,
                              struct merkle_hash *out)
{
    struct merkle_hash parts[TREE_LEVELS_MAX];
    size_t count = 0;
    enum status s = STATUS_OK;
    for (unsigned level = TREE_LEVELS_MAX; s == STATUS_OK && level-- > 0;) {
        if ((size >> level & 1) == 0)
            continue;
        s = read(context, level, begin >> level, &parts[count++]);
        begin += UINT64_C(1) << level;
    }
    if (s != STATUS_OK || count == 0)
        return s == STATUS_OK ? STATUS_INTERNAL : s;
    *out = parts[count - 1];
    for (size_t i = count - 1; s == STATUS_OK && i > 0; i--)
        s = merkle_node(&parts[i - 1], out, out);
    return s;
}

enum status tree_root(uint64_t size, tree_read_fn *read, void *context,
                        struct merkle_hash *out)
{
    if (size == 0)
        return sha256(NULL, 0, out->bytes);
    return range_root(0, size, read, context, out);
}

static void turn_round(struct tree_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct merkle_hash kept = proof->hashes[i];
        proof->hashes[i] = proof->hashes[proof->count - 1 - i];
        proof->hashes[proof->count - 1 - i] = kept;
    }
}

/* From the root down; each step's other half is one hash. */
enum status tree_prove_leaf(uint64_t index, uint64_t size,
                              tree_read_fn *read, void *context,
                              struct tree_proof *out)
{
    out->count = 0;
    if (index >= size || size > (uint64_t)INT64_MAX)
        return STATUS_NOT_FOUND;
    uint64_t begin = 0;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && size > 1) {
        uint64_t left = split(size);
        struct merkle_hash *sibling = &out->hashes[out->count++];
        if (index - begin < left) {
            s = range_root(begin + left, size - left, read, context, sibling);
            size = left;
        } else {
            s = range_root(begin, left, read, context, sibling);
            begin += left;
            size -= left;
        }
    }
    turn_round(out);
    return s;
}

/* RFC 6962 section 2.1.2, SUBPROOF without recursion. */
enum status tree_prove_growth(uint64_t old_size, uint64_t size,
                                tree_read_fn *read, void *context,
                                struct tree_proof *out)
{
    out->count = 0;
    if (old_size > size || size > (uint64_t)INT64_MAX)
        return STATUS_NOT_FOUND;
    if (old_size == 0 || old_size == size)
        return STATUS_OK;
    uint64_t begin = 0;
    enum status s = STATUS_OK;
    while (s == STATUS_OK && old_size != size) {
        uint64_t left = split(size);
        struct merkle_hash *next = &out->hashes[out->count++];
        if (old_size <= left) {
            s = range_root(begin + left, size - left, read, context, next);
            size = left;
        } else {
            s = range_root(begin, left, read, context, next);
            begin += left;
            size -= left;
            old_size -= left;
        }
    }
    /* Where the old tree is not a whole left part, its last piece is needed. */
    if (s == STATUS_OK && begin > 0)
        s = range_root(begin, size, read, context,
                       &out->hashes[out->count++]);
    turn_round(out);
    return s;
}

enum status tree_check_leaf(uint64_t index, uint64_t size,
                              const struct merkle_hash *leaf,
                              const struct tree_proof *proof,
                              const struct merkle_hash *root)
{
    if (index >= size)
        return STATUS_CORRUPT;
    uint64_t at = index;
    uint64_t last = size - 1;
    struct merkle_hash made = *leaf;
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < proof->count; i++) {
        if (last == 0)
            return STATUS_CORRUPT;
        if ((at & 1) == 0 && at != last) {
            s = merkle_node(&made, &proof->hashes[i], &made);
        } else {
            s = merkle_node(&proof->hashes[i], &made, &made);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        }
        at >>= 1;
        last >>= 1;
    }
    if (s != STATUS_OK)
        return s;
    return last == 0 && tree_hash_equal(&made, root) ? STATUS_OK : STATUS_CORRUPT;
}

/* Both roots as the proof gives them, from its hash `from` on. */
static enum status climb(const struct tree_proof *proof, size_t from,
                         uint64_t at, uint64_t *last,
                         struct merkle_hash roots[2])
{
    enum status s = STATUS_OK;
    for (size_t i = from; s == STATUS_OK && i < proof->count; i++) {
        const struct merkle_hash *hash = &proof->hashes[i];
        if (*last == 0)
            return STATUS_CORRUPT;
        if ((at & 1) != 0 || at == *last) {
            s = merkle_node(hash, &roots[0], &roots[0]);
            if (s == STATUS_OK)
                s = merkle_node(hash, &roots[1], &roots[1]);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                *last >>= 1;
            }
        } else {
            s = merkle_node(&roots[1], hash, &roots[1]);
        }
        at >>= 1;
        *last >>= 1;
    }
    return s;
}

/* Old and new root as the proof gives them; 0 < old_size < size. BAD_INPUT: it
 * has not the shape of such a proof. */
static enum status growth_roots(uint64_t old_size, uint64_t size,
                                const struct merkle_hash *old_root,
                                const struct tree_proof *proof,
                                struct merkle_hash roots[2])
{
    uint64_t at = old_size - 1;
    uint64_t last = size - 1;
    while ((at & 1) != 0) {
        at >>= 1;
        last >>= 1;
    }
    bool is_told = tree_growth_tells_old(old_size);
    if (is_told && proof->count == 0)
        return STATUS_BAD_INPUT;
    roots[0] = roots[1] = is_told ? proof->hashes[0] : *old_root;
    enum status s = climb(proof, is_told ? 1 : 0, at, &last, roots);
    if (s == STATUS_CORRUPT || (s == STATUS_OK && last != 0))
        return STATUS_BAD_INPUT;
    return s;
}

bool tree_growth_tells_old(uint64_t old_size)
{
    return (old_size & (old_size - 1)) != 0;
}

enum status tree_check_growth(uint64_t old_size, uint64_t size,
                                const struct merkle_hash *old_root,
                                const struct tree_proof *proof,
                                const struct merkle_hash *root)
{
    struct merkle_hash roots[2];
    if (old_size > size)
        return STATUS_CORRUPT;
    if (old_size == size)
        return proof->count == 0 && tree_hash_equal(old_root, root)
                   ? STATUS_OK
                   : STATUS_CORRUPT;
    if (old_size == 0)
        return proof->count == 0 ? STATUS_OK : STATUS_CORRUPT;
    enum status s = growth_roots(old_size, size, old_root, proof, roots);
    if (s == STATUS_BAD_INPUT)
        return STATUS_CORRUPT;
    if (s != STATUS_OK)
        return s;
    return tree_hash_equal(&roots[0], old_root) &&
                   tree_hash_equal(&roots[1], root)
               ? STATUS_OK
               : STATUS_CORRUPT;
}

enum status tree_growth_old_root(uint64_t old_size, uint64_t size,
                                 const struct tree_proof *proof,
                                 const struct merkle_hash *root,
                                 struct merkle_hash *out)
{
    static const struct merkle_hash NONE;
    struct merkle_hash roots[2];
    if (old_size == 0 || old_size >= size || !tree_growth_tells_old(old_size))
        return STATUS_NOT_FOUND;
    enum status s = growth_roots(old_size, size, &NONE, proof, roots);
    if (s == STATUS_BAD_INPUT ||
        (s == STATUS_OK && !tree_hash_equal(&roots[1], root)))
        return STATUS_NOT_FOUND;
    *out = roots[0];
    return s;
}
