/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/ingest/private - what the files of the role that meets cameras share.
 *
 *   ingest.c         handlers, and the one timer over all cameras
 *   ingest/camera.c  a camera's socket and session
 *   ingest/link.c    bytes between the two, through TLS where it is wanted
 *   ingest/datagram.c  the same for cameras that send over UDP
 *   ingest/ring.c    samples and events into the ring
 *
 * Sockets of cameras that nobody watches are read by the timer alone, late and
 * large: no packet wakes the process. A camera that is watched, and one whose
 * session is not playing yet, is read at once. So are datagrams, always: the
 * kernel keeps few of them.
 */
#ifndef ROLES_INGEST_PRIVATE_H
#define ROLES_INGEST_PRIVATE_H

#include "ingest/secure_link.h"
#include "ingest/session.h"
#include "roles/role.h"
#include "sys/ring.h"
#include "sys/socket_datagram.h"

enum {
    INGEST_BATCH_DEFAULT_MS = 100,
    INGEST_BATCH_MAX_MS = 1000,
    INGEST_READ_BYTES =
        (int)SOCKET_DATAGRAM_SLOTS * (int)SOCKET_DATAGRAM_BYTES_MAX,
    INGEST_READS_A_BATCH = 16, /* then another camera's turn comes */
    INGEST_MOTION_TAIL_US = 1000000, /* a camera tells of the end first */
    INGEST_DETAIL_SIZE = 201,  /* TEXT(detail, 200) of camera_run */
    INGEST_TRIM_US = 3000000,  /* spare memory goes back */
    INGEST_BELL_BYTES = 2 * 1024 * 1024, /* the vault is called for them */
};

struct ingest;

struct ingest_camera {
    struct ingest_camera *next;
    struct ingest *ingest;
    uint32_t camera;

    /* The running session; socket -1: none. */
    int socket;
    uint32_t run_id; /* of the camera_run that waits for its end */
    struct watch *watch; /* NULL: the timer reads */
    int datagrams[2];    /* RTP, RTCP of the next or running session; or -1 */
    struct watch *datagram_watch;
    uint32_t report_wait_id; /* camera_report_wait to be answered; 0: none */
    struct rtsp_session *session;
    struct secure_link *link; /* NULL: the connection is not encrypted */
    bool has_pin;
    bool is_ended_by_plan; /* and not for what its session says */
    int64_t motion_until_us; /* boot time: samples up to it are marked */

    /* What goes into the ring */
    uint64_t number;          /* of the last sample */
    bool is_overloaded;       /* samples are dropped until a key picture */
    bool owes_config;         /* before the next key picture */
    bool owes_state;          /* as soon as there is room */
    uint64_t samples_dropped; /* since the overload began */
    uint32_t packets_owed;    /* lost, and not yet told */
    uint32_t pictures_owed;   /* dropped by a full ring, and not yet told */
    enum cause state;
    struct boot_time state_time;
    char state_detail[INGEST_DETAIL_SIZE];
    struct codec_config config;
    uint8_t config_record[CODEC_CONFIG_SIZE_MAX];
};

struct ingest {
    struct role_process process; /* first: the context of all handlers */
    struct ring_writer *ring;
    struct boot_time trim_again;
    int kick; /* -1: none yet */
    bool is_watched_written; /* since the last bell */
    uint64_t written_bytes;  /* since the last bell */
    uint32_t batch_ms;
    struct timer *timer;
    struct ingest_camera *cameras;
    uint8_t *read_memory; /* INGEST_READ_BYTES, for all cameras */
    struct tls_client *tls;
    bool is_stopping;
    uint32_t stop_id;
};

static inline struct boot_time ingest_now(const struct ingest *ingest)
{
    return clock_boot(ingest->process.clock);
}

/* Ends the process: without an answer the supervisor would wait for ever. */
void ingest_sent(enum status status, const char *what);

/* Wakes the vault if something was written for a camera that is watched, or
 * INGEST_BELL_BYTES since the last time. */
void ingest_ring_bell(struct ingest *ingest);

/* ---- ingest/camera.c ---------------------------------------------------- */

/* The camera of this number, made at its first mention; NULL: no memory. */
struct ingest_camera *ingest_camera_find(struct ingest *ingest,
                                         uint32_t number);

/* Begins to speak on socket, which is the camera's from here on, also on
 * failure. Fails with: CONFLICT (it runs), BAD_INPUT, LIMIT, NO_MEMORY. */
MUST_USE enum status
ingest_camera_start(struct ingest_camera *camera,
                    const struct message_camera_run *message, int socket);

/* One turn of the timer. */
void ingest_camera_tick(struct ingest_camera *camera);

/* After anything the session was told: sends, and ends what has ended. */
void ingest_camera_settle(struct ingest_camera *camera);

/* TEARDOWN, then the end, by the hours of filming. */
void ingest_camera_turn_off(struct ingest_camera *camera);

/* TEARDOWN, then the end. */
void ingest_camera_stop(struct ingest_camera *camera);

/* The camera tells that motion has begun, or is over. */
void ingest_camera_motion(struct ingest_camera *camera, bool is_on);

static inline bool ingest_camera_is_running(const struct ingest_camera *camera)
{
    return camera->session != NULL;
}

/* ---- ingest/link.c ------------------------------------------------------ */

/* Begins TLS. pin: as in camera_run. Fails with: as secure_link_create. */
MUST_USE enum status ingest_link_start(struct ingest_camera *camera,
                                       struct bytes pin);

/* Received bytes to the session, which may end by them. */
void ingest_link_take(struct ingest_camera *camera, struct bytes received);

/* The next bytes for the socket; empty: none now. */
struct bytes ingest_link_output(struct ingest_camera *camera);
void ingest_link_output_taken(struct ingest_camera *camera, size_t size);

/* What the camera has shown, where that is why the session ended. */
struct bytes ingest_link_fingerprint(const struct ingest_camera *camera);

/* ---- ingest/datagram.c -------------------------------------------------- */

/* Takes a socket for the next session; kind 0 RTP, 1 RTCP. */
void ingest_datagram_attach(struct ingest_camera *camera, unsigned kind,
                            int socket);

/* Begins to read them. Fails with: BAD_INPUT (they are not there), and what
 * watch_create fails with. */
MUST_USE enum status ingest_datagram_start(struct ingest_camera *camera);

/* Reads what waits; the session may end by it. */
void ingest_datagram_read(struct ingest_camera *camera);

/* Answers the supervisor's wait where there is a report. */
void ingest_datagram_report(struct ingest_camera *camera);

void ingest_datagram_stop(struct ingest_camera *camera);

/* ---- ingest/ring.c ------------------------------------------------------ */

/* The sink of a camera's session; context: struct ingest_camera. */
extern const struct session_sink INGEST_SINK;

/* The camera's state goes into the ring, now or as soon as there is room; a
 * later one replaces an earlier one that found none. */
void ingest_tell_state(struct ingest_camera *camera, enum cause cause,
                       struct boot_time time, const char *detail);
void ingest_tell_owed(struct ingest_camera *camera);

#endif
