/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table whose blocks open but say anything at all: as from a keeper of
 * another version, or one with a bug. What decodes must encode again to the
 * same state.
 *
 * Input: 64 bytes of the header's sealed part, then 1008 for each block.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/writer.h"
#include "crypto/secret.h"
#include "keys/table_block.h"

enum { HEAD_BYTES = 64, FUZZ_BLOCKS_MAX = 64, EPOCH = 7 };

static const uint8_t ROOT[ROOT_SIZE] = {7};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void free_bytes(uint8_t **memory)
{
    alloc_free(*memory);
    *memory = NULL;
}

/* The input, sealed as its author's keeper would have. */
static void seal_all(const uint8_t *data, size_t size, uint8_t *table,
                     uint32_t blocks)
{
    struct table_keys keys = {.root = ROOT, .epoch = EPOCH, .count = blocks};
    uint8_t head[HEADER_PLAIN_SIZE] = {0};
    size_t head_size = size < HEAD_BYTES ? size : HEAD_BYTES;
    struct writer clear = writer_on(table, CLEAR_SIZE);
    writer_u32be(&clear, TABLE_MAGIC);
    writer_u16be(&clear, TABLE_VERSION);
    writer_u16be(&clear, 0);
    writer_u64be(&clear, EPOCH);
    writer_zeros(&clear, TABLE_SALT_SIZE);
    writer_u32be(&clear, blocks);
    if (head_size > 0)
        memcpy(head, data, head_size);
    must(table_block_seal(&keys, 0, bytes_of(table, CLEAR_SIZE), head,
                          sizeof head, table + TAG_AT) == STATUS_OK);
    for (uint32_t i = 0; i < blocks; i++) {
        uint8_t plain[BLOCK_PLAIN_SIZE] = {0};
        size_t at = HEAD_BYTES + (size_t)i * BLOCK_PLAIN_SIZE;
        size_t piece = size - at < sizeof plain ? size - at : sizeof plain;
        memcpy(plain, data + at, piece);
        must(table_block_seal(&keys, i + 1, bytes_of(NULL, 0), plain,
                              sizeof plain,
                              table + TABLE_HEADER_SIZE +
                                  (size_t)i * TABLE_BLOCK_SIZE) == STATUS_OK);
    }
}

static void check_round_trip(const struct key_state *state)
{
    AUTO(free_bytes) uint8_t *again = NULL;
    AUTO(key_state_deinit) struct key_state same = {0};
    size_t size = 0;
    struct table_damage damage;
    must(table_encode(state, EPOCH, ROOT, &again, &size) == STATUS_OK);
    const struct bytes copies[TABLE_COPIES] = {bytes_of(again, size),
                                               {NULL, 0}};
    must(table_decode(copies, ROOT, &same, &damage) == STATUS_OK);
    must(key_state_equal(state, &same));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t body = size > HEAD_BYTES ? size - HEAD_BYTES : 0;
    size_t blocks = (body + BLOCK_PLAIN_SIZE - 1) / BLOCK_PLAIN_SIZE;
    if (blocks > FUZZ_BLOCKS_MAX)
        return 0;
    size_t table_bytes = table_layout_size((uint32_t)blocks);
    AUTO(free_bytes) uint8_t *table = alloc_array(table_bytes, 1);
    must(table != NULL);
    seal_all(data, size, table, (uint32_t)blocks);
    const struct bytes copies[TABLE_COPIES] = {bytes_of(table, table_bytes),
                                               bytes_of(table, 100)};
    AUTO(key_state_deinit) struct key_state state = {0};
    struct table_damage damage;
    if (table_decode(copies, ROOT, &state, &damage) == STATUS_OK)
        check_round_trip(&state);
    return 0;
}
