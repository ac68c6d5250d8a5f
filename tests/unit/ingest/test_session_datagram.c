/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions over UDP: SETUP's bargain, order, losses, reports. */
#include "unit/ingest/conversation.h"
#include "wire/rtcp.h"

enum { CLIENT_PORT = 40000 };

static void begin_udp(struct fixture *fixture)
{
    fixture->client_port = CLIENT_PORT;
    fixture->url = NULL;
    CHECK_OK(begin_again(fixture, "camera", "pass"));
}

static const struct wire_message *ask_setup(struct fixture *fixture)
{
    begin_udp(fixture);
    describe(fixture, SDP);
    const struct wire_message *setup = expect(fixture, "SETUP", STREAM_URL);
    CHECK(text_equal(wire_message_header_or_empty(setup, "Transport"),
                     text_of("RTP/AVP;unicast;client_port=40000-40001")));
    return setup;
}

static void play_udp(struct fixture *fixture, const char *transport)
{
    char headers[300];
    (void)snprintf(headers, sizeof headers, "Session: abc;timeout=60\r\n%s",
                   transport);
    reply(fixture, ask_setup(fixture), 200, headers, "");
    reply(fixture, expect(fixture, "PLAY", "rtsp://192.0.2.7:8554/live/"), 200,
          "", "");
    CHECK(rtsp_session_is_playing(fixture->session));
}

static const char TRANSPORT[] =
    "Transport: RTP/AVP;unicast;source=10.0.0.9;client_port=40000-40001;"
    "server_port=6970-6971;ssrc=00001234\r\n";

static void send(struct fixture *fixture, const struct packets *packets,
                 size_t i)
{
    rtsp_session_datagram(fixture->session, DATAGRAM_MEDIA,
                          packets_at(packets, i), fixture->now);
}

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
    play_udp(&scene->fixture, TRANSPORT);
}

static void close_scene(struct scene *scene)
{
    finish(&scene->fixture);
    packets_free(scene->packets);
    stream_close(&scene->stream);
}

static void pictures_arrive_in_any_order(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    send(&scene.fixture, scene.packets, 0);
    for (size_t i = 1; i + 1 < scene.packets->count; i += 2) {
        send(&scene.fixture, scene.packets, i + 1);
        send(&scene.fixture, scene.packets, i);
        send(&scene.fixture, scene.packets, i);
    }
    if (scene.packets->count % 2 == 0)
        send(&scene.fixture, scene.packets, scene.packets->count - 1);
    check_samples(&scene.fixture.seen, scene.stream);
    CHECK(scene.fixture.seen.lost == 0);
    close_scene(&scene);
}

/* Every loss is counted to the packet, once, and told before the sample that
 * follows it; nothing else is lost with it. */
static void losses_are_exact(void **state)
{
    (void)state;
    struct test_random random = {3};
    for (int round = 0; round < 30; round++) {
        struct scene scene;
        uint32_t dropped = 0;
        open_scene(&scene);
        for (size_t i = 0; i < scene.packets->count; i++) {
            bool is_inner = i > 0 && i + 3 < scene.packets->count;
            if (is_inner && test_random_next(&random) % 25 == 0) {
                dropped++;
                continue;
            }
            send(&scene.fixture, scene.packets, i);
        }
        pass(&scene.fixture, (int64_t)REORDER_WAIT_MS * 1000);
        pass(&scene.fixture, SECOND_US);
        assert_int_equal(scene.fixture.seen.lost, dropped);
        CHECK(dropped == 0 || scene.fixture.seen.samples < scene.stream->count);
        close_scene(&scene);
    }
}

/* Nothing of a hole is called silence: the loss is told with the next packet,
 * long before the session would give up. */
static void a_lost_second_is_damage(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    size_t half = scene.packets->count / 2;
    for (size_t i = 0; i < half; i++)
        send(&scene.fixture, scene.packets, i);
    pass(&scene.fixture, 3 * SECOND_US);
    send(&scene.fixture, scene.packets, half + 20);
    pass(&scene.fixture, (int64_t)REORDER_WAIT_MS * 1000);
    pass(&scene.fixture, SECOND_US);
    assert_int_equal(scene.fixture.seen.lost, 20);
    CHECK(!rtsp_session_has_ended(scene.fixture.session));
    close_scene(&scene);
}

/* What waits for a packet that is missing goes out with the end, and the packet
 * is told. */
static void what_waits_goes_out_with_the_end(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    size_t half = scene.packets->count / 2;
    for (size_t i = 0; i < scene.packets->count; i++)
        if (i != half)
            send(&scene.fixture, scene.packets, i);
    CHECK(scene.fixture.seen.samples < scene.stream->count / 2 + 1);
    rtsp_session_peer_closed(scene.fixture.session);
    assert_int_equal(scene.fixture.seen.samples, scene.stream->count - 1);
    assert_int_equal(scene.fixture.seen.lost, 1);
    CHECK(rtsp_session_cause(scene.fixture.session) == CAUSE_ENDED);
    close_scene(&scene);
}

static void silence_ends_it(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    pass(&scene.fixture, 5 * SECOND_US);
    CHECK(rtsp_session_cause(scene.fixture.session) == CAUSE_NO_DATA);
    close_scene(&scene);
}

static void say_report(struct scene *scene, uint32_t sent)
{
    uint8_t memory[64];
    struct writer w = writer_on(memory, sizeof memory);
    rtcp_write_sender_report(&w, 0x1234, 1ull << 32, 0, sent, 1);
    rtsp_session_datagram(scene->fixture.session, DATAGRAM_CONTROL,
                          writer_written(&w), scene->fixture.now);
}

/* All packets are lost from now on: the camera's reports say so. */
static void a_silence_of_which_reports_tell_is_damage(void **state)
{
    (void)state;
    for (uint32_t more = 0; more < 2; more++) {
        struct scene scene;
        open_scene(&scene);
        uint32_t count = (uint32_t)scene.packets->count;
        for (size_t i = 0; i < count; i++)
            send(&scene.fixture, scene.packets, i);
        say_report(&scene, count);
        pass(&scene.fixture, 3 * SECOND_US);
        say_report(&scene, count + more * 300);
        pass(&scene.fixture, 2 * SECOND_US);
        check_end(&scene.fixture, more > 0 ? CAUSE_DAMAGED : CAUSE_NO_DATA);
        packets_free(scene.packets);
        stream_close(&scene.stream);
    }
}

static void reports_go_to_the_camera(void **state)
{
    (void)state;
    struct scene scene;
    uint16_t port = 0;
    uint8_t memory[64];
    struct writer w = writer_on(memory, sizeof memory);
    open_scene(&scene);
    struct rtsp_session *session = scene.fixture.session;
    size_t reports = 0;
    int64_t begin_us = scene.fixture.now.us;
    rtcp_write_sender_report(&w, 0x1234, 1ull << 32, 0, 1, 1);
    send(&scene.fixture, scene.packets, 0);
    rtsp_session_datagram(session, DATAGRAM_CONTROL, writer_written(&w),
                          scene.fixture.now);
    for (int i = 0; i < 600; i++) {
        pass(&scene.fixture, 100000);
        /* A repetition of the first packet keeps the session awake. */
        send(&scene.fixture, scene.packets, 0);
        struct bytes report = rtsp_session_report(session, &port);
        if (rtsp_session_has_ended(session) || report.size == 0)
            continue;
        struct rtcp_news news;
        CHECK_OK(rtcp_parse(report, &news));
        CHECK(port == 6971 && report.data[1] == 201 &&
              report.data[RTCP_RECEIVER_REPORT_SIZE + 1] == 202);
        CHECK(report.size <= RTCP_COMPOUND_SIZE);
        rtsp_session_report_taken(session);
        CHECK(rtsp_session_report(session, &port).size == 0);
        reports++;
    }
    int64_t lived_s = (scene.fixture.now.us - begin_us) / SECOND_US;
    CHECK(lived_s >= 30 && reports >= 3 && reports <= 12);
    close_scene(&scene);
}

static void a_goodbye_ends_it(void **state)
{
    (void)state;
    struct scene scene;
    static const uint8_t BYE[] = {0x81, 203, 0, 1, 0, 0, 0x12, 0x34};
    open_scene(&scene);
    send(&scene.fixture, scene.packets, 0);
    rtsp_session_datagram(scene.fixture.session, DATAGRAM_CONTROL,
                          bytes_of(BYE, sizeof BYE), scene.fixture.now);
    CHECK(rtsp_session_cause(scene.fixture.session) == CAUSE_ENDED);
    close_scene(&scene);
}

static void what_the_camera_makes_of_the_ports_is_checked(void **state)
{
    (void)state;
    static const struct {
        const char *transport;
        enum cause cause;
        bool is_refusal;
    } ROWS[] = {
        {"RTP/AVP/TCP;unicast;interleaved=0-1", CAUSE_UNSUPPORTED, true},
        {"RTP/AVP;unicast;client_port=5000-5001", CAUSE_UNSUPPORTED, true},
        {"RTP/AVP;multicast;port=5000-5001", CAUSE_UNSUPPORTED, true},
        {"RTP/AVP;unicast;server_port=70000-70001", CAUSE_PROTOCOL, false},
        {"RTP/AVP;unicast;server_port=6970-6970", CAUSE_PROTOCOL, false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct fixture fixture;
        char headers[200];
        (void)snprintf(headers, sizeof headers,
                       "Session: abc\r\nTransport: %s\r\n", ROWS[i].transport);
        reply(&fixture, ask_setup(&fixture), 200, headers, "");
        CHECK(rtsp_session_refuses_transport(fixture.session) ==
              ROWS[i].is_refusal);
        check_end(&fixture, ROWS[i].cause);
    }
    struct fixture fixture;
    reply(&fixture, ask_setup(&fixture), 461, "", "");
    CHECK(rtsp_session_refuses_transport(fixture.session));
    check_end(&fixture, CAUSE_UNSUPPORTED);
}

/* A camera that says nothing of ports plays too; there is nowhere to report. */
static void a_camera_without_ports_gets_no_reports(void **state)
{
    (void)state;
    struct fixture fixture;
    uint16_t port = 9;
    struct packets *packets = packets_make(CODEC_H264);
    struct stream *stream = stream_open("tiny-64x48.h264", CODEC_H264, 15);
    packets_add_stream(packets, stream, 0, STEP_TICKS);
    play_udp(&fixture, "Transport: RTP/AVP/UDP;unicast\r\n");
    send(&fixture, packets, 0);
    for (int i = 0; i < 4; i++) {
        pass(&fixture, 2 * SECOND_US);
        send(&fixture, packets, 0);
        CHECK(rtsp_session_report(fixture.session, &port).size == 0);
    }
    CHECK(port == 0);
    finish(&fixture);
    packets_free(packets);
    stream_close(&stream);
}

/* Frames in the connection are not the stream's over UDP, nor datagrams over
 * TCP. */
static void the_other_way_is_closed(void **state)
{
    (void)state;
    struct scene scene;
    open_scene(&scene);
    say_bytes(&scene.fixture, buffer_bytes(&scene.packets->data));
    CHECK(scene.fixture.seen.samples == 0);
    finish(&scene.fixture);
    begin(&scene.fixture);
    play(&scene.fixture, SDP);
    for (size_t i = 0; i < scene.packets->count; i++)
        send(&scene.fixture, scene.packets, i);
    CHECK(scene.fixture.seen.samples == 0);
    close_scene(&scene);
}

TEST_MAIN("ingest/session_datagram", TEST(pictures_arrive_in_any_order),
          TEST(losses_are_exact), TEST(a_lost_second_is_damage),
          TEST(a_silence_of_which_reports_tell_is_damage),
          TEST(what_waits_goes_out_with_the_end),
          TEST(silence_ends_it), TEST(reports_go_to_the_camera),
          TEST(a_goodbye_ends_it),
          TEST(what_the_camera_makes_of_the_ports_is_checked),
          TEST(a_camera_without_ports_gets_no_reports),
          TEST(the_other_way_is_closed))
