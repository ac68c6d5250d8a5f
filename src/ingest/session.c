/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/session.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"
#include "crypto/secret.h"
#include "ingest/session_private.h"
#include "wire/interleaved.h"

enum session_event {
    EVENT_START,
    EVENT_DONE,       /* 2xx */
    EVENT_CHALLENGED, /* 401 */
    EVENT_FAILED,     /* any other final answer */
    EVENT_STOP,
    EVENT_TIME, /* the keep-alive is due */
};

typedef void session_action_fn(struct rtsp_session *session);

struct transition {
    enum session_state state;
    enum session_event event;
    session_action_fn *action;
    enum session_state next;
};

void session_finish(struct rtsp_session *session, enum cause cause,
                    const char *format, ...)
{
    va_list arguments;
    if (session->state == SESSION_ENDED || session->is_ending)
        return;
    session->is_ending = true; /* what waits to be in order may end it too */
    rtsp_session_media_flush(session);
    session->state = SESSION_ENDED;
    session->cause = cause;
    va_start(arguments, format);
    (void)vsnprintf(session->detail, sizeof session->detail, format, arguments);
    va_end(arguments);
}

static void send_options(struct rtsp_session *session)
{
    rtsp_session_send(session, METHOD_OPTIONS);
}

static void send_describe(struct rtsp_session *session)
{
    rtsp_session_take_public(session);
    rtsp_session_send(session, METHOD_DESCRIBE);
}

/* RFC 2326 section 11.3: whether we go there is not ours to say. */
static void take_redirection(struct rtsp_session *session)
{
    struct url url;
    struct text location =
        wire_message_header_or_empty(&session->message, "Location");
    struct writer out =
        writer_on(session->redirection, sizeof session->redirection - 1);
    if (url_parse(location, &url) != STATUS_OK)
        return;
    url_write(&out, &url);
    if (out.failed)
        session->redirection[0] = 0;
}

static void refuse(struct rtsp_session *session)
{
    unsigned code = wire_message_status_code(&session->message);
    if (session->method == METHOD_SETUP && code == 461) {
        rtsp_session_refuse_transport(session);
        return;
    }
    if (code >= 300 && code < 400)
        take_redirection(session);
    session_finish(session, CAUSE_REFUSED, "%s was answered with %u",
                   rtsp_session_method_name(session->method), code);
}

static void plan_keep_alive(struct rtsp_session *session)
{
    session->keep_alive_at.us =
        session->now.us + (int64_t)session->timeout_s * SECOND_US / 2;
}

static void begin_playing(struct rtsp_session *session)
{
    session->data_until = rtsp_session_after(session, SESSION_DATA_WAIT_S);
    session->picture_until =
        rtsp_session_after(session, SESSION_PICTURE_WAIT_S);
    plan_keep_alive(session);
    rtsp_session_plan_report(session);
}

static void keep_alive(struct rtsp_session *session)
{
    rtsp_session_send(session, session->knows_get_parameter
                                   ? METHOD_GET_PARAMETER
                                   : METHOD_OPTIONS);
    plan_keep_alive(session);
}

/* A camera that does not like the keep-alive gets the plainest one; one that
 * has forgotten the session ends it. RFC 2326 section 11.3.5: 454. */
static void take_keep_alive_failure(struct rtsp_session *session)
{
    session->knows_get_parameter = false;
    if (wire_message_status_code(&session->message) == 454)
        refuse(session);
}

static void send_teardown(struct rtsp_session *session)
{
    rtsp_session_send(session, METHOD_TEARDOWN);
}

static void end_stopped(struct rtsp_session *session)
{
    session_finish(session, CAUSE_STOPPED, "%s", "");
}

static void nothing(struct rtsp_session *session)
{
    (void)session;
}

/* What is not in the table is a breach of the protocol. */
static const struct transition TRANSITIONS[] = {
    {SESSION_IDLE, EVENT_START, send_options, SESSION_OPTIONS},

    {SESSION_OPTIONS, EVENT_DONE, send_describe, SESSION_DESCRIBE},
    {SESSION_OPTIONS, EVENT_CHALLENGED, rtsp_session_answer_challenge,
     SESSION_OPTIONS},
    {SESSION_OPTIONS, EVENT_FAILED, send_describe, SESSION_DESCRIBE},
    {SESSION_OPTIONS, EVENT_STOP, end_stopped, SESSION_ENDED},

    {SESSION_DESCRIBE, EVENT_DONE, rtsp_session_take_description,
     SESSION_SETUP},
    {SESSION_DESCRIBE, EVENT_CHALLENGED, rtsp_session_answer_challenge,
     SESSION_DESCRIBE},
    {SESSION_DESCRIBE, EVENT_FAILED, refuse, SESSION_ENDED},
    {SESSION_DESCRIBE, EVENT_STOP, end_stopped, SESSION_ENDED},

    {SESSION_SETUP, EVENT_DONE, rtsp_session_take_transport, SESSION_PLAY},
    {SESSION_SETUP, EVENT_CHALLENGED, rtsp_session_answer_challenge,
     SESSION_SETUP},
    {SESSION_SETUP, EVENT_FAILED, refuse, SESSION_ENDED},
    {SESSION_SETUP, EVENT_STOP, end_stopped, SESSION_ENDED},

    {SESSION_PLAY, EVENT_DONE, begin_playing, SESSION_PLAYING},
    {SESSION_PLAY, EVENT_CHALLENGED, rtsp_session_answer_challenge,
     SESSION_PLAY},
    {SESSION_PLAY, EVENT_FAILED, refuse, SESSION_ENDED},
    {SESSION_PLAY, EVENT_STOP, send_teardown, SESSION_TEARDOWN},

    {SESSION_PLAYING, EVENT_TIME, keep_alive, SESSION_PLAYING},
    {SESSION_PLAYING, EVENT_DONE, nothing, SESSION_PLAYING},
    {SESSION_PLAYING, EVENT_CHALLENGED, rtsp_session_answer_challenge,
     SESSION_PLAYING},
    {SESSION_PLAYING, EVENT_FAILED, take_keep_alive_failure, SESSION_PLAYING},
    {SESSION_PLAYING, EVENT_STOP, send_teardown, SESSION_TEARDOWN},

    {SESSION_TEARDOWN, EVENT_DONE, end_stopped, SESSION_ENDED},
    {SESSION_TEARDOWN, EVENT_CHALLENGED, end_stopped, SESSION_ENDED},
    {SESSION_TEARDOWN, EVENT_FAILED, end_stopped, SESSION_ENDED},
    {SESSION_TEARDOWN, EVENT_STOP, nothing, SESSION_TEARDOWN},
};

/* The one place where a state changes, but for session_finish. An action that
 * ends the session is the last to have a say. */
static void happen(struct rtsp_session *session, enum session_event event)
{
    for (size_t i = 0; i < sizeof TRANSITIONS / sizeof TRANSITIONS[0]; i++) {
        const struct transition *row = &TRANSITIONS[i];
        if (row->state != session->state || row->event != event)
            continue;
        if (row->next != SESSION_ENDED)
            session->state = row->next;
        row->action(session);
        return;
    }
    session_finish(session, CAUSE_PROTOCOL, "an answer that nobody asked for");
}

/* A number of the right size, or 0. */
static uint64_t sequence_of(const struct wire_message *message)
{
    uint64_t number = 0;
    struct text value = wire_message_header_or_empty(message, "CSeq");
    if (number_parse_u64(value, 1, UINT32_MAX, &number) != STATUS_OK)
        return 0;
    return number;
}

static void take_reply(struct rtsp_session *session)
{
    unsigned code = wire_message_status_code(&session->message);
    uint64_t sequence = sequence_of(&session->message);
    if (code < 200)
        return; /* provisional: the final answer follows */
    if (session->state == SESSION_PLAYING &&
        (!session->awaits_reply ||
         (sequence != 0 && sequence < session->sequence)))
        return; /* to a keep-alive that was given up */
    if (!session->awaits_reply ||
        (sequence != 0 && sequence != session->sequence)) {
        session_finish(session, CAUSE_PROTOCOL,
                       "an answer that nobody asked for");
        return;
    }
    session->awaits_reply = false;
    happen(session, code < 300    ? EVENT_DONE
                    : code == 401 ? EVENT_CHALLENGED
                                  : EVENT_FAILED);
}

/* RFC 2326 section 10: a server may ask too; we know none of it. */
static void refuse_request(struct rtsp_session *session)
{
    if (session->output.size <= SESSION_OUTPUT_OPTIONAL_BYTES)
        buffer_format(&session->output,
                      "RTSP/1.0 501 Not Implemented\r\nCSeq: %u\r\n\r\n",
                      (unsigned)sequence_of(&session->message));
}

static size_t take_message(struct rtsp_session *session, struct bytes input)
{
    size_t used = 0;
    enum status s = wire_message_input(&session->message, input, &used);
    if (s == STATUS_AGAIN)
        return used;
    if (s != STATUS_OK) {
        session_finish(session, CAUSE_PROTOCOL,
                       "a message that cannot be read");
        return input.size;
    }
    if (wire_message_is_request(&session->message))
        refuse_request(session);
    else
        take_reply(session);
    wire_message_reset(&session->message);
    return used;
}

/* Also before the answer to PLAY: cameras do so. */
static bool may_packets_come(const struct rtsp_session *session)
{
    return session->media.is_ready && (session->state == SESSION_PLAY ||
                                       session->state == SESSION_PLAYING);
}

static void take_frame(struct rtsp_session *session,
                       const struct interleaved_frame *frame)
{
    if (!may_packets_come(session) || session_is_udp(session))
        return;
    if (frame->channel == session->rtp_channel)
        rtsp_session_take_packet(session, frame->payload);
    else if (frame->channel == session->rtcp_channel)
        rtsp_session_take_control_packet(session, frame->payload);
}

/* Bytes that the frame in `partial` still lacks, at least 1. */
static size_t missing_bytes(const struct buffer *partial)
{
    size_t whole = INTERLEAVED_HEADER_SIZE;
    if (partial->size >= INTERLEAVED_HEADER_SIZE)
        whole += (size_t)partial->data[2] << 8 | partial->data[3];
    return whole - partial->size;
}

/* Completes the frame that an earlier input left cut. */
static size_t take_rest_of_frame(struct rtsp_session *session,
                                 struct bytes input)
{
    struct interleaved_frame frame;
    size_t frame_used = 0;
    size_t size = missing_bytes(&session->partial);
    if (size > input.size)
        size = input.size;
    buffer_append(&session->partial, bytes_of(input.data, size));
    if (buffer_status(&session->partial) != STATUS_OK) {
        session_finish(session, CAUSE_OVERLOAD, "no memory");
        return input.size;
    }
    if (interleaved_next(buffer_bytes(&session->partial), &frame_used,
                         &frame) == STATUS_OK) {
        take_frame(session, &frame);
        buffer_clear(&session->partial);
    }
    return size;
}

/* A frame that is whole in the input is not copied. */
static size_t take_some(struct rtsp_session *session, struct bytes input)
{
    struct interleaved_frame frame;
    size_t used = 0;
    if (session->partial.size > 0)
        return take_rest_of_frame(session, input);
    if (!wire_message_is_empty(&session->message) || !interleaved_begins(input))
        return take_message(session, input);
    if (interleaved_next(input, &used, &frame) != STATUS_OK)
        return take_rest_of_frame(session, input);
    take_frame(session, &frame);
    return used;
}

static void take_rate(struct rtsp_session *session, size_t size)
{
    if (!byte_rate_take(&session->rate, size, session->now))
        session_finish(session, CAUSE_PROTOCOL,
                       "more than %d Mbit/s: set a lower bit rate",
                       SESSION_KBPS_MAX / 1000);
}

/* So does each call of the owner's. One that comes long after its deadline is
 * late by our doing, and so is what the camera has sent meanwhile. */
static void begin_call(struct rtsp_session *session, struct boot_time now)
{
    const int64_t limit_us = (int64_t)SESSION_LATE_S * SECOND_US;
    if (session->media.is_ready && now.us - session->now.us > limit_us &&
        now.us - rtsp_session_deadline(session).us > limit_us)
        rtsp_session_media_stood_still(session, now);
    session->now = now;
}

void rtsp_session_input(struct rtsp_session *session, struct bytes input,
                        struct boot_time now)
{
    begin_call(session, now);
    take_rate(session, input.size);
    while (input.size > 0 && session->state != SESSION_ENDED) {
        size_t used = take_some(session, input);
        input = bytes_of(input.data + used, input.size - used);
    }
    if (session->state == SESSION_PLAYING)
        rtsp_session_media_tick(session);
}

void rtsp_session_datagram(struct rtsp_session *session,
                           enum session_datagram kind, struct bytes datagram,
                           struct boot_time now)
{
    begin_call(session, now);
    take_rate(session, datagram.size);
    if (!may_packets_come(session) || !session_is_udp(session))
        return;
    if (kind == DATAGRAM_MEDIA)
        rtsp_session_take_packet(session, datagram);
    else
        rtsp_session_take_control_packet(session, datagram);
    if (session->state == SESSION_PLAYING)
        rtsp_session_media_tick(session);
}

static bool is_due(const struct rtsp_session *session, struct boot_time time)
{
    return session->now.us >= time.us;
}

static void take_silence(struct rtsp_session *session)
{
    session->awaits_reply = false;
    if (session->state == SESSION_PLAYING)
        session->knows_get_parameter = false; /* pictures matter more */
    else if (session->state == SESSION_TEARDOWN)
        end_stopped(session);
    else
        session_finish(session, CAUSE_NO_DATA, "no answer to %s",
                       rtsp_session_method_name(session->method));
}

static void finish_without_packet(struct rtsp_session *session)
{
    if (session->media.reception.misses_sent)
        session_finish(session, CAUSE_DAMAGED,
                       "packets are sent, but none arrives");
    else
        session_finish(session, CAUSE_NO_DATA, "no packets");
}

static void finish_without_picture(struct rtsp_session *session)
{
    const struct session_media *media = &session->media;
    int64_t others_us = session->now.us - media->others_since.us;
    if (!media->has_begun && media->others_since.us != 0 &&
        others_us >= (int64_t)SESSION_OTHERS_WAIT_S * SECOND_US)
        session_finish(session, CAUSE_UNSUPPORTED,
                       "no IDR picture in %d s: set an I-frame interval",
                       SESSION_PICTURE_WAIT_S);
    else if (media->has_told_losses)
        session_finish(session, CAUSE_DAMAGED,
                       "packets are missing in every picture");
    else
        session_finish(session, CAUSE_NO_DATA, "packets, but no picture");
}

/* Nobody could look into what is recorded. */
static void finish_without_key(struct rtsp_session *session)
{
    if (session->media.lost_since_key > 0)
        session_finish(session, CAUSE_DAMAGED,
                       "no IDR picture without missing packets in %d s",
                       SESSION_KEY_WAIT_S);
    else
        session_finish(session, CAUSE_UNSUPPORTED,
                       "no IDR picture in %d s: set an I-frame interval",
                       SESSION_KEY_WAIT_S);
}

void rtsp_session_tick(struct rtsp_session *session, struct boot_time now)
{
    begin_call(session, now);
    if (session->state == SESSION_ENDED)
        return;
    if (session->awaits_reply && is_due(session, session->reply_until))
        take_silence(session);
    if (session->state != SESSION_PLAYING)
        return;
    rtsp_session_media_tick(session);
    if (is_due(session, session->data_until))
        finish_without_packet(session);
    else if (is_due(session, rtsp_session_key_until(session)))
        finish_without_key(session);
    else if (is_due(session, session->picture_until))
        finish_without_picture(session);
    else if (is_due(session, session->keep_alive_at))
        happen(session, EVENT_TIME);
    if (session->state == SESSION_PLAYING && is_due(session, session->report_at))
        rtsp_session_send_report(session);
}

static struct boot_time earlier(struct boot_time a, struct boot_time b)
{
    return a.us < b.us ? a : b;
}

struct boot_time rtsp_session_deadline(const struct rtsp_session *session)
{
    struct boot_time deadline = {INT64_MAX};
    if (session->state == SESSION_ENDED)
        return deadline;
    if (session->awaits_reply)
        deadline = session->reply_until;
    if (session->state == SESSION_PLAYING) {
        deadline = earlier(deadline, session->data_until);
        deadline = earlier(deadline, session->picture_until);
        deadline = earlier(deadline, rtsp_session_key_until(session));
        deadline = earlier(deadline, session->keep_alive_at);
        deadline = earlier(deadline, session->report_at);
        deadline = earlier(deadline, rtsp_session_media_deadline(session));
    }
    return deadline;
}

void rtsp_session_stop(struct rtsp_session *session, struct boot_time now)
{
    session->now = now;
    if (session->state != SESSION_ENDED)
        happen(session, EVENT_STOP);
}

void rtsp_session_peer_closed(struct rtsp_session *session)
{
    if (session->state == SESSION_TEARDOWN)
        end_stopped(session);
    else
        session_finish(session, CAUSE_ENDED,
                       "the camera closed the connection");
}

void rtsp_session_link_failed(struct rtsp_session *session, enum cause cause,
                              const char *detail)
{
    session_finish(session, cause, "%s", detail);
}

struct bytes rtsp_session_output(const struct rtsp_session *session)
{
    return buffer_bytes(&session->output);
}

void rtsp_session_output_taken(struct rtsp_session *session, size_t size)
{
    buffer_consume(&session->output, size);
}

bool rtsp_session_is_playing(const struct rtsp_session *session)
{
    return session->state == SESSION_PLAYING;
}

bool rtsp_session_refuses_transport(const struct rtsp_session *session)
{
    return session->refuses_transport;
}

struct text rtsp_session_redirection(const struct rtsp_session *session)
{
    return text_of(session->redirection);
}

bool rtsp_session_has_ended(const struct rtsp_session *session)
{
    return session->state == SESSION_ENDED;
}

enum cause rtsp_session_cause(const struct rtsp_session *session)
{
    return session->cause;
}

const char *rtsp_session_detail(const struct rtsp_session *session)
{
    return session->detail;
}

/* Address and credentials in memory of our own. */
static enum status take_options(struct rtsp_session *session,
                                const struct session_options *options)
{
    struct url url;
    struct writer address =
        writer_on(session->request_url, sizeof session->request_url - 1);
    enum status s = url_parse(options->url, &url);
    if (s != STATUS_OK)
        return s;
    url_write(&address, &url);
    if (address.failed)
        return STATUS_LIMIT;
    if (!text_is_plain(options->user) || !text_is_plain(options->password))
        return STATUS_BAD_INPUT;
    if (!text_copy(options->user, session->user, sizeof session->user) ||
        !text_copy(options->password, session->password,
                   sizeof session->password))
        return STATUS_LIMIT;
    (void)snprintf(session->cnonce, sizeof session->cnonce, "%016llx",
                   (unsigned long long)options->random);
    session->ssrc = (uint32_t)(options->random >> 32);
    session->dice = options->random;
    session->client_port = options->client_port;
    session->is_secure = url.is_secure;
    return options->client_port == UINT16_MAX ? STATUS_BAD_INPUT : STATUS_OK;
}

enum status rtsp_session_create(const struct session_options *options,
                                const struct session_sink *sink,
                                struct boot_time now, struct rtsp_session **out)
{
    *out = NULL;
    AUTO(rtsp_session_destroy)
    struct rtsp_session *session = alloc_zeroed(sizeof *session);
    if (session == NULL)
        return STATUS_NO_MEMORY;
    session->sink = *sink;
    session->now = now;
    session->timeout_s = SESSION_TIMEOUT_DEFAULT_S;
    session->rtcp_channel = 1;
    session->output = buffer_with_limit(SESSION_OUTPUT_BYTES_MAX);
    session->partial =
        buffer_with_limit(INTERLEAVED_HEADER_SIZE + INTERLEAVED_PAYLOAD_MAX);
    wire_message_init(&session->message, WIRE_RTSP_ANY, &WIRE_LIMITS_RTSP);
    enum status s = take_options(session, options);
    if (s != STATUS_OK)
        return s;
    happen(session, EVENT_START);
    if (session->state == SESSION_ENDED)
        return STATUS_NO_MEMORY;
    *out = session;
    session = NULL;
    return STATUS_OK;
}

void rtsp_session_destroy(struct rtsp_session **session)
{
    if (*session == NULL)
        return;
    wire_message_deinit(&(*session)->message);
    rtsp_session_media_deinit(*session);
    buffer_deinit(&(*session)->output);
    buffer_deinit(&(*session)->partial);
    secret_wipe((*session)->password, sizeof(*session)->password);
    alloc_free(*session);
    *session = NULL;
}
