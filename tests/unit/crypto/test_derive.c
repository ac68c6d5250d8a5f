/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/derive.h"
#include "unit/crypto/vectors.h"

/* Computed with another HMAC (Python's), from the formulas of the header. */
static void the_values_are_for_ever(void **state)
{
    (void)state;
    uint8_t bytes[96];
    count_up(0, bytes, sizeof bytes);
    struct unit_keys unit;
    const struct wall_time start = {1795392000000000};
    CHECK_OK(unit_keys_derive(bytes, 7, start, 60, &unit));
    check_hex(
        "5a8373bc90968a00d7eb5d1e2d9d6a2e01b69148ca6fa33ef449a9e3524353de",
        unit.key);
    check_hex(
        "b08913f057b54a70ad7a729643d75d53c4d3251044194bad8409060b54362fa0",
        unit.leaf_salt);
    struct record_keys record;
    CHECK_OK(record_keys_derive(bytes + 32, bytes + 64, &record));
    check_hex(
        "912ef27bfbe65d43544faad81c75d9454ae8b9ed237f1ebec211ec691b1e32d7",
        record.key);
    check_hex(
        "3d5c65bda92644d06ea4dbc833152c678f6332133b7d3160e4b4ead449413189",
        record.commitment);
    uint8_t month[MONTH_KEY_SIZE];
    CHECK_OK(month_key_derive(bytes, 682, month));
    check_hex(
        "72f935c9e4a7028e252ab8eb44729e8a9e48c8384e017c788a5c0233c79504dd",
        month);
}

static void every_input_matters(void **state)
{
    (void)state;
    uint8_t seed[SEED_SIZE] = {1};
    const struct wall_time start = {60 * SECOND_US};
    const struct wall_time next = {120 * SECOND_US};
    struct unit_keys keys[5];
    CHECK_OK(unit_keys_derive(seed, 1, start, 60, &keys[0]));
    CHECK_OK(unit_keys_derive(seed, 2, start, 60, &keys[1]));
    CHECK_OK(unit_keys_derive(seed, 1, next, 60, &keys[2]));
    CHECK_OK(unit_keys_derive(seed, 1, start, 5, &keys[3]));
    seed[31] = 1;
    CHECK_OK(unit_keys_derive(seed, 1, start, 60, &keys[4]));
    for (size_t a = 0; a < 5; a++) {
        assert_memory_not_equal(keys[a].key, keys[a].leaf_salt, 32);
        for (size_t b = 0; b < a; b++) {
            assert_memory_not_equal(keys[a].key, keys[b].key, 32);
            assert_memory_not_equal(keys[a].leaf_salt, keys[b].leaf_salt, 32);
        }
    }
}

TEST_MAIN("crypto/derive", TEST(the_values_are_for_ever),
          TEST(every_input_matters))
