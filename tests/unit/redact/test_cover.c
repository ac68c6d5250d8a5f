/* SPDX-License-Identifier: Apache-2.0 */
#include "redact/cover.h"

#include <string.h>

#include "model/region.h"
#include "unit/test.h"

enum { WIDTH = 64, HEIGHT = 48 };

static const struct region HALF = {
    .count = 4, .points = {{0, 0}, {500, 0}, {500, 1000}, {0, 1000}}};
/* A bow tie: its edge crosses itself. */
static const struct region BOW = {
    .count = 4, .points = {{0, 0}, {1000, 1000}, {1000, 0}, {0, 1000}}};

static struct cover *cover_of(const struct region *region, unsigned width,
                              unsigned height)
{
    struct cover *cover = NULL;
    struct regions regions = {.count = 1};
    regions.list[0] = *region;
    CHECK_OK(cover_create(&regions, width, height, &cover));
    return cover;
}

static void covers_what_is_inside_and_a_margin(void **state)
{
    (void)state;
    struct cover *cover = cover_of(&HALF, WIDTH, HEIGHT);
    for (unsigned y = 0; y < HEIGHT; y++)
        for (unsigned x = 0; x < WIDTH; x++) {
            if (x < WIDTH / 2)
                CHECK(cover_hides(cover, x, y));
            if (x > WIDTH / 2 + 2)
                CHECK(!cover_hides(cover, x, y));
        }
    cover_destroy(&cover);
    cover = cover_of(&BOW, WIDTH, HEIGHT);
    CHECK(cover_hides(cover, 1, HEIGHT / 2));
    CHECK(cover_hides(cover, WIDTH - 2, HEIGHT / 2));
    CHECK(cover_hides(cover, WIDTH / 2, HEIGHT / 2));
    CHECK(!cover_hides(cover, WIDTH / 2, 2));
    cover_destroy(&cover);
}

/* Every point of a polygon of a seed's choice is covered, wherever a pixel's
 * square has any of it, at odd sizes too. */
static void no_point_inside_is_left_out(void **state)
{
    (void)state;
    struct test_random random = {7};
    for (int round = 0; round < 200; round++) {
        unsigned width = 17 + (unsigned)(test_random_next(&random) % 120);
        unsigned height = 17 + (unsigned)(test_random_next(&random) % 120);
        struct region region = {.count = 3};
        for (size_t i = 0; i < 3; i++)
            region.points[i] = (struct region_point){
                (uint16_t)(test_random_next(&random) % 1001),
                (uint16_t)(test_random_next(&random) % 1001)};
        struct cover *cover = cover_of(&region, width, height);
        for (int sample = 0; sample < 300; sample++) {
            /* Inside a triangle: a mean of its corners. */
            uint64_t a = test_random_next(&random) % 1000;
            uint64_t b = test_random_next(&random) % (1001 - a);
            uint64_t c = 1000 - a - b;
            uint64_t x = (a * region.points[0].x + b * region.points[1].x +
                          c * region.points[2].x) * width / 1000000;
            uint64_t y = (a * region.points[0].y + b * region.points[1].y +
                          c * region.points[2].y) * height / 1000000;
            if (x < width && y < height)
                CHECK(cover_hides(cover, (unsigned)x, (unsigned)y));
        }
        cover_destroy(&cover);
    }
}

static void blackens_all_planes_and_nothing_else(void **state)
{
    (void)state;
    enum { STRIDE = 80 };
    static uint8_t luma[STRIDE * HEIGHT];
    static uint8_t blue[STRIDE * HEIGHT / 2];
    static uint8_t red[STRIDE * HEIGHT / 2];
    memset(luma, 200, sizeof luma);
    memset(blue, 90, sizeof blue);
    memset(red, 90, sizeof red);
    struct cover *cover = cover_of(&HALF, WIDTH, HEIGHT);
    uint8_t *const planes[3] = {luma, blue, red};
    const size_t strides[3] = {STRIDE, STRIDE, STRIDE};
    cover_apply(cover, planes, strides);
    for (unsigned y = 0; y < HEIGHT; y++) {
        CHECK(luma[y * STRIDE] == 16 && luma[y * STRIDE + WIDTH / 2 - 1] == 16);
        CHECK(luma[y * STRIDE + WIDTH - 1] == 200);
        CHECK(luma[y * STRIDE + WIDTH] == 200); /* behind the picture */
        CHECK(blue[y / 2 * STRIDE] == 128 && red[y / 2 * STRIDE] == 128);
        CHECK(blue[y / 2 * STRIDE + WIDTH / 2 - 1] == 90);
    }
    cover_destroy(&cover);
}

static void regions_travel_and_lies_are_refused(void **state)
{
    (void)state;
    struct buffer out = buffer_with_limit(REGIONS_BYTES_MAX);
    struct regions back;
    region_write(&out, &HALF);
    region_write(&out, &BOW);
    CHECK_OK(regions_read(buffer_bytes(&out), &back));
    CHECK(back.count == 2 && back.list[1].count == 4 &&
          back.list[1].points[1].x == 1000);
    for (size_t size = 0; size < out.size; size++)
        if (size != 17)
            CHECK_STATUS(STATUS_BAD_INPUT,
                         regions_read(bytes_of(out.data, size), &back));
    out.data[2] = 0xff; /* beyond the picture */
    out.data[1] = 0xff;
    CHECK_STATUS(STATUS_BAD_INPUT, regions_read(buffer_bytes(&out), &back));
    out.data[0] = REGION_POINTS_MAX + 1;
    CHECK_STATUS(STATUS_LIMIT, regions_read(buffer_bytes(&out), &back));
    buffer_deinit(&out);
}

static enum status make_and_drop(void *context)
{
    struct regions regions = {.count = 1};
    struct cover *cover = NULL;
    (void)context;
    regions.list[0] = HALF;
    enum status s = cover_create(&regions, WIDTH, HEIGHT, &cover);
    cover_destroy(&cover);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    test_every_allocation_fails(make_and_drop, NULL);
}

TEST_MAIN("redact/cover", TEST(covers_what_is_inside_and_a_margin),
          TEST(no_point_inside_is_left_out),
          TEST(blackens_all_planes_and_nothing_else),
          TEST(regions_travel_and_lies_are_refused), TEST(memory_may_run_out))
