/* SPDX-License-Identifier: Apache-2.0 */
#include "media/bits.h"
#include "unit/test.h"

/* ISO/IEC 14496-10 table 9-2: the first codes. */
static void exp_golomb_codes_are_those_of_the_table(void **state)
{
    (void)state;
    /* 1 010 011 00100 00101 00110 00111 0001000 */
    const uint8_t codes[] = {0xa6, 0x42, 0x98, 0xe2, 0x00};
    struct bits bits = bits_on(bytes_of(codes, sizeof codes));
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(i, bits_ue(&bits));
    CHECK(!bits.failed);
}

static void signed_codes_alternate(void **state)
{
    (void)state;
    const uint8_t codes[] = {0xa6, 0x42, 0x98, 0xe2, 0x00};
    const int32_t expected[] = {0, 1, -1, 2, -2, 3, -3, 4};
    struct bits bits = bits_on(bytes_of(codes, sizeof codes));
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(expected[i], bits_se(&bits));
}

static void the_largest_codes(void **state)
{
    (void)state;
    /* 31 zeros, a one, 31 ones: 2^32 - 2 */
    const uint8_t most[] = {0, 0, 0, 1, 255, 255, 255, 254};
    struct bits bits = bits_on(bytes_of(most, sizeof most));
    CHECK(bits_ue(&bits) == UINT32_MAX - 1);
    bits = bits_on(bytes_of(most, sizeof most));
    CHECK(bits_se(&bits) == -INT32_MAX);
    CHECK(!bits.failed);

    const uint8_t more[] = {0, 0, 0, 0, 255, 255, 255, 255, 255};
    bits = bits_on(bytes_of(more, sizeof more));
    CHECK(bits_ue(&bits) == 0);
    CHECK(bits.failed);
}

static void failure_is_sticky(void **state)
{
    (void)state;
    const uint8_t one[] = {0xff};
    struct bits bits = bits_on(bytes_of(one, 1));
    CHECK(bits_u(&bits, 7) == 127);
    CHECK(bits_u(&bits, 2) == 0);
    CHECK(bits.failed);
    CHECK(bits_u(&bits, 1) == 0);
    bits = bits_on(bytes_of(one, 1));
    bits_skip(&bits, 8);
    CHECK(!bits.failed);
    bits_skip(&bits, SIZE_MAX);
    CHECK(bits.failed);
}

TEST_MAIN("media/bits", TEST(exp_golomb_codes_are_those_of_the_table),
          TEST(signed_codes_alternate), TEST(the_largest_codes),
          TEST(failure_is_sticky))
