/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "ingest/session_private.h"
#include "wire/interleaved.h"

/* RFC 3550 section 6.2: half to three halves of the interval, so that the
 * reports of many sessions do not come in step. */
void rtsp_session_plan_report(struct rtsp_session *session)
{
    /* Knuth's MMIX generator: nothing secret hangs on it. */
    session->dice = session->dice * 6364136223846793005u + 1442695040888963407u;
    uint64_t interval_us = (uint64_t)REPORT_EVERY_S * SECOND_US;
    uint64_t spread_us = (session->dice >> 33) % (interval_us + 1);
    session->report_at.us =
        session->now.us + (int64_t)(interval_us / 2 + spread_us);
}

/* RFC 3550 section 6.1: a report and a name. The name says nothing of us. */
static size_t write_compound(struct rtsp_session *session,
                             uint8_t out[RTCP_COMPOUND_SIZE])
{
    struct writer w = writer_on(out, RTCP_COMPOUND_SIZE);
    struct rtcp_reception report =
        reception_report(&session->media.reception, session->now);
    report.ssrc = session->ssrc;
    rtcp_write_receiver_report(&w, &report);
    rtcp_write_name(&w, session->ssrc, text_of("recorder"));
    return w.used;
}

void rtsp_session_send_report(struct rtsp_session *session)
{
    uint8_t compound[RTCP_COMPOUND_SIZE];
    rtsp_session_plan_report(session);
    if (!session->media.reception.has_packet)
        return;
    size_t size = write_compound(session, compound);
    if (session_is_udp(session)) {
        memcpy(session->report, compound, size);
        session->report_size = session->server_report_port == 0 ? 0 : size;
        return;
    }
    uint8_t head[INTERLEAVED_HEADER_SIZE];
    struct writer w = writer_on(head, sizeof head);
    if (session->output.size > SESSION_OUTPUT_OPTIONAL_BYTES)
        return;
    interleaved_write_header(&w, session->rtcp_channel, (uint16_t)size);
    buffer_append(&session->output, writer_written(&w));
    buffer_append(&session->output, bytes_of(compound, size));
}

struct bytes rtsp_session_report(const struct rtsp_session *session,
                                 uint16_t *port)
{
    *port = session->server_report_port;
    return bytes_of(session->report, session->report_size);
}

void rtsp_session_report_taken(struct rtsp_session *session)
{
    session->report_size = 0;
}
