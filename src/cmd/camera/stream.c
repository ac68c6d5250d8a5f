/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/stream.h"

#include <stdio.h>

#include "base/text.h"
#include "base/writer.h"
#include "cmd/camera/wire.h"
#include "ingest/session.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/socket.h"
#include "wire/url.h"

enum {
    READ_BYTES = 65536,
    TURN_MS = 50,
    DATAGRAM_TURN_MS = 5, /* the connection is not all that is looked at */
};

struct watching {
    struct camera_stream *stream;
    struct rtsp_session *session;
    struct camera_wire *wire;
    struct socket_datagrams datagrams; /* sockets -1: over TCP */
    struct overheard overheard;
    int64_t arrived_us; /* when the first picture had come */
};

static int64_t now_us(void)
{
    return clock_boot(&CLOCK_SYSTEM).us;
}

static void on_config(void *context, const struct codec_config *config)
{
    struct camera_stream *stream = context;
    stream->codec = config->codec;
    stream->width = config->width;
    stream->height = config->height;
}

static void on_sample(void *context, const struct sample *sample)
{
    struct camera_stream *stream = context;
    bool is_key = (sample->flags & SAMPLE_IDR) != 0;
    if (!stream->has_arrived)
        stream->first_us = sample->time_us;
    if (is_key && stream->key_pictures > 0 && stream->since_key > stream->gop)
        stream->gop = stream->since_key;
    if (is_key) {
        stream->since_key = 0;
        stream->key_us = sample->time_us;
        stream->key_pictures++;
    }
    stream->since_key++;
    stream->has_arrived = true;
    stream->pictures++;
    stream->bytes += sample->data.size;
    stream->last_us = sample->time_us;
}

static void on_loss(void *context, uint32_t packets, struct boot_time time)
{
    struct camera_stream *stream = context;
    (void)time;
    stream->packets_lost += packets;
}

static void on_state(void *context, enum cause cause, struct boot_time time)
{
    (void)context;
    (void)cause;
    (void)time;
}

/* ---- one session ---------------------------------------------------------- */

static enum status make_session(const struct camera_target *target,
                                struct text path, struct watching *watching)
{
    const struct plant_camera *camera = target->camera;
    const struct session_sink sink = {watching->stream, on_config, on_sample,
                                      on_loss, on_state};
    char text[SESSION_URL_BYTES_MAX];
    struct writer writer = writer_on(text, sizeof text);
    url_write(&writer, &(struct url){.is_secure = camera->is_secure,
                                     .host = camera->host,
                                     .port = camera->port,
                                     .path = path});
    if (writer.failed)
        return STATUS_LIMIT;
    struct session_options options = {
        .url = bytes_text(writer_written(&writer)),
        .user = camera->user,
        .password = target->password,
    };
    if (watching->stream->uses_udp)
        options.client_port = socket_address_port(&watching->datagrams.local);
    random_fill(&options.random, sizeof options.random);
    return rtsp_session_create(&options, &sink, clock_boot(&CLOCK_SYSTEM),
                               &watching->session);
}

static void take_datagrams(struct watching *watching,
                           enum session_datagram kind)
{
    static uint8_t
        memory[SOCKET_DATAGRAM_SLOTS * (size_t)SOCKET_DATAGRAM_BYTES_MAX];
    size_t sizes[SOCKET_DATAGRAM_SLOTS];
    size_t count = SOCKET_DATAGRAM_SLOTS;
    while (count == SOCKET_DATAGRAM_SLOTS &&
           !rtsp_session_has_ended(watching->session)) {
        if (socket_datagrams_read(watching->datagrams.sockets[kind], memory,
                                  sizes, &count) != STATUS_OK)
            return; /* nothing waits */
        const uint8_t *at = memory;
        for (size_t i = 0; i < count; i++, at += SOCKET_DATAGRAM_BYTES_MAX)
            if (sizes[i] > 0)
                rtsp_session_datagram(watching->session, kind,
                                      bytes_of(at, sizes[i]),
                                      clock_boot(&CLOCK_SYSTEM));
        watching->stream->has_packets |= kind == DATAGRAM_MEDIA;
    }
}

static void send_report(struct watching *watching)
{
    uint16_t port = 0;
    struct bytes report = rtsp_session_report(watching->session, &port);
    if (report.size == 0)
        return;
    /* One that is lost is followed by the next. */
    (void)!socket_datagram_send(&watching->datagrams, port, report);
    rtsp_session_report_taken(watching->session);
}

/* What has come since the last turn; waits a moment for it. */
static void take_turn(struct watching *watching)
{
    static uint8_t received[READ_BYTES];
    struct rtsp_session *session = watching->session;
    struct bytes output = rtsp_session_output(session);
    bool uses_udp = watching->stream->uses_udp;
    size_t used = 0;
    enum status s = camera_wire_send(watching->wire, output);
    rtsp_session_output_taken(session, output.size);
    if (s == STATUS_OK)
        s = camera_wire_read(watching->wire, received, sizeof received,
                             uses_udp ? DATAGRAM_TURN_MS : TURN_MS, &used);
    if (s == STATUS_OK) {
        overheard_input(&watching->overheard, bytes_of(received, used));
        rtsp_session_input(session, bytes_of(received, used),
                           clock_boot(&CLOCK_SYSTEM));
    } else if (s != STATUS_AGAIN) {
        rtsp_session_peer_closed(session);
    }
    if (uses_udp) {
        take_datagrams(watching, DATAGRAM_MEDIA);
        take_datagrams(watching, DATAGRAM_CONTROL);
        send_report(watching);
    }
    struct boot_time now = clock_boot(&CLOCK_SYSTEM);
    if (rtsp_session_deadline(session).us <= now.us)
        rtsp_session_tick(session, now);
}

/* What is known only from outside of the session. */
static void note_times(struct watching *watching)
{
    struct camera_stream *stream = watching->stream;
    stream->has_packets |= watching->overheard.has_packets;
    stream->was_playing |= rtsp_session_is_playing(watching->session);
    if (stream->has_packets && stream->first_packet_us == 0)
        stream->first_packet_us = now_us();
    if (stream->has_packets && watching->arrived_us == 0)
        stream->waited_us = now_us() - stream->first_packet_us;
    if (stream->has_arrived && watching->arrived_us == 0)
        watching->arrived_us = now_us();
}

/* Until the first picture the session knows best how long to wait: it ends
 * itself, and says why. */
static void run_session(struct watching *watching, unsigned seconds)
{
    int64_t enough_us = seconds * (int64_t)SECOND_US;
    while (!rtsp_session_has_ended(watching->session) &&
           (watching->arrived_us == 0 ||
            now_us() - watching->arrived_us < enough_us)) {
        take_turn(watching);
        note_times(watching);
    }
}

/* Asks it to stop, so that it does not go on sending to nobody. */
static void stop_session(struct watching *watching)
{
    struct rtsp_session *session = watching->session;
    rtsp_session_stop(session, clock_boot(&CLOCK_SYSTEM));
    if (camera_wire_send(watching->wire, rtsp_session_output(session)) !=
        STATUS_OK)
        rtsp_session_peer_closed(session);
}

static void take_end(struct watching *watching)
{
    const struct rtsp_session *session = watching->session;
    struct camera_stream *stream = watching->stream;
    stream->answers = watching->overheard.answers;
    if (!rtsp_session_has_ended(session)) {
        stop_session(watching);
        return;
    }
    stream->cause = rtsp_session_cause(session);
    stream->refuses_transport = rtsp_session_refuses_transport(session);
    (void)snprintf(stream->detail, sizeof stream->detail, "%s",
                   rtsp_session_detail(session));
    (void)text_copy(rtsp_session_redirection(session), stream->moved_to,
                    sizeof stream->moved_to);
}

/* ---- one connection ------------------------------------------------------- */

static void take_no_connection(enum status status, struct camera_stream *stream)
{
    stream->cause = status == STATUS_CONFLICT ? CAUSE_CERTIFICATE
                                              : CAUSE_UNREACHABLE;
    stream->lacks_tls = status == STATUS_BAD_INPUT;
    if (stream->lacks_tls)
        stream->cause = CAUSE_PROTOCOL;
}

static enum status watch_session(const struct camera_target *target,
                                 struct text path, unsigned seconds,
                                 struct watching *watching)
{
    enum status s = STATUS_OK;
    if (watching->stream->uses_udp)
        s = camera_wire_datagrams(watching->wire, &watching->datagrams);
    if (s == STATUS_OK)
        s = make_session(target, path, watching);
    if (s != STATUS_OK)
        return s;
    run_session(watching, seconds);
    take_end(watching);
    return watching->stream->cause == CAUSE_OVERLOAD ? STATUS_NO_MEMORY
                                                     : STATUS_OK;
}

static enum status watch_once(const struct camera_target *target,
                              struct text path, bool uses_udp,
                              unsigned seconds, struct camera_stream *out)
{
    struct watching watching = {.stream = out,
                                .datagrams = {.sockets = {-1, -1}}};
    *out = (struct camera_stream){.was_asked = true, .uses_udp = uses_udp};
    enum status s = camera_wire_open(target, target->camera->port, out->seen,
                                     &watching.wire);
    if (s != STATUS_OK && s != STATUS_NO_MEMORY) {
        take_no_connection(s, out);
        return STATUS_OK;
    }
    overheard_init(&watching.overheard);
    if (s == STATUS_OK)
        s = watch_session(target, path, seconds, &watching);
    overheard_deinit(&watching.overheard);
    rtsp_session_destroy(&watching.session);
    socket_datagrams_close(&watching.datagrams);
    camera_wire_close(&watching.wire);
    return s;
}

enum status camera_stream_watch(const struct camera_target *target,
                                struct text path, unsigned seconds,
                                struct camera_stream *out)
{
    enum camera_transport transport = target->camera->transport;
    enum status s =
        watch_once(target, path, transport == CAMERA_UDP, seconds, out);
    /* Datagrams would leave an encrypted link. */
    if (s == STATUS_OK && out->refuses_transport && transport == CAMERA_ANY &&
        !target->camera->is_secure)
        s = watch_once(target, path, true, seconds, out);
    return s;
}

static uint64_t spanned_us(const struct camera_stream *stream)
{
    return stream->last_us > stream->first_us
               ? (uint64_t)(stream->last_us - stream->first_us)
               : 0;
}

uint32_t camera_stream_fps_100(const struct camera_stream *stream)
{
    uint64_t us = spanned_us(stream);
    return us == 0 ? 0
                   : (uint32_t)(((stream->pictures - 1) * 100 * SECOND_US +
                                 us / 2) / us);
}

uint32_t camera_stream_kbps(const struct camera_stream *stream)
{
    uint64_t us = spanned_us(stream);
    return us == 0 ? 0 : (uint32_t)(stream->bytes * 8 * 1000 / us);
}
