/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/stream.h"

#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "base/writer.h"
#include "cmd/camera/wire.h"
#include "ingest/limits.h"
#include "ingest/session.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "wire/url.h"

enum { READ_BYTES = 65536, TURN_MS = 50 };

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

static enum status make_session(const struct camera_target *target,
                                struct camera_stream *stream,
                                struct rtsp_session **out)
{
    const struct plant_camera *camera = target->camera;
    const struct session_sink sink = {stream, on_config, on_sample, on_loss,
                                      on_state};
    char text[SESSION_URL_BYTES_MAX];
    struct writer writer = writer_on(text, sizeof text);
    url_write(&writer, &(struct url){.is_secure = camera->is_secure,
                                     .host = camera->host,
                                     .port = camera->port,
                                     .path = camera->path});
    if (writer.failed)
        return STATUS_LIMIT;
    struct session_options options = {
        .url = bytes_text(writer_written(&writer)),
        .user = camera->user,
        .password = target->password,
    };
    random_fill(&options.random, sizeof options.random);
    return rtsp_session_create(&options, &sink, clock_boot(&CLOCK_SYSTEM), out);
}

static void run_session(struct rtsp_session *session, struct camera_wire *wire,
                        unsigned seconds)
{
    static uint8_t received[READ_BYTES];
    int64_t end_us = clock_boot(&CLOCK_SYSTEM).us + seconds * (int64_t)SECOND_US;
    while (!rtsp_session_has_ended(session) &&
           clock_boot(&CLOCK_SYSTEM).us < end_us) {
        struct bytes output = rtsp_session_output(session);
        size_t used = 0;
        enum status s = camera_wire_send(wire, output);
        rtsp_session_output_taken(session, output.size);
        if (s == STATUS_OK)
            s = camera_wire_read(wire, received, sizeof received, TURN_MS,
                                 &used);
        struct boot_time now = clock_boot(&CLOCK_SYSTEM);
        if (s == STATUS_OK)
            rtsp_session_input(session, bytes_of(received, used), now);
        else if (s != STATUS_AGAIN)
            rtsp_session_peer_closed(session);
        if (rtsp_session_deadline(session).us <= now.us)
            rtsp_session_tick(session, now);
    }
}

/* Asks it to stop, so that it does not go on sending to nobody. */
static void stop_session(struct rtsp_session *session,
                         struct camera_wire *wire)
{
    rtsp_session_stop(session, clock_boot(&CLOCK_SYSTEM));
    if (camera_wire_send(wire, rtsp_session_output(session)) != STATUS_OK)
        rtsp_session_peer_closed(session);
}

static enum cause cause_of(enum status status)
{
    if (status == STATUS_CONFLICT)
        return CAUSE_CERTIFICATE;
    return status == STATUS_BAD_INPUT ? CAUSE_PROTOCOL : CAUSE_UNREACHABLE;
}

enum status camera_stream_watch(const struct camera_target *target,
                                unsigned seconds, struct camera_stream *out)
{
    AUTO(rtsp_session_destroy) struct rtsp_session *session = NULL;
    AUTO(camera_wire_close) struct camera_wire *wire = NULL;
    *out = (struct camera_stream){.cause = CAUSE_NONE};
    enum status s = make_session(target, out, &session);
    if (s != STATUS_OK)
        return s;
    s = camera_wire_open(target, target->camera->port, out->seen, &wire);
    if (s == STATUS_NO_MEMORY)
        return s;
    if (s != STATUS_OK) {
        out->cause = cause_of(s);
        return STATUS_OK;
    }
    run_session(session, wire, seconds);
    if (!rtsp_session_has_ended(session)) {
        stop_session(session, wire);
        if (!out->has_arrived)
            out->cause = CAUSE_NO_DATA;
        return STATUS_OK;
    }
    out->cause = rtsp_session_cause(session);
    (void)snprintf(out->detail, sizeof out->detail, "%s",
                   rtsp_session_detail(session));
    return STATUS_OK;
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
