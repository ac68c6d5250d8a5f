/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/supervisor/link - one camera, as the supervisor's files share it.
 *
 *   supervisor/cameras.c      when to connect, and what became of it
 *   supervisor/certificate.c  whose certificate it has shown
 *   supervisor/network.c      where it may be, and where it may send us
 *   supervisor/hearing.c      what it says beside its pictures
 */
#ifndef ROLES_SUPERVISOR_LINK_H
#define ROLES_SUPERVISOR_LINK_H

#include "crypto/tls.h"
#include "ingest/back_off.h"
#include "roles/supervisor/private.h"
#include "sys/socket_connect.h"
#include "sys/socket_datagram.h"

enum { REDIRECTIONS_MAX = 3 }; /* in a row; then from its own address anew */

enum link_state {
    LINK_WAITING,
    LINK_CONNECTING,
    LINK_RUNNING,
    LINK_OFF, /* outside its hours of filming */
};

struct camera_link {
    struct camera_link *next;
    struct supervisor *supervisor;
    bool is_planned; /* by the newest plan */
    struct plan_camera plan; /* texts point into the memory below */
    char host[PLAN_HOST_MAX + 1];
    char path[PLAN_PATH_MAX + 1];
    char user[PLAN_CREDENTIAL_MAX + 1];
    char password[PLAN_CREDENTIAL_MAX + 1];
    enum link_state state;
    bool is_off; /* as the plan has it; a running session is being ended */
    struct timer *timer;
    struct socket_connect *connecting;
    enum cause cause;   /* why there is no picture now */
    enum cause told;    /* the cause that ingest was told last */
    struct back_off back_off;
    int64_t began_us;   /* of the running session */
    bool uses_udp;      /* the running or next session */
    struct socket_datagrams datagrams; /* of the running session, over UDP */

    /* Where the camera has sent us, for the next session only. */
    bool is_redirected;
    unsigned redirections;
    char redirected_host[PLAN_HOST_MAX + 1];
    char redirected_path[PLAN_PATH_MAX + 1];
    uint16_t redirected_port;

    /* Certificates, as last seen in the book, and the last one refused. */
    bool has_pin;
    bool has_refused;
    uint8_t pin[TLS_FINGERPRINT_SIZE];
    uint8_t refused[TLS_FINGERPRINT_SIZE];

    struct camera_ear {
        struct timer *timer; /* until it is to be asked again */
        struct socket_connect *connecting;
        bool is_open;  /* its session runs */
        bool is_new;   /* and nothing has been asked in it */
        bool is_asked; /* the listener has a question */
        bool has_motion;
        uint8_t tamper; /* enum onvif_word, as the gate was told */
        int64_t tamper_again_us; /* boot time: the next is told from then on */
    } ear;
};

/* ---- supervisor/certificate.c -------------------------------------------- */

/* Reads the camera's pin from the book; tells where an administrator has
 * accepted another. Empty: none yet. Fails with: as pin_book_read. */
MUST_USE enum status certificate_look_up(struct camera_link *link,
                                         struct bytes *pin);

/* Ingest has seen this one, and not the pinned one. OK: it is pinned now,
 * durably, and the camera may be spoken to. Fails with: DENIED (another is
 * pinned), and as pin_book_write. */
MUST_USE enum status certificate_seen(struct camera_link *link,
                                      struct bytes fingerprint);

/* ---- supervisor/hearing.c ------------------------------------------------ */

/* Its session runs, or has ended. */
void hearing_begin(struct camera_link *link);
void hearing_end(struct camera_link *link);
void hearing_release(struct camera_link *link);

/* ---- supervisor/network.c ------------------------------------------------ */

/* For socket_connect_options: context is the link. */
bool network_is_allowed(void *context, const struct socket_address *address,
                        bool is_name);

/* A session is over: takes where the camera wants us to go, if the plant's
 * networks hold it. url may be empty. */
void network_take_redirection(struct camera_link *link, struct text url);

#endif
