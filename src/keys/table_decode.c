/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/reader.h"
#include "crypto/secret.h"
#include "keys/table_block.h"

enum status table_claim_read(struct bytes header, struct table_claim *out)
{
    struct reader r = reader_on(header);
    struct table_claim claim = {0};
    uint32_t magic = reader_u32be(&r);
    uint16_t version = reader_u16be(&r);
    reader_skip(&r, 2);
    claim.epoch = reader_u64be(&r);
    reader_copy(&r, claim.salt, sizeof claim.salt);
    claim.blocks = reader_u32be(&r);
    if (r.failed || header.size < TABLE_HEADER_SIZE || magic != TABLE_MAGIC ||
        version < TABLE_VERSION_OLDEST || version > TABLE_VERSION || claim.epoch == 0 ||
        claim.blocks > BLOCKS_MAX)
        return STATUS_BAD_INPUT;
    claim.size_bytes = table_layout_size(claim.blocks);
    *out = claim;
    return STATUS_OK;
}

static struct table_keys keys_of(const struct table_claim *claim,
                                 const uint8_t *root)
{
    struct table_keys keys = {
        .root = root, .epoch = claim->epoch, .count = claim->blocks};
    memcpy(keys.salt, claim->salt, sizeof keys.salt);
    return keys;
}

static enum status open_header(struct bytes header, const uint8_t *root,
                               struct table_claim *claim, uint8_t *plain)
{
    if (table_claim_read(header, claim) != STATUS_OK)
        return STATUS_CORRUPT;
    struct table_keys keys = keys_of(claim, root);
    return table_block_open(&keys, 0, bytes_of(header.data, CLEAR_SIZE),
                            header.data + TAG_AT, plain, HEADER_PLAIN_SIZE);
}

bool table_header_opens(struct bytes header, const uint8_t root[ROOT_SIZE])
{
    struct table_claim claim;
    uint8_t plain[HEADER_PLAIN_SIZE];
    enum status s = open_header(header, root, &claim, plain);
    secret_wipe(plain, sizeof plain);
    return s == STATUS_OK;
}

/* The decoder's own state. */
struct decoding {
    struct bytes copies[TABLE_COPIES];
    struct table_keys keys;
    struct table_layout layout;
    struct key_state *state;
    struct table_damage *damage;
    struct key_slot *directory; /* subject, length, chunk number; or zeros */
};

/* A copy of another write is no copy; it must not lend its blocks. */
static enum status choose_write(struct decoding *d,
                                const struct bytes copies[TABLE_COPIES],
                                const uint8_t *root, uint8_t *plain)
{
    struct table_claim claim = {0};
    int chosen = -1;
    for (int i = 0; i < TABLE_COPIES && chosen < 0; i++) {
        if (open_header(copies[i], root, &claim, plain) == STATUS_OK)
            chosen = i;
    }
    if (chosen < 0)
        return STATUS_CORRUPT;
    d->keys = keys_of(&claim, root);
    for (int i = 0; i < TABLE_COPIES; i++) {
        uint8_t other_plain[HEADER_PLAIN_SIZE];
        struct table_claim other;
        bool opens =
            open_header(copies[i], root, &other, other_plain) == STATUS_OK;
        secret_wipe(other_plain, sizeof other_plain);
        if (!opens)
            d->damage->blocks++;
        /* A damaged header does not make the blocks behind it useless. */
        bool is_other = opens && memcmp(other.salt, claim.salt,
                                        TABLE_SALT_SIZE) != 0; /* public */
        if (copies[i].size >= claim.size_bytes && !is_other)
            d->copies[i] = copies[i];
    }
    return STATUS_OK;
}

static enum status read_header(struct decoding *d, const uint8_t *plain)
{
    struct reader r = reader_on(bytes_of(plain, HEADER_PLAIN_SIZE));
    uint32_t policies = reader_u32be(&r);
    uint32_t deaths = reader_u32be(&r);
    uint32_t chunks = reader_u32be(&r);
    d->state->mark.is_set = reader_u32be(&r) == 1;
    d->state->deaths_total = reader_u64be(&r);
    reader_copy(&r, d->state->mark.boot_id, BOOT_ID_SIZE);
    d->state->mark.boot.us = reader_i64be(&r);
    d->state->mark.trusted.us = reader_i64be(&r);
    d->state->order_debt_us = reader_i64be(&r);
    d->state->mark.unconfirmed_us = reader_i64be(&r);
    d->state->mark.stepped_at.us = reader_i64be(&r);
    d->state->mark.may_be_witnessed = reader_u8(&r) == 1;
    if (d->state->mark.unconfirmed_us < 0 || policies > KEY_POLICIES_MAX || deaths > 2 * KEY_DEATHS_MAX ||
        chunks > KEY_CHUNKS_MAX || deaths > d->state->deaths_total)
        return STATUS_CORRUPT;
    d->layout = table_layout_of(policies, deaths, chunks);
    return d->layout.blocks == d->keys.count ? STATUS_OK : STATUS_CORRUPT;
}

/* The plain bytes of a block, from whichever copy has it. */
static enum status fetch(struct decoding *d, uint32_t block, uint8_t *plain)
{
    enum status s = STATUS_CORRUPT;
    size_t at = TABLE_HEADER_SIZE + (size_t)block * TABLE_BLOCK_SIZE;
    for (int i = 0; s != STATUS_OK && i < TABLE_COPIES; i++) {
        if (d->copies[i].size == 0)
            continue;
        s = table_block_open(&d->keys, block + 1, bytes_of(NULL, 0),
                             d->copies[i].data + at, plain, BLOCK_PLAIN_SIZE);
        if (s != STATUS_OK)
            d->damage->blocks++;
    }
    return s;
}

static uint32_t rows_in(uint32_t rows, uint32_t block, uint32_t per_block)
{
    uint32_t left = rows - block * per_block;
    return left < per_block ? left : per_block;
}

static enum status read_directory(struct decoding *d)
{
    uint8_t plain[BLOCK_PLAIN_SIZE];
    d->directory = alloc_array(d->layout.chunks, sizeof d->directory[0]);
    if (d->directory == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t b = 0; b < d->layout.directory_blocks; b++) {
        if (fetch(d, b, plain) != STATUS_OK)
            continue; /* only names what is lost */
        struct reader r = reader_on(bytes_of(plain, sizeof plain));
        uint32_t rows = rows_in(d->layout.chunks, b, DIRECTORY_PER_BLOCK);
        for (uint32_t i = 0; i < rows; i++) {
            struct key_slot *row = &d->directory[b * DIRECTORY_PER_BLOCK + i];
            row->subject = reader_u32be(&r);
            row->length_s = reader_u32be(&r);
            row->number = reader_i64be(&r);
            if (!key_slot_is_sane(row))
                return STATUS_CORRUPT;
        }
    }
    return STATUS_OK;
}

static enum status read_policies(struct decoding *d)
{
    uint8_t plain[BLOCK_PLAIN_SIZE];
    if (d->layout.policies == 0)
        return STATUS_OK;
    d->state->policies =
        alloc_array(d->layout.policies, sizeof d->state->policies[0]);
    if (d->state->policies == NULL)
        return STATUS_NO_MEMORY;
    for (uint32_t b = 0; b < d->layout.policy_blocks; b++) {
        if (fetch(d, d->layout.directory_blocks + b, plain) != STATUS_OK) {
            d->damage->policies_lost = true;
            continue;
        }
        struct reader r = reader_on(bytes_of(plain, sizeof plain));
        uint32_t rows = rows_in(d->layout.policies, b, POLICIES_PER_BLOCK);
        for (uint32_t i = 0; i < rows; i++) {
            struct policy policy;
            if (policy_decode(&r, &policy) != STATUS_OK)
                return STATUS_CORRUPT;
            d->state->policies[d->state->policy_count++] = policy;
        }
    }
    return STATUS_OK;
}

static enum status read_deaths(struct decoding *d)
{
    uint8_t plain[BLOCK_PLAIN_SIZE];
    if (d->layout.deaths == 0)
        return STATUS_OK;
    d->state->deaths =
        alloc_array(d->layout.deaths, sizeof d->state->deaths[0]);
    if (d->state->deaths == NULL)
        return STATUS_NO_MEMORY;
    d->state->death_capacity = d->layout.deaths;
    uint32_t first = d->layout.directory_blocks + d->layout.policy_blocks;
    for (uint32_t b = 0; b < d->layout.death_blocks; b++) {
        if (fetch(d, first + b, plain) != STATUS_OK) {
            /* Those before it would get wrong numbers: they go too. */
            d->damage->deaths_lost = true;
            d->state->death_count = 0;
            continue;
        }
        struct reader r = reader_on(bytes_of(plain, sizeof plain));
        uint32_t rows = rows_in(d->layout.deaths, b, DEATHS_PER_BLOCK);
        for (uint32_t i = 0; i < rows; i++) {
            struct death death;
            if (death_decode(&r, &death) != STATUS_OK)
                return STATUS_CORRUPT;
            d->state->deaths[d->state->death_count++] = death;
        }
    }
    return STATUS_OK;
}

static enum status decode_chunk(const uint8_t *plain, struct key_chunk *out)
{
    struct reader r = reader_on(bytes_of(plain, BLOCK_PLAIN_SIZE));
    out->subject = reader_u32be(&r);
    out->length_s = reader_u32be(&r);
    out->number = reader_i64be(&r);
    out->present = reader_u32be(&r);
    out->unused = reader_u32be(&r);
    struct wall_time die_at = {reader_i64be(&r)};
    reader_skip(&r, CHUNK_HEAD_SIZE - 32);
    bool is_units = key_chunk_is_units(out);
    if (is_units)
        out->of.units.die_at = die_at;
    for (unsigned i = 0; i < key_chunk_cells(out); i++) {
        if (is_units) {
            reader_copy(&r, out->of.units.keys[i].key, UNIT_KEY_SIZE);
            reader_copy(&r, out->of.units.keys[i].leaf_salt, LEAF_SALT_SIZE);
            continue;
        }
        out->of.seeds[i].die_at.us = reader_i64be(&r);
        reader_copy(&r, out->of.seeds[i].bytes, SEED_SIZE);
    }
    const struct key_slot name = {out->subject, out->length_s, out->number};
    bool is_sane = reader_done(&r) && key_slot_is_sane(&name) &&
                   out->present != 0 &&
                   out->present < 1u << key_chunk_cells(out) &&
                   (out->unused & ~out->present) == 0;
    return is_sane ? STATUS_OK : STATUS_CORRUPT;
}

/* What is gone is said: one row for the chunk's whole span. */
static enum status mourn(struct decoding *d, uint32_t index)
{
    const struct key_slot *row = &d->directory[index];
    d->damage->lost_chunks++;
    const struct key_chunk chunk = {.subject = row->subject,
                                    .length_s = row->length_s,
                                    .number = row->number};
    struct key_slot first = key_chunk_slot(&chunk, 0);
    struct key_slot last =
        key_chunk_slot(&chunk, key_chunk_cells(&chunk) - 1);
    struct death death = {
        .epoch = d->keys.epoch,
        .subject = row->subject,
        .cause = CAUSE_CORRUPT,
        .slot = {key_slot_span(&first).from, key_slot_span(&last).to},
        .died_at = d->state->mark.trusted};
    return key_state_add_death(d->state, &death);
}

static enum status read_chunks(struct decoding *d)
{
    uint32_t first = d->layout.directory_blocks + d->layout.policy_blocks +
                     d->layout.death_blocks;
    enum status s = STATUS_OK;
    for (uint32_t i = 0; s == STATUS_OK && i < d->layout.chunks; i++) {
        uint8_t plain[BLOCK_PLAIN_SIZE];
        struct key_chunk chunk = {0};
        s = fetch(d, first + i, plain);
        if (s == STATUS_CORRUPT) {
            s = mourn(d, i);
        } else if (s == STATUS_OK) {
            s = decode_chunk(plain, &chunk);
            if (s == STATUS_OK)
                s = key_table_insert(&d->state->table, &chunk);
        }
        secret_wipe(plain, sizeof plain);
        secret_wipe(&chunk, sizeof chunk);
    }
    return s == STATUS_CONFLICT ? STATUS_CORRUPT : s;
}

enum status table_decode(const struct bytes copies[TABLE_COPIES],
                         const uint8_t root[ROOT_SIZE], struct key_state *out,
                         struct table_damage *damage)
{
    uint8_t plain[HEADER_PLAIN_SIZE];
    AUTO(key_state_deinit) struct key_state state = {0};
    struct decoding d = {.state = &state, .damage = damage};
    *damage = (struct table_damage){0};
    enum status s = choose_write(&d, copies, root, plain);
    if (s == STATUS_OK)
        s = read_header(&d, plain);
    if (s == STATUS_OK)
        s = read_directory(&d);
    if (s == STATUS_OK)
        s = read_policies(&d);
    if (s == STATUS_OK)
        s = read_deaths(&d);
    if (s == STATUS_OK)
        s = read_chunks(&d);
    alloc_free(d.directory);
    secret_wipe(plain, sizeof plain);
    if (s != STATUS_OK)
        return s;
    *out = state;
    state = (struct key_state){0};
    return STATUS_OK;
}
