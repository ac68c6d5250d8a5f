/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of a leaf file, as anybody may write them: what decodes encodes to the
 * same bytes, and leads to a root or is refused. */
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "store/leaf_block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_batch(const uint8_t block[LEAF_BLOCK_SIZE])
{
    struct leaf_batch batch;
    struct merkle_hash root;
    uint8_t again[LEAF_BLOCK_SIZE];
    if (leaf_batch_decode(block, &batch) != STATUS_OK)
        return;
    leaf_batch_encode(&batch, again);
    if (memcmp(again, block, sizeof again) != 0 ||
        leaf_batch_root(&batch, &root) != STATUS_OK)
        abort();
}

static void try_salt(const uint8_t block[LEAF_BLOCK_SIZE])
{
    static const uint8_t KEY[UNIT_KEY_SIZE];
    struct held_salt salt;
    uint8_t again[LEAF_BLOCK_SIZE];
    uint8_t opened[LEAF_SALT_SIZE];
    if (held_salt_decode(block, &salt) != STATUS_OK)
        return;
    held_salt_encode(&salt, again);
    if (memcmp(again, block, sizeof again) != 0 ||
        held_salt_open(&salt, KEY, opened) == STATUS_OK)
        abort();
}

static void try_proof(struct bytes blocks)
{
    static const struct merkle_hash LEAF;
    struct reader in = reader_on(blocks);
    struct leaf_proof proof;
    struct merkle_hash root;
    uint8_t again[PROOF_BYTES_MAX];
    if (leaf_proof_decode(&in, &proof) != STATUS_OK)
        return;
    size_t used = leaf_proof_encode(&proof, again) * LEAF_BLOCK_SIZE;
    if (used != blocks.size - in.left.size ||
        memcmp(again, blocks.data, used) != 0 ||
        leaf_proof_root(&proof, &LEAF, &root) != STATUS_OK)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < LEAF_BLOCK_SIZE)
        return 0;
    try_batch(data);
    try_salt(data);
    try_proof(bytes_of(data, size));
    return 0;
}
