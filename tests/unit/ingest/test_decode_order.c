/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/decode_order.h"

#include "unit/test.h"

enum { RATE_HZ = 90000, STEP = 6000, PICTURES = 3000 };

/* What a decoder and a player need of all times: growing, even, and none shown
 * before it is decoded. */
struct judge {
    bool has_last;
    uint32_t last_decoded;
    unsigned uneven;
};

static void look(struct judge *judge, struct decode_times times, uint32_t shown)
{
    CHECK(times.decoded_ticks + times.shown_after_ticks == shown);
    CHECK(times.shown_after_ticks < 20 * STEP);
    if (judge->has_last) {
        int32_t step = (int32_t)(times.decoded_ticks - judge->last_decoded);
        CHECK(step > 0);
        judge->uneven += step != STEP;
    }
    judge->has_last = true;
    judge->last_decoded = times.decoded_ticks;
}

static void without_reordering_both_are_the_same(void **state)
{
    (void)state;
    struct test_random random = {3};
    struct decode_order order;
    decode_order_init(&order, RATE_HZ);
    decode_order_set_depth(&order, 0);
    for (int i = 0; i < PICTURES; i++) {
        uint32_t ticks = (uint32_t)test_random_next(&random);
        struct decode_times times = decode_order_take(&order, ticks);
        CHECK(times.decoded_ticks == ticks && times.shown_after_ticks == 0);
    }
}

/* I P B B P B B ...: the first in steps of a group, the others behind it. */
static uint32_t flat(uint32_t i)
{
    return i == 0 ? 0 : i % 3 == 1 ? i + 2 : i - 1;
}

/* I P B b b P B b b ..., the B in the middle shown before its group's P. */
static uint32_t pyramid(uint32_t i)
{
    static const uint32_t PLACES[] = {4, 2, 1, 3};
    return i == 0 ? 0 : (i - 1) / 4 * 4 + PLACES[(i - 1) % 4];
}

static unsigned run(uint32_t (*place)(uint32_t), uint8_t depth)
{
    struct judge judge = {0};
    struct decode_order order;
    uint32_t first = 0u - 1000u * STEP; /* it wraps on its way */
    decode_order_init(&order, RATE_HZ);
    decode_order_set_depth(&order, depth);
    for (uint32_t i = 0; i < PICTURES; i++) {
        uint32_t shown = first + place(i) * STEP;
        look(&judge, decode_order_take(&order, shown), shown);
    }
    return judge.uneven;
}

static void times_of_decoding_are_even(void **state)
{
    (void)state;
    assert_int_equal(run(flat, 1), 0);
    assert_int_equal(run(pyramid, 2), 0);
    /* More than there is does no harm. */
    assert_int_equal(run(flat, 4), 0);
    assert_int_equal(run(pyramid, PICTURE_REORDER_MAX), 0);
}

/* Where no set says it, the first groups teach it. */
static void an_unknown_depth_is_learned(void **state)
{
    (void)state;
    struct decode_order order;
    struct judge judge = {0};
    decode_order_init(&order, RATE_HZ);
    decode_order_set_depth(&order, PICTURE_REORDER_UNKNOWN);
    for (uint32_t i = 0; i < 30; i++)
        (void)decode_order_take(&order, pyramid(i) * STEP);
    assert_int_equal(order.depth, 2);
    decode_order_set_depth(&order, PICTURE_REORDER_UNKNOWN); /* a key picture */
    for (uint32_t i = 30; i < PICTURES; i++) {
        uint32_t shown = pyramid(i) * STEP;
        look(&judge, decode_order_take(&order, shown), shown);
    }
    assert_int_equal(judge.uneven, 0);
}

/* A clock that jumps is no matter of order; it begins anew. */
static void a_jump_begins_anew(void **state)
{
    (void)state;
    static const int32_t JUMPS_S[] = {100, -100, 10000, -10000, 5, -5};
    struct decode_order order;
    uint32_t at = 0;
    decode_order_init(&order, RATE_HZ);
    decode_order_set_depth(&order, 1);
    for (size_t k = 0; k < 6; k++) {
        struct judge judge = {0};
        for (uint32_t i = 0; i < 30; i++) {
            uint32_t shown = at + flat(i) * STEP;
            look(&judge, decode_order_take(&order, shown), shown);
        }
        assert_int_equal(judge.uneven, 0);
        at += (uint32_t)JUMPS_S[k] * RATE_HZ;
    }
}

/* Whatever comes, nothing is shown long after, or before, its decoding. */
static void any_times_at_all(void **state)
{
    (void)state;
    struct test_random random = {5};
    for (int depth = 0; depth <= PICTURE_REORDER_MAX + 1; depth++) {
        struct decode_order order;
        decode_order_init(&order, RATE_HZ);
        decode_order_set_depth(&order, depth > PICTURE_REORDER_MAX
                                           ? (uint8_t)PICTURE_REORDER_UNKNOWN
                                           : (uint8_t)depth);
        uint32_t shown = 0;
        for (int i = 0; i < PICTURES; i++) {
            uint64_t dice = test_random_next(&random);
            shown += (dice & 15) == 0 ? (uint32_t)(dice >> 32)
                                      : (uint32_t)(dice >> 32) % 90000 - 45000;
            struct decode_times times = decode_order_take(&order, shown);
            CHECK(times.decoded_ticks + times.shown_after_ticks == shown);
            CHECK(times.shown_after_ticks <= 16u * 8 * RATE_HZ);
        }
    }
}

TEST_MAIN("ingest/decode_order", TEST(without_reordering_both_are_the_same),
          TEST(times_of_decoding_are_even), TEST(an_unknown_depth_is_learned),
          TEST(a_jump_begins_anew), TEST(any_times_at_all))
