/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/time_map.h"

#include <stdlib.h>

#include "ingest/limits.h"
#include "unit/test.h"

enum { RATE_HZ = 90000, FRAME_US = 40000, FRAME_TICKS = 3600 };

static int64_t picture(struct time_map *map, uint32_t ticks, int64_t arrival_us)
{
    bool stepped = false;
    struct boot_time time =
        time_map_picture(map, ticks, (struct boot_time){arrival_us}, &stepped);
    CHECK(!stepped);
    return time.us;
}

static void pictures_keep_their_distance(void **state)
{
    (void)state;
    struct time_map map;
    struct test_random random = {1};
    time_map_init(&map, RATE_HZ);
    uint32_t ticks = 0xffff0000; /* wraps */
    int64_t arrival_us = 1000000;
    int64_t last_us = picture(&map, ticks, arrival_us);
    CHECK(last_us == arrival_us);
    for (int i = 0; i < 1000; i++) {
        ticks += FRAME_TICKS;
        arrival_us += FRAME_US;
        int64_t late_us = (int64_t)(test_random_next(&random) % 30000);
        int64_t time_us = picture(&map, ticks, arrival_us + late_us);
        CHECK(labs(time_us - last_us - FRAME_US) <= 6000);
        last_us = time_us;
    }
}

/* A camera whose crystal is 200 ppm slow stays within a frame for a day. */
static void a_slow_crystal_is_followed(void **state)
{
    (void)state;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    uint32_t ticks = 0;
    int64_t arrival_us = 0;
    for (int64_t i = 0; i < 25 * 3600; i++) {
        int64_t time_us = picture(&map, ticks, arrival_us);
        CHECK(time_us <= arrival_us);
        CHECK(arrival_us - time_us < 10000);
        ticks += FRAME_TICKS;
        arrival_us += FRAME_US + 8;
    }
}

static void corrections_are_small(void **state)
{
    (void)state;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    (void)picture(&map, 0, 0);
    uint32_t ticks = 0;
    int64_t last_us = 0;
    /* From here on everything is 2 s late: the network, not the clock. */
    for (int64_t i = 1; i < 25 * 60; i++) {
        ticks += FRAME_TICKS;
        int64_t time_us = picture(&map, ticks, i * FRAME_US + 2000000);
        CHECK(time_us - last_us >= FRAME_US);
        CHECK(time_us - last_us <= FRAME_US + 12 * TIME_MAP_SLEW_PPM);
        last_us = time_us;
    }
    CHECK(last_us - 25 * 60 * (int64_t)FRAME_US <=
          60 * (int64_t)TIME_MAP_SLEW_PPM);
}

static void reports_count_more_than_pictures(void **state)
{
    (void)state;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    (void)picture(&map, 0, 100000); /* encoded and sent: 100 ms late */
    for (int64_t second = 1; second <= 60; second++) {
        time_map_report(&map, (uint32_t)second * RATE_HZ,
                        (struct boot_time){second * SECOND_US + 150000});
        (void)picture(&map, (uint32_t)second * RATE_HZ,
                      second * SECOND_US + 200000);
    }
    /* 50 ms at 5 ms in ten seconds. */
    int64_t late_us = picture(&map, 61u * RATE_HZ, 61 * SECOND_US + 200000) -
                      61 * (int64_t)SECOND_US;
    CHECK(late_us > 120000 && late_us < 135000);
}

static void absurd_reports_are_passed_over(void **state)
{
    (void)state;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    time_map_report(&map, 5, (struct boot_time){5}); /* before any picture */
    (void)picture(&map, 0, 0);
    time_map_report(&map, 0x70000000, (struct boot_time){1000});
    CHECK(!map.has_reports);
    CHECK(picture(&map, FRAME_TICKS, FRAME_US) == FRAME_US);
}

static void a_step_anchors_anew_and_says_so(void **state)
{
    (void)state;
    struct time_map map;
    bool stepped = false;
    time_map_init(&map, RATE_HZ);
    (void)picture(&map, 0, 0);
    struct boot_time time = time_map_picture(
        &map, 20u * RATE_HZ, (struct boot_time){FRAME_US}, &stepped);
    CHECK(stepped && time.us == FRAME_US);
    CHECK(picture(&map, 20u * RATE_HZ + FRAME_TICKS, 2 * FRAME_US) ==
          2 * FRAME_US);
    time = time_map_picture(&map, 3u * RATE_HZ,
                            (struct boot_time){3 * FRAME_US}, &stepped);
    CHECK(stepped && time.us == 3 * FRAME_US);
}

static bool steps(struct time_map *map, uint32_t ticks, int64_t arrival_us)
{
    bool stepped = false;
    (void)time_map_picture(map, ticks, (struct boot_time){arrival_us},
                           &stepped);
    return stepped;
}

/* Less than what is absurd, but back: no order of pictures goes so far. */
static void going_back_is_a_step(void **state)
{
    (void)state;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    (void)picture(&map, 20u * RATE_HZ, 0);
    CHECK(!steps(&map, 20u * RATE_HZ - RATE_HZ / 2, FRAME_US));
    CHECK(steps(&map, 12u * RATE_HZ, 2 * FRAME_US));
    CHECK(picture(&map, 12u * RATE_HZ + FRAME_TICKS, 3 * FRAME_US) ==
          3 * FRAME_US);
}

/* A clock that is 1,000 ppm slow, twice what is followed: it is never more than
 * a window's worth beyond what a step mends. */
static void a_clock_too_slow_to_follow_steps_at_times(void **state)
{
    (void)state;
    struct time_map map;
    unsigned count = 0;
    const int64_t limit_us = (TIME_MAP_LATE_S + 1) * (int64_t)SECOND_US;
    time_map_init(&map, RATE_HZ);
    for (int64_t second = 0; second < 8 * 3600; second++) {
        bool stepped = false;
        int64_t arrival_us = second * (SECOND_US + 1000);
        struct boot_time time = time_map_picture(
            &map, (uint32_t)(second * RATE_HZ),
            (struct boot_time){arrival_us}, &stepped);
        count += stepped;
        CHECK(arrival_us - time.us < limit_us);
    }
    CHECK(count >= 1 && count <= 4);
}

/* Twelve seconds that we did not look: what was sent meanwhile comes at once,
 * and was taken when it was sent. */
static void what_waited_for_us_keeps_its_times(void **state)
{
    (void)state;
    const uint32_t second_frames = SECOND_US / FRAME_US;
    const int64_t wake_us = 12 * (int64_t)SECOND_US;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    (void)picture(&map, 0, 0);
    time_map_stood_still(&map, (struct boot_time){0},
                         (struct boot_time){wake_us});
    for (uint32_t i = 1; i <= 12 * second_frames; i++)
        CHECK(picture(&map, i * FRAME_TICKS, wake_us) ==
              (int64_t)i * FRAME_US);
    int64_t due_us = wake_us + FRAME_US;
    CHECK(picture(&map, (12 * second_frames + 1) * FRAME_TICKS, due_us) ==
          due_us);
    /* Once caught up, as old a picture is a step as ever. */
    for (uint32_t i = 2; i < 30 * second_frames; i++)
        (void)picture(&map, (12 * second_frames + i) * FRAME_TICKS,
                      wake_us + (int64_t)i * FRAME_US);
    CHECK(steps(&map, (42 * second_frames) * FRAME_TICKS,
                wake_us + 42 * (int64_t)SECOND_US));
}

/* And before all of it is read we stand still once more: it is that much older. */
static void a_second_standstill_adds_to_the_first(void **state)
{
    (void)state;
    const uint32_t second_frames = SECOND_US / FRAME_US;
    const int64_t first_us = 30 * (int64_t)SECOND_US;
    const int64_t second_us = 37 * (int64_t)SECOND_US;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    (void)picture(&map, 0, 0);
    time_map_stood_still(&map, (struct boot_time){0},
                         (struct boot_time){first_us});
    for (uint32_t i = 1; i <= 5 * second_frames; i++)
        CHECK(picture(&map, i * FRAME_TICKS, first_us) == (int64_t)i * FRAME_US);
    time_map_stood_still(&map, (struct boot_time){first_us},
                         (struct boot_time){second_us});
    for (uint32_t i = 5 * second_frames + 1; i <= 37 * second_frames; i++)
        CHECK(picture(&map, i * FRAME_TICKS, second_us) ==
              (int64_t)i * FRAME_US);
}

/* Reports that say each picture was taken seven seconds later than it came. */
static void lying_reports_are_no_steps(void **state)
{
    (void)state;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    for (uint32_t second = 0; second < 600; second++) {
        int64_t now_us = (int64_t)second * SECOND_US;
        CHECK(!steps(&map, (second + 7) * RATE_HZ, now_us));
        time_map_report(&map, second * RATE_HZ, (struct boot_time){now_us});
    }
}

static void no_picture_is_later_than_its_arrival(void **state)
{
    (void)state;
    struct time_map map;
    time_map_init(&map, RATE_HZ);
    /* A burst: 50 old pictures at once, then life. */
    for (uint32_t i = 0; i < 50; i++)
        CHECK(picture(&map, i * FRAME_TICKS, 1000) <= 1000);
    for (uint32_t i = 50; i < 100; i++) {
        int64_t arrival_us = 1000 + (int64_t)(i - 49) * FRAME_US;
        CHECK(picture(&map, i * FRAME_TICKS, arrival_us) == arrival_us);
    }
}

static void any_rate_and_any_numbers_are_survived(void **state)
{
    (void)state;
    static const uint32_t RATES[] = {1, 1000, 90000, 1000000};
    struct test_random random = {3};
    for (size_t r = 0; r < sizeof RATES / sizeof RATES[0]; r++) {
        struct time_map map;
        int64_t now_us = 1;
        time_map_init(&map, RATES[r]);
        for (int i = 0; i < 20000; i++) {
            bool stepped = false;
            now_us += (int64_t)(test_random_next(&random) % 1000000);
            uint32_t ticks = (uint32_t)test_random_next(&random);
            if (i % 3 == 0)
                time_map_report(&map, ticks, (struct boot_time){now_us});
            struct boot_time time = time_map_picture(
                &map, ticks, (struct boot_time){now_us}, &stepped);
            CHECK(time.us <= now_us);
            CHECK(now_us - time.us <= (int64_t)TIME_MAP_JUMP_S * SECOND_US);
        }
    }
}

TEST_MAIN("ingest/time_map", TEST(pictures_keep_their_distance),
          TEST(a_slow_crystal_is_followed), TEST(corrections_are_small),
          TEST(reports_count_more_than_pictures),
          TEST(absurd_reports_are_passed_over),
          TEST(a_step_anchors_anew_and_says_so),
          TEST(going_back_is_a_step),
          TEST(a_clock_too_slow_to_follow_steps_at_times),
          TEST(what_waited_for_us_keeps_its_times),
          TEST(a_second_standstill_adds_to_the_first),
          TEST(lying_reports_are_no_steps),
          TEST(no_picture_is_later_than_its_arrival),
          TEST(any_rate_and_any_numbers_are_survived))
