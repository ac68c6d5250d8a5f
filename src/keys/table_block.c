/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/table_block.h"

#include "base/writer.h"
#include "crypto/kdf.h"
#include "crypto/secret.h"

static uint32_t blocks_for(size_t rows, size_t per_block)
{
    return (uint32_t)((rows + per_block - 1) / per_block);
}

struct table_layout table_layout_of(size_t policies, size_t deaths,
                                    size_t chunks)
{
    struct table_layout layout = {(uint32_t)policies,
                                  (uint32_t)deaths,
                                  (uint32_t)chunks,
                                  blocks_for(chunks, DIRECTORY_PER_BLOCK),
                                  blocks_for(policies, POLICIES_PER_BLOCK),
                                  blocks_for(deaths, DEATHS_PER_BLOCK),
                                  0};
    layout.blocks = layout.directory_blocks + layout.policy_blocks +
                    layout.death_blocks + layout.chunks;
    return layout;
}

size_t table_layout_size(uint32_t blocks)
{
    size_t size = TABLE_HEADER_SIZE + (size_t)blocks * TABLE_BLOCK_SIZE;
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static enum status block_key(const struct table_keys *keys, uint32_t index,
                             uint8_t out[AEAD_KEY_SIZE])
{
    uint8_t context[TABLE_SALT_SIZE + 12];
    struct writer w = writer_on(context, sizeof context);
    writer_bytes(&w, bytes_of(keys->salt, sizeof keys->salt));
    writer_u64be(&w, keys->epoch);
    writer_u32be(&w, index);
    return kdf(keys->root, "haechi table", writer_written(&w), out,
               AEAD_KEY_SIZE);
}

static struct bytes associated_of(const struct table_keys *keys, uint32_t index,
                                  struct bytes clear,
                                  uint8_t out[ASSOCIATED_SIZE + CLEAR_SIZE])
{
    struct writer w = writer_on(out, ASSOCIATED_SIZE + CLEAR_SIZE);
    writer_u64be(&w, keys->epoch);
    writer_u32be(&w, index);
    writer_u32be(&w, keys->count);
    writer_bytes(&w, clear);
    return writer_written(&w);
}

enum status table_block_seal(const struct table_keys *keys, uint32_t index,
                             struct bytes clear, uint8_t *plain, size_t size,
                             uint8_t *at)
{
    uint8_t key[AEAD_KEY_SIZE];
    uint8_t associated[ASSOCIATED_SIZE + CLEAR_SIZE];
    enum status s = block_key(keys, index, key);
    if (s == STATUS_OK)
        s = aead_seal(AEAD_AES_256_GCM, key,
                      associated_of(keys, index, clear, associated),
                      bytes_of(plain, size), at + AEAD_TAG_SIZE, at);
    secret_wipe(key, sizeof key);
    secret_wipe(plain, size);
    return s;
}

enum status table_block_open(const struct table_keys *keys, uint32_t index,
                             struct bytes clear, const uint8_t *at,
                             uint8_t *plain, size_t size)
{
    uint8_t key[AEAD_KEY_SIZE];
    uint8_t associated[ASSOCIATED_SIZE + CLEAR_SIZE];
    enum status s = block_key(keys, index, key);
    if (s == STATUS_OK)
        s = aead_open(AEAD_AES_256_GCM, key,
                      associated_of(keys, index, clear, associated),
                      bytes_of(at + AEAD_TAG_SIZE, size), at, plain);
    secret_wipe(key, sizeof key);
    return s;
}
