/* SPDX-License-Identifier: Apache-2.0 */
/*
 * camsim/session - one connection: requests in, answers and frames out.
 *
 * A session ends itself (peer gone, protocol broken, TEARDOWN, silent for too
 * long) and then tells its host. Frames wait behind what the socket has not
 * yet taken; beyond SESSION_OUTPUT_MAX they are lost, as a camera loses them.
 *
 * Threads: the loop's.
 */
#ifndef CAMSIM_SESSION_H
#define CAMSIM_SESSION_H

#include "camsim/clip.h"
#include "camsim/responder.h"
#include "crypto/tls.h"
#include "sys/clock.h"
#include "sys/loop.h"
#include "sys/socket_datagram.h"

enum {
    SESSION_OUTPUT_MAX = 1024 * 1024, /* LIMIT: bytes that wait */
    SESSION_FLOOD_COPIES = 256,
    SESSION_REPORT_US = 5 * SECOND_US,
    SESSION_SILENCE_US = (RESPONDER_TIMEOUT_S + 15) * SECOND_US,
};

struct camsim_session;

/* What a session needs of its server, and tells it. */
struct camsim_session_host {
    struct loop *loop;
    const struct clock *clock;
    struct camsim_responder_setting setting;
    struct boot_time start;
    bool sends_packets; /* one send a packet, not one a frame */
    struct socket_datagrams datagrams; /* of all cameras */
    struct tls_server *tls; /* NULL: in the clear */
    uint8_t *scratch;   /* room for the largest frame of all clips */
    uint64_t bytes;     /* sent so far, all sessions */
    void *context;
    /* Timestamp of the camera's next frame. */
    uint32_t (*next_ticks)(void *context, uint32_t camera);
    void (*on_play)(void *context, struct camsim_session *session,
                    uint32_t camera);
    /* The session is about to go: forget it. */
    void (*on_end)(void *context, struct camsim_session *session);
};

/* One frame on its way. */
struct camsim_session_frame {
    const struct camsim_clip_frame *frame;
    uint32_t timestamp_ticks;
    uint32_t now_ticks; /* the RTP clock at now, for the sender report */
    int64_t now_us;     /* boot time */
    bool loses_packet;
    bool swaps_packets;  /* UDP */
    bool repeats_packet; /* UDP */
    bool floods; /* sent SESSION_FLOOD_COPIES times more, or till nothing goes */
};

/* Takes the socket over on success. Fails with: NO_MEMORY, INTERNAL. */
MUST_USE enum status camsim_session_create(struct camsim_session_host *host,
                                           int *socket,
                                           struct camsim_session **out);
void camsim_session_destroy(struct camsim_session **session);

/* Sends a frame, if it plays and need not wait for a key frame. True where
 * all of it has gone or waits in order. May end the session. */
MUST_USE bool camsim_session_send(struct camsim_session *session,
                                  const struct camsim_session_frame *frame);

/* Whether this frame is meant for it: it plays, and key frames come first. */
bool camsim_session_expects(const struct camsim_session *session,
                            const struct camsim_clip_frame *frame);

/* Bytes without framing. May end the session. */
void camsim_session_send_garbage(struct camsim_session *session);

/* The next frame that is sent will be one where decoding may begin. */
void camsim_session_wait_for_key(struct camsim_session *session);

/* Ends it: with a reset, or orderly. */
void camsim_session_end(struct camsim_session *session, bool with_reset);

bool camsim_session_has_set_up_audio(const struct camsim_session *session);

/* Lists of the host: neighbours, for its use alone. */
struct camsim_session_place {
    struct camsim_session *before;
    struct camsim_session *after;
};
struct camsim_session_place *
camsim_session_place_in_all(struct camsim_session *session);
struct camsim_session_place *
camsim_session_place_in_camera(struct camsim_session *session);
uint32_t camsim_session_camera(const struct camsim_session *session);

#endif
