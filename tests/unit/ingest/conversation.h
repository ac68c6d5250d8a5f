/* SPDX-License-Identifier: Apache-2.0 */
/* A session without a socket: what it asks, what it is told, what came out. */
#ifndef UNIT_INGEST_CONVERSATION_H
#define UNIT_INGEST_CONVERSATION_H

#include <stdio.h>

#include "base/text.h"
#include "ingest/limits.h"
#include "ingest/session.h"
#include "unit/ingest/packets.h"
#include "wire/message.h"

enum { STEP_TICKS = 6000, SAMPLES_MAX = 64 };

/* What came out of a session. */
struct seen {
    struct buffer data;
    size_t from[SAMPLES_MAX + 1];
    unsigned flags[SAMPLES_MAX];
    int64_t times_us[SAMPLES_MAX];
    uint32_t durations_us[SAMPLES_MAX];
    size_t samples;
    size_t configs;
    struct codec_config config;
    uint32_t lost;
    size_t states;
    enum cause state;
};

static inline void on_config(void *context, const struct codec_config *config)
{
    struct seen *seen = context;
    seen->configs++;
    seen->config = *config;
    CHECK_OK(codec_config_check(config));
}

static inline void on_sample(void *context, const struct sample *sample)
{
    struct seen *seen = context;
    assert_true(seen->samples < SAMPLES_MAX);
    CHECK(seen->configs > 0);
    CHECK(seen->samples == 0 ||
          sample->time_us > seen->times_us[seen->samples - 1]);
    seen->from[seen->samples] = seen->data.size;
    seen->flags[seen->samples] = sample->flags;
    seen->times_us[seen->samples] = sample->time_us;
    seen->durations_us[seen->samples] = sample->duration_us;
    seen->samples++;
    buffer_append(&seen->data, sample->data);
    seen->from[seen->samples] = seen->data.size;
}

static inline void on_loss(void *context, uint32_t packets,
                           struct boot_time time)
{
    struct seen *seen = context;
    (void)time;
    seen->lost += packets;
}

static inline void on_state(void *context, enum cause cause,
                            struct boot_time time)
{
    struct seen *seen = context;
    (void)time;
    seen->states++;
    seen->state = cause;
}

static const struct boot_time START = {1000000};

struct fixture {
    struct rtsp_session *session;
    struct wire_message request; /* the last that was expected */
    struct seen seen;
    struct boot_time now;
    uint16_t client_port; /* 0: TCP */
    const char *url;      /* NULL: the usual one */
};

/* client_port and url of the fixture stay. */
static inline enum status begin_again(struct fixture *fixture, const char *user,
                                      const char *password)
{
    *fixture = (struct fixture){.now = START,
                                .client_port = fixture->client_port,
                                .url = fixture->url};
    fixture->seen.data = buffer_with_limit(1 << 20);
    const struct session_options options = {
        .url = text_of(fixture->url != NULL
                           ? fixture->url
                           : "rtsp://boss:word@192.0.2.7:8554/live?x=1"),
        .user = text_of(user),
        .password = text_of(password),
        .random = 0x1122334455667788,
        .client_port = fixture->client_port,
    };
    const struct session_sink sink = {&fixture->seen, on_config, on_sample,
                                      on_loss, on_state};
    return rtsp_session_create(&options, &sink, START, &fixture->session);
}

static inline enum status begin_with(struct fixture *fixture, const char *user,
                                     const char *password)
{
    fixture->client_port = 0;
    fixture->url = NULL;
    return begin_again(fixture, user, password);
}

static inline void begin(struct fixture *fixture)
{
    CHECK_OK(begin_with(fixture, "camera", "pass"));
}

static inline void finish(struct fixture *fixture)
{
    rtsp_session_destroy(&fixture->session);
    wire_message_deinit(&fixture->request);
    buffer_deinit(&fixture->seen.data);
}

/* Time goes by. */
static inline void pass(struct fixture *fixture, int64_t us)
{
    fixture->now.us += us;
    rtsp_session_tick(fixture->session, fixture->now);
}

static inline void say_bytes(struct fixture *fixture, struct bytes bytes)
{
    rtsp_session_input(fixture->session, bytes, fixture->now);
}

static inline void say(struct fixture *fixture, const char *text)
{
    say_bytes(fixture, text_bytes(text_of(text)));
}

/* Takes receiver reports away, which come beside requests. */
static inline void drop_reports(struct fixture *fixture)
{
    struct bytes output = rtsp_session_output(fixture->session);
    struct interleaved_frame frame;
    size_t used = 0;
    while (interleaved_begins(output) &&
           interleaved_next(output, &used, &frame) == STATUS_OK) {
        rtsp_session_output_taken(fixture->session, used);
        output = rtsp_session_output(fixture->session);
    }
}

/* The request that is out: checks its method and takes it away. It stays until
 * the next one. */
static inline const struct wire_message *
expect(struct fixture *fixture, const char *method, const char *target)
{
    struct wire_message *request = &fixture->request;
    size_t used = 0;
    wire_message_deinit(request);
    wire_message_init(request, WIRE_RTSP_REQUEST, &WIRE_LIMITS_RTSP);
    drop_reports(fixture);
    struct bytes output = rtsp_session_output(fixture->session);
    CHECK_OK(wire_message_input(request, output, &used));
    if (!text_equal(wire_message_method(request), text_of(method)))
        print_error("%.*s\n", (int)output.size, (const char *)output.data);
    CHECK(text_equal(wire_message_method(request), text_of(method)));
    CHECK(text_equal(wire_message_target(request), text_of(target)));
    rtsp_session_output_taken(fixture->session, used);
    return request;
}

/* "RTSP/1.0 CODE x", the CSeq of the request, headers and body. */
static inline void reply(struct fixture *fixture,
                         const struct wire_message *request, unsigned code,
                         const char *headers, const char *body)
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

static inline void describe(struct fixture *fixture, const char *sdp)
{
    reply(fixture, expect(fixture, "OPTIONS", URL), 200,
          "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER\r\n", "");
    reply(fixture, expect(fixture, "DESCRIBE", URL), 200, BASE, sdp);
}

static inline void set_up(struct fixture *fixture, const char *sdp)
{
    describe(fixture, sdp);
    const struct wire_message *setup = expect(fixture, "SETUP", STREAM_URL);
    CHECK(text_equal(wire_message_header_or_empty(setup, "Transport"),
                     text_of("RTP/AVP/TCP;unicast;interleaved=0-1")));
    reply(fixture, setup, 200,
          "Session: abc;timeout=20\r\n"
          "Transport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1\r\n",
          "");
}

static inline void play(struct fixture *fixture, const char *sdp)
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

static inline void check_end(struct fixture *fixture, enum cause cause)
{
    CHECK(rtsp_session_has_ended(fixture->session));
    if (rtsp_session_cause(fixture->session) != cause)
        print_error("%s: %s\n",
                    cause_name(rtsp_session_cause(fixture->session)),
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

static inline void check_samples(const struct seen *seen,
                                 const struct stream *stream)
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

#endif
