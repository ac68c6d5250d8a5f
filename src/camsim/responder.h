/* SPDX-License-Identifier: Apache-2.0 */
/*
 * camsim/responder - the server's side of one RTSP connection, without I/O.
 *
 *   rtsp://HOST:PORT/cam/NUMBER, track "trackID=0", interleaved or over UDP
 *
 * OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER and
 * SET_PARAMETER; Digest where a user is set.
 *
 * Source: RFC 2326, RFC 7616.
 */
#ifndef CAMSIM_RESPONDER_H
#define CAMSIM_RESPONDER_H

#include "base/buffer.h"
#include "camsim/clip.h"
#include "camsim/fault.h"
#include "wire/digest.h"
#include "wire/message.h"

enum {
    RESPONDER_TIMEOUT_S = 60,     /* said in SETUP's answer */
    RESPONDER_OUTPUT_MAX = 65536, /* bytes of answers waiting */
};

/* What all connections share. */
struct camsim_responder_setting {
    const struct camsim_clip *const
        *clips; /* camera n plays clips[(n - 1) % count] */
    size_t clip_count;
    uint32_t cameras;
    const char *user; /* NULL: no authentication */
    const char *password;
    enum digest_algorithm algorithm;
    enum camera_transport transport; /* what is not allowed: 461 */
    uint16_t datagram_port; /* RTP; RTCP is the next */
    struct camsim_faults faults;
};

/* The connection's part of the streams: what PLAY's answer says. */
struct camsim_responder_stream {
    uint32_t ssrc;
    uint16_t sequence;        /* of the next packet */
    uint32_t timestamp_ticks; /* of the next frame */
};

enum camsim_responder_action {
    RESPONDER_NOTHING,
    RESPONDER_PLAY,       /* frames may follow the answer */
    RESPONDER_PLAY_EARLY, /* as above, and frames stand before the answer */
    RESPONDER_PAUSE,
    RESPONDER_CLOSE, /* after the answer */
    RESPONDER_RESET, /* at once, without one */
};

struct camsim_responder {
    const struct camsim_responder_setting *setting;
    struct digest_challenge challenge;
    uint32_t camera; /* 0: not yet said */
    uint32_t session_id;
    uint8_t channel; /* of RTP; RTCP is the next */
    uint16_t client_port; /* the same over UDP; 0: interleaved */
    bool is_set_up;
    bool has_set_up_audio;
};

/* setting: borrowed, outlives it. nonce: 16 random bytes. */
void camsim_responder_init(struct camsim_responder *responder,
                           const struct camsim_responder_setting *setting,
                           const uint8_t nonce[16]);

/* The camera that a request's target names, or 0. */
uint32_t camsim_responder_camera(const struct camsim_responder_setting *setting,
                                 struct text target);

/*
 * Answers one whole request at a time since the start; the answer is appended
 * to out, sticky. stream: asked only for PLAY.
 */
enum camsim_responder_action
camsim_responder_answer(struct camsim_responder *responder,
                        const struct wire_message *request,
                        const struct camsim_responder_stream *stream,
                        int64_t now_us, struct buffer *out);

#endif
