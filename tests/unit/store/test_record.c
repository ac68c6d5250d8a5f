/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record.h"

#include <string.h>

#include "unit/test.h"

enum { PACK_SIZE = 700 };

static struct record_header some_header(void)
{
    return (struct record_header){
        .algorithm = AEAD_AES_256_GCM,
        .flags = RECORD_BEGINS_WITH_IDR,
        .camera = 7,
        .unit_s = 60,
        .unit = {INT64_C(1790000040) * SECOND_US},
        .sequence = 12345678901,
        .start = {INT64_C(1790000041) * SECOND_US + 250000},
        .duration_us = 1000000,
        .samples = 15,
        .gop_place = 0,
        .wall_minus_trusted_ms = -1500,
        .first_number = 0xfedcba98,
    };
}

static void some_record(struct record_header *header, uint8_t pack[PACK_SIZE],
                        const uint8_t key[UNIT_KEY_SIZE])
{
    *header = some_header();
    for (size_t i = 0; i < PACK_SIZE; i++)
        pack[i] = (uint8_t)(i * 3);
    CHECK_OK(record_seal(header, key, pack, PACK_SIZE));
}

static void header_round_trip(void **state)
{
    (void)state;
    const uint8_t key[UNIT_KEY_SIZE] = {9};
    struct record_header header;
    uint8_t pack[PACK_SIZE];
    some_record(&header, pack, key);
    uint8_t encoded[RECORD_HEADER_SIZE];
    record_header_encode(&header, encoded);
    assert_memory_equal(encoded, "HREC\x01", 5);

    struct record_header again;
    CHECK_OK(record_header_decode(bytes_of(encoded, sizeof encoded), &again));
    uint8_t twice[RECORD_HEADER_SIZE];
    record_header_encode(&again, twice);
    assert_memory_equal(encoded, twice, sizeof encoded);
    CHECK(again.wall_minus_trusted_ms == -1500);
    CHECK(again.sequence == 12345678901);
    CHECK(record_end(&again).us == header.start.us + 1000000);
}

static void seals_and_opens(void **state)
{
    (void)state;
    const uint8_t key[UNIT_KEY_SIZE] = {1};
    const uint8_t other[UNIT_KEY_SIZE] = {2};
    struct record_header header;
    uint8_t pack[PACK_SIZE];
    uint8_t plain[PACK_SIZE];
    some_record(&header, pack, key);
    CHECK(pack[1] != 3 || pack[2] != 6 || pack[3] != 9);
    CHECK_STATUS(STATUS_DENIED, record_open(&header, other,
                                            bytes_of(pack, PACK_SIZE), plain));
    CHECK_OK(record_open(&header, key, bytes_of(pack, PACK_SIZE), plain));
    for (size_t i = 0; i < PACK_SIZE; i++)
        CHECK(plain[i] == (uint8_t)(i * 3));
}

/* Two records of the same pictures under the same unit key differ. */
static void no_key_seals_twice(void **state)
{
    (void)state;
    const uint8_t key[UNIT_KEY_SIZE] = {1};
    struct record_header a;
    struct record_header b;
    uint8_t pack_a[PACK_SIZE];
    uint8_t pack_b[PACK_SIZE];
    some_record(&a, pack_a, key);
    some_record(&b, pack_b, key);
    CHECK(memcmp(a.commitment, b.commitment, sizeof a.commitment) != 0);
    CHECK(memcmp(pack_a, pack_b, PACK_SIZE) != 0);
}

static enum status open_stored(const uint8_t *stored,
                               const uint8_t key[UNIT_KEY_SIZE])
{
    struct record_header header;
    uint8_t plain[PACK_SIZE];
    enum status s = record_header_decode(
        bytes_of(stored, RECORD_HEADER_SIZE), &header);
    return s == STATUS_OK
               ? record_open(&header, key,
                             bytes_of(stored + RECORD_HEADER_SIZE, PACK_SIZE),
                             plain)
               : s;
}

static void every_flipped_bit_is_noticed(void **state)
{
    (void)state;
    const uint8_t key[UNIT_KEY_SIZE] = {1};
    struct record_header header;
    uint8_t stored[RECORD_HEADER_SIZE + PACK_SIZE];
    some_record(&header, stored + RECORD_HEADER_SIZE, key);
    record_header_encode(&header, stored);
    CHECK_OK(open_stored(stored, key));
    for (size_t bit = 0; bit < 8 * sizeof stored; bit++) {
        stored[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(open_stored(stored, key) != STATUS_OK);
        stored[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    CHECK_OK(open_stored(stored, key));
}

/* Where a record has stood there is one, or zeros; all else is damage. */
static void a_header_is_whole_or_damaged_or_gone(void **state)
{
    (void)state;
    const uint8_t key[UNIT_KEY_SIZE] = {1};
    struct record_header header;
    uint8_t pack[PACK_SIZE];
    uint8_t bytes[RECORD_HEADER_SIZE];
    some_record(&header, pack, key);
    record_header_encode(&header, bytes);
    for (size_t i = 0; i < 8 * sizeof bytes; i++) {
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        CHECK_STATUS(STATUS_CORRUPT,
                     record_header_read(bytes_of(bytes, sizeof bytes),
                                        &header));
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    CHECK_OK(record_header_read(bytes_of(bytes, sizeof bytes), &header));
    memset(bytes, 0, sizeof bytes);
    CHECK_STATUS(STATUS_NOT_FOUND,
                 record_header_read(bytes_of(bytes, sizeof bytes), &header));
}

static void sector_check_sees_lost_halves(void **state)
{
    (void)state;
    const uint8_t key[UNIT_KEY_SIZE] = {1};
    struct record_header header;
    uint8_t pack[PACK_SIZE];
    some_record(&header, pack, key);
    CHECK(record_sector_check(bytes_of(pack, PACK_SIZE)) ==
          header.sector_check);
    for (size_t at = 0; at < PACK_SIZE; at += 256) {
        uint8_t kept[256];
        size_t size = PACK_SIZE - at < 256 ? PACK_SIZE - at : 256;
        memcpy(kept, pack + at, size);
        memset(pack + at, 0, size);
        CHECK(record_sector_check(bytes_of(pack, PACK_SIZE)) !=
              header.sector_check);
        memcpy(pack + at, kept, size);
    }
}

static void refuses_what_cannot_be(void **state)
{
    (void)state;
    struct record_header header = some_header();
    uint8_t encoded[RECORD_HEADER_SIZE];
    struct record_header out;
    struct bytes in = bytes_of(encoded, sizeof encoded);

    header.sealed_size = 1;
    record_header_encode(&header, encoded);
    CHECK_OK(record_header_decode(in, &out));
    header.unit.us += SECOND_US; /* not the unit of its start */
    record_header_encode(&header, encoded);
    CHECK_STATUS(STATUS_CORRUPT, record_header_decode(in, &out));
    header = some_header();
    header.sealed_size = RECORD_SEALED_MAX + 1;
    record_header_encode(&header, encoded);
    CHECK_STATUS(STATUS_CORRUPT, record_header_decode(in, &out));
    header = some_header();
    header.sealed_size = 1;
    header.camera = 0;
    record_header_encode(&header, encoded);
    CHECK_STATUS(STATUS_CORRUPT, record_header_decode(in, &out));
    memset(encoded, 0, sizeof encoded);
    CHECK_STATUS(STATUS_NOT_FOUND, record_header_decode(in, &out));
    CHECK_STATUS(STATUS_LIMIT,
                 record_seal(&header, (uint8_t[UNIT_KEY_SIZE]){0}, encoded,
                             0));
}

TEST_MAIN("store/record", TEST(header_round_trip), TEST(seals_and_opens),
          TEST(no_key_seals_twice), TEST(every_flipped_bit_is_noticed),
          TEST(a_header_is_whole_or_damaged_or_gone),
          TEST(sector_check_sees_lost_halves), TEST(refuses_what_cannot_be))
