/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each rule of the table: a camera that shows the oddity, and what
 * becomes of it. */
#include "ingest/quirk.h"

#include "unit/ingest/conversation.h"

struct scene {
    struct fixture fixture;
    struct stream *stream;
    struct packets *packets;
};

static void open_scene(struct scene *scene)
{
    *scene = (struct scene){
        .stream = stream_open("tiny-64x48.h264", CODEC_H264, 15),
        .packets = packets_make(CODEC_H264),
    };
    packets_add_stream(scene->packets, scene->stream, 0, STEP_TICKS);
    begin(&scene->fixture);
}

static void close_scene(struct scene *scene)
{
    finish(&scene->fixture);
    packets_free(scene->packets);
    stream_close(&scene->stream);
}

static void say_all(struct scene *scene)
{
    say_bytes(&scene->fixture, buffer_bytes(&scene->packets->data));
}

static void check_all(struct scene *scene)
{
    check_samples(&scene->fixture.seen, scene->stream);
    CHECK(scene->fixture.seen.lost == 0);
}

/* ---- the conversation ------------------------------------------------------- */

static void early_data(struct scene *scene)
{
    set_up(&scene->fixture, SDP);
    const struct wire_message *request =
        expect(&scene->fixture, "PLAY", "rtsp://192.0.2.7:8554/live/");
    struct packets *packets = scene->packets;
    size_t half = packets->from[packets->count / 2];
    say_bytes(&scene->fixture, bytes_of(packets->data.data, half));
    reply(&scene->fixture, request, 200, "", "");
    say_bytes(&scene->fixture, bytes_of(packets->data.data + half,
                                        packets->data.size - half));
    check_all(scene);
}

static void stale_channel(struct scene *scene)
{
    static const uint8_t STALE[] = {'$', 4, 0, 14, 0x80, 96, 0, 1, 0, 0,
                                    0,   9, 0, 0,  0,    7,  0x65, 0x88};
    play(&scene->fixture, SDP);
    for (size_t i = 0; i < scene->packets->count; i++) {
        say_bytes(&scene->fixture, bytes_of(STALE, sizeof STALE));
        say_bytes(&scene->fixture, packets_framed(scene->packets, i));
    }
    check_all(scene);
}

/* What is asked to be set up, for a base and a control attribute. */
static void check_control(struct scene *scene, const char *base,
                          const char *control, const char *wanted)
{
    char sdp[300];
    (void)snprintf(sdp, sizeof sdp,
                   "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                   "a=control:%s\r\n",
                   control);
    reply(&scene->fixture, expect(&scene->fixture, "OPTIONS", URL), 200, "",
          "");
    reply(&scene->fixture, expect(&scene->fixture, "DESCRIBE", URL), 200, base,
          sdp);
    (void)expect(&scene->fixture, "SETUP", wanted);
}

static void no_content_base(struct scene *scene)
{
    check_control(scene, "", "trackID=1",
                  "rtsp://192.0.2.7:8554/live?x=1/trackID=1");
}

static void control_absolute(struct scene *scene)
{
    check_control(scene, BASE, "rtsp://10.9.8.7/other/track",
                  "rtsp://10.9.8.7/other/track");
}

static void control_rooted(struct scene *scene)
{
    check_control(scene, BASE, "/media/track1",
                  "rtsp://192.0.2.7:8554/media/track1");
}

static void control_relative(struct scene *scene)
{
    check_control(scene, "Content-Base: rtsp://192.0.2.7:8554/live?x=1\r\n",
                  "track1", "rtsp://192.0.2.7:8554/live?x=1/track1");
}

/* The first keep-alive of a camera that promises this timeout. */
static int64_t keep_alive_after_us(const char *timeout)
{
    struct scene scene;
    char headers[100];
    open_scene(&scene);
    describe(&scene.fixture, SDP);
    (void)snprintf(headers, sizeof headers, "Session: abc;timeout=%s\r\n",
                   timeout);
    reply(&scene.fixture, expect(&scene.fixture, "SETUP", STREAM_URL), 200,
          headers, "");
    reply(&scene.fixture,
          expect(&scene.fixture, "PLAY", "rtsp://192.0.2.7:8554/live/"), 200,
          "", "");
    int64_t begin_us = scene.fixture.now.us;
    while (rtsp_session_output(scene.fixture.session).size == 0) {
        say_bytes(&scene.fixture, packets_framed(scene.packets, 0));
        pass(&scene.fixture, 500000);
        drop_reports(&scene.fixture);
        CHECK(scene.fixture.now.us - begin_us < 100 * (int64_t)SECOND_US);
        if (scene.fixture.now.us - begin_us > 20 * (int64_t)SECOND_US)
            break; /* the samples of the repetition would run out */
    }
    int64_t after_us = scene.fixture.now.us - begin_us;
    close_scene(&scene);
    return after_us;
}

static void timeout_absurd(struct scene *scene)
{
    (void)scene;
    CHECK(keep_alive_after_us("0") == 2 * SECOND_US);
    CHECK(keep_alive_after_us("1") == 2 * SECOND_US);
    CHECK(keep_alive_after_us("8") == 4 * SECOND_US);
    CHECK(keep_alive_after_us("604800") > 20 * SECOND_US); /* 60 */
    CHECK(keep_alive_after_us("x") > 20 * SECOND_US);      /* 30 */
}

static void feed_second(struct scene *scene)
{
    pass(&scene->fixture, SECOND_US);
    say_bytes(&scene->fixture, packets_framed(scene->packets, 0));
    drop_reports(&scene->fixture);
}

static void options_keep_alive(struct scene *scene)
{
    play(&scene->fixture, SDP); /* timeout=20 */
    for (int i = 0; i < 10; i++)
        feed_second(scene);
    reply(&scene->fixture,
          expect(&scene->fixture, "GET_PARAMETER",
                 "rtsp://192.0.2.7:8554/live/"),
          501, "", "");
    for (int i = 0; i < 10; i++)
        feed_second(scene);
    (void)expect(&scene->fixture, "OPTIONS", "rtsp://192.0.2.7:8554/live/");
    CHECK(!rtsp_session_has_ended(scene->fixture.session));
}

static void get_parameter_keep_alive(struct scene *scene)
{
    play(&scene->fixture, SDP);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 10; i++)
            feed_second(scene);
        reply(&scene->fixture,
              expect(&scene->fixture, "GET_PARAMETER",
                     "rtsp://192.0.2.7:8554/live/"),
              200, "", "");
    }
}

static void bare_line_feed(struct scene *scene)
{
    const struct wire_message *request =
        expect(&scene->fixture, "OPTIONS", URL);
    (void)request;
    say(&scene->fixture, "RTSP/1.0 200 OK\nCSeq: 1\nPublic: DESCRIBE\n\n");
    (void)expect(&scene->fixture, "DESCRIBE", URL);
}

static void no_sequence(struct scene *scene)
{
    (void)expect(&scene->fixture, "OPTIONS", URL);
    say(&scene->fixture, "RTSP/1.0 200 OK\r\n\r\n");
    (void)expect(&scene->fixture, "DESCRIBE", URL);
}

static void udp_only(struct scene *scene)
{
    describe(&scene->fixture, SDP);
    reply(&scene->fixture, expect(&scene->fixture, "SETUP", STREAM_URL), 461,
          "", "");
    CHECK(rtsp_session_refuses_transport(scene->fixture.session));
    CHECK(rtsp_session_cause(scene->fixture.session) == CAUSE_UNSUPPORTED);
}

/* ---- packets ---------------------------------------------------------------- */

static void no_parameter_sets(struct scene *scene)
{
    play(&scene->fixture, SDP); /* which has none */
    say_all(scene);
    check_all(scene);
    CHECK(scene->fixture.seen.config.width == 64);
}

static void set_type(struct packets *packets, uint8_t type)
{
    for (size_t i = 0; i < packets->count; i++) {
        uint8_t *second = packets->data.data + packets->from[i] +
                          INTERLEAVED_HEADER_SIZE + 1;
        *second = (uint8_t)((*second & 0x80u) | type);
    }
}

static void wrong_payload_type(struct scene *scene)
{
    play(&scene->fixture, SDP);
    set_type(scene->packets, 0); /* sound: never */
    for (int i = 0; i < 3; i++)
        say_all(scene);
    CHECK(scene->fixture.seen.samples == 0);
    set_type(scene->packets, 97);
    for (int i = 0; i < 3; i++)
        say_all(scene);
    CHECK(scene->fixture.seen.samples > 0);
    /* Once known, the described one alone counts. */
    struct scene other;
    open_scene(&other);
    play(&other.fixture, SDP);
    say_all(&other);
    set_type(other.packets, 97);
    say_all(&other);
    check_all(&other);
    close_scene(&other);
}

static void padding(struct scene *scene)
{
    struct packets *padded = packets_make(CODEC_H264);
    play(&scene->fixture, SDP);
    for (size_t i = 0; i < scene->packets->count; i++) {
        uint8_t frame[600];
        struct bytes whole = packets_framed(scene->packets, i);
        size_t padding_size = 1 + i % 7;
        assert_true(whole.size + padding_size < sizeof frame);
        memcpy(frame, whole.data, whole.size);
        memset(frame + whole.size, 0, padding_size);
        size_t size = whole.size + padding_size;
        frame[size - 1] = (uint8_t)padding_size;
        frame[INTERLEAVED_HEADER_SIZE] |= 0x20;
        frame[2] = (uint8_t)((size - INTERLEAVED_HEADER_SIZE) >> 8);
        frame[3] = (uint8_t)(size - INTERLEAVED_HEADER_SIZE);
        say_bytes(&scene->fixture, bytes_of(frame, size));
    }
    check_all(scene);
    packets_free(padded);
}

/* Each unit with two zero bytes behind it: kept, and the configuration made. */
static void trailing_zeros(struct scene *scene)
{
    struct packets *zeros = packets_make(CODEC_H264);
    size_t bytes_wanted = 0;
    static const char DESCRIPTION[] =
        "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
        "a=control:trackID=1\r\n";
    for (size_t i = 0; i < scene->stream->count; i++) {
        struct reader in = reader_on(scene->stream->samples[i].data);
        struct bytes nal;
        while (nal_sample_next(&in, &nal)) {
            uint8_t longer[8192];
            assert_true(nal.size + 2 <= sizeof longer);
            memcpy(longer, nal.data, nal.size);
            memset(longer + nal.size, 0, 2);
            bytes_wanted += 4 + nal.size + 2;
            packets_add_nal(zeros, (uint32_t)i * STEP_TICKS,
                            in.left.size == 0, bytes_of(longer, nal.size + 2));
        }
    }
    play(&scene->fixture, DESCRIPTION);
    say_bytes(&scene->fixture, buffer_bytes(&zeros->data));
    CHECK(scene->fixture.seen.samples == scene->stream->count);
    CHECK(scene->fixture.seen.data.size == bytes_wanted);
    CHECK(scene->fixture.seen.config.width == 64);
    packets_free(zeros);
}

/* Three slices a picture, made of one: what matters is where a picture ends. */
static void several_slices(struct scene *scene)
{
    struct packets *sliced = packets_make(CODEC_H264);
    for (size_t i = 0; i < scene->stream->count; i++) {
        struct reader in = reader_on(scene->stream->samples[i].data);
        struct bytes nal;
        while (nal_sample_next(&in, &nal)) {
            bool is_last = in.left.size == 0;
            packets_add_nal(sliced, (uint32_t)i * STEP_TICKS, false, nal);
            if (is_last)
                packets_add_nal(sliced, (uint32_t)i * STEP_TICKS, true, nal);
        }
    }
    play(&scene->fixture, SDP);
    say_bytes(&scene->fixture, buffer_bytes(&sliced->data));
    CHECK(scene->fixture.seen.samples == scene->stream->count);
    CHECK(scene->fixture.seen.lost == 0);
    packets_free(sliced);
}

static void sei_first(struct scene *scene)
{
    static const uint8_t SEI[] = {6, 5, 1, 0x42, 0x80};
    struct packets *packets = packets_make(CODEC_H264);
    for (size_t i = 0; i < scene->stream->count; i++) {
        struct reader in = reader_on(scene->stream->samples[i].data);
        struct bytes nal;
        /* With its own marker, too: it ends nothing. */
        packets_add_nal(packets, (uint32_t)i * STEP_TICKS, i % 2 == 0,
                        bytes_of(SEI, sizeof SEI));
        while (nal_sample_next(&in, &nal))
            if (h264_nal_type(nal) != H264_NAL_DELIMITER)
                packets_add_nal(packets, (uint32_t)i * STEP_TICKS,
                                in.left.size == 0, nal);
    }
    play(&scene->fixture, SDP);
    say_bytes(&scene->fixture, buffer_bytes(&packets->data));
    CHECK(scene->fixture.seen.samples == scene->stream->count);
    for (size_t i = 0; i < scene->fixture.seen.samples; i++) {
        const uint8_t *first =
            scene->fixture.seen.data.data + scene->fixture.seen.from[i];
        assert_memory_equal(first + 4, SEI, sizeof SEI);
    }
    packets_free(packets);
}

static void no_marker(struct scene *scene)
{
    struct packets *packets = packets_make(CODEC_H264);
    packets->without_marker = true;
    packets_add_stream(packets, scene->stream, 0, STEP_TICKS);
    play(&scene->fixture, SDP);
    say_bytes(&scene->fixture, buffer_bytes(&packets->data));
    /* The last waits for what would follow it. */
    CHECK(scene->fixture.seen.samples == scene->stream->count - 1);
    packets_free(packets);
}

static void no_idr(struct scene *scene)
{
    play(&scene->fixture, SDP);
    struct packets *packets = packets_make(CODEC_H264);
    for (uint32_t second = 0; second < 31; second++) {
        size_t from = packets->data.size;
        packets_add_sample(packets, second * 90000,
                           scene->stream->samples[1].data);
        say_bytes(&scene->fixture, bytes_of(packets->data.data + from,
                                            packets->data.size - from));
        pass(&scene->fixture, SECOND_US);
    }
    CHECK(rtsp_session_cause(scene->fixture.session) == CAUSE_UNSUPPORTED);
    CHECK(strstr(rtsp_session_detail(scene->fixture.session), "IDR") != NULL);
    packets_free(packets);
}

/* ---- clocks ----------------------------------------------------------------- */

/* Pictures at 1 a second by our clock and ticks by the camera's. */
static void check_drift(struct scene *scene, int64_t ppm)
{
    play(&scene->fixture, SDP);
    struct packets *packets = packets_make(CODEC_H264);
    for (int64_t second = 0; second < 60; second++) {
        size_t from = packets->data.size;
        int64_t ticks = second * 90000 + second * 90 * ppm / 1000;
        packets_add_sample(packets, (uint32_t)ticks,
                           scene->stream->samples[0].data);
        scene->fixture.now.us = START.us + second * SECOND_US;
        say_bytes(&scene->fixture, bytes_of(packets->data.data + from,
                                            packets->data.size - from));
    }
    CHECK(scene->fixture.seen.samples == 60);
    CHECK(scene->fixture.seen.states == 1); /* no step is told */
    for (size_t i = 0; i < 60; i++) {
        int64_t late_us = START.us + (int64_t)i * SECOND_US -
                          scene->fixture.seen.times_us[i];
        CHECK(late_us >= 0 && late_us < 20000);
    }
    packets_free(packets);
}

static void clock_drift(struct scene *scene)
{
    check_drift(scene, 300);
    struct scene slow;
    open_scene(&slow);
    check_drift(&slow, -300);
    close_scene(&slow);
}

static void standing_clock(struct scene *scene)
{
    play(&scene->fixture, SDP);
    struct packets *packets = packets_make(CODEC_H264);
    static const uint32_t TICKS[] = {9000, 9000, 9000, 3000, 3000, 15000};
    for (size_t i = 0; i < 6; i++) {
        size_t from = packets->data.size;
        packets_add_sample(packets, TICKS[i], scene->stream->samples[0].data);
        scene->fixture.now.us += 66667;
        say_bytes(&scene->fixture, bytes_of(packets->data.data + from,
                                            packets->data.size - from));
        CHECK(scene->fixture.seen.samples == i + 1); /* and times grow */
        CHECK(scene->fixture.seen.times_us[i] <= scene->fixture.now.us);
    }
    packets_free(packets);
}

typedef void quirk_test_fn(struct scene *scene);

static quirk_test_fn *const TESTS[QUIRK_RULES] = {
    [QUIRK_EARLY_DATA] = early_data,
    [QUIRK_STALE_CHANNEL] = stale_channel,
    [QUIRK_NO_CONTENT_BASE] = no_content_base,
    [QUIRK_CONTROL_ABSOLUTE] = control_absolute,
    [QUIRK_CONTROL_ROOTED] = control_rooted,
    [QUIRK_CONTROL_RELATIVE] = control_relative,
    [QUIRK_TIMEOUT_ABSURD] = timeout_absurd,
    [QUIRK_OPTIONS_KEEP_ALIVE] = options_keep_alive,
    [QUIRK_GET_PARAMETER_KEEP_ALIVE] = get_parameter_keep_alive,
    [QUIRK_NO_PARAMETER_SETS] = no_parameter_sets,
    [QUIRK_WRONG_PAYLOAD_TYPE] = wrong_payload_type,
    [QUIRK_PADDING] = padding,
    [QUIRK_TRAILING_ZEROS] = trailing_zeros,
    [QUIRK_SEVERAL_SLICES] = several_slices,
    [QUIRK_SEI_FIRST] = sei_first,
    [QUIRK_NO_MARKER] = no_marker,
    [QUIRK_NO_IDR] = no_idr,
    [QUIRK_CLOCK_DRIFT] = clock_drift,
    [QUIRK_STANDING_CLOCK] = standing_clock,
    [QUIRK_UDP_ONLY] = udp_only,
    [QUIRK_BARE_LINE_FEED] = bare_line_feed,
    [QUIRK_NO_SEQUENCE] = no_sequence,
};

static void every_row_does_what_it_says(void **state)
{
    (void)state;
    bool has_row[QUIRK_RULES] = {false};
    for (size_t i = 0; i < QUIRK_COUNT; i++) {
        const struct quirk *quirk = &QUIRKS[i];
        struct scene scene;
        CHECK(quirk->symptom[0] != 0 && quirk->does[0] != 0);
        assert_non_null(TESTS[quirk->rule]);
        has_row[quirk->rule] = true;
        open_scene(&scene);
        TESTS[quirk->rule](&scene);
        close_scene(&scene);
    }
    for (size_t rule = 0; rule < QUIRK_RULES; rule++)
        CHECK(has_row[rule]);
}

TEST_MAIN("ingest/quirk", TEST(every_row_does_what_it_says))
