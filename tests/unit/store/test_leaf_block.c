/* SPDX-License-Identifier: Apache-2.0 */
#include "store/leaf_block.h"

#include <string.h>

#include "store/leaf_file.h"
#include "unit/test.h"

enum { LEAVES = 20, FILES = 7 };

static struct merkle_hash leaves[LEAVES];

static void fill(void)
{
    for (size_t i = 0; i < LEAVES; i++)
        memset(leaves[i].bytes, (int)i + 1, SHA256_SIZE);
}

/* Part number 3 of 7, with the path that belongs to it; *root: the batch's. */
static struct leaf_batch make_batch(struct merkle_hash *root)
{
    struct merkle_hash parts[FILES];
    struct leaf_batch batch = {.number = 9,
                               .leaves = LEAVES,
                               .total = 100,
                               .span = {{1000}, {2000}},
                               .place = 3,
                               .files = FILES};
    struct merkle_range range = {.count = 0};
    struct merkle_range top = {.count = 0};
    fill();
    for (size_t i = 0; i < LEAVES; i++)
        CHECK_OK(merkle_range_add(&range, &leaves[i]));
    CHECK_OK(merkle_range_root(&range, &batch.part));
    for (size_t i = 0; i < FILES; i++) {
        uint8_t part[SHA256_SIZE];
        memset(part, (int)i, sizeof part);
        if (i == batch.place)
            memcpy(part, batch.part.bytes, sizeof part);
        CHECK_OK(merkle_leaf(bytes_of(part, sizeof part), &parts[i]));
        CHECK_OK(merkle_range_add(&top, &parts[i]));
    }
    size_t count = 0;
    CHECK_OK(merkle_path(parts, FILES, batch.place, batch.path, &count));
    CHECK_OK(merkle_range_root(&top, root));
    return batch;
}

static void a_batch_reads_back_and_leads_to_its_root(void **state)
{
    (void)state;
    struct merkle_hash root;
    struct merkle_hash found;
    uint8_t block[LEAF_BLOCK_SIZE];
    uint8_t again[LEAF_BLOCK_SIZE];
    struct leaf_batch batch = make_batch(&root);
    struct leaf_batch read;
    leaf_batch_encode(&batch, block);
    CHECK(leaf_block_kind(block) == LEAF_BLOCK_BATCH);
    CHECK_OK(leaf_batch_decode(block, &read));
    CHECK_OK(leaf_batch_root(&read, &found));
    CHECK(memcmp(&root, &found, sizeof root) == 0);
    /* No two blocks mean the same, and none another root silently. */
    for (size_t bit = 0; bit < sizeof block * 8; bit++) {
        uint8_t changed[LEAF_BLOCK_SIZE];
        memcpy(changed, block, sizeof changed);
        changed[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (leaf_batch_decode(changed, &read) != STATUS_OK)
            continue;
        leaf_batch_encode(&read, again);
        CHECK(memcmp(again, changed, sizeof again) == 0);
        if (bit / 8 >= 48) {
            CHECK_OK(leaf_batch_root(&read, &found));
            CHECK(memcmp(&root, &found, sizeof root) != 0);
        }
    }
}

static void a_proof_stands_alone(void **state)
{
    (void)state;
    struct merkle_hash root;
    struct merkle_hash found;
    uint8_t blocks[PROOF_BYTES_MAX];
    struct leaf_batch batch = make_batch(&root);
    for (uint32_t index = 0; index < LEAVES; index++) {
        struct leaf_proof proof;
        struct leaf_proof read;
        struct reader in;
        CHECK_OK(leaf_proof_make(&batch, leaves, index, &proof));
        size_t count = leaf_proof_encode(&proof, blocks);
        CHECK(leaf_block_kind(blocks) == LEAF_BLOCK_PROOF);
        in = reader_on(bytes_of(blocks, (count - 1) * LEAF_BLOCK_SIZE));
        CHECK_STATUS(STATUS_BAD_INPUT, leaf_proof_decode(&in, &read));
        in = reader_on(bytes_of(blocks, count * LEAF_BLOCK_SIZE));
        CHECK_OK(leaf_proof_decode(&in, &read));
        CHECK(reader_done(&in) && read.batch == 9);
        CHECK_OK(leaf_proof_root(&read, &leaves[index], &found));
        CHECK(memcmp(&root, &found, sizeof root) == 0);
        CHECK_OK(leaf_proof_root(&read, &leaves[(index + 1) % LEAVES], &found));
        CHECK(memcmp(&root, &found, sizeof root) != 0);
        read.index = (index + 1) % LEAVES;
        if (leaf_proof_root(&read, &leaves[index], &found) == STATUS_OK)
            CHECK(memcmp(&root, &found, sizeof root) != 0);
    }
}

static void a_held_salt_opens_with_its_key_alone(void **state)
{
    (void)state;
    uint8_t key[UNIT_KEY_SIZE] = {1};
    uint8_t other[UNIT_KEY_SIZE] = {2};
    uint8_t leaf_salt[LEAF_SALT_SIZE] = {3, 4, 5};
    uint8_t opened[LEAF_SALT_SIZE];
    uint8_t block[LEAF_BLOCK_SIZE];
    struct held_salt salt = {.subject = 2u << 16 | 7,
                             .unit_s = 60,
                             .unit = {60000000},
                             .camera = 7,
                             .sequence = 12};
    struct held_salt read;
    CHECK_OK(held_salt_seal(&salt, key, leaf_salt));
    held_salt_encode(&salt, block);
    CHECK_OK(held_salt_decode(block, &read));
    CHECK_OK(held_salt_open(&read, key, opened));
    CHECK(memcmp(opened, leaf_salt, sizeof opened) == 0);
    CHECK_STATUS(STATUS_DENIED, held_salt_open(&read, other, opened));
    for (size_t bit = 0; bit < sizeof block * 8; bit++) {
        block[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (held_salt_decode(block, &read) == STATUS_OK)
            CHECK(held_salt_open(&read, key, opened) != STATUS_OK);
        block[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void names_are_those_of_the_volumes(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    uint16_t class_id = 0;
    uint32_t number = 0;
    CHECK_OK(leaf_file_path("/d", 3, 42, path));
    assert_string_equal(path, "/d/class-00003-000042.leaf");
    CHECK_OK(leaf_file_name_parse("class-00003-000042.leaf", &class_id,
                                  &number));
    CHECK(class_id == 3 && number == 42);
    CHECK_STATUS(STATUS_BAD_INPUT,
                 leaf_file_name_parse("class-00003-000042.vol", &class_id,
                                      &number));
    CHECK_STATUS(STATUS_BAD_INPUT,
                 leaf_file_name_parse(".leaf", &class_id, &number));
}

TEST_MAIN("store/leaf_block", TEST(a_batch_reads_back_and_leads_to_its_root),
          TEST(a_proof_stands_alone),
          TEST(a_held_salt_opens_with_its_key_alone),
          TEST(names_are_those_of_the_volumes))
