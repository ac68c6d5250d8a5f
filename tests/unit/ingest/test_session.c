/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/session.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/text.h"
#include "unit/ingest/packets.h"
#include "wire/digest.h"
#include "wire/message.h"
#include "wire/rtcp.h"

enum { STEP_TICKS = 6000, SAMPLES_MAX = 64 };

/* What came out of a session. */
struct seen {
    struct buffer data;
    size_t from[SAMPLES_MAX + 1];
    unsigned flags[SAMPLES_MAX];
    int64_t times_us[SAMPLES_MAX];
    size_t samples;
    size_t configs;
    struct codec_config config;
    uint32_t lost;
    size_t states;
    enum cause state;
};

static void on_config(void *context, const struct codec_config *config)
{
    struct seen *seen = context;
    seen->configs++;
    seen->config = *config;
    CHECK_OK(codec_config_check(config));
}

static void on_sample(void *context, const struct sample *sample)
{
    struct seen *seen = context;
    assert_true(seen->samples < SAMPLES_MAX);
    CHECK(seen->configs > 0);
    CHECK(seen->samples == 0 ||
          sample->time_us > seen->times_us[seen->samples - 1]);
    seen->from[seen->samples] = seen->data.size;
    seen->flags[seen->samples] = sample->flags;
    seen->times_us[seen->samples] = sample->time_us;
    seen->samples++;
    buffer_append(&seen->data, sample->data);
    seen->from[seen->samples] = seen->data.size;
}

static void on_loss(void *context, uint32_t packets, struct boot_time time)
{
    struct seen *seen = context;
    (void)time;
    seen->lost += packets;
}

static void on_state(void *context, enum cause cause, struct boot_time time)
{
    struct seen *seen = context;
    (void)time;
    seen->states++;
    seen->state = cause;
}

static const struct boot_time START = {1000000};

struct fixture {
    struct rtsp_session *session;
    struct seen seen;
    struct boot_time now;
};

static enum status begin_with(struct fixture *fixture, const char *user,
                              const char *password)
{
    *fixture = (struct fixture){.now = START};
    fixture->seen.data = buffer_with_limit(1 << 20);
    const struct session_options options = {
        .url = text_of("rtsp://boss:word@192.0.2.7:8554/live?x=1"),
        .user = text_of(user),
        .password = text_of(password),
        .random = 0x1122334455667788,
    };
    const struct session_sink sink = {&fixture->seen, on_config, on_sample,
                                      on_loss, on_state};
    return rtsp_session_create(&options, &sink, START, &fixture->session);
}

static void begin(struct fixture *fixture)
{
    CHECK_OK(begin_with(fixture, "camera", "pass"));
}

static void finish(struct fixture *fixture)
{
    rtsp_session_destroy(&fixture->session);
    buffer_deinit(&fixture->seen.data);
}

static void say_bytes(struct fixture *fixture, struct bytes bytes)
{
    rtsp_session_input(fixture->session, bytes, fixture->now);
}

static void say(struct fixture *fixture, const char *text)
{
    say_bytes(fixture, text_bytes(text_of(text)));
}

/* The request that is out: checks its method and takes it away. */
static struct wire_message *expect(struct fixture *fixture, const char *method,
                                   const char *target)
{
    static struct wire_message message;
    size_t used = 0;
    wire_message_init(&message, WIRE_RTSP_REQUEST, &WIRE_LIMITS_RTSP);
    struct bytes output = rtsp_session_output(fixture->session);
    CHECK_OK(wire_message_input(&message, output, &used));
    if (!text_equal(wire_message_method(&message), text_of(method)))
        print_error("%.*s\n", (int)output.size, (const char *)output.data);
    CHECK(text_equal(wire_message_method(&message), text_of(method)));
    CHECK(text_equal(wire_message_target(&message), text_of(target)));
    rtsp_session_output_taken(fixture->session, used);
    return &message;
}

/* "RTSP/1.0 CODE x", the CSeq of the request, headers and body. */
static void reply(struct fixture *fixture, const struct wire_message *request,
                  unsigned code, const char *headers, const char *body)
{
    char text[8192];
    struct text sequence = wire_message_header_or_empty(request, "CSeq");
    (void)snprintf(text, sizeof text,
                   "RTSP/1.0 %u x\r\nCSeq: %.*s\r\n%sContent-Length: "
                   "%zu\r\n\r\n%s",
                   code, (int)sequence.size, sequence.data, headers,
                   strlen(body), body);
    say(fixture, text);
}

static const char URL[] = "rtsp://192.0.2.7:8554/live?x=1";
static const char STREAM_URL[] = "rtsp://192.0.2.7:8554/live/trackID=1";
static const char BASE[] = "Content-Base: rtsp://192.0.2.7:8554/live/\r\n";
static const char SDP[] = "v=0\r\n"
                          "m=audio 0 RTP/AVP 0\r\n"
                          "a=control:trackID=2\r\n"
                          "m=video 0 RTP/AVP 96\r\n"
                          "a=rtpmap:96 H264/90000\r\n"
                          "a=fmtp:96 packetization-mode=1\r\n"
                          "a=control:trackID=1\r\n";

static void describe(struct fixture *fixture, const char *sdp)
{
    reply(fixture, expect(fixture, "OPTIONS", URL), 200,
          "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER\r\n", "");
    reply(fixture, expect(fixture, "DESCRIBE", URL), 200, BASE, sdp);
}

static void set_up(struct fixture *fixture, const char *sdp)
{
    describe(fixture, sdp);
    const struct wire_message *setup =
        expect(fixture, "SETUP", STREAM_URL);
    CHECK(text_equal(wire_message_header_or_empty(setup, "Transport"),
                     text_of("RTP/AVP/TCP;unicast;interleaved=0-1")));
    reply(fixture, setup, 200,
          "Session: abc;timeout=20\r\n"
          "Transport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1\r\n",
          "");
}

static void play(struct fixture *fixture, const char *sdp)
{
    set_up(fixture, sdp);
    const struct wire_message *request =
        expect(fixture, "PLAY", "rtsp://192.0.2.7:8554/live/");
    CHECK(text_equal(wire_message_header_or_empty(request, "Session"),
                     text_of("abc")));
    CHECK(!rtsp_session_is_playing(fixture->session));
    reply(fixture, request, 200, "", "");
    CHECK(rtsp_session_is_playing(fixture->session));
}

static void check_end(struct fixture *fixture, enum cause cause)
{
    CHECK(rtsp_session_has_ended(fixture->session));
    if (rtsp_session_cause(fixture->session) != cause)
        print_error("%s: %s\n", cause_name(rtsp_session_cause(fixture->session)),
                    rtsp_session_detail(fixture->session));
    CHECK(rtsp_session_cause(fixture->session) == cause);
    CHECK(rtsp_session_deadline(fixture->session).us == INT64_MAX);
    /* Nothing wakes it again. */
    say(fixture, "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
    rtsp_session_tick(fixture->session, fixture->now);
    rtsp_session_stop(fixture->session, fixture->now);
    CHECK(rtsp_session_cause(fixture->session) == cause);
    finish(fixture);
}

static void check_samples(const struct seen *seen, const struct stream *stream)
{
    assert_int_equal(seen->samples, stream->count);
    for (size_t i = 0; i < seen->samples; i++) {
        size_t size = seen->from[i + 1] - seen->from[i];
        assert_int_equal(size, stream->samples[i].data.size);
        assert_memory_equal(seen->data.data + seen->from[i],
                            stream->samples[i].data.data, size);
        CHECK((seen->flags[i] & SAMPLE_IDR) == stream->samples[i].flags);
        CHECK(((seen->flags[i] & SAMPLE_DISCONTINUITY) != 0) == (i == 0));
    }
}

/* ---- a whole session ------------------------------------------------------- */

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

/* ---- passwords --------------------------------------------------------------- */

/* Checks the proof in a request as a camera would. */
static void check_proof(const struct wire_message *request,
                        const struct digest_challenge *challenge)
{
    const struct digest_credentials credentials = {text_of("camera"),
                                                   text_of("pass")};
    const struct digest_request facts = {
        .method = wire_message_method(request),
        .uri = wire_message_target(request),
    };
    CHECK_OK(digest_check_authorization(
        wire_message_header_or_empty(request, "Authorization"), challenge,
        &credentials, &facts));
}

static void check_digest(enum digest_algorithm algorithm, bool has_qop)
{
    struct fixture fixture;
    char headers[1024];
    struct digest_challenge challenge = {.algorithm = algorithm,
                                         .has_algorithm = true,
                                         .has_qop = has_qop,
                                         .realm = "cam",
                                         .nonce = "n1"};
    uint8_t value[512];
    struct writer w = writer_on(value, sizeof value);
    digest_write_challenge(&w, &challenge);
    (void)snprintf(headers, sizeof headers,
                   "WWW-Authenticate: Basic realm=\"cam\"\r\n"
                   "WWW-Authenticate: %.*s\r\n",
                   (int)w.used, (const char *)value);
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 200, "", "");
    reply(&fixture, expect(&fixture, "DESCRIBE", URL), 401, headers, "");
    const struct wire_message *request = expect(&fixture, "DESCRIBE", URL);
    check_proof(request, &challenge);
    reply(&fixture, request, 200, BASE, SDP);
    request = expect(&fixture, "SETUP", STREAM_URL);
    check_proof(request, &challenge);
    /* The nonce grew old: a new one is used without a complaint. */
    (void)snprintf(challenge.nonce, sizeof challenge.nonce, "n2");
    w = writer_on(value, sizeof value);
    digest_write_challenge(&w, &challenge);
    (void)snprintf(headers, sizeof headers,
                   "WWW-Authenticate: %.*s, stale=true\r\n", (int)w.used,
                   (const char *)value);
    reply(&fixture, request, 401, headers, "");
    request = expect(&fixture, "SETUP", STREAM_URL);
    check_proof(request, &challenge);
    reply(&fixture, request, 200, "Session: abc\r\n", "");
    check_proof(expect(&fixture, "PLAY", "rtsp://192.0.2.7:8554/live/"),
                &challenge);
    finish(&fixture);
}

static void digest_is_answered(void **state)
{
    (void)state;
    check_digest(DIGEST_MD5, false);
    check_digest(DIGEST_MD5, true);
    check_digest(DIGEST_SHA256, true);
}

static const char CHALLENGE[] =
    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n";

static void a_wrong_password_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, CHALLENGE, "");
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, CHALLENGE, "");
    CHECK(strstr(rtsp_session_detail(fixture.session), "pass") == NULL ||
          strstr(rtsp_session_detail(fixture.session), "password") != NULL);
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

static void a_camera_that_stays_stale_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    static const char STALE[] =
        "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=true\r\n";
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, STALE, "");
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, STALE, "");
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, STALE, "");
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

static void basic_is_never_answered(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401,
          "WWW-Authenticate: Basic realm=\"r\"\r\n", "");
    CHECK(rtsp_session_output(fixture.session).size == 0);
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

static void without_a_user_a_challenge_ends_it(void **state)
{
    (void)state;
    struct fixture fixture;
    CHECK_OK(begin_with(&fixture, "", ""));
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 401, CHALLENGE, "");
    check_end(&fixture, CAUSE_UNAUTHORIZED);
}

static void credentials_in_the_address_go_nowhere(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    struct bytes output = rtsp_session_output(fixture.session);
    CHECK(memmem(output.data, output.size, "boss", 4) == NULL);
    CHECK(memmem(output.data, output.size, "word", 4) == NULL);
    finish(&fixture);
}

/* ---- refusals ---------------------------------------------------------------- */

static void errors_have_their_causes(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    reply(&fixture, expect(&fixture, "OPTIONS", URL), 405, "", "");
    reply(&fixture, expect(&fixture, "DESCRIBE", URL), 404, "", "");
    assert_string_equal("DESCRIBE was answered with 404",
                        rtsp_session_detail(fixture.session));
    check_end(&fixture, CAUSE_REFUSED);

    begin(&fixture);
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 461, "", "");
    check_end(&fixture, CAUSE_UNSUPPORTED);

    begin(&fixture);
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 200,
          "Session: 1\r\nTransport: RTP/AVP;unicast;client_port=1-2\r\n", "");
    check_end(&fixture, CAUSE_UNSUPPORTED);

    begin(&fixture);
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 200,
          "Session: 1\r\nTransport: RTP/AVP/TCP;interleaved=3-999\r\n", "");
    check_end(&fixture, CAUSE_PROTOCOL);

    begin(&fixture);
    describe(&fixture, SDP);
    reply(&fixture, expect(&fixture, "SETUP", STREAM_URL), 200, "", "");
    check_end(&fixture, CAUSE_PROTOCOL); /* no session */

    begin(&fixture);
    rtsp_session_peer_closed(fixture.session);
    check_end(&fixture, CAUSE_ENDED);

    begin(&fixture);
    rtsp_session_stop(fixture.session, fixture.now);
    check_end(&fixture, CAUSE_STOPPED);
}

static void descriptions_without_a_picture_are_unsupported(void **state)
{
    (void)state;
    static const struct {
        const char *sdp;
        enum cause cause;
    } CASES[] = {
        {"", CAUSE_PROTOCOL},
        {"hello", CAUSE_PROTOCOL},
        {"v=0\r\n", CAUSE_UNSUPPORTED},
        {"v=0\r\nm=audio 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
         CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 26\r\n", CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 \x1b[31m/90000\r\n",
         CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
         "a=fmtp:96 packetization-mode=2\r\n",
         CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\n"
         "a=fmtp:96 sprop-max-don-diff=1\r\n",
         CAUSE_UNSUPPORTED},
        {"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
         "a=control:rtsp://\r\n",
         CAUSE_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct fixture fixture;
        begin(&fixture);
        describe(&fixture, CASES[i].sdp);
        CHECK(text_is_plain(text_of(rtsp_session_detail(fixture.session))));
        check_end(&fixture, CASES[i].cause);
    }
}

static void breaches_of_the_protocol_end_it(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "HTTP/1.1 200 OK\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 99\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 999999\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nA: b\r\n c\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "\x80\x60\x01",
    };
    struct fixture fixture;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        begin(&fixture);
        say(&fixture, BAD[i]);
        if (!rtsp_session_has_ended(fixture.session))
            say(&fixture, "\r\n");
        check_end(&fixture, CAUSE_PROTOCOL);
    }
    begin(&fixture);
    say(&fixture, "RTSP/1.0 200 OK\r\n");
    for (int i = 0; i < 10000; i++)
        say(&fixture, "X-Bomb: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
    check_end(&fixture, CAUSE_PROTOCOL);
}

static void a_request_of_the_camera_is_refused_politely(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture);
    play(&fixture, SDP);
    for (int i = 0; i < 1000; i++)
        say(&fixture, "SET_PARAMETER * RTSP/1.0\r\nCSeq: 5\r\n\r\n");
    struct bytes output = rtsp_session_output(fixture.session);
    CHECK(memmem(output.data, output.size, "RTSP/1.0 501", 12) != NULL);
    CHECK(output.size < 8192);
    CHECK(rtsp_session_is_playing(fixture.session));
    finish(&fixture);
}

/* ---- time ---------------------------------------------------------------------- */

static void pass(struct fixture *fixture, int64_t us)
{
    fixture->now.us += us;
    rtsp_session_tick(fixture->session, fixture->now);
}

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
        else
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

/* ---- the stream -------------------------------------------------------------- */

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
    struct bytes output = rtsp_session_output(fixture.session);
    CHECK(output.size == 4 + RTCP_RECEIVER_REPORT_SIZE);
    CHECK(output.data[0] == '$' && output.data[1] == 1);

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

/* ---- creation ------------------------------------------------------------------ */

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

TEST_MAIN("ingest/session", TEST(pictures_arrive_and_sound_is_never_set_up),
          TEST(any_split_gives_the_same), TEST(h265_arrives_too),
          TEST(digest_is_answered), TEST(a_wrong_password_ends_it),
          TEST(a_camera_that_stays_stale_ends_it),
          TEST(basic_is_never_answered),
          TEST(without_a_user_a_challenge_ends_it),
          TEST(credentials_in_the_address_go_nowhere),
          TEST(errors_have_their_causes),
          TEST(descriptions_without_a_picture_are_unsupported),
          TEST(breaches_of_the_protocol_end_it),
          TEST(a_request_of_the_camera_is_refused_politely),
          TEST(silence_ends_it), TEST(packets_without_pictures_end_it),
          TEST(the_session_is_kept_alive), TEST(a_stop_waits_one_second),
          TEST(losses_are_told_and_flagged),
          TEST(a_change_of_size_brings_a_new_configuration),
          TEST(pictures_before_the_first_key_are_left_away),
          TEST(another_source_is_a_step_of_the_clock),
          TEST(reports_are_answered_and_goodbye_ends_it),
          TEST(hostile_frames_are_survived), TEST(missing_memory_is_survived),
          TEST(bad_options_are_refused))
