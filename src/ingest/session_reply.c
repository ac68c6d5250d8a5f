/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/number.h"
#include "base/text.h"
#include "ingest/session_private.h"
#include "media/nal.h"
#include "wire/sdp.h"

enum { ENCODING_SHOWN_MAX = 32 };

/* RFC 2326 section 12.28: methods the camera knows. */
void rtsp_session_take_public(struct rtsp_session *session)
{
    struct text list =
        wire_message_header_or_empty(&session->message, "Public");
    while (list.size > 0)
        if (text_equal(text_trim(text_cut(&list, ',')),
                       text_of("GET_PARAMETER")))
            session->knows_get_parameter = true;
}

/* Writes an address with its terminating zero. */
static enum status resolve(const struct url *base, struct text control,
                           char out[SESSION_URL_BYTES_MAX])
{
    struct writer w = writer_on(out, SESSION_URL_BYTES_MAX - 1);
    enum status s = url_write_control(&w, base, control);
    out[s == STATUS_OK ? w.used : 0] = 0;
    return s;
}

/* RFC 2326 section C.1.1: Content-Base, Content-Location, or the request. */
static struct url description_base(const struct rtsp_session *session)
{
    static const char *const HEADERS[] = {"Content-Base", "Content-Location"};
    struct url base;
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
        struct text value;
        if (wire_message_header(&session->message, HEADERS[i], &value) &&
            url_parse(value, &base) == STATUS_OK)
            return base;
    }
    /* Cannot fail: it was parsed, then written, at the beginning. */
    if (url_parse(text_of(session->request_url), &base) != STATUS_OK)
        base = (struct url){.port = URL_RTSP_PORT};
    return base;
}

static void take_addresses(struct rtsp_session *session, const struct sdp *sdp,
                           const struct sdp_media *video)
{
    struct url base = description_base(session);
    struct url aggregate;
    if (resolve(&base, sdp->control, session->aggregate_url) != STATUS_OK ||
        url_parse(text_of(session->aggregate_url), &aggregate) != STATUS_OK ||
        resolve(&aggregate, video->control, session->stream_url) != STATUS_OK)
        session_finish(session, CAUSE_PROTOCOL,
                       "DESCRIBE: an address that cannot be used");
}

/* Sets that cannot be read are passed over: better ones come in the stream. */
static void take_sets(struct rtsp_session *session,
                      const struct sdp_media *video)
{
    uint8_t set[NAL_PARAMETER_SET_MAX];
    size_t taken = 0;
    for (size_t kind = 0; kind < 3; kind++) {
        struct text list = video->sets[kind];
        enum status s = STATUS_OK;
        while (s != STATUS_END && taken++ < PARAMETER_SETS_MAX) {
            size_t used = 0;
            s = sdp_next_set(&list, set, sizeof set, &used);
            if (s == STATUS_OK &&
                parameter_sets_put(&session->media.sets, bytes_of(set, used)) !=
                    STATUS_OK)
                s = STATUS_BAD_INPUT;
        }
    }
}

/* Why no section can be recorded. */
static void end_without_video(struct rtsp_session *session,
                              const struct sdp *sdp)
{
    for (size_t i = 0; i < sdp->media_count; i++) {
        struct text name = sdp->media[i].encoding;
        if (sdp->media[i].kind != SDP_VIDEO)
            continue;
        if (name.size == 0 || name.size > ENCODING_SHOWN_MAX ||
            !text_is_plain(name))
            name = text_of("of an unknown kind");
        session_finish(session, CAUSE_UNSUPPORTED,
                       "its video is %.*s, not H.264 or H.265", (int)name.size,
                       name.data);
        return;
    }
    session_finish(session, CAUSE_UNSUPPORTED, "it offers no video");
}

void rtsp_session_take_description(struct rtsp_session *session)
{
    struct sdp sdp;
    struct text body = bytes_text(wire_message_body(&session->message));
    if (sdp_parse(body, &sdp) != STATUS_OK) {
        session_finish(session, CAUSE_PROTOCOL,
                       "DESCRIBE: no description that can be read");
        return;
    }
    const struct sdp_media *video = sdp_choose_video(&sdp);
    if (video == NULL) {
        end_without_video(session, &sdp);
    } else if (video->packetization_mode > 1 || video->has_decoding_order) {
        session_finish(session, CAUSE_UNSUPPORTED,
                       "its packets are interleaved (decoding order)");
    } else {
        session->media.payload_type = video->payload_type;
        take_addresses(session, &sdp, video);
        if (rtsp_session_media_start(session, video->codec,
                                     video->clock_rate_hz) != STATUS_OK)
            session_finish(session, CAUSE_OVERLOAD, "no memory");
        take_sets(session, video);
    }
    if (session->state != SESSION_ENDED)
        rtsp_session_send(session, METHOD_SETUP);
}

/* "0-1" */
static enum status read_channels(struct text value,
                                 struct rtsp_session *session)
{
    uint64_t first = 0;
    uint64_t second = 0;
    enum status s = number_parse_u64(text_cut(&value, '-'), 0, 255, &first);
    if (s != STATUS_OK)
        return s;
    s = value.size == 0 ? STATUS_OK : number_parse_u64(value, 0, 255, &second);
    if (value.size == 0)
        second = first + 1;
    if (s != STATUS_OK || second > 255 || first == second)
        return STATUS_BAD_INPUT;
    session->rtp_channel = (uint8_t)first;
    session->rtcp_channel = (uint8_t)second;
    return STATUS_OK;
}

/* RFC 2326 section 12.39. Without a Transport header: as we asked. */
static enum status read_transport(struct text value,
                                  struct rtsp_session *session)
{
    enum status s = STATUS_OK;
    if (value.size > 0 &&
        !text_equal_ignore_case(text_trim(text_cut(&value, ';')),
                                text_of("RTP/AVP/TCP")))
        return STATUS_LIMIT;
    while (value.size > 0 && s == STATUS_OK) {
        struct text parameter = text_trim(text_cut(&value, ';'));
        if (text_equal_ignore_case(text_cut(&parameter, '='),
                                   text_of("interleaved")))
            s = read_channels(parameter, session);
    }
    return s;
}

/* RFC 2326 section 12.37: id [";timeout=" seconds]. */
static enum status read_session(struct text value, struct rtsp_session *session)
{
    uint64_t seconds = SESSION_TIMEOUT_DEFAULT_S;
    struct text id = text_trim(text_cut(&value, ';'));
    if (id.size == 0 || !text_is_plain(id) ||
        !text_copy(id, session->id, sizeof session->id))
        return STATUS_BAD_INPUT;
    while (value.size > 0) {
        struct text parameter = text_trim(text_cut(&value, ';'));
        if (!text_equal_ignore_case(text_trim(text_cut(&parameter, '=')),
                                    text_of("timeout")))
            continue;
        if (number_parse_u64(text_trim(parameter), 0, UINT64_MAX, &seconds) !=
            STATUS_OK)
            seconds = SESSION_TIMEOUT_DEFAULT_S;
    }
    if (seconds < SESSION_TIMEOUT_MIN_S)
        seconds = SESSION_TIMEOUT_MIN_S;
    if (seconds > SESSION_TIMEOUT_MAX_S)
        seconds = SESSION_TIMEOUT_MAX_S;
    session->timeout_s = (unsigned)seconds;
    return STATUS_OK;
}

void rtsp_session_take_transport(struct rtsp_session *session)
{
    const struct wire_message *message = &session->message;
    struct text id = wire_message_header_or_empty(message, "Session");
    struct text transport = wire_message_header_or_empty(message, "Transport");
    enum status s = read_transport(transport, session);
    if (s == STATUS_LIMIT)
        session_finish(session, CAUSE_UNSUPPORTED,
                       "it does not send over TCP (interleaved)");
    else if (s != STATUS_OK || read_session(id, session) != STATUS_OK)
        session_finish(session, CAUSE_PROTOCOL,
                       "SETUP: session or transport cannot be read");
    else
        rtsp_session_send(session, METHOD_PLAY);
}
