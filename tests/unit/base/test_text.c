/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "base/number.h"
#include "unit/test.h"

static void plain_text_takes_hangul_and_refuses_control(void **state)
{
    (void)state;
    CHECK(text_is_plain(text_of("분실물 확인, room 6")));
    CHECK(text_is_plain(text_of("")));
    CHECK(!text_is_plain(text_of("a\nb")));
    CHECK(!text_is_plain(text_of("\x1b[31m")));
    CHECK(!text_is_plain(text_of("\xe2\x80\xae" "abc"))); /* bidi override */
    CHECK(!text_is_plain(text_of("\xc0\xaf")));           /* overlong */
    CHECK(!text_is_plain(text_of("\xed\xa0\x80")));       /* surrogate */
    CHECK(!text_is_plain(text_of("\xe2\x82")));           /* cut short */
    CHECK(!text_is_plain(text_of("\xe2\x80\xa8")));       /* U+2028 */
    CHECK(!text_is_plain(text_of("\x7f")));
}

static void cutting_gives_every_piece(void **state)
{
    (void)state;
    struct text rest = text_of("a,,b");
    CHECK(text_equal(text_cut(&rest, ','), text_of("a")));
    CHECK(text_equal(text_cut(&rest, ','), text_of("")));
    CHECK(text_equal(text_cut(&rest, ','), text_of("b")));
    CHECK(rest.size == 0);
}

static void copying_never_cuts(void **state)
{
    (void)state;
    char out[4];
    CHECK(text_copy(text_of("abc"), out, sizeof out));
    assert_string_equal(out, "abc");
    CHECK(!text_copy(text_of("abcd"), out, sizeof out));
    assert_string_equal(out, "");
    CHECK(!text_copy((struct text){"a\0b", 3}, out, sizeof out));
}

static void numbers_have_limits(void **state)
{
    (void)state;
    uint64_t n = 7;
    CHECK_OK(number_parse_u64(text_of("18446744073709551615"), 0, UINT64_MAX, &n));
    CHECK(n == UINT64_MAX);
    CHECK_STATUS(STATUS_LIMIT, number_parse_u64(text_of("18446744073709551616"), 0, UINT64_MAX, &n));
    CHECK_STATUS(STATUS_LIMIT, number_parse_u64(text_of("99999999999999999999999"), 0, UINT64_MAX, &n));
    CHECK_STATUS(STATUS_LIMIT, number_parse_u64(text_of("9"), 10, 20, &n));
    CHECK_STATUS(STATUS_BAD_INPUT, number_parse_u64(text_of(""), 0, 9, &n));
    CHECK_STATUS(STATUS_BAD_INPUT, number_parse_u64(text_of("-1"), 0, 9, &n));
    CHECK_STATUS(STATUS_BAD_INPUT, number_parse_u64(text_of("1 "), 0, 9, &n));
    CHECK(n == UINT64_MAX);
}

TEST_MAIN("base/text", TEST(plain_text_takes_hangul_and_refuses_control),
          TEST(cutting_gives_every_piece), TEST(copying_never_cuts),
          TEST(numbers_have_limits))
