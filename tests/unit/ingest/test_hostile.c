/* SPDX-License-Identifier: Apache-2.0 */
/* Cameras that mean harm: each attack has a test, and a limit with a name. */
#include "base/alloc.h"
#include "unit/ingest/conversation.h"

/* ---- the conversation -------------------------------------------------- */

static void a_bomb_of_headers_is_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    say(&fixture, "RTSP/1.0 200 OK\r\nCSeq: 1\r\n");
    for (int i = 0; i < WIRE_HEADERS_MAX + 1; i++)
        say(&fixture, "X: y\r\n");
    check_end(&fixture, CAUSE_PROTOCOL);
}

static void an_endless_header_is_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    say(&fixture, "RTSP/1.0 200 OK\r\nX: ");
    int pieces = 0;
    while (!rtsp_session_has_ended(fixture.session)) {
        say(&fixture, "aaaaaaaaaaaaaaaa");
        assert_true(++pieces <= WIRE_HEADER_LINE_BYTES_MAX / 16 + 1);
    }
    check_end(&fixture, CAUSE_PROTOCOL);
}

static void a_lying_length_is_refused_or_runs_out_of_time(void **state)
{
    (void)state;
    static const char *const REFUSED[] = {
        "99999999999999999999", "-1", "65537", "1000000000", "0x10", "1 2"};
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        struct fixture fixture;
        char head[200];
        begin(&fixture);
        (void)snprintf(head, sizeof head,
                       "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: "
                       "%s\r\n\r\n",
                       REFUSED[i]);
        say(&fixture, head);
        check_end(&fixture, CAUSE_PROTOCOL);
    }
    struct fixture fixture;
    begin(&fixture);
    say(&fixture, "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 500\r\n\r\nv");
    pass(&fixture, SESSION_REPLY_WAIT_S * SECOND_US);
    check_end(&fixture, CAUSE_NO_DATA);
}

/* A byte a second keeps nothing open: the wait is for the whole answer. */
static void a_byte_a_second_runs_out_of_time(void **state)
{
    (void)state;
    static const char ANSWER[] = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n";
    struct fixture fixture;
    begin(&fixture);
    for (int second = 0; second < SESSION_REPLY_WAIT_S; second++) {
        CHECK(!rtsp_session_has_ended(fixture.session));
        say_bytes(&fixture, bytes_of(ANSWER + second, 1));
        pass(&fixture, SECOND_US);
    }
    check_end(&fixture, CAUSE_NO_DATA);
}

/* While it plays: bytes that never make a packet are no packets. */
static void a_frame_that_never_ends_runs_out_of_time(void **state)
{
    (void)state;
    static const uint8_t HEAD[] = {'$', 0, 0xff, 0xff};
    struct fixture fixture;
    begin(&fixture);
    play(&fixture, SDP);
    say_bytes(&fixture, bytes_of(HEAD, sizeof HEAD));
    for (int second = 0; second < SESSION_DATA_WAIT_S; second++) {
        say(&fixture, "x");
        pass(&fixture, SECOND_US);
    }
    check_end(&fixture, CAUSE_NO_DATA);
}

/* Half-open TCP: nothing comes and nothing says so. */
static void a_half_open_connection_runs_out_of_time(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    play(&fixture, SDP);
    CHECK(rtsp_session_deadline(fixture.session).us ==
          fixture.now.us + SESSION_DATA_WAIT_S * (int64_t)SECOND_US);
    pass(&fixture, SESSION_DATA_WAIT_S * SECOND_US);
    check_end(&fixture, CAUSE_NO_DATA);
}

/* Requests from the camera, unread answers: what waits for it has an end. */
static void requests_without_end_fill_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    for (int i = 0; i < 20000; i++)
        say(&fixture, "OPTIONS * RTSP/1.0\r\nCSeq: 4000000000\r\n\r\n");
    CHECK(rtsp_session_output(fixture.session).size <=
          SESSION_OUTPUT_OPTIONAL_BYTES + 200);
    finish(&fixture);
}

static void challenges_without_end_are_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    int asked = 0;
    begin(&fixture);
    while (!rtsp_session_has_ended(fixture.session)) {
        char headers[200];
        (void)snprintf(headers, sizeof headers,
                       "WWW-Authenticate: Digest realm=\"r\", nonce=\"%d\", "
                       "stale=true\r\n",
                       asked);
        reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, headers, "");
        assert_true(++asked <= SESSION_CHALLENGES_MAX + 1);
    }
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

/* ---- parameter sets ---------------------------------------------------- */

static void put_ue(struct buffer *bits, unsigned value)
{
    unsigned size = 0;
    for (unsigned rest = value + 1; rest > 1; rest >>= 1)
        size++;
    for (unsigned i = 0; i < size; i++)
        buffer_append_u8(bits, 0);
    for (unsigned i = size + 1; i > 0; i--)
        buffer_append_u8(bits, (uint8_t)((value + 1) >> (i - 1) & 1));
}

static void put_bits(struct buffer *bits, unsigned value, unsigned size)
{
    for (unsigned i = size; i > 0; i--)
        buffer_append_u8(bits, (uint8_t)(value >> (i - 1) & 1));
}

/* A baseline SPS of so many macroblocks each way; a byte a bit, then packed. */
static size_t make_sps(unsigned width, unsigned height, uint8_t out[64])
{
    struct buffer bits = buffer_with_limit(1024);
    put_bits(&bits, 0x67, 8);
    put_bits(&bits, 66, 8); /* profile */
    put_bits(&bits, 0, 8);
    put_bits(&bits, 31, 8); /* level */
    put_ue(&bits, 0);       /* id */
    put_ue(&bits, 0);       /* frame number */
    put_ue(&bits, 2);       /* order of pictures */
    put_ue(&bits, 1);
    put_bits(&bits, 0, 1);
    put_ue(&bits, width - 1);
    put_ue(&bits, height - 1);
    put_bits(&bits, 1, 1); /* frames only */
    put_bits(&bits, 1, 1);
    put_bits(&bits, 0, 2); /* no cropping, no VUI */
    put_bits(&bits, 1, 1);
    size_t size = (bits.size + 7) / 8;
    assert_true(size <= 64);
    memset(out, 0, 64);
    for (size_t i = 0; i < bits.size; i++)
        out[i / 8] |= (uint8_t)(bits.data[i] << (7 - i % 8));
    buffer_deinit(&bits);
    return size;
}

/* What becomes of a session that is given these units before a key picture. */
static void say_sets(struct fixture *fixture, const struct bytes *nals,
                     size_t count)
{
    static const uint8_t IDR[] = {0x65, 0x88, 0x84, 0, 1, 2, 3};
    struct packets *packets = packets_make(CODEC_H264);
    begin(fixture);
    play(fixture, SDP);
    for (size_t i = 0; i < count; i++)
        packets_add_nal(packets, 0, false, nals[i]);
    packets_add_nal(packets, 0, true, bytes_of(IDR, sizeof IDR));
    say_bytes(fixture, buffer_bytes(&packets->data));
    packets_free(packets);
}

static const uint8_t PPS[] = {0x68, 0xce, 0x38, 0x80};

static void a_picture_of_65535_squared_is_refused(void **state)
{
    (void)state;
    static const unsigned SIZES[][2] = {
        {4096, 4096}, {65535, 65535}, {1025, 1}, {1, 1025}};
    uint8_t sps[64];
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        struct fixture fixture;
        const struct bytes nals[] = {
            bytes_of(sps, make_sps(SIZES[i][0], SIZES[i][1], sps)),
            bytes_of(PPS, sizeof PPS)};
        say_sets(&fixture, nals, 2);
        CHECK(fixture.seen.samples == 0 && fixture.seen.configs == 0);
        finish(&fixture);
    }
    /* The largest that is taken: the same way, so the test says something. */
    struct fixture fixture;
    const struct bytes nals[] = {bytes_of(sps, make_sps(1024, 1024, sps)),
                                 bytes_of(PPS, sizeof PPS)};
    say_sets(&fixture, nals, 2);
    CHECK(fixture.seen.samples == 1 && fixture.seen.config.width == 16384);
    finish(&fixture);
}

static void two_hundred_fifty_six_pps_are_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    uint8_t sps[64];
    uint8_t pps[256][16];
    struct bytes nals[257];
    nals[0] = bytes_of(sps, make_sps(4, 3, sps));
    for (unsigned i = 0; i < 256; i++) {
        struct buffer bits = buffer_with_limit(256);
        put_bits(&bits, 0x68, 8);
        put_ue(&bits, i);
        put_ue(&bits, 0);
        put_bits(&bits, 0xce38, 16);
        put_bits(&bits, 1, 1);
        memset(pps[i], 0, sizeof pps[i]);
        for (size_t bit = 0; bit < bits.size; bit++)
            pps[i][bit / 8] |= (uint8_t)(bits.data[bit] << (7 - bit % 8));
        nals[1 + i] = bytes_of(pps[i], (bits.size + 7) / 8);
        buffer_deinit(&bits);
    }
    say_sets(&fixture, nals, 257);
    CHECK(fixture.seen.samples == 0);
    check_end(&fixture, CAUSE_UNSUPPORTED);
}

/* Exp-Golomb codes of more zeros than any number has. */
static void golomb_codes_without_end_are_refused(void **state)
{
    (void)state;
    uint8_t sps[200] = {0x67, 66, 0, 31};
    uint8_t pps[200] = {0x68};
    uint8_t whole[64];
    const struct bytes bad[][2] = {
        {bytes_of(sps, sizeof sps), bytes_of(PPS, sizeof PPS)},
        {bytes_of(whole, make_sps(4, 3, whole)), bytes_of(pps, sizeof pps)},
        {bytes_of(sps, 1), bytes_of(pps, 1)},
    };
    for (size_t i = 0; i < 3; i++) {
        struct fixture fixture;
        say_sets(&fixture, bad[i], 2);
        CHECK(fixture.seen.samples == 0 && fixture.seen.configs == 0);
        finish(&fixture);
    }
}

/* A key picture of so many macroblocks' height, and so much time behind it. */
static void say_key_picture(struct fixture *fixture, struct packets *packets,
                            unsigned height, int64_t then_us)
{
    static const uint8_t IDR[] = {0x65, 0x88, 0x84, 0, 1, 2, 3};
    uint32_t ticks = (uint32_t)(fixture->now.us * 9 / 100);
    uint8_t sps[64];
    packets->count = 0;
    buffer_clear(&packets->data);
    packets_add_nal(packets, ticks, false,
                    bytes_of(sps, make_sps(4, height, sps)));
    packets_add_nal(packets, ticks, false, bytes_of(PPS, sizeof PPS));
    packets_add_nal(packets, ticks, true, bytes_of(IDR, sizeof IDR));
    say_bytes(fixture, buffer_bytes(&packets->data));
    pass(fixture, then_us);
    drop_reports(fixture);
}

/* Another size with every key picture: each would cut a record and be an entry.
 * A few are followed, as of a camera that is being set up. */
static void sets_that_change_all_the_time_are_refused(void **state)
{
    (void)state;
    struct fixture fixture;
    struct packets *packets = packets_make(CODEC_H264);
    begin(&fixture);
    play(&fixture, SDP);
    for (unsigned i = 0; i < 50; i++)
        say_key_picture(&fixture, packets, 3 + i % 2, SECOND_US / 15);
    CHECK(fixture.seen.configs == 1 + CONFIG_CHANGES_MAX);
    check_end(&fixture, CAUSE_UNSUPPORTED);
    packets_free(packets);
}

static void sets_that_change_at_times_are_followed(void **state)
{
    (void)state;
    enum { PICTURES = 60, EVERY_S = 4 };
    _Static_assert(2 * EVERY_S * CONFIG_CHANGES_MAX > CONFIG_CHANGES_S,
                   "seldom enough");
    struct fixture fixture;
    struct packets *packets = packets_make(CODEC_H264);
    begin(&fixture);
    play(&fixture, SDP);
    for (unsigned i = 0; i < PICTURES; i++) {
        say_key_picture(&fixture, packets, 3 + i / 2 % 2,
                        EVERY_S * (int64_t)SECOND_US);
        if (rtsp_session_output(fixture.session).size > 0)
            reply(&fixture,
                  expect(&fixture, "GET_PARAMETER",
                         "rtsp://192.0.2.7:8554/live/"),
                  200, "", "");
    }
    CHECK(!rtsp_session_has_ended(fixture.session));
    CHECK(fixture.seen.configs == PICTURES / 2);
    finish(&fixture);
    packets_free(packets);
}

/* ---- packets ----------------------------------------------------------- */

/* Payloads that must not become samples, and not stop those behind them. */
static void check_between(const uint8_t *payload, size_t size)
{
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    packets_add_sample(packets, 0, stream->samples[0].data);
    packets_add(packets, STEP_TICKS, true, bytes_of(payload, size),
                (struct bytes){NULL, 0});
    packets_add_sample(packets, 2 * STEP_TICKS, stream->samples[0].data);
    begin(&fixture);
    play(&fixture, SDP);
    say_bytes(&fixture, buffer_bytes(&packets->data));
    CHECK(fixture.seen.samples == 2);
    for (size_t i = 0; i < 2; i++)
        CHECK(fixture.seen.from[i + 1] - fixture.seen.from[i] ==
              stream->samples[0].data.size);
    CHECK((fixture.seen.flags[1] & SAMPLE_DISCONTINUITY) != 0);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

static void fragments_without_a_start_make_nothing(void **state)
{
    (void)state;
    static const uint8_t MIDDLE[] = {0x7c, 0x05, 1, 2, 3};
    static const uint8_t END[] = {0x7c, 0x45, 1, 2, 3};
    static const uint8_t START_ONLY[] = {0x7c, 0x85, 1, 2, 3};
    static const uint8_t EMPTY[] = {0x7c, 0x85};
    check_between(MIDDLE, sizeof MIDDLE);
    check_between(END, sizeof END);
    check_between(START_ONLY, sizeof START_ONLY);
    check_between(EMPTY, sizeof EMPTY);
}

static void aggregates_that_lie_make_nothing(void **state)
{
    (void)state;
    static const uint8_t BEYOND[] = {0x78, 0xff, 0xff, 0x65, 1};
    static const uint8_t ZERO[] = {0x78, 0, 0};
    static const uint8_t CUT[] = {0x78, 0, 2, 0x65, 1, 0};
    static const uint8_t NESTED[] = {0x78, 0, 4, 0x78, 0, 1, 0x65};
    static const uint8_t NOTHING[] = {0x78};
    check_between(BEYOND, sizeof BEYOND);
    check_between(ZERO, sizeof ZERO);
    check_between(CUT, sizeof CUT);
    check_between(NESTED, sizeof NESTED);
    check_between(NOTHING, sizeof NOTHING);
}

static void padding_beyond_the_packet_is_a_lost_packet(void **state)
{
    (void)state;
    static const uint8_t BAD[] = {'$', 0, 0, 14, 0xa0, 0xe0, 0, 1, 0, 0,
                                  0,   0, 0, 0,  0,    1,    1, 200};
    struct fixture fixture;
    begin(&fixture);
    play(&fixture, SDP);
    for (int i = 0; i < 10; i++)
        say_bytes(&fixture, bytes_of(BAD, sizeof BAD));
    pass(&fixture, 2 * SECOND_US);
    CHECK(fixture.seen.samples == 0 && fixture.seen.lost == 10);
    finish(&fixture);
}

/* Numbers that wrap three times around: nothing is lost by it. */
static void wrapping_numbers_lose_nothing(void **state)
{
    (void)state;
    struct fixture fixture;
    static const uint8_t FILLER[] = {12, 0xff, 0x80};
    struct packets *packets = packets_make(CODEC_H264);
    begin(&fixture);
    play(&fixture, SDP);
    for (uint32_t i = 0; i < 200000; i++) {
        packets->count = 0;
        buffer_clear(&packets->data);
        packets_add_nal(packets, 0, false, bytes_of(FILLER, sizeof FILLER));
        say_bytes(&fixture, buffer_bytes(&packets->data));
    }
    pass(&fixture, 2 * SECOND_US);
    CHECK(fixture.seen.lost == 0);
    finish(&fixture);
    packets_free(packets);
}

/* Another SSRC with every picture: each is a new source, told at most once a
 * second, and no memory is kept of any. */
static void a_storm_of_sources_is_survived(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    begin(&fixture);
    play(&fixture, SDP);
    for (uint32_t i = 0; i < 50; i++) {
        packets->count = 0;
        buffer_clear(&packets->data);
        packets->ssrc = i * 7919;
        packets_add_sample(packets, i * 0x10000000u,
                           stream->samples[0].data);
        say_bytes(&fixture, buffer_bytes(&packets->data));
    }
    CHECK(fixture.seen.samples == 50);
    CHECK(fixture.seen.states <= 2);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

/* A picture, or a group of them, without end: what is kept has a limit, and
 * beyond it the unit is dropped and said to be. */
static void a_picture_without_end_is_dropped(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    static uint8_t fragment[60000];
    fragment[0] = 0x7c;
    begin(&fixture);
    play(&fixture, SDP);
    for (size_t i = 0; i < 2 + (size_t)SAMPLE_SIZE_MAX / sizeof fragment;
         i++) {
        fragment[1] = i == 0 ? 0x85 : 0x05;
        packets->count = 0;
        buffer_clear(&packets->data);
        packets_add(packets, 0, false, bytes_of(fragment, sizeof fragment),
                    (struct bytes){NULL, 0});
        say_bytes(&fixture, buffer_bytes(&packets->data));
        fixture.now.us += 10000; /* 48 Mbit/s */
    }
    CHECK(fixture.seen.samples == 0);
    packets->count = 0;
    buffer_clear(&packets->data);
    packets_add_sample(packets, STEP_TICKS, stream->samples[0].data);
    say_bytes(&fixture, buffer_bytes(&packets->data));
    CHECK(fixture.seen.samples == 1);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

/* Sends for six seconds, or until the session ends. Microseconds it ran. */
static int64_t send_at(struct fixture *fixture, int64_t kbps)
{
    static const int64_t STEP_US = 10000;
    static uint8_t packet[8 * 1024] = {0x06}; /* SEI of an endless picture */
    struct packets *packets = packets_make(CODEC_H264);
    packets_add(packets, 0, false, bytes_of(packet, sizeof packet),
                (struct bytes){NULL, 0});
    struct bytes frame = buffer_bytes(&packets->data);
    int64_t ran_us = 0;
    int64_t sent = 0;
    while (ran_us < 6 * (int64_t)SECOND_US &&
           !rtsp_session_has_ended(fixture->session)) {
        for (; sent < ran_us * kbps / 8000; sent += (int64_t)frame.size)
            say_bytes(fixture, frame);
        pass(fixture, STEP_US);
        ran_us += STEP_US;
    }
    packets_free(packets);
    return ran_us;
}

static void more_than_any_camera_sends_is_refused(void **state)
{
    (void)state;
    static const int64_t BURST_US = SESSION_BURST_S * (int64_t)SECOND_US;
    struct fixture fixture;
    begin(&fixture);
    play(&fixture, SDP);
    (void)send_at(&fixture, SESSION_KBPS_MAX);
    CHECK(!rtsp_session_has_ended(fixture.session));
    finish(&fixture);
    begin(&fixture);
    play(&fixture, SDP);
    pass(&fixture, BURST_US);
    int64_t ran_us = send_at(&fixture, 2 * (int64_t)SESSION_KBPS_MAX);
    CHECK(ran_us >= BURST_US - 20000 && ran_us <= BURST_US + 20000);
    assert_non_null(strstr(rtsp_session_detail(fixture.session),
                           "more than 64 Mbit/s: set a lower bit rate"));
    check_end(&fixture, CAUSE_PROTOCOL);
}

/* Units without number in one picture. */
static void a_picture_of_too_many_units_is_dropped(void **state)
{
    (void)state;
    struct fixture fixture;
    static const uint8_t SEI[] = {6, 5, 0, 0x80};
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    struct packets *packets = packets_make(CODEC_H264);
    begin(&fixture);
    play(&fixture, SDP);
    for (int i = 0; i < NAL_IN_SAMPLE_MAX + 10; i++) {
        packets->count = 0;
        buffer_clear(&packets->data);
        packets_add_nal(packets, 0, false, bytes_of(SEI, sizeof SEI));
        say_bytes(&fixture, buffer_bytes(&packets->data));
    }
    packets->count = 0;
    buffer_clear(&packets->data);
    packets_add_sample(packets, 0, stream->samples[0].data);
    packets_add_sample(packets, STEP_TICKS, stream->samples[0].data);
    say_bytes(&fixture, buffer_bytes(&packets->data));
    CHECK(fixture.seen.samples == 1);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

/* Datagrams far apart: what waits has its limits, whatever they are called. */
static void a_storm_of_datagrams_keeps_little(void **state)
{
    (void)state;
    struct fixture fixture = {.client_port = 40000};
    struct test_random random = {9};
    CHECK_OK(begin_again(&fixture, "camera", "pass"));
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 200,
          "Session: a\r\nTransport: RTP/AVP;unicast;client_port=40000-40001\r\n",
          "");
    reply(&fixture, expect(&fixture, "PLAY", "rtsp://192.0.2.7:8554/live/"),
          200, "", "");
    for (int i = 0; i < 20000; i++) {
        uint8_t datagram[1400];
        test_random_fill(&random, datagram, 64);
        datagram[0] = 0x80;
        datagram[1] = 96;
        if (i % 8 != 0) /* mostly one source, so that packets wait */
            memset(datagram + 8, 1, 4);
        rtsp_session_datagram(fixture.session, DATAGRAM_MEDIA,
                              bytes_of(datagram, sizeof datagram),
                              fixture.now);
        CHECK(alloc_alive() < 2 * REORDER_PACKETS_MAX);
        fixture.now.us += 200; /* 56 Mbit/s */
    }
    CHECK(fixture.seen.samples == 0);
    finish(&fixture);
}

TEST_MAIN("ingest/hostile", TEST(a_bomb_of_headers_is_refused),
          TEST(an_endless_header_is_refused),
          TEST(a_lying_length_is_refused_or_runs_out_of_time),
          TEST(a_byte_a_second_runs_out_of_time),
          TEST(a_frame_that_never_ends_runs_out_of_time),
          TEST(a_half_open_connection_runs_out_of_time),
          TEST(requests_without_end_fill_nothing),
          TEST(challenges_without_end_are_refused),
          TEST(a_picture_of_65535_squared_is_refused),
          TEST(two_hundred_fifty_six_pps_are_refused),
          TEST(golomb_codes_without_end_are_refused),
          TEST(sets_that_change_all_the_time_are_refused),
          TEST(sets_that_change_at_times_are_followed),
          TEST(fragments_without_a_start_make_nothing),
          TEST(aggregates_that_lie_make_nothing),
          TEST(padding_beyond_the_packet_is_a_lost_packet),
          TEST(wrapping_numbers_lose_nothing),
          TEST(a_storm_of_sources_is_survived),
          TEST(a_picture_without_end_is_dropped),
          TEST(more_than_any_camera_sends_is_refused),
          TEST(a_picture_of_too_many_units_is_dropped),
          TEST(a_storm_of_datagrams_keeps_little))
