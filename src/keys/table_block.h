/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/table_block - how a table file is laid out, and one block of it sealed.
 *
 * Private to keys/table_codec. Threads: any; no state.
 */
#ifndef KEYS_TABLE_BLOCK_H
#define KEYS_TABLE_BLOCK_H

#include "crypto/aead.h"
#include "keys/table_codec.h"

enum {
    TABLE_MAGIC = 0x484b5442, /* "HKTB" */
    TABLE_VERSION = 2,
    TABLE_VERSION_OLDEST = 1, /* had no units, and no unused marks */
    CLEAR_SIZE = 64,
    ALIGNMENT = 4096,
    TAG_AT = CLEAR_SIZE,
    HEADER_PLAIN_SIZE = TABLE_HEADER_SIZE - CLEAR_SIZE - AEAD_TAG_SIZE,
    BLOCK_PLAIN_SIZE = TABLE_BLOCK_SIZE - AEAD_TAG_SIZE,
    DIRECTORY_ROW_SIZE = 16,
    DIRECTORY_PER_BLOCK = BLOCK_PLAIN_SIZE / DIRECTORY_ROW_SIZE,
    POLICIES_PER_BLOCK = BLOCK_PLAIN_SIZE / POLICY_SIZE,
    DEATHS_PER_BLOCK = BLOCK_PLAIN_SIZE / DEATH_SIZE,
    CHUNK_HEAD_SIZE = 48,
    ASSOCIATED_SIZE = 16,
    BLOCKS_MAX = 2 * KEY_CHUNKS_MAX,
};

_Static_assert(CHUNK_HEAD_SIZE +
                       KEY_CHUNK_UNITS * (UNIT_KEY_SIZE + LEAF_SALT_SIZE) ==
                   BLOCK_PLAIN_SIZE,
               "a chunk of units too");
_Static_assert(CHUNK_HEAD_SIZE + KEY_CHUNK_SLOTS * (SEED_SIZE + 8) ==
                   BLOCK_PLAIN_SIZE,
               "a chunk of seeds fills its block");

/* How the blocks of a file are shared out. */
struct table_layout {
    uint32_t policies, deaths, chunks; /* rows */
    uint32_t directory_blocks, policy_blocks, death_blocks;
    uint32_t blocks; /* in all */
};

struct table_layout table_layout_of(size_t policies, size_t deaths,
                                    size_t chunks);

/* The size of a file with so many blocks. */
size_t table_layout_size(uint32_t blocks);

/* What every block of one write shares. */
struct table_keys {
    const uint8_t *root;
    uint8_t salt[TABLE_SALT_SIZE];
    uint64_t epoch;
    uint32_t count;
};

/* clear: associated too (of the header); plain: wiped; at: where tag and
 * plain.size sealed bytes go. Fails with: INTERNAL. */
MUST_USE enum status table_block_seal(const struct table_keys *keys,
                                      uint32_t index, struct bytes clear,
                                      uint8_t *plain, size_t size, uint8_t *at);

/* Fails with: CORRUPT, INTERNAL; plain is zeroed then. */
MUST_USE enum status table_block_open(const struct table_keys *keys,
                                      uint32_t index, struct bytes clear,
                                      const uint8_t *at, uint8_t *plain,
                                      size_t size);

#endif
