/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

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
