/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/stream - what arrives from a camera in a few seconds, by the very
 * session that the recorder uses, and over the same transport. Nothing is kept.
 */
#ifndef CMD_CAMERA_STREAM_H
#define CMD_CAMERA_STREAM_H

#include "cmd/camera/overheard.h"
#include "cmd/camera/target.h"
#include "ingest/limits.h"
#include "model/cause.h"

enum { CAMERA_DETAIL_SIZE = 100, CAMERA_MOVED_SIZE = SESSION_URL_BYTES_MAX };

struct camera_stream {
    bool was_asked;   /* false: nobody has looked */
    bool has_arrived; /* at least one picture */
    enum codec codec;
    uint32_t width;
    uint32_t height;
    uint64_t pictures;
    uint64_t bytes;
    int64_t first_us; /* of the first and the last picture */
    int64_t last_us;
    int64_t key_us; /* of the last key picture */
    uint64_t packets_lost;
    uint64_t since_key;   /* pictures */
    uint64_t gop;         /* the longest whole one, pictures; 0: none ended */
    uint64_t key_pictures;

    bool uses_udp;
    bool lacks_tls;         /* it connected, but speaks no TLS */
    bool refuses_transport; /* it does not send in this way */
    bool was_playing;       /* it agreed to send */
    bool has_packets;
    int64_t first_packet_us;
    int64_t waited_us; /* from the first packet to the first picture, or to the
                        * end where there was none */
    struct camera_answers answers;
    enum cause cause; /* why it ended before its time; NONE: it did not */
    char detail[CAMERA_DETAIL_SIZE];
    char moved_to[CAMERA_MOVED_SIZE]; /* where it says its stream is; or empty */
    uint8_t seen[TLS_FINGERPRINT_SIZE]; /* where a certificate is the cause */
};

/*
 * path: of the plant, main or sub. seconds: from the first picture on; for that
 * it waits as long as the recorder would. Where the plant says `any`, what
 * refuses TCP is asked over UDP.
 * Fails with: NO_MEMORY, and as rtsp_session_create. What the camera does wrong
 * is no failure: it stands in cause and answers.
 */
MUST_USE enum status camera_stream_watch(const struct camera_target *target,
                                         struct text path, unsigned seconds,
                                         struct camera_stream *out);

/* Hundredths of pictures a second, and kbit/s; 0: too little arrived. */
uint32_t camera_stream_fps_100(const struct camera_stream *stream);
uint32_t camera_stream_kbps(const struct camera_stream *stream);

#endif
