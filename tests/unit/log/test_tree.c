/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/tree.h"

#include <string.h>

#include "base/encoding.h"
#include "base/text.h"
#include "log/leaf.h"
#include "log/tree/rows.h"
#include "unit/test.h"

enum { LEAVES = 70, ROWS_LEAVES = 1100 };

/* The reference leaves of Certificate Transparency's own tests. */
static const char *const REFERENCE[] = {"",
                                        "00",
                                        "10",
                                        "2021",
                                        "3031",
                                        "40414243",
                                        "5051525354555657",
                                        "606162636465666768696a6b6c6d6e6f"};

static struct merkle_hash leaf_of_hex(const char *hex)
{
    uint8_t bytes[16];
    struct merkle_hash leaf;
    struct text text = text_of(hex);
    CHECK_OK(hex_decode(text, bytes, text.size / 2));
    CHECK_OK(leaf_hash((struct text){(const char *)bytes, text.size / 2},
                       leaf.bytes));
    return leaf;
}

static void check_hex(const char *wanted, const struct merkle_hash *hash)
{
    char shown[HEX_SIZE(SHA256_SIZE) + 1];
    hex_encode(bytes_of(hash->bytes, SHA256_SIZE), shown);
    assert_string_equal(wanted, shown);
}

static void the_reference_roots_come_out(void **state)
{
    (void)state;
    struct merkle_range range = {.count = 0};
    struct merkle_hash root;
    CHECK_OK(merkle_range_root(&range, &root));
    check_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
              &root);
    for (size_t i = 0; i < sizeof REFERENCE / sizeof *REFERENCE; i++) {
        struct merkle_hash leaf = leaf_of_hex(REFERENCE[i]);
        CHECK_OK(merkle_range_add(&range, &leaf));
        CHECK_OK(merkle_range_root(&range, &root));
        if (i == 0)
            check_hex("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30"
                      "617afa01d",
                      &root);
    }
    check_hex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
              &root);
}

/* ---- proofs over a small tree ---- */

struct tree {
    struct merkle_hash leaves[LEAVES];
};

static enum status read_node(void *context, unsigned level, uint64_t index,
                             struct merkle_hash *out)
{
    const struct tree *tree = context;
    size_t count = (size_t)1 << level;
    CHECK((index + 1) * count <= LEAVES);
    return tree_root_of(&tree->leaves[index * count], count, out);
}

static void plant(struct tree *tree)
{
    for (size_t i = 0; i < LEAVES; i++)
        memset(tree->leaves[i].bytes, (int)i + 1, SHA256_SIZE);
}

static void every_leaf_is_proven_in_every_tree(void **state)
{
    (void)state;
    struct tree tree;
    plant(&tree);
    for (uint64_t size = 1; size <= LEAVES; size++) {
        struct merkle_hash root;
        struct tree_proof proof;
        CHECK_OK(tree_root(size, read_node, &tree, &root));
        for (uint64_t i = 0; i < size; i++) {
            CHECK_OK(tree_prove_leaf(i, size, read_node, &tree, &proof));
            CHECK_OK(tree_check_leaf(i, size, &tree.leaves[i], &proof, &root));
            uint64_t other = (i + 1) % size;
            if (size > 1)
                CHECK_STATUS(STATUS_CORRUPT,
                             tree_check_leaf(other, size, &tree.leaves[i],
                                               &proof, &root));
        }
        CHECK_STATUS(STATUS_NOT_FOUND,
                     tree_prove_leaf(size, size, read_node, &tree, &proof));
    }
}

static void every_beginning_is_proven_in_every_tree(void **state)
{
    (void)state;
    struct tree tree;
    plant(&tree);
    for (uint64_t size = 0; size <= LEAVES; size++) {
        struct merkle_hash root;
        CHECK_OK(tree_root(size, read_node, &tree, &root));
        for (uint64_t old = 0; old <= size; old++) {
            struct merkle_hash before;
            struct tree_proof proof;
            CHECK_OK(tree_root(old, read_node, &tree, &before));
            CHECK_OK(tree_prove_growth(old, size, read_node, &tree, &proof));
            CHECK_OK(tree_check_growth(old, size, &before, &proof, &root));
            if (old == 0)
                continue;
            before.bytes[7] ^= 1;
            CHECK_STATUS(STATUS_CORRUPT, tree_check_growth(
                                             old, size, &before, &proof, &root));
        }
    }
}

static void every_flipped_bit_of_a_proof_is_noticed(void **state)
{
    (void)state;
    enum { SIZE = 53, OLD = 29, INDEX = 37 };
    struct tree tree;
    struct merkle_hash root;
    struct merkle_hash before;
    struct tree_proof leaf;
    struct tree_proof growth;
    plant(&tree);
    CHECK_OK(tree_root(SIZE, read_node, &tree, &root));
    CHECK_OK(tree_root(OLD, read_node, &tree, &before));
    CHECK_OK(tree_prove_leaf(INDEX, SIZE, read_node, &tree, &leaf));
    CHECK_OK(tree_prove_growth(OLD, SIZE, read_node, &tree, &growth));
    for (size_t bit = 0; bit < 8 * SHA256_SIZE * leaf.count; bit += 11) {
        uint8_t *byte = &leaf.hashes[bit / 256].bytes[bit / 8 % 32];
        *byte ^= (uint8_t)(1u << bit % 8);
        CHECK_STATUS(STATUS_CORRUPT,
                     tree_check_leaf(INDEX, SIZE, &tree.leaves[INDEX], &leaf,
                                       &root));
        *byte ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * SHA256_SIZE * growth.count; bit += 11) {
        uint8_t *byte = &growth.hashes[bit / 256].bytes[bit / 8 % 32];
        *byte ^= (uint8_t)(1u << bit % 8);
        CHECK_STATUS(STATUS_CORRUPT, tree_check_growth(OLD, SIZE, &before,
                                                         &growth, &root));
        *byte ^= (uint8_t)(1u << bit % 8);
    }
    leaf.count--;
    growth.count--;
    CHECK_STATUS(STATUS_CORRUPT,
                 tree_check_leaf(INDEX, SIZE, &tree.leaves[INDEX], &leaf,
                                   &root));
    CHECK_STATUS(STATUS_CORRUPT,
                 tree_check_growth(OLD, SIZE, &before, &growth, &root));
}

/* ---- rows ---- */

static enum status count_full(void *context, const struct tile_name *name,
                              const struct merkle_hash *hashes)
{
    size_t *full = context;
    CHECK(name->width == TILE_WIDTH && hashes != NULL);
    (*full)++;
    return STATUS_OK;
}

static void rows_give_the_same_roots(void **state)
{
    (void)state;
    static struct rows rows;
    struct merkle_range range = {.count = 0};
    size_t full = 0;
    rows.on_full = count_full;
    rows.context = &full;
    for (size_t i = 0; i < ROWS_LEAVES; i++) {
        struct merkle_hash leaf;
        struct merkle_hash a;
        struct merkle_hash b;
        memset(leaf.bytes, (int)(i % 251), SHA256_SIZE);
        CHECK_OK(rows_add(&rows, &leaf));
        CHECK_OK(merkle_range_add(&range, &leaf));
        CHECK_OK(rows_root(&rows, &a));
        CHECK_OK(merkle_range_root(&range, &b));
        CHECK(tree_hash_equal(&a, &b));
    }
    assert_int_equal(ROWS_LEAVES / TILE_WIDTH, full);
}

TEST_MAIN("log/tree/tree", TEST(the_reference_roots_come_out),
          TEST(every_leaf_is_proven_in_every_tree),
          TEST(every_beginning_is_proven_in_every_tree),
          TEST(every_flipped_bit_of_a_proof_is_noticed),
          TEST(rows_give_the_same_roots))
