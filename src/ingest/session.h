/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/session - one RTSP client session with a camera, without a socket.
 *
 *   OPTIONS, DESCRIBE, SETUP (one video stream, inside the connection or as
 *   datagrams beside it), PLAY, then samples; a receiver report every five
 *   seconds or so; a keep-alive at half the camera's timeout; TEARDOWN at the
 *   end.
 *
 * The caller moves bytes: what the camera sent goes to rtsp_session_input, what
 * rtsp_session_output shows goes to the camera, and rtsp_session_tick is called
 * at rtsp_session_deadline. Over UDP, what the two sockets got goes to
 * rtsp_session_datagram, and rtsp_session_report to the camera. Samples, configurations, losses and states come out
 * through the sink meanwhile. Whatever goes wrong ends the session with
 * a cause and a detail that names no secret; it is never used again.
 *
 * Never: audio set up, Basic authentication but inside TLS, a connection to
 * where a camera points (its redirection is told, and ends the session), bytes
 * of the camera in a detail unless they are plain.
 *
 * Sources: RFC 2326; RFC 7616 through wire/digest; RFC 3550. Threads: none.
 */
#ifndef INGEST_SESSION_H
#define INGEST_SESSION_H

#include <stdbool.h>

#include "base/time.h"
#include "media/sample.h"
#include "model/cause.h"

struct rtsp_session;

/* All run inside rtsp_session_input, _tick or _stop, in the order in which
 * things happened. They must not call the session. */
struct session_sink {
    void *context;
    /* Before the first sample, and before each key picture it changes with. */
    void (*on_config)(void *context, const struct codec_config *config);
    /* time_us: boot time, growing. The first one is a key picture. */
    void (*on_sample)(void *context, const struct sample *sample);
    /* Packets missing; told together, before the sample that follows them. */
    void (*on_loss)(void *context, uint32_t packets, struct boot_time time);
    /* CAUSE_NONE after the first sample; CAUSE_CLOCK where a clock stepped. */
    void (*on_state)(void *context, enum cause cause, struct boot_time time);
};

struct session_options {
    /* rtsp://host[:port]/path; credentials in it are cut. With rtsps:// what is
     * moved here goes through TLS, which is the caller's. */
    struct text url;
    struct text user; /* empty: none */
    struct text password;
    uint64_t random; /* for Digest and reports: new for each session */
    uint16_t client_port; /* where RTP is awaited, RTCP at the next; 0: TCP */
};

enum session_datagram { DATAGRAM_MEDIA, DATAGRAM_CONTROL };

/*
 * A session that has its first request ready. sink is copied.
 * Fails with: BAD_INPUT (url, user), LIMIT (lengths), NO_MEMORY.
 */
MUST_USE enum status rtsp_session_create(const struct session_options *options,
                                         const struct session_sink *sink,
                                         struct boot_time now,
                                         struct rtsp_session **out);

/* Wipes the password. *session may be NULL. */
void rtsp_session_destroy(struct rtsp_session **session);

/* Bytes from the camera, any number at a time. */
void rtsp_session_input(struct rtsp_session *session, struct bytes input,
                        struct boot_time now);

/* One datagram from the camera's address, sized as it came. */
void rtsp_session_datagram(struct rtsp_session *session,
                           enum session_datagram kind, struct bytes datagram,
                           struct boot_time now);

/* A report that waits to be sent to the camera's RTCP port, or nothing (also
 * over TCP, where reports are part of the output). Borrowed. */
struct bytes rtsp_session_report(const struct rtsp_session *session,
                                 uint16_t *port);
void rtsp_session_report_taken(struct rtsp_session *session);

/* Bytes for the camera; borrowed until the next call. Cut off what it took. */
struct bytes rtsp_session_output(const struct rtsp_session *session);
void rtsp_session_output_taken(struct rtsp_session *session, size_t size);

/* When rtsp_session_tick wants to be called; also later is no harm. */
struct boot_time rtsp_session_deadline(const struct rtsp_session *session);
void rtsp_session_tick(struct rtsp_session *session, struct boot_time now);

/* Orderly end: TEARDOWN where something was set up. Ends within a second. */
void rtsp_session_stop(struct rtsp_session *session, struct boot_time now);

/* The connection is gone. */
void rtsp_session_peer_closed(struct rtsp_session *session);

/* What carries the session has failed; detail: plain. */
void rtsp_session_link_failed(struct rtsp_session *session, enum cause cause,
                              const char *detail);

/* The PLAY has been answered: only packets are expected now. */
bool rtsp_session_is_playing(const struct rtsp_session *session);

/* It ended because the camera does not send in this way. */
bool rtsp_session_refuses_transport(const struct rtsp_session *session);

/* Where the camera wanted us to go; empty: nowhere. It ended by that. */
struct text rtsp_session_redirection(const struct rtsp_session *session);

bool rtsp_session_has_ended(const struct rtsp_session *session);
enum cause rtsp_session_cause(const struct rtsp_session *session);
/* Plain ASCII for people; may be empty. Lives as long as the session. */
const char *rtsp_session_detail(const struct rtsp_session *session);

#endif
