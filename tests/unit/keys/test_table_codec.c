/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "keys/table_block.h"
#include "unit/keys/keys_support.h"

static const uint8_t ROOT[ROOT_SIZE] = {1, 2, 3};

static void free_bytes(uint8_t **memory)
{
    alloc_free(*memory);
    *memory = NULL;
}

static enum status decode_both(const uint8_t *first, const uint8_t *second,
                               size_t size, struct key_state *out,
                               struct table_damage *damage)
{
    const struct bytes copies[TABLE_COPIES] = {
        bytes_of(first, first == NULL ? 0 : size),
        bytes_of(second, second == NULL ? 0 : size)};
    return table_decode(copies, ROOT, out, damage);
}

static void what_is_encoded_comes_back(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state meant = {0};
    AUTO(key_state_deinit) struct key_state found = {0};
    AUTO(free_bytes) uint8_t *table = NULL;
    size_t size = 0;
    struct table_damage damage;
    sample_state(&meant);
    CHECK(meant.death_count > 0);
    CHECK_OK(table_encode(&meant, 9, ROOT, &table, &size));
    CHECK(size % 4096 == 0);
    CHECK(size == table_size(&meant));
    CHECK_OK(decode_both(table, table, size, &found, &damage));
    CHECK(key_state_equal(&meant, &found));
    CHECK(damage.blocks == 0 && damage.lost_chunks == 0);
}

static void an_empty_state_is_a_table_too(void **state)
{
    (void)state;
    const struct key_state nothing = {0};
    AUTO(key_state_deinit) struct key_state found = {0};
    AUTO(free_bytes) uint8_t *table = NULL;
    size_t size = 0;
    struct table_damage damage;
    CHECK_OK(table_encode(&nothing, 1, ROOT, &table, &size));
    CHECK(size == TABLE_HEADER_SIZE);
    CHECK_OK(decode_both(NULL, table, size, &found, &damage));
    CHECK(key_state_equal(&nothing, &found));
}

/* Version 1 had only seeds, no marks of use and no bucket. */
static void tables_of_version_1_still_open(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state meant = {0};
    AUTO(key_state_deinit) struct key_state found = {0};
    AUTO(free_bytes) uint8_t *table = NULL;
    size_t size = 0;
    const struct policy policy = policy_of(7, RETENTION_DAYS, 30);
    CHECK_OK(key_state_set_policies(&meant, &policy, 1, at_s(NOW_S)));
    CHECK_OK(key_state_make_ahead(&meant, at_s(NOW_S)));
    key_table_mark_used(&meant.table, 0, (struct span){{0}, {INT64_MAX}});
    CHECK_OK(table_encode(&meant, 9, ROOT, &table, &size));
    struct table_claim claim;
    struct table_damage damage;
    CHECK_OK(table_claim_read(bytes_of(table, size), &claim));
    struct table_keys keys = {
        .root = ROOT, .epoch = claim.epoch, .count = claim.blocks};
    memcpy(keys.salt, claim.salt, sizeof keys.salt);
    static uint8_t plain[HEADER_PLAIN_SIZE];
    CHECK_OK(table_block_open(&keys, 0, bytes_of(table, CLEAR_SIZE),
                              table + TAG_AT, plain, sizeof plain));
    table[5] = 1;
    CHECK_OK(table_block_seal(&keys, 0, bytes_of(table, CLEAR_SIZE), plain,
                              sizeof plain, table + TAG_AT));
    CHECK_OK(decode_both(table, table, size, &found, &damage));
    CHECK(key_state_equal(&meant, &found));
    table[5] = 3;
    CHECK_STATUS(STATUS_BAD_INPUT,
                 table_claim_read(bytes_of(table, size), &claim));
}

/* No two writes share a byte of cipher text, even of the same state. */
static void each_write_has_its_own_keys(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state meant = {0};
    AUTO(free_bytes) uint8_t *first = NULL;
    AUTO(free_bytes) uint8_t *second = NULL;
    size_t size = 0;
    sample_state(&meant);
    CHECK_OK(table_encode(&meant, 9, ROOT, &first, &size));
    CHECK_OK(table_encode(&meant, 9, ROOT, &second, &size));
    struct table_claim claim;
    CHECK_OK(table_claim_read(bytes_of(first, size), &claim));
    for (size_t a = 0; a < claim.blocks; a++)
        assert_memory_not_equal(
            first + TABLE_HEADER_SIZE + a * TABLE_BLOCK_SIZE + 16,
            second + TABLE_HEADER_SIZE + a * TABLE_BLOCK_SIZE + 16, 16);
}

static void no_seed_stands_in_clear(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state meant = {0};
    AUTO(free_bytes) uint8_t *table = NULL;
    size_t size = 0;
    sample_state(&meant);
    CHECK_OK(table_encode(&meant, 9, ROOT, &table, &size));
    for (size_t i = 0; i < meant.table.count; i++) {
        const struct key_chunk *chunk = &meant.table.chunks[i];
        for (unsigned k = 0; k < key_chunk_cells(chunk); k++)
            CHECK(!key_chunk_has(chunk, k) ||
                  memmem(table, size, key_chunk_secret(chunk, k).data, 8) ==
                      NULL);
    }
}

/* One damaged block of one copy costs nothing; in both copies, itself. */
static void damage_costs_its_own_block(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state meant = {0};
    AUTO(free_bytes) uint8_t *first = NULL;
    size_t size = 0;
    sample_state(&meant);
    CHECK_OK(table_encode(&meant, 9, ROOT, &first, &size));
    AUTO(free_bytes) uint8_t *second = alloc_array(size, 1);
    memcpy(second, first, size);
    struct table_claim claim;
    CHECK_OK(table_claim_read(bytes_of(first, size), &claim));
    size_t lost_in_all = 0;
    for (uint32_t block = 0; block < claim.blocks; block++) {
        size_t at = TABLE_HEADER_SIZE + block * (size_t)TABLE_BLOCK_SIZE + 77;
        struct table_damage damage;
        AUTO(key_state_deinit) struct key_state whole = {0};
        AUTO(key_state_deinit) struct key_state rest = {0};
        first[at] ^= 1;
        CHECK_OK(decode_both(first, second, size, &whole, &damage));
        CHECK(key_state_equal(&meant, &whole));
        CHECK(damage.blocks == 1 && damage.lost_chunks == 0);
        second[at] ^= 1;
        CHECK_OK(decode_both(first, second, size, &rest, &damage));
        CHECK(damage.lost_chunks <= 1);
        CHECK(rest.table.count == meant.table.count - damage.lost_chunks);
        lost_in_all += damage.lost_chunks;
        if (damage.lost_chunks == 1) {
            const struct death *row = &rest.deaths[rest.death_count - 1];
            CHECK(row->cause == CAUSE_CORRUPT && row->epoch == 9);
            CHECK(row->subject == 3 || row->subject == 7 ||
                  row->subject == SUBJECT_TEXT_MONTH);
            CHECK(row->slot.to.us > row->slot.from.us);
            CHECK(rest.deaths_total == meant.deaths_total + 1);
        }
        first[at] ^= 1;
        second[at] ^= 1;
    }
    CHECK(lost_in_all == meant.table.count);
}

static void a_damaged_header_is_taken_from_the_other_copy(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state meant = {0};
    AUTO(free_bytes) uint8_t *first = NULL;
    size_t size = 0;
    sample_state(&meant);
    CHECK_OK(table_encode(&meant, 9, ROOT, &first, &size));
    AUTO(free_bytes) uint8_t *second = alloc_array(size, 1);
    memcpy(second, first, size);
    /* And one block of the other: the first still has it. */
    memset(first, 0, TABLE_HEADER_SIZE);
    second[TABLE_HEADER_SIZE + 3 * TABLE_BLOCK_SIZE] ^= 1;
    AUTO(key_state_deinit) struct key_state found = {0};
    struct table_damage damage;
    CHECK_OK(decode_both(first, second, size, &found, &damage));
    CHECK(key_state_equal(&meant, &found));
    memset(second, 0, TABLE_HEADER_SIZE);
    AUTO(key_state_deinit) struct key_state none = {0};
    CHECK_STATUS(STATUS_CORRUPT,
                 decode_both(first, second, size, &none, &damage));
}

/* A copy of another write of the same epoch lends nothing. */
static void two_writes_are_not_mixed(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state old = {0};
    AUTO(key_state_deinit) struct key_state new = {0};
    AUTO(free_bytes) uint8_t *first = NULL;
    AUTO(free_bytes) uint8_t *second = NULL;
    size_t size = 0;
    sample_state(&old);
    CHECK_OK(key_state_copy(&old, &new));
    new.table.chunks[0].of.seeds[0].bytes[0] ^= 1;
    new.mark.trusted.us++;
    CHECK_OK(table_encode(&new, 9, ROOT, &first, &size));
    CHECK_OK(table_encode(&old, 9, ROOT, &second, &size));
    memset(first + size - TABLE_BLOCK_SIZE * 4, 0, TABLE_BLOCK_SIZE * 4);
    AUTO(key_state_deinit) struct key_state found = {0};
    struct table_damage damage;
    CHECK_OK(decode_both(first, second, size, &found, &damage));
    CHECK(damage.lost_chunks > 0);
    CHECK(found.mark.trusted.us == new.mark.trusted.us);
}

static void every_flipped_bit_of_the_header_is_noticed(void **state)
{
    (void)state;
    const struct key_state nothing = {0};
    AUTO(free_bytes) uint8_t *table = NULL;
    size_t size = 0;
    CHECK_OK(table_encode(&nothing, 5, ROOT, &table, &size));
    CHECK(table_header_opens(bytes_of(table, size), ROOT));
    for (size_t bit = 0; bit < 8 * (size_t)TABLE_HEADER_SIZE; bit += 3) {
        table[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(!table_header_opens(bytes_of(table, size), ROOT));
        table[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    uint8_t other[ROOT_SIZE] = {1, 2, 3};
    other[31] = 1;
    CHECK(!table_header_opens(bytes_of(table, size), other));
}

static enum status round_trip(void *context)
{
    const struct key_state *meant = context;
    AUTO(key_state_deinit) struct key_state found = {0};
    AUTO(free_bytes) uint8_t *table = NULL;
    size_t size = 0;
    struct table_damage damage;
    enum status s = table_encode(meant, 9, ROOT, &table, &size);
    if (s == STATUS_OK)
        s = decode_both(table, table, size, &found, &damage);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state meant = {0};
    sample_state(&meant);
    test_every_allocation_fails(round_trip, &meant);
}

TEST_MAIN("keys/table_codec", TEST(what_is_encoded_comes_back),
          TEST(an_empty_state_is_a_table_too),
          TEST(tables_of_version_1_still_open),
          TEST(each_write_has_its_own_keys), TEST(no_seed_stands_in_clear),
          TEST(damage_costs_its_own_block),
          TEST(a_damaged_header_is_taken_from_the_other_copy),
          TEST(two_writes_are_not_mixed),
          TEST(every_flipped_bit_of_the_header_is_noticed),
          TEST(every_allocation_may_fail))
