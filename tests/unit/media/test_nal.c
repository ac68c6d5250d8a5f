/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/text.h"
#include "media/nal.h"
#include "unit/test.h"

static bool same(struct bytes a, struct bytes b)
{
    return text_equal(bytes_text(a), bytes_text(b));
}

static void cuts_at_start_codes_of_both_lengths(void **state)
{
    (void)state;
    const uint8_t in[] = {0, 0, 0, 1, 9, 16, 0, 0, 1, 7, 0, 3, 0, 0,
                          0, 1, 0, 0, 1, 8,  0, 0, 0, 0, 0, 1, 5};
    const uint8_t units[][3] = {{9, 16, 0}, {7, 0, 3}, {8, 0, 0}, {5, 0, 0}};
    const size_t sizes[] = {2, 3, 1, 1};
    struct bytes left = bytes_of(in, sizeof in);
    struct bytes nal = {NULL, 0};
    for (size_t i = 0; i < 4; i++) {
        CHECK(nal_stream_next(&left, &nal));
        CHECK(same(nal, bytes_of(units[i], sizes[i])));
    }
    CHECK(!nal_stream_next(&left, &nal));
    CHECK(left.size == 0);
}

static void no_start_code_is_no_unit(void **state)
{
    (void)state;
    const uint8_t in[] = {1, 2, 3, 0, 0};
    for (size_t size = 0; size <= sizeof in; size++) {
        struct bytes left = bytes_of(in, size);
        struct bytes nal = {NULL, 0};
        CHECK(!nal_stream_next(&left, &nal));
    }
}

/* Any units without start codes inside come back as they went in. */
static void stream_and_sample_round_trip(void **state)
{
    (void)state;
    struct test_random random = {7};
    AUTO(buffer_deinit) struct buffer stream = buffer_with_limit(1 << 20);
    AUTO(buffer_deinit) struct buffer sample = buffer_with_limit(1 << 20);
    AUTO(buffer_deinit) struct buffer again = buffer_with_limit(1 << 20);
    for (int i = 0; i < 200; i++) {
        uint8_t unit[64];
        size_t size = 1 + test_random_next(&random) % sizeof unit;
        test_random_fill(&random, unit, size);
        for (size_t k = 0; k < size; k++)
            unit[k] = (uint8_t)(unit[k] | 4); /* never 0 or 1 */
        const uint8_t code[] = {0, 0, 0, 1};
        buffer_append(&stream,
                      i % 2 == 0 ? bytes_of(code, 4) : bytes_of(code + 1, 3));
        buffer_append(&stream, bytes_of(unit, size));
        nal_sample_append(&sample, bytes_of(unit, size));
    }
    struct bytes left = buffer_bytes(&stream);
    struct bytes nal = {NULL, 0};
    while (nal_stream_next(&left, &nal))
        nal_sample_append(&again, nal);
    CHECK(same(buffer_bytes(&sample), buffer_bytes(&again)));
    CHECK_OK(nal_sample_check(buffer_bytes(&sample)));
}

static void a_sample_that_does_not_add_up_is_refused(void **state)
{
    (void)state;
    const uint8_t good[] = {0, 0, 0, 2, 5, 6, 0, 0, 0, 1, 7};
    CHECK_OK(nal_sample_check(bytes_of(good, sizeof good)));
    for (size_t size = 0; size < sizeof good; size++) {
        if (size != 6)
            CHECK_STATUS(STATUS_BAD_INPUT,
                         nal_sample_check(bytes_of(good, size)));
    }
    const uint8_t empty[] = {0, 0, 0, 0};
    CHECK_STATUS(STATUS_BAD_INPUT, nal_sample_check(bytes_of(empty, 4)));
    const uint8_t huge[] = {255, 255, 255, 255, 1};
    CHECK_STATUS(STATUS_BAD_INPUT, nal_sample_check(bytes_of(huge, 5)));
    static uint8_t many[(NAL_IN_SAMPLE_MAX + 1) * 5];
    for (size_t i = 0; i < sizeof many; i++)
        many[i] = i % 5 == 3;
    CHECK_STATUS(STATUS_LIMIT, nal_sample_check(bytes_of(many, sizeof many)));
}

static void unescaping_removes_what_was_put_in(void **state)
{
    (void)state;
    const uint8_t in[] = {1, 0, 0, 3, 0, 0, 3, 1, 0, 0, 0, 3, 3, 0, 0, 3};
    const uint8_t expected[] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0};
    uint8_t out[sizeof in];
    CHECK(same(nal_unescape(bytes_of(in, sizeof in), out, sizeof out),
               bytes_of(expected, sizeof expected)));
    CHECK(same(nal_unescape(bytes_of(in, sizeof in), out, 5),
               bytes_of(expected, 5)));
}

TEST_MAIN("media/nal", TEST(cuts_at_start_codes_of_both_lengths),
          TEST(no_start_code_is_no_unit), TEST(stream_and_sample_round_trip),
          TEST(a_sample_that_does_not_add_up_is_refused),
          TEST(unescaping_removes_what_was_put_in))
