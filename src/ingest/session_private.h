/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/session_private - what the files of a session share.
 *
 *   session.c           table of transitions, input, deadlines
 *   session_request.c   requests and the Digest answers in them
 *   session_reply.c     what the camera answered: description
 *   session_transport.c how packets come: SETUP, both ways
 *   session_media.c     packets to samples
 *   session_report.c    receiver reports
 */
#ifndef INGEST_SESSION_PRIVATE_H
#define INGEST_SESSION_PRIVATE_H

#include "ingest/assembler.h"
#include "ingest/byte_rate.h"
#include "ingest/decode_order.h"
#include "ingest/limits.h"
#include "ingest/parameter_sets.h"
#include "ingest/reception.h"
#include "ingest/reorder.h"
#include "ingest/session.h"
#include "ingest/time_map.h"
#include "wire/digest.h"
#include "wire/message.h"
#include "wire/url.h"

enum session_state {
    SESSION_IDLE,
    SESSION_OPTIONS, /* each: the request is out, its answer is awaited */
    SESSION_DESCRIBE,
    SESSION_SETUP,
    SESSION_PLAY,
    SESSION_PLAYING,
    SESSION_TEARDOWN,
    SESSION_ENDED,
};

/* Requests: kept for resending after a challenge. */
enum session_method {
    METHOD_OPTIONS,
    METHOD_DESCRIBE,
    METHOD_SETUP,
    METHOD_PLAY,
    METHOD_GET_PARAMETER,
    METHOD_TEARDOWN,
};

struct session_media {
    struct assembler assembler;
    struct parameter_sets sets;
    struct decode_order order;
    struct time_map time_map; /* of decoding */
    struct buffer record; /* of the configuration in force */
    struct buffer record_next;
    struct codec_config config; /* codec NONE: none yet */
    unsigned config_changes; /* since config_since */
    struct boot_time config_since;
    uint8_t payload_type;
    uint8_t other_type; /* seen instead, and how often in a row */
    unsigned other_packets;
    bool knows_type;      /* a packet of payload_type has come */
    struct boot_time others_since; /* whole ones, but none to begin with */
    bool is_ready;        /* a description was taken */
    bool has_begun;       /* a sample has gone out */
    bool was_interrupted; /* the next sample is flagged */
    bool has_picture;     /* last_ticks is known */
    uint32_t last_ticks;
    struct boot_time last_time;
    int64_t last_distance_us; /* of the last two without a hole between */
    uint32_t last_duration_us;
    struct boot_time last_key;
    uint32_t lost_since_key;   /* packets */
    uint32_t packets_lost;     /* not told yet */
    bool has_told_losses;      /* since the last sample */
    struct reception reception;
    struct reorder *reorder; /* NULL over TCP, which keeps the order */
    struct boot_time loss_told;
    struct boot_time clock_told;
    struct boot_time clock_stepped; /* last; 0: all is well */
};

struct rtsp_session {
    struct session_sink sink;
    enum session_state state;
    enum cause cause;
    char detail[SESSION_DETAIL_SIZE];
    struct boot_time now; /* of the call that runs */
    struct byte_rate rate;

    /* Requests */
    char request_url[SESSION_URL_BYTES_MAX];   /* as configured */
    char aggregate_url[SESSION_URL_BYTES_MAX]; /* the whole presentation */
    char stream_url[SESSION_URL_BYTES_MAX];    /* the video stream */
    char user[SESSION_CREDENTIAL_BYTES_MAX + 1];
    char password[SESSION_CREDENTIAL_BYTES_MAX + 1];
    char cnonce[SESSION_CNONCE_SIZE];
    char id[SESSION_ID_BYTES_MAX + 1]; /* Session:, empty before SETUP */
    struct digest_challenge challenge; /* algorithm NONE: none yet */
    uint32_t nonce_count;
    unsigned challenges_answered; /* for the request that is out */
    uint32_t sequence;            /* CSeq of that request */
    enum session_method method;
    bool awaits_reply;
    bool is_ending; /* session_finish runs */
    bool knows_get_parameter;
    unsigned timeout_s;
    uint16_t client_port; /* 0: TCP */
    uint16_t server_report_port; /* where reports go; 0: not known */
    uint8_t rtp_channel;
    uint8_t rtcp_channel;
    bool refuses_transport;
    bool is_secure; /* inside TLS */
    bool sends_basic; /* no Digest is offered, and the link is secure */
    char redirection[SESSION_URL_BYTES_MAX];

    struct boot_time reply_until;
    struct boot_time data_until;
    struct boot_time picture_until;
    struct boot_time keep_alive_at;
    struct boot_time report_at;

    /* Reports */
    uint32_t ssrc; /* ours */
    uint64_t dice; /* spreads reports in time */
    uint8_t report[RTCP_COMPOUND_SIZE]; /* UDP only */
    size_t report_size;

    struct buffer output;
    struct buffer partial; /* an interleaved frame, not whole yet */
    struct session_media media;
    struct wire_message message;
};

static inline struct boot_time
rtsp_session_after(const struct rtsp_session *session, unsigned seconds)
{
    return (struct boot_time){session->now.us + (int64_t)seconds * SECOND_US};
}

/* The first end counts; later ones change nothing. */
__attribute__((format(printf, 3, 4))) void
session_finish(struct rtsp_session *session, enum cause cause,
               const char *format, ...);

/* session_request.c */
const char *rtsp_session_method_name(enum session_method method);
void rtsp_session_send(struct rtsp_session *session,
                       enum session_method method);
/* 401: sends the request again with an answer, or ends the session. */
void rtsp_session_answer_challenge(struct rtsp_session *session);

/* session_transport.c */
static inline bool session_is_udp(const struct rtsp_session *session)
{
    return session->client_port != 0;
}
/* "Transport: ...\r\n" of a SETUP. */
void rtsp_session_write_transport(struct rtsp_session *session);
/* The answer to SETUP; ends the session where it will not do. */
void rtsp_session_take_transport(struct rtsp_session *session);
/* 461 and the like. */
void rtsp_session_refuse_transport(struct rtsp_session *session);

/* session_report.c */
void rtsp_session_plan_report(struct rtsp_session *session);
void rtsp_session_send_report(struct rtsp_session *session);

/* session_reply.c; each ends the session where the answer will not do. */
void rtsp_session_take_public(struct rtsp_session *session);
void rtsp_session_take_description(struct rtsp_session *session);

/* session_media.c */
MUST_USE enum status rtsp_session_media_start(struct rtsp_session *session,
                                              enum codec codec,
                                              uint32_t rate_hz);
void rtsp_session_media_deinit(struct rtsp_session *session);
void rtsp_session_take_packet(struct rtsp_session *session,
                              struct bytes packet);
void rtsp_session_take_control_packet(struct rtsp_session *session,
                                      struct bytes packet);
/* Gives up holes; tells losses that wait for no sample. */
void rtsp_session_media_tick(struct rtsp_session *session);
/* The session ends: tells losses that have not been told. */
/* The session ends: what waits goes out, and what is missing is told. */
void rtsp_session_media_flush(struct rtsp_session *session);
/* We did, from the last call until now. */
void rtsp_session_media_stood_still(struct rtsp_session *session,
                                    struct boot_time now);
/* When the newest key picture is too old; INT64_MAX: there was none yet. */
struct boot_time rtsp_session_key_until(const struct rtsp_session *session);
struct boot_time
rtsp_session_media_deadline(const struct rtsp_session *session);

#endif
