/* SPDX-License-Identifier: Apache-2.0 */
#include "camsim/responder.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/encoding.h"
#include "base/number.h"
#include "base/reader.h"
#include "base/text.h"

enum {
    DESCRIPTION_SIZE = 16384,
    CHALLENGE_SIZE = 1024,
};

/* One request on its way to its answer. */
struct exchange {
    struct camsim_responder *responder;
    const struct wire_message *request;
    const struct camsim_responder_stream *stream;
    int64_t now_us;
    struct buffer *out;
};

void camsim_responder_init(struct camsim_responder *responder,
                           const struct camsim_responder_setting *setting,
                           const uint8_t nonce[16])
{
    *responder = (struct camsim_responder){.setting = setting};
    struct digest_challenge *challenge = &responder->challenge;
    challenge->algorithm = setting->algorithm;
    challenge->has_algorithm = setting->algorithm == DIGEST_SHA256;
    /* Most cameras with MD5 are of RFC 2069; some clients know no other. */
    challenge->has_qop = setting->algorithm == DIGEST_SHA256;
    (void)snprintf(challenge->realm, sizeof challenge->realm, "camsim");
    hex_encode(bytes_of(nonce, 16), challenge->nonce);
    struct reader in = {.left = {nonce, 4}};
    responder->session_id = reader_u32be(&in);
}

uint32_t camsim_responder_camera(const struct camsim_responder_setting *setting,
                                 struct text target)
{
    static const char MARK[] = "/cam/";
    const size_t mark_size = sizeof MARK - 1;
    for (size_t i = 0; i + mark_size < target.size; i++) {
        struct text rest = {target.data + i, target.size - i};
        if (!text_starts_with(rest, text_of(MARK)))
            continue;
        size_t digits = 0;
        rest = (struct text){rest.data + mark_size, rest.size - mark_size};
        while (digits < rest.size && rest.data[digits] >= '0' &&
               rest.data[digits] <= '9')
            digits++;
        uint64_t number = 0;
        if (number_parse_u64((struct text){rest.data, digits}, 1,
                             setting->cameras, &number) != STATUS_OK)
            return 0;
        return (uint32_t)number;
    }
    return 0;
}

static bool has_fault(const struct exchange *exchange,
                      enum camsim_fault_kind kind)
{
    return camsim_fault_is_active(&exchange->responder->setting->faults, kind,
                                  exchange->responder->camera,
                                  exchange->now_us);
}

/* Status line and CSeq; the rest, with its empty line, follows. */
static void begin_answer(const struct exchange *exchange, const char *line)
{
    struct text cseq = wire_message_header_or_empty(exchange->request, "CSeq");
    uint64_t number = 0;
    if (number_parse_u64(cseq, 0, UINT32_MAX, &number) != STATUS_OK)
        number = 0;
    buffer_format(exchange->out, "RTSP/1.0 %s\r\nCSeq: %" PRIu64 "\r\n", line,
                  number);
    if (exchange->responder->is_set_up)
        buffer_format(exchange->out, "Session: %08" PRIX32 ";timeout=%d\r\n",
                      exchange->responder->session_id, RESPONDER_TIMEOUT_S);
}

static enum camsim_responder_action
answer_plainly(const struct exchange *exchange, const char *line)
{
    begin_answer(exchange, line);
    buffer_append_text(exchange->out, "\r\n");
    return RESPONDER_NOTHING;
}

static bool is_allowed(const struct exchange *exchange)
{
    const struct camsim_responder_setting *setting =
        exchange->responder->setting;
    if (setting->user == NULL)
        return true;
    const struct digest_credentials credentials = {text_of(setting->user),
                                                   text_of(setting->password)};
    const struct digest_request request = {
        .method = wire_message_method(exchange->request),
        .uri = wire_message_target(exchange->request)};
    struct text value = {NULL, 0};
    return wire_message_header(exchange->request, "Authorization", &value) &&
           digest_check_authorization(value, &exchange->responder->challenge,
                                      &credentials, &request) == STATUS_OK;
}

static enum camsim_responder_action
answer_challenge(const struct exchange *exchange)
{
    uint8_t challenge[CHALLENGE_SIZE];
    struct writer w = writer_on(challenge, sizeof challenge);
    digest_write_challenge(&w, &exchange->responder->challenge);
    begin_answer(exchange, "401 Unauthorized");
    buffer_append_text(exchange->out, "WWW-Authenticate: ");
    buffer_append(exchange->out, writer_written(&w));
    buffer_append_text(exchange->out, "\r\n\r\n");
    return RESPONDER_NOTHING;
}

static void write_line(struct writer *out, const char *line)
{
    writer_bytes(out, bytes_of(line, strlen(line)));
}

static enum camsim_responder_action answer_options(struct exchange *exchange)
{
    begin_answer(exchange, "200 OK");
    buffer_append_text(exchange->out,
                       "Public: OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, "
                       "TEARDOWN, GET_PARAMETER, SET_PARAMETER\r\n\r\n");
    return RESPONDER_NOTHING;
}

static enum camsim_responder_action answer_describe(struct exchange *exchange)
{
    const struct camsim_responder_setting *setting =
        exchange->responder->setting;
    uint32_t camera = exchange->responder->camera;
    const struct camsim_clip *clip =
        setting->clips[(camera - 1) % setting->clip_count];
    uint8_t description[DESCRIPTION_SIZE];
    struct writer w = writer_on(description, sizeof description);
    write_line(&w, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camsim\r\n"
                   "c=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\n"
                   "m=video 0 RTP/AVP 96\r\n");
    camsim_clip_write_attributes(clip, &w);
    write_line(&w, "a=control:trackID=0\r\n");
    if (has_fault(exchange, FAULT_AUDIO))
        write_line(&w, "m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
                       "a=control:trackID=1\r\n");
    struct text target = wire_message_target(exchange->request);
    begin_answer(exchange, "200 OK");
    buffer_append_text(exchange->out, "Content-Base: ");
    buffer_append(exchange->out, text_bytes(target));
    buffer_format(exchange->out,
                  "/\r\nContent-Type: application/sdp\r\n"
                  "Content-Length: %zu\r\n\r\n",
                  w.used);
    buffer_append(exchange->out, writer_written(&w));
    return RESPONDER_NOTHING;
}

static bool text_ends_with(struct text text, struct text end)
{
    return text.size >= end.size &&
           text_equal((struct text){text.data + text.size - end.size, end.size},
                      end);
}

/* The first number behind the parameter's name, or 0. */
static uint16_t asked_number(struct text transport, const char *name,
                             uint64_t most)
{
    struct text rest = transport;
    while (rest.size > 0) {
        struct text part = text_trim(text_cut(&rest, ';'));
        uint64_t number = 0;
        if (text_equal(text_cut(&part, '='), text_of(name)) &&
            number_parse_u64(text_cut(&part, '-'), 0, most, &number) ==
                STATUS_OK)
            return (uint16_t)number;
    }
    return 0;
}

static void write_transport(const struct exchange *exchange, uint8_t channel,
                            uint16_t client_port)
{
    uint16_t port = exchange->responder->setting->datagram_port;
    if (client_port != 0)
        buffer_format(exchange->out,
                      "Transport: RTP/AVP;unicast;client_port=%u-%u;"
                      "server_port=%u-%u;ssrc=%08" PRIX32 "\r\n\r\n",
                      client_port, client_port + 1u, port, port + 1u,
                      exchange->stream->ssrc);
    else
        buffer_format(exchange->out,
                      "Transport: RTP/AVP/TCP;unicast;interleaved=%u-%u;"
                      "ssrc=%08" PRIX32 "\r\n\r\n",
                      channel, channel + 1u, exchange->stream->ssrc);
}

static enum camsim_responder_action answer_setup(struct exchange *exchange)
{
    struct camsim_responder *responder = exchange->responder;
    struct text transport =
        wire_message_header_or_empty(exchange->request, "Transport");
    enum camera_transport allowed = responder->setting->transport;
    bool is_tcp = text_starts_with(transport, text_of("RTP/AVP/TCP"));
    uint16_t client_port =
        is_tcp ? 0 : asked_number(transport, "client_port", UINT16_MAX - 1);
    if (is_tcp ? allowed == CAMERA_UDP
               : allowed == CAMERA_TCP || client_port == 0)
        return answer_plainly(exchange, "461 Unsupported Transport");
    struct text target = wire_message_target(exchange->request);
    uint8_t channel = (uint8_t)asked_number(transport, "interleaved", 254);
    if (text_ends_with(target, text_of("trackID=1"))) {
        responder->has_set_up_audio = true; /* and nothing is sent for it */
    } else {
        responder->channel = channel;
        responder->client_port = client_port;
    }
    responder->is_set_up = true;
    begin_answer(exchange, "200 OK");
    write_transport(exchange, channel, client_port);
    return RESPONDER_NOTHING;
}

static enum camsim_responder_action answer_play(struct exchange *exchange)
{
    if (!exchange->responder->is_set_up)
        return answer_plainly(exchange, "455 Method Not Valid in This State");
    struct text target = wire_message_target(exchange->request);
    begin_answer(exchange, "200 OK");
    buffer_append_text(exchange->out, "Range: npt=now-\r\nRTP-Info: url=");
    buffer_append(exchange->out, text_bytes(target));
    buffer_format(exchange->out, ";seq=%u;rtptime=%" PRIu32 "\r\n\r\n",
                  exchange->stream->sequence,
                  exchange->stream->timestamp_ticks);
    return has_fault(exchange, FAULT_EARLY) ? RESPONDER_PLAY_EARLY
                                            : RESPONDER_PLAY;
}

static enum camsim_responder_action answer_pause(struct exchange *exchange)
{
    (void)answer_plainly(exchange, "200 OK");
    return RESPONDER_PAUSE;
}

static enum camsim_responder_action answer_teardown(struct exchange *exchange)
{
    (void)answer_plainly(exchange, "200 OK");
    return RESPONDER_CLOSE;
}

static enum camsim_responder_action answer_parameter(struct exchange *exchange)
{
    return answer_plainly(exchange, "200 OK");
}

struct method {
    const char *name;
    bool needs_camera; /* its target must name one */
    enum camsim_responder_action (*answer)(struct exchange *exchange);
};

static const struct method METHODS[] = {
    {"OPTIONS", false, answer_options},
    {"DESCRIBE", true, answer_describe},
    {"SETUP", true, answer_setup},
    {"PLAY", true, answer_play},
    {"PAUSE", true, answer_pause},
    {"TEARDOWN", false, answer_teardown},
    {"GET_PARAMETER", false, answer_parameter},
    {"SET_PARAMETER", false, answer_parameter},
};

static const struct method *find_method(struct text name)
{
    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++) {
        if (text_equal(name, text_of(METHODS[i].name)))
            return &METHODS[i];
    }
    return NULL;
}

enum camsim_responder_action
camsim_responder_answer(struct camsim_responder *responder,
                        const struct wire_message *request,
                        const struct camsim_responder_stream *stream,
                        int64_t now_us, struct buffer *out)
{
    struct exchange exchange = {responder, request, stream, now_us, out};
    uint32_t camera = camsim_responder_camera(responder->setting,
                                              wire_message_target(request));
    if (camera != 0 && !responder->is_set_up)
        responder->camera = camera;
    if (responder->camera != 0 && has_fault(&exchange, FAULT_REFUSE))
        return RESPONDER_RESET;
    if (responder->camera != 0 && has_fault(&exchange, FAULT_NOREPLY))
        return RESPONDER_NOTHING;

    const struct method *method = find_method(wire_message_method(request));
    if (method == NULL)
        return answer_plainly(&exchange, "501 Not Implemented");
    if (method->answer != answer_options && !is_allowed(&exchange))
        return answer_challenge(&exchange);
    if (method->needs_camera && camera == 0)
        return answer_plainly(&exchange, "404 Not Found");
    return method->answer(&exchange);
}
