/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/slot.h"
#include "keys/table.h"
#include "unit/keys/keys_support.h"

static void slots_tile_time_without_gaps(void **state)
{
    (void)state;
    const uint32_t lengths[] = {5, 3600, 0};
    const int64_t times_s[] = {0, -1, -3601, NOW_S, NOW_S + 86399};
    for (size_t l = 0; l < 3; l++) {
        for (size_t t = 0; t < 5; t++) {
            struct key_slot slot = key_slot_at(1, lengths[l], at_s(times_s[t]));
            struct span span = key_slot_span(&slot);
            CHECK(span_holds(span, at_s(times_s[t])));
            struct key_slot next = key_slot_at(1, lengths[l], span.to);
            CHECK(next.number == slot.number + 1);
            CHECK(key_slot_span(&next).from.us == span.to.us);
        }
    }
}

static void months_begin_at_midnight_in_korea(void **state)
{
    (void)state;
    const struct key_slot november = {SUBJECT_TEXT_MONTH, 0,
                                      (2026 - 1970) * 12 + 10};
    struct span span = key_slot_span(&november);
    CHECK(span.from.us == at_s(1793458800).us); /* 2026-10-31T15:00:00Z */
    CHECK(span.to.us - span.from.us == 30 * 86400LL * SECOND_US);
    CHECK(key_slot_length_of_unit(60) == 3600);
    CHECK(key_slot_length_of_unit(5) == 5);
    CHECK(key_slot_length_of_unit(0) == 0);
    CHECK(key_slot_length_of_unit(3600) == 0);
}

/* Made in any order, found each by its own name, and by no other. */
static void what_is_made_is_found(void **state)
{
    (void)state;
    AUTO(key_table_deinit) struct key_table table = {0};
    for (int64_t i = 0; i < 600; i++) {
        struct key_slot slot = {(uint32_t)(1 + i * 7 % 5), i % 2 ? 5 : 3600,
                                (i * 37 % 600) - 300};
        CHECK(key_table_find(&table, &slot) == NULL);
        CHECK_OK(key_table_make(&table, &slot, at_s(i)));
        const struct key_seed *seed = key_table_find(&table, &slot);
        CHECK(seed != NULL && seed->die_at.us == at_s(i).us);
        uint8_t before[SEED_SIZE];
        memcpy(before, seed->bytes, sizeof before);
        CHECK_OK(key_table_make(&table, &slot, at_s(i + 1)));
        seed = key_table_find(&table, &slot);
        CHECK(seed->die_at.us == at_s(i).us); /* there is one already */
        assert_memory_equal(before, seed->bytes, sizeof before);
        slot.subject += 5;
        CHECK(key_table_find(&table, &slot) == NULL);
    }
    for (size_t i = 1; i < table.count; i++) {
        const struct key_chunk *a = &table.chunks[i - 1];
        const struct key_chunk *b = &table.chunks[i];
        CHECK(a->subject < b->subject ||
              (a->subject == b->subject && a->length_s < b->length_s) ||
              (a->subject == b->subject && a->length_s == b->length_s &&
               a->number < b->number));
    }
}

static void dropped_seeds_are_wiped(void **state)
{
    (void)state;
    AUTO(key_table_deinit) struct key_table table = {0};
    struct key_slot slot = {1, 5, 0};
    uint8_t seed[SEED_SIZE];
    for (; slot.number < 24 * 3; slot.number++)
        CHECK_OK(key_table_make(&table, &slot, at_s(1)));
    CHECK(table.count == 3);
    memcpy(seed, table.chunks[1].of.seeds[0].bytes, sizeof seed);
    for (unsigned i = 0; i < KEY_CHUNK_SLOTS; i++)
        key_chunk_drop(&table.chunks[1], i);
    key_table_compact(&table);
    CHECK(table.count == 2 && table.chunks[1].number == 2);
    CHECK(memmem(table.chunks, table.capacity * sizeof table.chunks[0], seed,
                 sizeof seed) == NULL);
    slot.number = 24;
    CHECK(key_table_find(&table, &slot) == NULL);
}

static void a_copy_is_the_same_and_its_own(void **state)
{
    (void)state;
    AUTO(key_state_deinit) struct key_state sample = {0};
    AUTO(key_state_deinit) struct key_state copy = {0};
    sample_state(&sample);
    CHECK_OK(key_state_copy(&sample, &copy));
    CHECK(key_state_equal(&sample, &copy));
    copy.table.chunks[0].of.seeds[0].bytes[31] ^= 1;
    copy.table.chunks[0].present |= 1;
    CHECK(!key_state_equal(&sample, &copy));
    CHECK_STATUS(STATUS_CONFLICT,
                 key_table_insert(&sample.table, &copy.table.chunks[0]));
}

static enum status fill(void *context)
{
    (void)context;
    AUTO(key_state_deinit) struct key_state filled = {0};
    AUTO(key_state_deinit) struct key_state copy = {0};
    const struct policy policy = policy_of(3, RETENTION_SECONDS, 60);
    bool is_more = false;
    enum status s = key_state_set_policies(&filled, &policy, 1, at_s(NOW_S));
    if (s == STATUS_OK)
        s = key_state_make_ahead(&filled, at_s(NOW_S));
    if (s == STATUS_OK)
        s = expire(&filled, 2, NOW_S + 120, &is_more);
    if (s == STATUS_OK)
        s = key_state_copy(&filled, &copy);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(fill, NULL);
}

TEST_MAIN("keys/table", TEST(slots_tile_time_without_gaps),
          TEST(months_begin_at_midnight_in_korea), TEST(what_is_made_is_found),
          TEST(dropped_seeds_are_wiped), TEST(a_copy_is_the_same_and_its_own),
          TEST(every_allocation_may_fail))
