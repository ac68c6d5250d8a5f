/* SPDX-License-Identifier: Apache-2.0 */
/* Times of pictures, as a session gives them, whatever the camera's clock does:
 * they grow, and none is later than its arrival. */
#include "unit/ingest/conversation.h"
#include "wire/rtcp.h"

struct scene {
    struct fixture fixture;
    struct stream *stream;
    struct packets *packets;
    uint32_t picture; /* the next of the stream, around and around */
};

static void open_scene(struct scene *scene)
{
    *scene = (struct scene){
        .stream = stream_open("tiny-64x48.h264", CODEC_H264, 15),
        .packets = packets_make(CODEC_H264),
    };
    begin(&scene->fixture);
    play(&scene->fixture, SDP);
}

static void close_scene(struct scene *scene)
{
    finish(&scene->fixture);
    packets_free(scene->packets);
    stream_close(&scene->stream);
}

/* One key picture with this timestamp, now; its time. */
static int64_t picture_at(struct scene *scene, uint32_t ticks, int64_t now_us)
{
    struct seen *seen = &scene->fixture.seen;
    if (seen->samples == SAMPLES_MAX) { /* only the last one matters */
        seen->times_us[0] = seen->times_us[SAMPLES_MAX - 1];
        seen->samples = 1;
        buffer_clear(&seen->data);
        seen->from[1] = 0;
    }
    scene->packets->count = 0;
    buffer_clear(&scene->packets->data);
    packets_add_sample(scene->packets, ticks, scene->stream->samples[0].data);
    scene->fixture.now.us = now_us;
    say_bytes(&scene->fixture, buffer_bytes(&scene->packets->data));
    int64_t time_us = seen->times_us[seen->samples - 1];
    CHECK(time_us <= now_us);
    return time_us;
}

static void report(struct scene *scene, uint32_t ticks, uint64_t ntp)
{
    uint8_t memory[64];
    struct writer w = writer_on(memory, sizeof memory);
    interleaved_write_header(&w, 1, RTCP_SENDER_REPORT_SIZE);
    rtcp_write_sender_report(&w, 0x1234, ntp, ticks, 1, 1);
    say_bytes(&scene->fixture, writer_written(&w));
    drop_reports(&scene->fixture);
}

/* Any timestamps at all; growth is checked by on_sample itself. */
static void any_timestamps_grow(void **state)
{
    (void)state;
    struct test_random random = {21};
    for (int round = 0; round < 10; round++) {
        struct scene scene;
        uint32_t ticks = (uint32_t)test_random_next(&random);
        int64_t now_us = START.us;
        open_scene(&scene);
        for (int i = 0; i < 200; i++) {
            uint64_t dice = test_random_next(&random);
            now_us += (int64_t)(dice % 90000) + 1;
            if (dice >> 20 & 1)
                ticks += (uint32_t)(dice >> 24) % 9000;
            else if (dice >> 21 & 1)
                ticks -= (uint32_t)(dice >> 24) % 90000; /* back */
            else if ((dice >> 22 & 15) == 0)
                ticks = (uint32_t)(dice >> 30); /* a jump */
            if ((dice >> 40 & 7) == 0)
                report(&scene, (uint32_t)(dice >> 30), dice);
            (void)picture_at(&scene, ticks, now_us);
        }
        close_scene(&scene);
    }
}

/* With reports late at random by up to 80 ms, distances are the camera's to
 * 500 ppm, across the wrap of 32 bits. */
static void distances_are_the_cameras_to_500_ppm(void **state)
{
    (void)state;
    struct test_random random = {22};
    struct scene scene;
    uint32_t first = 0xffffffffu - 90000u * 30;
    open_scene(&scene);
    int64_t last_us = picture_at(&scene, first, START.us + 100000);
    for (uint32_t second = 1; second < 120; second++) {
        int64_t sent_us = START.us + (int64_t)second * SECOND_US;
        uint32_t ticks = first + second * 90000;
        scene.fixture.now.us =
            sent_us + (int64_t)(test_random_next(&random) % 80000);
        /* The camera's wall clock is wrong by years: it does not matter. */
        report(&scene, ticks, test_random_next(&random));
        int64_t time_us = picture_at(&scene, ticks, sent_us + 100000);
        /* A window's correction comes at once: 10 s of 500 ppm. */
        CHECK(time_us - last_us >= SECOND_US - 11 * TIME_MAP_SLEW_PPM);
        CHECK(time_us - last_us <= SECOND_US + 11 * TIME_MAP_SLEW_PPM);
        last_us = time_us;
    }
    CHECK(scene.fixture.seen.states == 1); /* no step was told */
    close_scene(&scene);
}

static void without_reports_arrivals_count(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    int64_t last_us = 0;
    for (uint32_t i = 0; i < 100; i++) {
        int64_t due_us = START.us + (int64_t)i * 66667;
        int64_t time_us = picture_at(&scene, i * 6000, due_us);
        CHECK(due_us - time_us < 2000);
        CHECK(i == 0 || (time_us - last_us > 60000));
        last_us = time_us;
    }
    close_scene(&scene);
}

/* A jump is told as a step of the clock, once a second at most, and pictures go
 * on at their arrival. */
static void a_jump_is_a_step(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    (void)picture_at(&scene, 0, START.us);
    for (uint32_t i = 1; i < 20; i++) {
        int64_t now_us = START.us + (int64_t)i * 66667;
        CHECK(picture_at(&scene, i * 900000u * 3, now_us) == now_us);
    }
    CHECK(scene.fixture.seen.state == CAUSE_CLOCK);
    CHECK(scene.fixture.seen.states >= 2 && scene.fixture.seen.states <= 4);
    close_scene(&scene);
}

/* Once nothing has stepped for a while; the next step is told again. */
static void a_step_is_over_after_a_while(void **state)
{
    (void)state;
    struct scene scene;
    const struct seen *seen = &scene.fixture.seen;
    open_scene(&scene);
    uint32_t ticks = 0;
    int64_t now_us = START.us;
    (void)picture_at(&scene, ticks, now_us);
    for (unsigned step = 1; step <= 2; step++) {
        ticks += 3600u * 90000;
        for (unsigned i = 0; i < CLOCK_CALM_S * 10; i++) {
            (void)picture_at(&scene, ticks += 9000, now_us += 100000);
            CHECK(seen->state == CAUSE_CLOCK);
            assert_int_equal(2 * step, seen->states);
        }
        (void)picture_at(&scene, ticks += 9000, now_us += 100000);
        CHECK(seen->state == CAUSE_NONE);
        assert_int_equal(2 * step + 1, seen->states);
    }
    close_scene(&scene);
}

/* Slower than one a second: the pictures last as long as they are apart, and a
 * single long distance among short ones is a hole. */
static void a_slow_camera_has_long_pictures(void **state)
{
    (void)state;
    struct scene scene;
    const struct seen *seen = &scene.fixture.seen;
    open_scene(&scene);
    uint32_t ticks = 0;
    int64_t now_us = START.us;
    for (unsigned i = 0; i < 6; i++, ticks += 112500, now_us += 1250000) {
        (void)picture_at(&scene, ticks, now_us);
        CHECK(i < 2 || seen->durations_us[seen->samples - 1] == 1250000);
    }
    for (unsigned i = 0; i < 30; i++)
        (void)picture_at(&scene, ticks += 6000, now_us += 66667);
    (void)picture_at(&scene, ticks += 4 * 90000, now_us += 4 * SECOND_US);
    CHECK(seen->durations_us[seen->samples - 1] < 67000);
    close_scene(&scene);
}

/* Most packets are lost, and one picture in three seconds comes whole: it lasts
 * as long as this camera's do, and what is between was not recorded. */
static void losses_make_no_slow_camera(void **state)
{
    (void)state;
    struct scene scene;
    const struct seen *seen = &scene.fixture.seen;
    open_scene(&scene);
    uint32_t ticks = 0;
    int64_t now_us = START.us;
    for (unsigned i = 0; i < 10; i++, ticks += 6000, now_us += 66667)
        (void)picture_at(&scene, ticks, now_us);
    for (unsigned i = 0; i < 10; i++) {
        scene.packets->sequence = (uint16_t)(scene.packets->sequence + 100);
        (void)picture_at(&scene, ticks += 270000, now_us += 3000000);
        CHECK((seen->flags[seen->samples - 1] & SAMPLE_DISCONTINUITY) != 0);
        CHECK(seen->durations_us[seen->samples - 1] < 67000);
    }
    close_scene(&scene);
}

/* Pictures sent in the order of decoding (B-frames) are kept in it, byte for
 * byte; their times grow, and so are those of decoding. */
static void the_order_of_decoding_is_kept(void **state)
{
    (void)state;
    static const uint32_t SHOWN[] = {0, 3, 1, 2, 6, 4, 5, 9, 7, 8};
    struct scene scene;
    open_scene(&scene);
    size_t count = sizeof SHOWN / sizeof SHOWN[0];
    assert_true(scene.stream->count >= count);
    for (size_t i = 0; i < count; i++) {
        scene.packets->count = 0;
        buffer_clear(&scene.packets->data);
        packets_add_sample(scene.packets, SHOWN[i] * STEP_TICKS,
                           scene.stream->samples[i].data);
        scene.fixture.now.us = START.us + (int64_t)i * 66667;
        say_bytes(&scene.fixture, buffer_bytes(&scene.packets->data));
        CHECK(scene.fixture.seen.times_us[i] <= scene.fixture.now.us);
    }
    assert_int_equal(scene.fixture.seen.samples, count);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct bytes sent = scene.stream->samples[i].data;
        assert_memory_equal(scene.fixture.seen.data.data + at, sent.data,
                            sent.size);
        at += sent.size;
    }
    CHECK(scene.fixture.seen.lost == 0 && scene.fixture.seen.states == 1);
    close_scene(&scene);
}

TEST_MAIN("ingest/session_time", TEST(any_timestamps_grow),
          TEST(distances_are_the_cameras_to_500_ppm),
          TEST(without_reports_arrivals_count), TEST(a_jump_is_a_step),
          TEST(a_step_is_over_after_a_while),
          TEST(a_slow_camera_has_long_pictures),
          TEST(losses_make_no_slow_camera),
          TEST(the_order_of_decoding_is_kept))
