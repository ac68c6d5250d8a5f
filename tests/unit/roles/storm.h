/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit/roles/storm - a camera whose network, server and clock fail at random.
 *
 * The peer of a session, without a socket: takes its requests, gives answers
 * and packets. The weather decides what goes wrong: calm for two to twenty
 * minutes, then one kind of storm for up to five. All by a seed and a clock that
 * the test moves.
 */
#ifndef UNIT_ROLES_STORM_H
#define UNIT_ROLES_STORM_H

#include <string.h>

#include "base/text.h"
#include "ingest/session.h"
#include "unit/ingest/packets.h"
#include "wire/message.h"
#include "wire/rtcp.h"

enum weather {
    WEATHER_CALM,
    WEATHER_UNREACHABLE,  /* cut off; nobody answers */
    WEATHER_FLAPPING,     /* taken in, thrown out within two seconds */
    WEATHER_SILENT,       /* half-open: nothing comes any more */
    WEATHER_LOSSY,        /* one packet of three to forty is missing */
    WEATHER_CLOCK,        /* the camera's clock jumps every few seconds */
    WEATHER_REFUSED,      /* 503 */
    WEATHER_UNAUTHORIZED, /* 401, whatever is answered */
    WEATHER_GARBAGE,      /* noise instead of a stream */
    WEATHER_TRICKLE,      /* a byte a second */
    WEATHER_NEW_SOURCE,   /* another SSRC, sequence and time, every while */
    WEATHER_LATE,         /* holds pictures back, then sends them at once */
    WEATHER_BYE,          /* says goodbye every few seconds */
    WEATHER_NO_PICTURE,   /* packets, but nothing whole in them */
    WEATHER_SHUFFLED,     /* UDP: swapped and doubled; TCP: calm */
    WEATHER_STANDSTILL,   /* our process gets no turn for up to half a minute */
    WEATHER_RING_FULL,    /* the vault takes nothing for up to a minute */
    WEATHER_DEATH,        /* ingest dies every few seconds */
    WEATHER_OUR_CLOCK,    /* trusted time is set anew */
    WEATHER_COUNT,
};

enum {
    STORM_STEP_US = 100000,  /* a turn of ingest's timer */
    STORM_PICTURE_US = 200000,
    STORM_GROUP = 5,         /* pictures from key picture to key picture */
    STORM_CLIENT_PORT = 30000,
    STORM_HELD_BYTES = 1 << 18, /* what lies in sockets at most */
};

struct storm {
    struct test_random random;
    struct stream *stream;
    struct packets *packets; /* of the moment */
    bool is_udp;
    enum weather weather;
    enum weather last_storm; /* for people */
    int64_t weather_until_us;
    int64_t last_us[WEATHER_COUNT]; /* when it was so; 0: never */
    int64_t event_us;               /* the next jump, goodbye, death */
    int64_t drift_ppm;

    /* The connection */
    bool is_connected;
    bool is_playing;
    int64_t cut_us; /* FLAPPING: when it is thrown out */
    uint64_t picture;
    int64_t begun_us;
    uint32_t ticks_from; /* of the camera's clock */
    struct buffer answer; /* UDP: what waits beside the datagrams */
    struct buffer film;   /* what waits: frames; over TCP answers too */
};

static inline uint64_t storm_dice(struct storm *storm, uint64_t sides)
{
    return test_random_next(&storm->random) % sides;
}

static inline void storm_open(struct storm *storm, uint64_t seed, bool is_udp)
{
    *storm = (struct storm){
        .random = {seed},
        .stream = stream_open("tiny-64x48.h264", CODEC_H264, 5),
        .packets = packets_make(CODEC_H264),
        .is_udp = is_udp,
        .answer = buffer_with_limit(1 << 16),
        .film = buffer_with_limit(4 << 20),
    };
    /* All of it once: what grows later is not the camera's. */
    assert_non_null(buffer_reserve(&storm->film, 1 << 20));
    buffer_clear(&storm->film);
    storm->drift_ppm = (int64_t)storm_dice(storm, 401) - 200;
}

static inline void storm_close(struct storm *storm)
{
    packets_free(storm->packets);
    stream_close(&storm->stream);
    buffer_deinit(&storm->answer);
    buffer_deinit(&storm->film);
}

static inline bool storm_is(const struct storm *storm, enum weather weather)
{
    return storm->weather == weather;
}

/* Whether it was so at or after that time. */
static inline bool storm_was(const struct storm *storm, enum weather weather,
                             int64_t since_us)
{
    return storm->last_us[weather] != 0 &&
           storm->last_us[weather] >= since_us;
}

/* True when a new weather begins. */
static inline bool storm_look(struct storm *storm, int64_t now_us)
{
    storm->last_us[storm->weather] = now_us;
    if (now_us < storm->weather_until_us)
        return false;
    bool was_calm = storm->weather == WEATHER_CALM;
    int64_t least_s = was_calm ? 1 : 120;
    int64_t more_s = was_calm ? 300 : 1080;
    storm->weather =
        was_calm ? (enum weather)(1 + storm_dice(storm, WEATHER_COUNT - 1))
                 : WEATHER_CALM;
    storm->last_storm = was_calm ? storm->weather : storm->last_storm;
    storm->weather_until_us =
        now_us + (least_s + (int64_t)storm_dice(storm, (uint64_t)more_s)) *
                     INT64_C(1000000);
    storm->last_us[storm->weather] = now_us;
    storm->event_us = now_us;
    return true;
}

/* True now and then, in mean every second of `every` seconds. */
static inline bool storm_event(struct storm *storm, int64_t now_us,
                               unsigned every_s)
{
    if (now_us < storm->event_us)
        return false;
    storm->event_us =
        now_us + (int64_t)storm_dice(storm, 2 * every_s * UINT64_C(1000000));
    return true;
}

/* ---- the connection ------------------------------------------------------ */

static inline void storm_connect(struct storm *storm, int64_t now_us)
{
    storm->is_connected = true;
    storm->is_playing = false;
    storm->cut_us = now_us + (int64_t)storm_dice(storm, 2000000);
    storm->picture = 0;
    storm->packets->sequence = (uint16_t)storm_dice(storm, 65536);
    storm->packets->ssrc = (uint32_t)storm_dice(storm, UINT32_MAX);
    storm->ticks_from = (uint32_t)storm_dice(storm, UINT32_MAX);
    buffer_clear(&storm->answer);
    buffer_clear(&storm->film);
}

static inline void storm_disconnect(struct storm *storm)
{
    storm->is_connected = storm->is_playing = false;
}

static const char STORM_SDP[] = "v=0\r\n"
                                "m=video 0 RTP/AVP 96\r\n"
                                "a=rtpmap:96 H264/90000\r\n"
                                "a=fmtp:96 packetization-mode=1\r\n"
                                "a=control:trackID=1\r\n";

static inline void storm_answer(struct storm *storm, struct text sequence,
                                struct text method)
{
    bool is_asked_for_stream = text_equal(method, text_of("DESCRIBE"));
    bool is_refused = storm_is(storm, WEATHER_REFUSED);
    bool is_denied =
        storm_is(storm, WEATHER_UNAUTHORIZED) && is_asked_for_stream;
    const char *body = is_asked_for_stream ? STORM_SDP : "";
    const char *more = "Public: GET_PARAMETER\r\nSession: 7;timeout=20\r\n";
    if (is_denied || is_refused)
        body = "";
    if (is_denied)
        more = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n";
    else if (text_equal(method, text_of("SETUP")))
        more = storm->is_udp
                   ? "Session: 7;timeout=20\r\nTransport: RTP/AVP;unicast;"
                     "client_port=30000-30001;server_port=40000-40001\r\n"
                   : "Session: 7;timeout=20\r\nTransport: RTP/AVP/TCP;"
                     "unicast;interleaved=0-1\r\n";
    buffer_format(storm->is_udp ? &storm->answer : &storm->film,
                  "RTSP/1.0 %u x\r\nCSeq: %.*s\r\n%sContent-Length: %zu\r\n"
                  "\r\n%s",
                  is_refused ? 503 : is_denied ? 401 : 200, (int)sequence.size,
                  sequence.data, more, strlen(body), body);
    if (text_equal(method, text_of("PLAY")) && !is_refused)
        storm->is_playing = true;
}

/* Takes all that the session says. */
static inline void storm_hear(struct storm *storm, struct rtsp_session *session,
                              int64_t now_us)
{
    struct wire_message message;
    struct interleaved_frame frame;
    struct bytes said = rtsp_session_output(session);
    while (said.size > 0) {
        size_t used = 0;
        bool was_playing = storm->is_playing;
        if (interleaved_begins(said)) {
            CHECK_OK(interleaved_next(said, &used, &frame));
        } else {
            wire_message_init(&message, WIRE_RTSP_REQUEST, &WIRE_LIMITS_RTSP);
            CHECK_OK(wire_message_input(&message, said, &used));
            storm_answer(storm, wire_message_header_or_empty(&message, "CSeq"),
                         wire_message_method(&message));
            wire_message_deinit(&message);
        }
        if (storm->is_playing && !was_playing)
            storm->begun_us = now_us;
        rtsp_session_output_taken(session, used);
        said = rtsp_session_output(session);
    }
    uint16_t port = 0;
    if (rtsp_session_report(session, &port).size > 0)
        rtsp_session_report_taken(session);
}

/* ---- pictures ------------------------------------------------------------ */

static inline uint32_t storm_ticks(const struct storm *storm, int64_t now_us)
{
    int64_t passed_us = now_us - storm->begun_us;
    passed_us += passed_us / 1000000 * storm->drift_ppm;
    return storm->ticks_from + (uint32_t)(uint64_t)(passed_us * 9 / 100);
}

static inline void storm_disturb(struct storm *storm, int64_t now_us)
{
    if (storm_is(storm, WEATHER_CLOCK) && storm_event(storm, now_us, 5))
        storm->ticks_from = (uint32_t)storm_dice(storm, UINT32_MAX);
    if (storm_is(storm, WEATHER_NEW_SOURCE) && storm_event(storm, now_us, 5)) {
        storm->ticks_from = (uint32_t)storm_dice(storm, UINT32_MAX);
        storm->packets->ssrc = (uint32_t)storm_dice(storm, UINT32_MAX);
        storm->packets->sequence = (uint16_t)storm_dice(storm, 65536);
    }
}

static inline void storm_add_control(struct storm *storm, int64_t now_us,
                                     bool is_bye)
{
    uint8_t memory[INTERLEAVED_HEADER_SIZE + RTCP_SENDER_REPORT_SIZE + 8];
    struct writer w = writer_on(memory, sizeof memory);
    size_t size = RTCP_SENDER_REPORT_SIZE + (is_bye ? 8u : 0u);
    interleaved_write_header(&w, 1, (uint16_t)size);
    rtcp_write_sender_report(&w, storm->packets->ssrc,
                             (uint64_t)now_us << 32, storm_ticks(storm, now_us),
                             1, 1);
    if (is_bye) { /* RFC 3550 section 6.6 */
        writer_u32be(&w, 0x81cb0001u);
        writer_u32be(&w, storm->packets->ssrc);
    }
    buffer_append(&storm->film, writer_written(&w));
}

/* The packets of the picture that is due into storm->packets. */
static inline void storm_shoot(struct storm *storm, int64_t now_us)
{
    struct packets *packets = storm->packets;
    size_t of_group = storm->picture++ % STORM_GROUP;
    packets->count = 0;
    buffer_clear(&packets->data);
    if (storm_is(storm, WEATHER_NO_PICTURE)) {
        static const uint8_t MIDDLE[] = {0x7c, 0x05, 1, 2, 3}; /* FU-A */
        packets_add(packets, storm_ticks(storm, now_us), true,
                    (struct bytes){NULL, 0},
                    bytes_of(MIDDLE, sizeof MIDDLE));
    } else {
        packets_add_sample(packets, storm_ticks(storm, now_us),
                           storm->stream->samples[of_group].data);
    }
}

static inline bool storm_loses(struct storm *storm)
{
    return storm_is(storm, WEATHER_LOSSY) &&
           storm_dice(storm, 3 + (uint64_t)(storm->weather_until_us % 38)) == 0;
}

/* The pictures that are due since before, as frames behind each other. Over UDP
 * each frame is one datagram. */
static inline void storm_film(struct storm *storm, int64_t now_us)
{
    if (!storm->is_playing)
        return;
    storm_disturb(storm, now_us);
    if (storm->film.size > STORM_HELD_BYTES) {
        storm->picture++; /* it has nowhere to put it; the sequence goes on */
        storm->packets->sequence++;
        return;
    }
    storm_shoot(storm, now_us);
    size_t swapped = SIZE_MAX;
    bool is_shuffled = storm->is_udp && storm_is(storm, WEATHER_SHUFFLED);
    for (size_t i = 0; i < storm->packets->count; i++) {
        if (storm_loses(storm))
            continue;
        if (is_shuffled && swapped == SIZE_MAX && storm_dice(storm, 4) == 0) {
            swapped = i;
            continue;
        }
        buffer_append(&storm->film, packets_framed(storm->packets, i));
        if (swapped != SIZE_MAX)
            buffer_append(&storm->film,
                          packets_framed(storm->packets, swapped));
        if (is_shuffled && storm_dice(storm, 8) == 0)
            buffer_append(&storm->film, packets_framed(storm->packets, i));
        swapped = SIZE_MAX;
    }
    if (swapped != SIZE_MAX)
        buffer_append(&storm->film, packets_framed(storm->packets, swapped));
    bool is_bye =
        storm_is(storm, WEATHER_BYE) && storm_event(storm, now_us, 20);
    if (storm->picture % 25 == 0 || is_bye)
        storm_add_control(storm, now_us, is_bye);
    CHECK_OK(buffer_status(&storm->film));
}

/* How much of what waits gets through now. */
static inline size_t storm_passing(const struct storm *storm,
                                   const struct buffer *waiting,
                                   int64_t now_us)
{
    enum weather weather = storm->weather;
    if (weather == WEATHER_SILENT || weather == WEATHER_UNREACHABLE)
        return 0;
    if (weather == WEATHER_TRICKLE && storm->is_udp &&
        waiting == &storm->film)
        return 0;
    if (weather == WEATHER_TRICKLE)
        return now_us % 1000000 < STORM_STEP_US && waiting->size > 0;
    /* Four seconds at most: shorter than what ends a session. */
    if (weather == WEATHER_LATE && now_us / 1000000 % 4 != 0)
        return 0;
    return waiting->size;
}

static inline void storm_send(struct storm *storm, struct rtsp_session *session,
                              struct boot_time now)
{
    size_t size = storm_passing(storm, &storm->film, now.us);
    if (storm_is(storm, WEATHER_GARBAGE) && storm->is_playing && size > 0)
        test_random_fill(&storm->random, storm->film.data, size);
    if (size > 0)
        rtsp_session_input(session, bytes_of(storm->film.data, size), now);
    buffer_consume(&storm->film, size);
}

static inline void storm_send_datagrams(struct storm *storm,
                                        struct rtsp_session *session,
                                        struct boot_time now)
{
    size_t left = storm_passing(storm, &storm->film, now.us);
    size_t at = 0;
    while (at < left) {
        struct interleaved_frame frame;
        size_t used = 0;
        CHECK_OK(interleaved_next(bytes_of(storm->film.data + at, left - at),
                                  &used, &frame));
        if (storm_is(storm, WEATHER_GARBAGE))
            test_random_fill(&storm->random,
                             storm->film.data + at + INTERLEAVED_HEADER_SIZE,
                             used - INTERLEAVED_HEADER_SIZE);
        rtsp_session_datagram(session,
                              frame.channel == 0 ? DATAGRAM_MEDIA
                                                 : DATAGRAM_CONTROL,
                              frame.payload, now);
        at += used;
    }
    buffer_consume(&storm->film, left);
}

/* Gives the session what gets through. */
static inline void storm_speak(struct storm *storm,
                               struct rtsp_session *session,
                               struct boot_time now)
{
    if (!storm->is_udp) {
        storm_send(storm, session, now);
        return;
    }
    size_t size = storm_passing(storm, &storm->answer, now.us);
    if (size > 0)
        rtsp_session_input(session, bytes_of(storm->answer.data, size), now);
    buffer_consume(&storm->answer, size);
    storm_send_datagrams(storm, session, now);
}

#endif
