/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/writer.h"
#include "keys/table_block.h"
#include "sys/random.h"

size_t table_size(const struct key_state *state)
{
    return table_layout_size(table_layout_of(state->policy_count,
                                             state->death_count,
                                             state->table.count)
                                 .blocks);
}

size_t table_size_grown(const struct key_state *state)
{
    size_t chunks = key_chunks_of(
        (struct retention){RETENTION_MONTHS, 1}); /* text, and a margin */
    for (size_t i = 0; i < state->policy_count; i++)
        chunks += key_chunks_of(state->policies[i].retention);
    /* Cameras that were given up still have theirs. */
    if (chunks < state->table.count)
        chunks = state->table.count;
    /* A minute range replaces the hours at its ends by up to four each. */
    chunks += 8 * (state->policy_count + KEY_ORDERS_MAX / 8);
    if (chunks > KEY_CHUNKS_MAX) /* whatever the policies promise */
        chunks = KEY_CHUNKS_MAX;
    size_t deaths = state->death_count + KEY_DEATHS_TOLD_KEPT;
    return table_layout_size(
        table_layout_of(state->policy_count, deaths, chunks).blocks);
}

static void write_clear(const struct table_keys *keys, uint8_t *out)
{
    struct writer w = writer_on(out, CLEAR_SIZE);
    writer_u32be(&w, TABLE_MAGIC);
    writer_u16be(&w, TABLE_VERSION);
    writer_u16be(&w, 0);
    writer_u64be(&w, keys->epoch);
    writer_bytes(&w, bytes_of(keys->salt, sizeof keys->salt));
    writer_u32be(&w, keys->count);
    writer_zeros(&w, CLEAR_SIZE - w.used);
}

static enum status encode_header(const struct key_state *state,
                                 const struct table_layout *layout,
                                 const struct table_keys *keys, uint8_t *out)
{
    uint8_t plain[HEADER_PLAIN_SIZE] = {0};
    struct writer w = writer_on(plain, sizeof plain);
    writer_u32be(&w, layout->policies);
    writer_u32be(&w, layout->deaths);
    writer_u32be(&w, layout->chunks);
    writer_u32be(&w, state->mark.is_set ? 1 : 0);
    writer_u64be(&w, state->deaths_total);
    writer_bytes(&w, bytes_of(state->mark.boot_id, BOOT_ID_SIZE));
    writer_i64be(&w, state->mark.boot.us);
    writer_i64be(&w, state->mark.trusted.us);
    writer_i64be(&w, state->order_debt_us);
    writer_i64be(&w, state->mark.unconfirmed_us);
    writer_i64be(&w, state->mark.stepped_at.us);
    writer_u8(&w, state->mark.may_be_witnessed ? 1 : 0);
    write_clear(keys, out);
    return table_block_seal(keys, 0, bytes_of(out, CLEAR_SIZE), plain,
                            sizeof plain, out + TAG_AT);
}

static void encode_directory(const struct key_state *state, uint32_t block,
                             struct writer *w)
{
    size_t first = (size_t)block * DIRECTORY_PER_BLOCK;
    for (size_t i = first;
         i < state->table.count && i < first + DIRECTORY_PER_BLOCK; i++) {
        const struct key_chunk *chunk = &state->table.chunks[i];
        writer_u32be(w, chunk->subject);
        writer_u32be(w, chunk->length_s);
        writer_i64be(w, chunk->number);
    }
}

static void encode_policies(const struct key_state *state, uint32_t block,
                            struct writer *w)
{
    size_t first = (size_t)block * POLICIES_PER_BLOCK;
    for (size_t i = first;
         i < state->policy_count && i < first + POLICIES_PER_BLOCK; i++)
        policy_encode(&state->policies[i], w);
}

static void encode_deaths(const struct key_state *state, uint32_t block,
                          struct writer *w)
{
    size_t first = (size_t)block * DEATHS_PER_BLOCK;
    for (size_t i = first;
         i < state->death_count && i < first + DEATHS_PER_BLOCK; i++)
        death_encode(&state->deaths[i], w);
}

/* subject u32, length u32, number i64, present u32, unused u32, die_at i64 (of
 * units), zeros; 24 x (die_at i64, seed) or 15 x (unit key, leaf salt): zeros
 * where absent. */
static void encode_chunk(const struct key_chunk *chunk, struct writer *w)
{
    bool is_units = key_chunk_is_units(chunk);
    writer_u32be(w, chunk->subject);
    writer_u32be(w, chunk->length_s);
    writer_i64be(w, chunk->number);
    writer_u32be(w, chunk->present);
    writer_u32be(w, chunk->unused);
    writer_i64be(w, is_units ? chunk->of.units.die_at.us : 0);
    writer_zeros(w, CHUNK_HEAD_SIZE - 32);
    for (unsigned i = 0; i < key_chunk_cells(chunk); i++) {
        struct bytes secret = key_chunk_secret(chunk, i);
        bool is_there = key_chunk_has(chunk, i);
        if (!is_units)
            writer_i64be(w, is_there ? chunk->of.seeds[i].die_at.us : 0);
        if (is_there)
            writer_bytes(w, secret);
        else
            writer_zeros(w, secret.size);
    }
}

static void encode_block(const struct key_state *state,
                         const struct table_layout *layout, uint32_t block,
                         struct writer *w)
{
    if (block < layout->directory_blocks) {
        encode_directory(state, block, w);
        return;
    }
    block -= layout->directory_blocks;
    if (block < layout->policy_blocks) {
        encode_policies(state, block, w);
        return;
    }
    block -= layout->policy_blocks;
    if (block < layout->death_blocks) {
        encode_deaths(state, block, w);
        return;
    }
    encode_chunk(&state->table.chunks[block - layout->death_blocks], w);
}

enum status table_encode(const struct key_state *state, uint64_t epoch,
                         const uint8_t root[ROOT_SIZE], uint8_t **out,
                         size_t *size)
{
    struct table_layout layout = table_layout_of(
        state->policy_count, state->death_count, state->table.count);
    if (layout.blocks > BLOCKS_MAX)
        return STATUS_LIMIT;
    struct table_keys keys = {
        .root = root, .epoch = epoch, .count = layout.blocks};
    random_fill(keys.salt, sizeof keys.salt);
    *size = table_layout_size(layout.blocks);
    *out = alloc_array(*size, 1);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    enum status s = encode_header(state, &layout, &keys, *out);
    for (uint32_t i = 0; s == STATUS_OK && i < layout.blocks; i++) {
        uint8_t plain[BLOCK_PLAIN_SIZE] = {0};
        struct writer w = writer_on(plain, sizeof plain);
        encode_block(state, &layout, i, &w);
        if (w.failed)
            s = STATUS_INTERNAL;
        else
            s = table_block_seal(
                &keys, i + 1, bytes_of(NULL, 0), plain, sizeof plain,
                *out + TABLE_HEADER_SIZE + (size_t)i * TABLE_BLOCK_SIZE);
    }
    if (s != STATUS_OK) {
        alloc_free(*out);
        *out = NULL;
    }
    return s;
}
