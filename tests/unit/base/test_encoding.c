/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"
#include "base/crc32c.h"
#include "base/text.h"
#include "unit/test.h"

static void any_bytes_come_back(void **state)
{
    (void)state;
    struct test_random random = {42};
    for (size_t size = 0; size < 100; size++) {
        uint8_t in[100];
        uint8_t out[100];
        char text[BASE64_SIZE(100) + HEX_SIZE(100) + 1];
        size_t used = 0;
        test_random_fill(&random, in, size);
        base64_encode(bytes_of(in, size), text);
        CHECK(text_of(text).size == BASE64_SIZE(size));
        CHECK_OK(base64_decode(text_of(text), out, sizeof out, &used));
        CHECK(used == size);
        assert_memory_equal(in, out, size);
        hex_encode(bytes_of(in, size), text);
        CHECK_OK(hex_decode(text_of(text), out, size));
        assert_memory_equal(in, out, size);
    }
}

static void known_values_of_rfc_4648(void **state)
{
    (void)state;
    char text[16];
    base64_encode(bytes_of("foob", 4), text);
    assert_string_equal(text, "Zm9vYg==");
    base64_encode(bytes_of("fooba", 5), text);
    assert_string_equal(text, "Zm9vYmE=");
}

static void only_one_text_for_a_value(void **state)
{
    (void)state;
    uint8_t out[16];
    size_t used = 0;
    const char *const bad[] = {"Zm9vYh==", "Zm9vYmF=", "Zm9v=mE=", "Zm9", "Zm9v\n", "====", "A==="};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_STATUS(STATUS_BAD_INPUT, base64_decode(text_of(bad[i]), out, sizeof out, &used));
    CHECK_STATUS(STATUS_LIMIT, base64_decode(text_of("Zm9vYmFy"), out, 5, &used));
    CHECK_STATUS(STATUS_BAD_INPUT, hex_decode(text_of("0g"), out, 1));
    CHECK_STATUS(STATUS_BAD_INPUT, hex_decode(text_of("000"), out, 1));
}

static void crc32c_known_value(void **state)
{
    (void)state;
    CHECK(crc32c(bytes_of("123456789", 9)) == 0xe3069283);
}

TEST_MAIN("base/encoding", TEST(any_bytes_come_back),
          TEST(known_values_of_rfc_4648), TEST(only_one_text_for_a_value),
          TEST(crc32c_known_value))
