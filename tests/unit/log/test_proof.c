/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/proof.h"

#include <string.h>

#include "base/text.h"
#include "unit/test.h"

enum { SIZE = 13, INDEX = 9 };

static const uint8_t SEED[SIGN_PRIVATE_SIZE] = {2, 7};

static enum status read_node(void *context, unsigned level, uint64_t index,
                             struct merkle_hash *out)
{
    const struct merkle_hash *leaves = context;
    return tree_root_of(&leaves[index << level], (size_t)1 << level, out);
}

/* A proof with all that it needs; note and text are the caller's to free. */
struct proven {
    struct merkle_hash leaves[16];
    struct note_key key;
    struct buffer note;
    struct buffer file;
};

static void prove(struct proven *proven, const char *extra)
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    struct checkpoint checkpoint = {.origin = "log.example/a", .size = SIZE};
    struct proof proof = {.index = INDEX, .extra = text_of(extra)};
    for (size_t i = 0; i < 16; i++)
        memset(proven->leaves[i].bytes, (int)i, SHA256_SIZE);
    CHECK_OK(sign_public_key(SEED, public_key));
    CHECK_OK(note_key_make(text_of(checkpoint.origin), NOTE_KEY_ED25519,
                           public_key, &proven->key));
    CHECK_OK(tree_root(SIZE, read_node, proven->leaves, &checkpoint.root));
    CHECK_OK(tree_prove_leaf(INDEX, SIZE, read_node, proven->leaves,
                               &proof.path));
    proven->note = buffer_with_limit(NOTE_SIZE_MAX);
    proven->file = buffer_with_limit(PROOF_SIZE_MAX);
    CHECK_OK(checkpoint_sign(&checkpoint, &proven->key, SEED, &proven->note));
    proof.note = buffer_text(&proven->note);
    CHECK_OK(proof_format(&proof, &proven->file));
}

static void release(struct proven *proven)
{
    buffer_deinit(&proven->note);
    buffer_deinit(&proven->file);
}

static void a_proof_comes_back_and_holds(void **state)
{
    (void)state;
    static const char *const EXTRAS[] = {"", "bm90ZQ=="};
    for (size_t i = 0; i < 2; i++) {
        struct proven proven;
        struct proof proof;
        prove(&proven, EXTRAS[i]);
        CHECK_OK(proof_parse(buffer_text(&proven.file), &proof));
        CHECK(text_equal(proof.extra, text_of(EXTRAS[i])));
        assert_int_equal(INDEX, proof.index);
        CHECK_OK(proof_check(&proof, &proven.leaves[INDEX], &proven.key));
        CHECK_STATUS(STATUS_CORRUPT, proof_check(&proof, &proven.leaves[1],
                                                 &proven.key));
        release(&proven);
    }
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    struct proven proven;
    prove(&proven, "");
    for (size_t bit = 0; bit < 8 * proven.file.size; bit += 3) {
        struct proof proof;
        proven.file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(proof_parse(buffer_text(&proven.file), &proof) != STATUS_OK ||
              proof_check(&proof, &proven.leaves[INDEX], &proven.key) !=
                  STATUS_OK);
        proven.file.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    release(&proven);
}

static void a_proof_that_is_cut_off_is_none(void **state)
{
    (void)state;
    struct proven proven;
    prove(&proven, "");
    for (size_t size = 0; size < proven.file.size; size++) {
        struct proof proof;
        struct text cut = {(const char *)proven.file.data, size};
        CHECK(proof_parse(cut, &proof) != STATUS_OK ||
              proof_check(&proof, &proven.leaves[INDEX], &proven.key) !=
                  STATUS_OK);
    }
    release(&proven);
}

TEST_MAIN("log/tree/proof", TEST(a_proof_comes_back_and_holds),
          TEST(every_flipped_bit_is_noticed),
          TEST(a_proof_that_is_cut_off_is_none))
