/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "base/text.h"
#include "ingest/session_private.h"

void rtsp_session_write_transport(struct rtsp_session *session)
{
    if (session_is_udp(session))
        buffer_format(&session->output,
                      "Transport: RTP/AVP;unicast;client_port=%u-%u\r\n",
                      session->client_port, session->client_port + 1u);
    else
        buffer_append_text(&session->output,
                           "Transport: RTP/AVP/TCP;unicast;"
                           "interleaved=0-1\r\n");
}

void rtsp_session_refuse_transport(struct rtsp_session *session)
{
    session->refuses_transport = true;
    session_finish(session, CAUSE_UNSUPPORTED,
                   session_is_udp(session)
                       ? "it does not send over UDP"
                       : "it does not send over TCP (interleaved)");
}

/* "0-1", or "0" alone: the second is the next. */
static enum status read_pair(struct text value, uint64_t most, uint64_t *first,
                             uint64_t *second)
{
    if (number_parse_u64(text_cut(&value, '-'), 0, most, first) != STATUS_OK)
        return STATUS_BAD_INPUT;
    enum status s = STATUS_OK;
    *second = *first + 1;
    if (value.size > 0)
        s = number_parse_u64(value, 0, most, second);
    if (s != STATUS_OK || *second > most || *first == *second)
        return STATUS_BAD_INPUT;
    return STATUS_OK;
}

static enum status read_channels(struct text value,
                                 struct rtsp_session *session)
{
    uint64_t first = 0;
    uint64_t second = 0;
    enum status s = read_pair(value, UINT8_MAX, &first, &second);
    if (s == STATUS_OK) {
        session->rtp_channel = (uint8_t)first;
        session->rtcp_channel = (uint8_t)second;
    }
    return s;
}

/* Ports it made up for us are not ours: nothing would arrive. */
static enum status read_client_ports(struct text value,
                                     const struct rtsp_session *session)
{
    uint64_t first = 0;
    uint64_t second = 0;
    enum status s = read_pair(value, UINT16_MAX, &first, &second);
    return s == STATUS_OK && first != session->client_port ? STATUS_LIMIT : s;
}

/* Where reports go. Packets are taken from any of its ports: cameras lie. */
static enum status read_server_ports(struct text value,
                                     struct rtsp_session *session)
{
    uint64_t first = 0;
    uint64_t second = 0;
    enum status s = read_pair(value, UINT16_MAX, &first, &second);
    if (s == STATUS_OK)
        session->server_report_port = (uint16_t)second;
    return s;
}

static bool is_profile(const struct rtsp_session *session, struct text profile)
{
    if (!session_is_udp(session))
        return text_equal_ignore_case(profile, text_of("RTP/AVP/TCP"));
    return text_equal_ignore_case(profile, text_of("RTP/AVP")) ||
           text_equal_ignore_case(profile, text_of("RTP/AVP/UDP"));
}

static enum status read_parameter(struct text parameter,
                                  struct rtsp_session *session)
{
    struct text name = text_trim(text_cut(&parameter, '='));
    struct text value = text_trim(parameter);
    bool is_udp = session_is_udp(session);
    if (text_equal_ignore_case(name, text_of("multicast")))
        return STATUS_LIMIT;
    if (!is_udp && text_equal_ignore_case(name, text_of("interleaved")))
        return read_channels(value, session);
    if (is_udp && text_equal_ignore_case(name, text_of("client_port")))
        return read_client_ports(value, session);
    if (is_udp && text_equal_ignore_case(name, text_of("server_port")))
        return read_server_ports(value, session);
    return STATUS_OK;
}

/* RFC 2326 section 12.39. Without a Transport header: as we asked. `source`
 * and `destination` are passed over: packets are taken from the address of the
 * connection alone, and sent nowhere else. */
static enum status read_transport(struct text value,
                                  struct rtsp_session *session)
{
    enum status s = STATUS_OK;
    if (value.size > 0 && !is_profile(session, text_trim(text_cut(&value, ';'))))
        return STATUS_LIMIT;
    while (value.size > 0 && s == STATUS_OK)
        s = read_parameter(text_trim(text_cut(&value, ';')), session);
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
        rtsp_session_refuse_transport(session);
    else if (s != STATUS_OK || read_session(id, session) != STATUS_OK)
        session_finish(session, CAUSE_PROTOCOL,
                       "SETUP: session or transport cannot be read");
    else
        rtsp_session_send(session, METHOD_PLAY);
}
