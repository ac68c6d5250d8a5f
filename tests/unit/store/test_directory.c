/* SPDX-License-Identifier: Apache-2.0 */
#include "store/directory.h"

#include "unit/test.h"

enum { SIZE = 1000 - RECORD_HEADER_SIZE, STORED = 1024 };

struct ranges {
    uint64_t from[8];
    uint64_t to[8];
    size_t count;
    uint32_t camera; /* that dies; 0: all */
    struct span span;
};

static void on_range(void *context, uint64_t from, uint64_t to)
{
    struct ranges *ranges = context;
    ranges->from[ranges->count] = from;
    ranges->to[ranges->count++] = to;
}

static bool is_dead(void *context, const struct record_row *row)
{
    const struct ranges *ranges = context;
    return (ranges->camera == 0 || ranges->camera == row->camera) &&
           span_holds(ranges->span, row->start);
}

static void fill(struct directory *directory)
{
    /* Cameras 1 and 2 take turns, one second each. */
    for (uint32_t i = 0; i < 10; i++) {
        struct record_row row = {
            .offset = VOLUME_HEADER_SIZE + (uint64_t)i * STORED,
            .camera = 1 + i % 2,
            .start = {(int64_t)(i / 2) * SECOND_US},
            .duration_us = SECOND_US,
            .sealed_size = SIZE,
            .unit_s = 5,
        };
        CHECK_OK(directory_add(directory, &row));
    }
}

static struct span seconds(int64_t from, int64_t to)
{
    return (struct span){{from * SECOND_US}, {to * SECOND_US}};
}

static void tells_dead_stretches(void **state)
{
    (void)state;
    struct directory directory = {0};
    struct ranges ranges = {.camera = 1, .span = seconds(0, 2)};
    fill(&directory);
    CHECK(directory_forget(&directory, is_dead, on_range, &ranges) == 2);
    CHECK(ranges.count == 2);
    CHECK(ranges.from[0] == VOLUME_HEADER_SIZE);
    CHECK(ranges.to[0] == VOLUME_HEADER_SIZE + STORED);
    CHECK(ranges.from[1] == VOLUME_HEADER_SIZE + 2 * STORED);

    /* The neighbours die: the stretch grows over what was dead before. */
    ranges = (struct ranges){.camera = 2, .span = seconds(0, 2)};
    CHECK(directory_forget(&directory, is_dead, on_range, &ranges) == 2);
    CHECK(ranges.count == 1);
    CHECK(ranges.from[0] == VOLUME_HEADER_SIZE);
    CHECK(ranges.to[0] == VOLUME_HEADER_SIZE + 4 * STORED);

    ranges = (struct ranges){.span = seconds(-9, 99)};
    CHECK(directory_forget(&directory, is_dead, on_range, &ranges) == 6);
    CHECK(ranges.count == 1 && directory.count == 0);
    CHECK(ranges.to[0] == VOLUME_HEADER_SIZE + 10 * STORED);
    directory_deinit(&directory);
}

static void keeps_the_order_of_offsets(void **state)
{
    (void)state;
    struct directory directory = {0};
    const uint64_t offsets[] = {9000, 4096, 20000, 12000};
    for (size_t i = 0; i < 4; i++) {
        struct record_row row = {.offset = offsets[i], .sealed_size = 1};
        CHECK_OK(directory_add(&directory, &row));
    }
    for (size_t i = 1; i < 4; i++)
        CHECK(directory.rows[i - 1].offset < directory.rows[i].offset);
    directory_deinit(&directory);
}

TEST_MAIN("store/directory", TEST(tells_dead_stretches),
          TEST(keeps_the_order_of_offsets))
