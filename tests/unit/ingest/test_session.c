/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "unit/ingest/conversation.h"
#include "wire/rtcp.h"

/* ---- a whole session ---------------------------------------------------- */

static void pictures_arrive_and_sound_is_never_set_up(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    packets_add_stream(packets, stream, 0, STEP_TICKS);
    begin(&fixture);
    play(&fixture, SDP);
    CHECK(rtsp_session_output(fixture.session).size == 0);
    say_bytes(&fixture, buffer_bytes(&packets->data));
    check_samples(&fixture.seen, stream);
    CHECK(fixture.seen.configs == 1 && fixture.seen.config.width == 64);
    CHECK(fixture.seen.states == 1 && fixture.seen.state == CAUSE_NONE);
    CHECK(fixture.seen.lost == 0);
    rtsp_session_stop(fixture.session, fixture.now);
    reply(&fixture,
          expect(&fixture, "TEARDOWN", "rtsp://192.0.2.7:8554/live/"), 200, "",
          "");
    check_end(&fixture, CAUSE_STOPPED);
    packets_free(packets);
    stream_close(&stream);
}

/* The whole conversation of a camera that plays, in one array, for splits. */
static void script(struct buffer *out, const struct packets *packets)
{
    buffer_append_text(out, "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
    buffer_format(out,
                  "RTSP/1.0 200 OK\r\nCSeq: 2\r\n%sContent-Length: %zu\r\n\r\n"
                  "%s",
                  BASE, strlen(SDP), SDP);
    buffer_append_text(out,
                       "RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: 7\r\n"
                       "Transport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n");
    /* Pictures before the answer to PLAY, and the rest behind it. */
    size_t half = packets->from[packets->count / 2];
    buffer_append(out, bytes_of(packets->data.data, half));
    buffer_append_text(out, "RTSP/1.0 200 OK\r\nCSeq: 4\r\n\r\n");
    buffer_append(out, bytes_of(packets->data.data + half,
                                packets->data.size - half));
    CHECK_OK(buffer_status(out));
}

static void any_split_gives_the_same(void **state)
{
    (void)state;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    struct buffer bytes = buffer_with_limit(1 << 20);
    struct test_random random = {5};
    packets_add_stream(packets, stream, 0, STEP_TICKS);
    script(&bytes, packets);
    for (size_t round = 0; round < 60; round++) {
        struct fixture fixture;
        size_t most = round == 0 ? 1 : 1 + round * round;
        begin(&fixture);
        for (size_t at = 0; at < bytes.size;) {
            size_t size = 1 + test_random_next(&random) % most;
            if (size > bytes.size - at)
                size = bytes.size - at;
            say_bytes(&fixture, bytes_of(bytes.data + at, size));
            at += size;
        }
        CHECK(rtsp_session_is_playing(fixture.session));
        check_samples(&fixture.seen, stream);
        finish(&fixture);
    }
    buffer_deinit(&bytes);
    packets_free(packets);
    stream_close(&stream);
}

static void h265_arrives_too(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-72x56.h265", CODEC_H265, 15);
    struct packets *packets = packets_make(CODEC_H265);
    packets_add_stream(packets, stream, 0, STEP_TICKS);
    begin(&fixture);
    play(&fixture, "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\n"
                   "a=control:trackID=1\r\n");
    say_bytes(&fixture, buffer_bytes(&packets->data));
    check_samples(&fixture.seen, stream);
    CHECK(fixture.seen.config.codec == CODEC_H265);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

/* ---- time --------------------------------------------------------------- */

static void silence_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    CHECK(rtsp_session_deadline(fixture.session).us ==
          START.us + 5 * SECOND_US);
    pass(&fixture, 5 * SECOND_US - 1);
    CHECK(!rtsp_session_has_ended(fixture.session));
    pass(&fixture, 1);
    check_end(&fixture, CAUSE_NO_DATA);

    begin(&fixture);
    play(&fixture, SDP);
    CHECK(rtsp_session_deadline(fixture.session).us ==
          START.us + 5 * SECOND_US);
    pass(&fixture, 5 * SECOND_US);
    check_end(&fixture, CAUSE_NO_DATA);
}

static void packets_without_pictures_end_it(void **state)
{
    (void)state;
    struct fixture fixture;
    static const uint8_t JUNK[] = {'$', 0, 0, 14, 0x80, 96, 0, 1, 0, 0,
                                   0,   0, 0, 0,  0,    1,  6, 5};
    begin(&fixture);
    play(&fixture, SDP);
    for (int i = 0; i < 29; i++) {
        pass(&fixture, SECOND_US);
        say_bytes(&fixture, bytes_of(JUNK, sizeof JUNK));
        CHECK(!rtsp_session_has_ended(fixture.session));
    }
    pass(&fixture, SECOND_US);
    check_end(&fixture, CAUSE_NO_DATA);
}

static void the_session_is_kept_alive(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    begin(&fixture);
    play(&fixture, SDP);
    /* timeout=20: a request every 10 s, pictures every second. */
    for (size_t i = 0; i < 30; i++) {
        pass(&fixture, SECOND_US);
        size_t from = packets->data.size;
        packets_add_sample(packets, (uint32_t)i * 90000,
                           stream->samples[0].data);
        say_bytes(&fixture, bytes_of(packets->data.data + from,
                                     packets->data.size - from));
        if (i == 9)
            reply(&fixture,
                  expect(&fixture, "GET_PARAMETER",
                         "rtsp://192.0.2.7:8554/live/"),
                  451, "", "");
        else if (i == 19) /* not liked: the plainest one; never answered */
            (void)expect(&fixture, "OPTIONS", "rtsp://192.0.2.7:8554/live/");
        else if (i == 29)
            reply(&fixture,
                  expect(&fixture, "OPTIONS", "rtsp://192.0.2.7:8554/live/"),
                  454, "", "");
        drop_reports(&fixture);
        CHECK(rtsp_session_output(fixture.session).size == 0);
    }
    CHECK(fixture.seen.samples == 30);
    check_end(&fixture, CAUSE_REFUSED);
    packets_free(packets);
    stream_close(&stream);
}

static void a_stop_waits_one_second(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    play(&fixture, SDP);
    rtsp_session_stop(fixture.session, fixture.now);
    CHECK(!rtsp_session_has_ended(fixture.session));
    rtsp_session_stop(fixture.session, fixture.now);
    pass(&fixture, SECOND_US);
    check_end(&fixture, CAUSE_STOPPED);
}

/* ---- the stream --------------------------------------------------------- */

static void losses_are_told_and_flagged(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    packets_add_stream(packets, stream, 0, STEP_TICKS);
    size_t lost = packets->count / 2;
    begin(&fixture);
    play(&fixture, SDP);
    say_bytes(&fixture, bytes_of(packets->data.data, packets->from[lost]));
    say_bytes(&fixture,
              bytes_of(packets->data.data + packets->from[lost + 1],
                       packets->data.size - packets->from[lost + 1]));
    CHECK(fixture.seen.samples == stream->count - 1);
    CHECK(fixture.seen.lost == 1);
    size_t flagged = 0;
    for (size_t i = 1; i < fixture.seen.samples; i++)
        flagged += (fixture.seen.flags[i] & SAMPLE_DISCONTINUITY) != 0;
    CHECK(flagged == 1);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

/* Two holes within a second, then the end: the second one is told as well. */
static void losses_of_the_last_second_are_told(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    static const uint8_t SEI[] = {6, 5, 0, 0x80};
    packets_add_stream(packets, stream, 0, STEP_TICKS);
    size_t second = packets->count;
    packets_add_nal(packets, 0, false, bytes_of(SEI, sizeof SEI));
    packets_add_nal(packets, 0, false, bytes_of(SEI, sizeof SEI));
    begin(&fixture);
    play(&fixture, SDP);
    pass(&fixture, 2 * SECOND_US);
    for (size_t i = 0; i < packets->count; i++) {
        if (i != second / 2 && i != second)
            say_bytes(&fixture,
                      bytes_of(packets->data.data + packets->from[i],
                               packets->from[i + 1] - packets->from[i]));
    }
    CHECK(fixture.seen.lost == 1);
    rtsp_session_peer_closed(fixture.session);
    CHECK(fixture.seen.lost == 2);
    check_end(&fixture, CAUSE_ENDED);
    packets_free(packets);
    stream_close(&stream);
}

/* One key picture, then others for ever: nobody could look into that. */
static void a_key_picture_that_never_comes_again_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    begin(&fixture);
    play(&fixture, SDP);
    uint32_t ticks = 0;
    for (int second = 0; second < SESSION_KEY_WAIT_S; second++) {
        packets->count = 0;
        buffer_clear(&packets->data);
        packets_add_sample(packets, ticks += 90000,
                           stream->samples[second == 0 ? 0 : 1].data);
        CHECK(!rtsp_session_has_ended(fixture.session));
        say_bytes(&fixture, buffer_bytes(&packets->data));
        fixture.seen.samples = 0;
        drop_reports(&fixture);
        if (rtsp_session_output(fixture.session).size > 0)
            reply(&fixture,
                  expect(&fixture, "GET_PARAMETER",
                         "rtsp://192.0.2.7:8554/live/"),
                  200, "", "");
        pass(&fixture, SECOND_US);
    }
    assert_non_null(strstr(rtsp_session_detail(fixture.session),
                           "set an I-frame interval"));
    check_end(&fixture, CAUSE_UNSUPPORTED);
    packets_free(packets);
    stream_close(&stream);
}

/* Key pictures come, and each has lost a packet: that is no setting of the
 * camera's. */
static void key_pictures_that_lose_packets_are_damage(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    begin(&fixture);
    play(&fixture, SDP);
    uint32_t ticks = 0;
    for (int second = 0; second < SESSION_KEY_WAIT_S; second++) {
        bool is_key = second % 10 == 0;
        packets->count = 0;
        buffer_clear(&packets->data);
        packets_add_sample(packets, ticks += 90000,
                           stream->samples[is_key ? 0 : 1].data);
        CHECK(!rtsp_session_has_ended(fixture.session));
        for (size_t i = 0; i < packets->count; i++)
            if (second == 0 || !is_key || i != packets->count / 2)
                say_bytes(&fixture, packets_framed(packets, i));
        fixture.seen.samples = 0;
        drop_reports(&fixture);
        if (rtsp_session_output(fixture.session).size > 0)
            reply(&fixture,
                  expect(&fixture, "GET_PARAMETER",
                         "rtsp://192.0.2.7:8554/live/"),
                  200, "", "");
        pass(&fixture, SECOND_US);
    }
    CHECK(fixture.seen.lost == 5);
    check_end(&fixture, CAUSE_DAMAGED);
    packets_free(packets);
    stream_close(&stream);
}

/* A minute that we did not look is none without key pictures. */
static void our_standstill_is_no_lack_of_key_pictures(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    packets_add_sample(packets, 0, stream->samples[0].data);
    size_t second = packets->data.size;
    packets_add_sample(packets, STEP_TICKS, stream->samples[1].data);
    begin(&fixture);
    play(&fixture, SDP);
    say_bytes(&fixture, bytes_of(packets->data.data, second));
    fixture.now.us += (SESSION_KEY_WAIT_S + 1) * (int64_t)SECOND_US;
    say_bytes(&fixture, bytes_of(packets->data.data + second,
                                 packets->data.size - second));
    pass(&fixture, 1);
    CHECK(!rtsp_session_has_ended(fixture.session));
    CHECK(fixture.seen.samples == 2);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

static void a_change_of_size_brings_a_new_configuration(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *small = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct stream *large = stream_open("tiny-90x66.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    packets_add_sample(packets, 0, small->samples[0].data);
    packets_add_sample(packets, STEP_TICKS, large->samples[0].data);
    begin(&fixture);
    play(&fixture, SDP);
    say_bytes(&fixture, buffer_bytes(&packets->data));
    CHECK(fixture.seen.samples == 2 && fixture.seen.configs == 2);
    CHECK(fixture.seen.config.width == 90);
    finish(&fixture);
    packets_free(packets);
    stream_close(&small);
    stream_close(&large);
}

static void pictures_before_the_first_key_are_left_away(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    for (size_t i = 1; i < stream->count; i++)
        packets_add_sample(packets, (uint32_t)i * STEP_TICKS,
                           stream->samples[i].data);
    begin(&fixture);
    play(&fixture, SDP);
    say_bytes(&fixture, buffer_bytes(&packets->data));
    CHECK(fixture.seen.samples > 0 &&
          fixture.seen.samples < stream->count - 1);
    CHECK((fixture.seen.flags[0] & SAMPLE_IDR) != 0);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

static void another_source_is_a_step_of_the_clock(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    packets_add_sample(packets, 5, stream->samples[0].data);
    packets->ssrc = 99;
    packets_add_sample(packets, 0x80000000, stream->samples[0].data);
    begin(&fixture);
    play(&fixture, SDP);
    say_bytes(&fixture, buffer_bytes(&packets->data));
    CHECK(fixture.seen.samples == 2 && fixture.seen.states == 2);
    CHECK(fixture.seen.state == CAUSE_CLOCK);
    CHECK((fixture.seen.flags[1] & SAMPLE_DISCONTINUITY) != 0);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

static void reports_are_answered_and_goodbye_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    packets_add_sample(packets, 0, stream->samples[0].data);
    begin(&fixture);
    play(&fixture, SDP);
    say_bytes(&fixture, buffer_bytes(&packets->data));

    uint8_t memory[64];
    struct writer w = writer_on(memory, sizeof memory);
    interleaved_write_header(&w, 1, RTCP_SENDER_REPORT_SIZE);
    rtcp_write_sender_report(&w, 0x1234, 1, 0, 1, 1);
    say_bytes(&fixture, writer_written(&w));
    CHECK(rtsp_session_output(fixture.session).size == 0);
    pass(&fixture, 4 * SECOND_US);
    say_bytes(&fixture, packets_framed(packets, 0));
    pass(&fixture, 4 * SECOND_US); /* 7.5 s at most from one to the next */
    struct bytes output = rtsp_session_output(fixture.session);
    CHECK(output.size >= 4 + RTCP_RECEIVER_REPORT_SIZE);
    CHECK(output.data[0] == '$' && output.data[1] == 1);
    CHECK(output.data[5] == 201 && output.data[5 + 32] == 202);

    static const uint8_t BYE[] = {'$', 1, 0, 8,    0x81, 203,
                                  0,   1, 0, 0, 0x12, 0x34};
    say_bytes(&fixture, bytes_of(BYE, sizeof BYE));
    check_end(&fixture, CAUSE_ENDED);
    packets_free(packets);
    stream_close(&stream);
}

static void hostile_frames_are_survived(void **state)
{
    (void)state;
    struct fixture fixture;
    struct test_random random = {7};
    begin(&fixture);
    play(&fixture, SDP);
    for (int i = 0; i < 3000; i++) {
        uint8_t frame[300];
        size_t size = test_random_next(&random) % (sizeof frame - 4);
        test_random_fill(&random, frame, sizeof frame);
        frame[0] = '$';
        frame[1] &= 1;
        frame[2] = (uint8_t)(size >> 8);
        frame[3] = (uint8_t)size;
        frame[4] = 0x80;
        frame[5] = 96;
        say_bytes(&fixture, bytes_of(frame, size + 4));
    }
    CHECK(rtsp_session_is_playing(fixture.session));
    CHECK(fixture.seen.samples == 0);
    finish(&fixture);
}

/* ---- creation ----------------------------------------------------------- */

static enum status create(void *context)
{
    struct fixture *fixture = context;
    enum status s = begin_with(fixture, "camera", "pass");
    finish(fixture);
    return s;
}

/* Whatever allocation fails, the session ends or drops, and leaks nothing. */
static void missing_memory_is_survived(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    struct buffer bytes = buffer_with_limit(1 << 20);
    packets_add_stream(packets, stream, 0, STEP_TICKS);
    script(&bytes, packets);
    test_every_allocation_fails(create, &fixture);
    for (size_t n = 1; n < 30; n++) {
        begin(&fixture);
        fixture.seen.data.failed = true; /* allocates nothing of its own */
        alloc_fail_at(n);
        for (size_t at = 0; at < bytes.size; at += 100)
            say_bytes(&fixture,
                      bytes_of(bytes.data + at,
                               bytes.size - at < 100 ? bytes.size - at : 100));
        alloc_fail_at(0);
        CHECK(rtsp_session_has_ended(fixture.session) ||
              fixture.seen.samples <= stream->count);
        finish(&fixture);
    }
    buffer_deinit(&bytes);
    packets_free(packets);
    stream_close(&stream);
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    static const struct session_sink SINK = {0};
    struct rtsp_session *session = NULL;
    struct session_options options = {.url = text_of("http://h/")};
    CHECK_STATUS(STATUS_BAD_INPUT,
                 rtsp_session_create(&options, &SINK, START, &session));
    options.url = text_of("rtsp://h/");
    options.user = text_of("a\nb");
    CHECK_STATUS(STATUS_BAD_INPUT,
                 rtsp_session_create(&options, &SINK, START, &session));
    static char large[300];
    memset(large, 'a', sizeof large - 1);
    options.user = text_of(large);
    CHECK_STATUS(STATUS_LIMIT,
                 rtsp_session_create(&options, &SINK, START, &session));
    CHECK(session == NULL);
}

TEST_MAIN("ingest/session",
          TEST(pictures_arrive_and_sound_is_never_set_up),
          TEST(any_split_gives_the_same),
          TEST(h265_arrives_too),
          TEST(silence_ends_it),
          TEST(packets_without_pictures_end_it),
          TEST(the_session_is_kept_alive),
          TEST(a_stop_waits_one_second),
          TEST(losses_are_told_and_flagged),
          TEST(losses_of_the_last_second_are_told),
          TEST(a_key_picture_that_never_comes_again_ends_it),
          TEST(key_pictures_that_lose_packets_are_damage),
          TEST(our_standstill_is_no_lack_of_key_pictures),
          TEST(a_change_of_size_brings_a_new_configuration),
          TEST(pictures_before_the_first_key_are_left_away),
          TEST(another_source_is_a_step_of_the_clock),
          TEST(reports_are_answered_and_goodbye_ends_it),
          TEST(hostile_frames_are_survived),
          TEST(missing_memory_is_survived),
          TEST(bad_options_are_refused))
