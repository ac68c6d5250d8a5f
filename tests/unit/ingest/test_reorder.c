/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/alloc.h"
#include "ingest/reorder.h"
#include "unit/test.h"

enum { SEEN_MAX = 8192 };

struct fixture {
    struct reorder reorder;
    struct boot_time now;
    size_t count;
    uint16_t seen[SEEN_MAX];
    uint8_t bytes[SEEN_MAX];
};

static void on_packet(void *context, const struct rtp_packet *packet)
{
    struct fixture *fixture = context;
    assert_true(fixture->count < SEEN_MAX);
    fixture->bytes[fixture->count] =
        packet->payload.size > 0 ? packet->payload.data[0] : 0;
    fixture->seen[fixture->count++] = packet->sequence;
}

static struct fixture *open_fixture(void)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    reorder_init(&fixture->reorder, on_packet, fixture);
    fixture->now.us = 1000000;
    return fixture;
}

static void close_fixture(struct fixture *fixture)
{
    reorder_deinit(&fixture->reorder);
    free(fixture);
}

static void take_of(struct fixture *fixture, uint32_t ssrc, uint16_t sequence)
{
    uint8_t payload[4] = {(uint8_t)sequence, 1, 2, 3};
    const struct rtp_packet packet = {
        .sequence = sequence,
        .ssrc = ssrc,
        .payload = bytes_of(payload, sizeof payload),
    };
    reorder_take(&fixture->reorder, &packet, fixture->now);
    memset(payload, 0xee, sizeof payload); /* it must have been copied */
}

static void take(struct fixture *fixture, uint16_t sequence)
{
    take_of(fixture, 7, sequence);
}

static void check_seen(const struct fixture *fixture, const uint16_t *wanted,
                       size_t count)
{
    assert_int_equal(fixture->count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(fixture->seen[i], wanted[i]);
        assert_int_equal(fixture->bytes[i], (uint8_t)wanted[i]);
    }
}

static void order_is_kept_at_once(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    for (uint32_t i = 0; i < 200; i++) {
        take(fixture, (uint16_t)(65500 + i));
        assert_int_equal(fixture->count, i + 1);
    }
    CHECK(reorder_deadline(&fixture->reorder).us == INT64_MAX);
    close_fixture(fixture);
}

static void early_ones_wait_and_late_and_double_ones_go(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    static const uint16_t SENT[] = {65533, 65535, 0, 65535, 65534, 65534, 0, 1};
    static const uint16_t WANTED[] = {65533, 65534, 65535, 0, 1};
    for (size_t i = 0; i < sizeof SENT / sizeof SENT[0]; i++)
        take(fixture, SENT[i]);
    check_seen(fixture, WANTED, 5);
    CHECK(fixture->reorder.late == 2);
    CHECK(fixture->reorder.held == 0 && fixture->reorder.held_bytes == 0);
    close_fixture(fixture);
}

static void a_hole_is_given_up_in_time(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    static const uint16_t WANTED[] = {10, 12, 13, 15};
    take(fixture, 10);
    take(fixture, 12);
    fixture->now.us += 50000;
    take(fixture, 13);
    take(fixture, 15);
    CHECK(reorder_deadline(&fixture->reorder).us ==
          1000000 + REORDER_WAIT_MS * 1000);
    reorder_tick(&fixture->reorder, (struct boot_time){1099999});
    check_seen(fixture, WANTED, 1);
    reorder_tick(&fixture->reorder, (struct boot_time){1100000});
    check_seen(fixture, WANTED, 3);
    reorder_tick(&fixture->reorder, (struct boot_time){1150000});
    check_seen(fixture, WANTED, 4);
    take(fixture, 11); /* too late now */
    check_seen(fixture, WANTED, 4);
    close_fixture(fixture);
}

static void the_window_has_its_size(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    take(fixture, 0);
    for (uint16_t i = 2; i < 1 + REORDER_PACKETS_MAX; i++)
        take(fixture, i);
    assert_int_equal(fixture->count, 1);
    take(fixture, 1 + REORDER_PACKETS_MAX); /* does not fit: 1 is given up */
    assert_int_equal(fixture->count, 1 + REORDER_PACKETS_MAX);
    CHECK(fixture->reorder.held == 0);
    close_fixture(fixture);
}

static void the_window_has_its_bytes(void **state)
{
    (void)state;
    static uint8_t large[60000];
    struct fixture *fixture = open_fixture();
    take(fixture, 0);
    for (uint16_t i = 2; i < 12; i++) {
        const struct rtp_packet packet = {
            .sequence = i,
            .ssrc = 7,
            .payload = bytes_of(large, sizeof large),
        };
        reorder_take(&fixture->reorder, &packet, fixture->now);
        CHECK(fixture->reorder.held_bytes <= REORDER_BYTES_MAX);
    }
    CHECK(fixture->count > 5);
    close_fixture(fixture);
}

static void one_stray_changes_nothing_and_two_are_followed(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    static const uint16_t WANTED[] = {10, 11, 30000, 30001, 500, 501};
    take(fixture, 10);
    take(fixture, 30000);
    take(fixture, 11);
    check_seen(fixture, WANTED, 2);
    take(fixture, 30000);
    take(fixture, 30001);
    check_seen(fixture, WANTED, 4);
    take(fixture, 500); /* far back: a new count */
    take(fixture, 501);
    check_seen(fixture, WANTED, 6);
    close_fixture(fixture);
}

static void another_source_is_taken_at_once(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    static const uint16_t WANTED[] = {1, 3, 40000, 40001};
    take(fixture, 1);
    take(fixture, 3); /* waits, and comes out before */
    take_of(fixture, 8, 40000);
    take_of(fixture, 8, 40001);
    check_seen(fixture, WANTED, 4);
    close_fixture(fixture);
}

/* Whatever the network does within the window, what comes out is in order,
 * without repetition, and all that was sent and not lost comes out. */
static void any_network_within_the_window_is_undone(void **state)
{
    (void)state;
    struct test_random random = {11};
    for (int round = 0; round < 40; round++) {
        struct fixture *fixture = open_fixture();
        uint16_t order[2000];
        size_t count = 0;
        uint16_t base = (uint16_t)test_random_next(&random);
        for (uint16_t i = 0; i < 1500; i++) {
            uint64_t dice = test_random_next(&random) % 20;
            if (dice != 0 || i == 0)
                order[count++] = (uint16_t)(base + i);
            if (dice == 1 && i > 0)
                order[count++] = (uint16_t)(base + i);
        }
        size_t unique = 0;
        for (size_t i = 0; i < count; i++)
            unique += i == 0 || order[i] != order[i - 1];
        for (size_t i = 1; i + 8 < count; i += 8) {
            size_t j = i + test_random_next(&random) % 8;
            uint16_t kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        for (size_t i = 0; i < count; i++)
            take(fixture, order[i]);
        fixture->now.us += REORDER_WAIT_MS * 1000;
        reorder_tick(&fixture->reorder, fixture->now);
        assert_int_equal(fixture->count, unique);
        for (size_t i = 1; i < fixture->count; i++)
            CHECK((uint16_t)(fixture->seen[i] - fixture->seen[i - 1]) < 40);
        close_fixture(fixture);
    }
}

static void without_memory_nothing_waits(void **state)
{
    (void)state;
    struct fixture *fixture = open_fixture();
    static const uint16_t WANTED[] = {1, 3, 4};
    take(fixture, 1);
    alloc_fail_at(1);
    take(fixture, 3);
    alloc_fail_at(0);
    take(fixture, 4);
    check_seen(fixture, WANTED, 3);
    alloc_fail_at(1);
    take(fixture, 30000);
    alloc_fail_at(0);
    take(fixture, 30001);
    check_seen(fixture, WANTED, 3);
    close_fixture(fixture);
}

TEST_MAIN("ingest/reorder", TEST(order_is_kept_at_once),
          TEST(early_ones_wait_and_late_and_double_ones_go),
          TEST(a_hole_is_given_up_in_time), TEST(the_window_has_its_size),
          TEST(the_window_has_its_bytes),
          TEST(one_stray_changes_nothing_and_two_are_followed),
          TEST(another_source_is_taken_at_once),
          TEST(any_network_within_the_window_is_undone),
          TEST(without_memory_nothing_waits))
