/* SPDX-License-Identifier: Apache-2.0 */
#include "camsim/session.h"

#include "base/alloc.h"
#include "base/reader.h"
#include "base/text.h"
#include "sys/random.h"
#include "sys/socket.h"
#include "wire/interleaved.h"
#include "wire/rtcp.h"

enum {
    READ_SIZE = 4096,
    INPUT_MAX = INTERLEAVED_PAYLOAD_MAX + INTERLEAVED_HEADER_SIZE + READ_SIZE,
    GARBAGE_SIZE = 600,
    FLOOD_STEP_TICKS = 10, /* 257 of them end before the next frame's time */
};

/* RFC 5905 section 6: seconds from 1900 to 1970. */
static const uint64_t NTP_TO_UNIX_S = 2208988800;

struct camsim_session {
    struct camsim_session_host *host;
    int socket;
    struct socket_address peer;
    struct tls_session *tls; /* NULL: in the clear */
    struct watch *watch;
    struct wire_message message;
    struct camsim_responder responder;
    struct buffer input;   /* not yet understood */
    struct buffer output;  /* not yet taken by the socket */
    struct buffer answers; /* held back behind the next frame */
    struct camsim_responder_stream stream;
    uint32_t packets;
    uint32_t octets;
    int64_t report_due_us;
    int64_t heard_us;
    bool is_playing;
    bool waits_for_key;
    bool holds_answers;
    bool has_ended; /* destroyed at the end of the running call */
    bool is_busy;   /* such a call is running */
    struct camsim_session_place in_all;
    struct camsim_session_place in_camera;
};

static void on_socket(void *context, struct watch *watch, unsigned events);

static int64_t now_us(const struct camsim_session *session)
{
    return clock_boot(session->host->clock).us;
}

enum status camsim_session_create(struct camsim_session_host *host, int *socket,
                                  struct camsim_session **out)
{
    *out = NULL;
    struct camsim_session *session = alloc_zeroed(sizeof *session);
    if (session == NULL)
        return STATUS_NO_MEMORY;
    struct {
        uint8_t nonce[16];
        uint32_t ssrc;
        uint16_t sequence;
    } random;
    random_fill(&random, sizeof random);
    session->host = host;
    session->socket = -1;
    session->stream.ssrc = random.ssrc;
    session->stream.sequence = random.sequence;
    session->input = buffer_with_limit(INPUT_MAX);
    session->output =
        buffer_with_limit(SESSION_OUTPUT_MAX + (size_t)CLIP_BYTES_MAX);
    session->answers = buffer_with_limit(RESPONDER_OUTPUT_MAX);
    session->heard_us = now_us(session);
    wire_message_init(&session->message, WIRE_RTSP_REQUEST, &WIRE_LIMITS_RTSP);
    camsim_responder_init(&session->responder, &host->setting, random.nonce);
    enum status s =
        watch_create(host->loop, *socket, WATCH_READ, "camsim session",
                     on_socket, session, &session->watch);
    if (s != STATUS_OK) {
        camsim_session_destroy(&session);
        return s;
    }
    s = socket_peer_address(*socket, &session->peer);
    if (s == STATUS_OK && host->tls != NULL)
        s = tls_session_create(host->tls, &session->tls);
    if (s != STATUS_OK) {
        camsim_session_destroy(&session);
        return s;
    }
    session->socket = *socket;
    *socket = -1;
    *out = session;
    return STATUS_OK;
}

void camsim_session_destroy(struct camsim_session **session)
{
    if (*session == NULL)
        return;
    watch_destroy(&(*session)->watch);
    socket_close(&(*session)->socket);
    tls_session_destroy(&(*session)->tls);
    wire_message_deinit(&(*session)->message);
    buffer_deinit(&(*session)->input);
    buffer_deinit(&(*session)->output);
    buffer_deinit(&(*session)->answers);
    alloc_free(*session);
    *session = NULL;
}

/* Every way in brackets its work so, because any send may end the session. */
static void enter(struct camsim_session *session)
{
    session->is_busy = true;
}

static void leave(struct camsim_session *session)
{
    session->is_busy = false;
    if (!session->has_ended)
        return;
    session->host->on_end(session->host->context, session);
    camsim_session_destroy(&session);
}

void camsim_session_end(struct camsim_session *session, bool with_reset)
{
    session->has_ended = true;
    session->is_playing = false;
    if (with_reset && session->socket != -1) {
        watch_destroy(&session->watch);
        socket_reset(&session->socket);
    }
    if (!session->is_busy)
        leave(session);
}

/* ---- output ------------------------------------------------------------ */

static void flush(struct camsim_session *session)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && session->output.size > 0) {
        size_t taken = 0;
        s = socket_write(session->socket, buffer_bytes(&session->output),
                         &taken);
        buffer_consume(&session->output, taken);
        session->host->bytes += taken;
    }
    if (s == STATUS_IO || session->output.failed) {
        camsim_session_end(session, false);
        return;
    }
    watch_set(session->watch,
              session->output.size > 0 ? WATCH_READ | WATCH_WRITE : WATCH_READ);
}

/* What TLS has made goes behind what waits. */
static void send_sealed(struct camsim_session *session)
{
    struct bytes sealed = tls_session_output(session->tls);
    if (sealed.size == 0)
        return;
    buffer_append(&session->output, sealed);
    tls_session_output_consume(session->tls, sealed.size);
    flush(session);
}

/* At once where nothing waits, else behind what does. */
static void send_bytes(struct camsim_session *session, struct bytes bytes)
{
    if (session->has_ended)
        return;
    if (session->tls != NULL) {
        if (tls_session_write(session->tls, bytes) == STATUS_OK)
            send_sealed(session);
        else
            camsim_session_end(session, false);
        return;
    }
    if (session->output.size == 0) {
        size_t taken = 0;
        enum status s = socket_write(session->socket, bytes, &taken);
        if (s != STATUS_OK && s != STATUS_AGAIN) {
            camsim_session_end(session, false);
            return;
        }
        session->host->bytes += taken;
        bytes = (struct bytes){bytes.data + taken, bytes.size - taken};
    }
    if (bytes.size == 0)
        return;
    buffer_append(&session->output, bytes);
    flush(session);
}

static void release_answers(struct camsim_session *session)
{
    session->holds_answers = false;
    if (session->answers.size > 0)
        send_bytes(session, buffer_bytes(&session->answers));
    buffer_clear(&session->answers);
}

static uint64_t ntp_of(struct wall_time wall)
{
    uint64_t seconds = (uint64_t)floor_divide(wall.us, SECOND_US);
    uint64_t us = (uint64_t)wall.us - seconds * SECOND_US;
    return (seconds + NTP_TO_UNIX_S) << 32 | (us << 32) / SECOND_US;
}

static bool is_udp(const struct camsim_session *session)
{
    return session->responder.client_port != 0;
}

/* One packet, without its interleaved header; kind 0 RTP, 1 RTCP. What the
 * kernel has no room for is lost. */
static bool send_datagram(struct camsim_session *session, unsigned kind,
                          struct bytes framed)
{
    struct camsim_session_host *host = session->host;
    struct bytes packet = bytes_of(framed.data + INTERLEAVED_HEADER_SIZE,
                                   framed.size - INTERLEAVED_HEADER_SIZE);
    uint16_t port = (uint16_t)(session->responder.client_port + kind);
    if (socket_datagram_send_to(host->datagrams.sockets[kind], &session->peer,
                                port, packet) != STATUS_OK)
        return false;
    host->bytes += packet.size;
    return true;
}

static void send_report(struct camsim_session *session,
                        const struct camsim_session_frame *frame)
{
    uint8_t report[INTERLEAVED_HEADER_SIZE + RTCP_SENDER_REPORT_SIZE];
    struct writer w = writer_on(report, sizeof report);
    interleaved_write_header(&w, (uint8_t)(session->responder.channel + 1),
                             RTCP_SENDER_REPORT_SIZE);
    rtcp_write_sender_report(
        &w, session->stream.ssrc, ntp_of(clock_wall(session->host->clock)),
        frame->now_ticks, session->packets, session->octets);
    session->report_due_us = frame->now_us + SESSION_REPORT_US;
    if (is_udp(session))
        (void)send_datagram(session, 1, writer_written(&w));
    else
        send_bytes(session, writer_written(&w));
}

/* Channel, sequence, timestamp and SSRC of each packet; the rest stays. */
static void patch(struct camsim_session *session, uint8_t *wire,
                  const struct camsim_session_frame *frame)
{
    for (uint32_t i = 0; i < frame->frame->packet_count; i++) {
        uint8_t *packet = wire + frame->frame->packets[i];
        packet[1] = session->responder.channel;
        struct writer w = writer_on(packet + INTERLEAVED_HEADER_SIZE + 2, 10);
        writer_u16be(&w, session->stream.sequence++);
        writer_u32be(&w, frame->timestamp_ticks);
        writer_u32be(&w, session->stream.ssrc);
    }
    session->packets += frame->frame->packet_count;
    session->octets +=
        (uint32_t)(frame->frame->size -
                   (size_t)frame->frame->packet_count * CLIP_PACKET_HEADER);
}

static struct bytes packet_of(const struct camsim_clip_frame *frame,
                              const uint8_t *wire, uint32_t i)
{
    size_t begin = frame->packets[i];
    size_t end =
        i + 1 < frame->packet_count ? frame->packets[i + 1] : frame->size;
    return (struct bytes){wire + begin, end - begin};
}

/* True where all of the frame has gone. */
static bool send_datagrams(struct camsim_session *session, const uint8_t *wire,
                           const struct camsim_session_frame *frame)
{
    uint32_t count = frame->frame->packet_count;
    uint32_t middle = count / 2;
    bool is_whole = !frame->loses_packet;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t shown = i;
        if (frame->swaps_packets && middle > 0 && i + 1 >= middle && i <= middle)
            shown = i == middle ? middle - 1 : middle;
        if (frame->loses_packet && shown == middle)
            continue;
        struct bytes packet = packet_of(frame->frame, wire, shown);
        is_whole = send_datagram(session, 0, packet) && is_whole;
        if (frame->repeats_packet && shown == middle)
            (void)send_datagram(session, 0, packet);
    }
    return is_whole;
}

static void send_wire(struct camsim_session *session, const uint8_t *wire,
                      const struct camsim_session_frame *frame)
{
    uint32_t count = frame->frame->packet_count;
    uint32_t lost = frame->loses_packet ? count / 2 : count;
    if (!session->host->sends_packets && lost == count) {
        send_bytes(session, (struct bytes){wire, frame->frame->size});
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (i != lost)
            send_bytes(session, packet_of(frame->frame, wire, i));
    }
}

static bool send_frame(struct camsim_session *session, uint8_t *wire,
                       const struct camsim_session_frame *frame)
{
    patch(session, wire, frame);
    if (is_udp(session))
        return send_datagrams(session, wire, frame);
    send_wire(session, wire, frame);
    return !frame->loses_packet;
}

/* The same picture again and again, each with a time of its own. */
static void flood(struct camsim_session *session, uint8_t *wire,
                  const struct camsim_session_frame *frame)
{
    struct camsim_session_frame copy = *frame;
    for (unsigned i = 0; i < SESSION_FLOOD_COPIES && !session->has_ended &&
                         session->output.size <= SESSION_OUTPUT_MAX;
         i++) {
        copy.timestamp_ticks += FLOOD_STEP_TICKS;
        (void)send_frame(session, wire, &copy);
    }
}

bool camsim_session_expects(const struct camsim_session *session,
                            const struct camsim_clip_frame *frame)
{
    return session->is_playing && (!session->waits_for_key || frame->is_key);
}

bool camsim_session_send(struct camsim_session *session,
                         const struct camsim_session_frame *frame)
{
    if (!camsim_session_expects(session, frame->frame))
        return false;
    if (session->output.size > SESSION_OUTPUT_MAX) {
        session->stream.sequence =
            (uint16_t)(session->stream.sequence + frame->frame->packet_count);
        return false;
    }
    enter(session);
    session->waits_for_key = false;
    uint8_t *wire = session->host->scratch;
    memcpy(wire, frame->frame->wire, frame->frame->size);
    bool is_whole = send_frame(session, wire, frame);
    if (frame->floods)
        flood(session, wire, frame);
    if (session->holds_answers)
        release_answers(session);
    if (frame->now_us >= session->report_due_us)
        send_report(session, frame);
    if (frame->now_us - session->heard_us > SESSION_SILENCE_US)
        camsim_session_end(session, false);
    bool has_gone = !session->has_ended && is_whole;
    leave(session);
    return has_gone;
}

void camsim_session_send_garbage(struct camsim_session *session)
{
    uint8_t garbage[GARBAGE_SIZE];
    random_fill(garbage, sizeof garbage);
    enter(session);
    send_bytes(session, bytes_of(garbage, sizeof garbage));
    leave(session);
}

void camsim_session_wait_for_key(struct camsim_session *session)
{
    session->waits_for_key = true;
}

/* ---- input ------------------------------------------------------------- */

static void begin_playing(struct camsim_session *session, bool is_early)
{
    if (session->is_playing)
        return;
    session->is_playing = true;
    session->waits_for_key = true;
    session->holds_answers = is_early;
    session->report_due_us = now_us(session);
    session->host->on_play(session->host->context, session,
                           session->responder.camera);
}

static void answer(struct camsim_session *session)
{
    int64_t since_start_us = now_us(session) - session->host->start.us;
    uint32_t camera = camsim_responder_camera(
        &session->host->setting, wire_message_target(&session->message));
    if (camera != 0)
        session->stream.timestamp_ticks =
            session->host->next_ticks(session->host->context, camera);
    enum camsim_responder_action action = camsim_responder_answer(
        &session->responder, &session->message, &session->stream,
        since_start_us, &session->answers);
    if (action == RESPONDER_PLAY || action == RESPONDER_PLAY_EARLY)
        begin_playing(session, action == RESPONDER_PLAY_EARLY);
    if (action == RESPONDER_PAUSE)
        session->is_playing = false;
    if (!session->holds_answers && action != RESPONDER_RESET)
        release_answers(session);
    if (action == RESPONDER_CLOSE || action == RESPONDER_RESET)
        camsim_session_end(session, action == RESPONDER_RESET);
}

/* One frame or (part of) one request off the front of the input. */
static enum status understand_one(struct camsim_session *session)
{
    struct bytes input = buffer_bytes(&session->input);
    size_t used = 0;
    enum status s = STATUS_OK;
    if (wire_message_is_empty(&session->message) && interleaved_begins(input)) {
        struct interleaved_frame ignored;
        s = interleaved_next(input, &used, &ignored);
    } else {
        s = wire_message_input(&session->message, input, &used);
        if (s == STATUS_OK) {
            answer(session);
            wire_message_reset(&session->message);
        }
    }
    buffer_consume(&session->input, used);
    return s;
}

static void understand(struct camsim_session *session)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && session->input.size > 0 && !session->has_ended)
        s = understand_one(session);
    if (s != STATUS_OK && s != STATUS_AGAIN)
        camsim_session_end(session, false);
}

/* Reads into the input; AGAIN where nothing came. */
static enum status read_plain(struct camsim_session *session)
{
    size_t got = 0;
    uint8_t *room = buffer_reserve(&session->input, READ_SIZE);
    if (room == NULL)
        return STATUS_NO_MEMORY;
    enum status s =
        session->tls != NULL
            ? tls_session_read(session->tls, room, READ_SIZE, &got)
            : socket_read(session->socket, room, READ_SIZE, &got);
    session->input.size -= READ_SIZE - (s == STATUS_OK ? got : 0);
    return s;
}

/* What the socket has goes to TLS; AGAIN where that was nothing. */
static enum status read_sealed(struct camsim_session *session)
{
    uint8_t sealed[READ_SIZE];
    size_t got = 0;
    enum status s =
        socket_read(session->socket, sealed, sizeof sealed, &got);
    return s == STATUS_OK
               ? tls_session_receive(session->tls, bytes_of(sealed, got))
               : s;
}

static enum status understand_all(struct camsim_session *session)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && !session->has_ended) {
        s = read_plain(session);
        if (s != STATUS_OK)
            break;
        session->heard_us = now_us(session);
        understand(session);
    }
    return s;
}

static void receive(struct camsim_session *session)
{
    enum status s = STATUS_OK;
    while (s == STATUS_OK && !session->has_ended && session->tls != NULL) {
        s = read_sealed(session);
        if (s != STATUS_OK)
            break;
        s = understand_all(session);
        if (!session->has_ended)
            send_sealed(session);
        s = s == STATUS_AGAIN ? STATUS_OK : s;
    }
    if (session->tls == NULL)
        s = understand_all(session);
    if (s != STATUS_OK && s != STATUS_AGAIN)
        camsim_session_end(session, false);
}

static void on_socket(void *context, struct watch *watch, unsigned events)
{
    struct camsim_session *session = context;
    (void)watch;
    enter(session);
    if ((events & (WATCH_READ | WATCH_HANGUP)) != 0)
        receive(session);
    if (!session->has_ended && (events & WATCH_WRITE) != 0)
        flush(session);
    leave(session);
}

/* ---- for the host ------------------------------------------------------ */

bool camsim_session_has_set_up_audio(const struct camsim_session *session)
{
    return session->responder.has_set_up_audio;
}

struct camsim_session_place *
camsim_session_place_in_all(struct camsim_session *session)
{
    return &session->in_all;
}

struct camsim_session_place *
camsim_session_place_in_camera(struct camsim_session *session)
{
    return &session->in_camera;
}

uint32_t camsim_session_camera(const struct camsim_session *session)
{
    return session->responder.camera;
}
