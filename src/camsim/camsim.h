/* SPDX-License-Identifier: Apache-2.0 */
/*
 * camsim/camsim - many cameras on one core, over RTSP, from clips.
 *
 *   rtsp://127.0.0.1:PORT/cam/1 ... /cam/N
 *
 * Each camera has a timeline of its own that runs on whether anybody looks or
 * not: frame k is due at start + phase + k / rate, its clip is repeated for
 * ever, RTP time never jumps. A connection that plays begins with the next key
 * frame, as with a real camera, and gets a sender report every 5 s.
 *
 * Threads: the loop's.
 */
#ifndef CAMSIM_CAMSIM_H
#define CAMSIM_CAMSIM_H

#include "camsim/clip.h"
#include "camsim/fault.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/loop.h"
#include "wire/digest.h"

/* Everything is borrowed for the life of the simulator. */
struct camsim_options {
    const char *address; /* numeric */
    uint16_t port;       /* 0: a free one */
    uint32_t cameras;
    const struct camsim_clip *const
        *clips; /* camera n plays (n - 1) mod count */
    size_t clip_count;
    const char *user; /* NULL: no authentication */
    const char *password;
    enum digest_algorithm algorithm;
    enum camera_transport transport;
    bool is_secure; /* TLS, with a certificate made at the start */
    bool sends_packets;      /* one send a packet, not one a frame */
    const char *ledger_path; /* NULL: none */
    const struct camsim_fault *faults;
    size_t fault_count;
};

struct camsim_summary {
    uint64_t sessions;     /* connections taken */
    uint64_t access_units; /* sent whole to at least one connection */
    uint64_t bytes;        /* all that sockets took */
    uint64_t dropped;      /* frames that a connection did not get whole */
    uint64_t audio_setups; /* attempts to set up sound */
    uint64_t receiver_reports; /* over UDP */
    uint32_t lateness_p99_ms;
};

struct camsim;

/*
 * Listens and begins. Fails with: BAD_INPUT, CONFLICT (port taken), DENIED,
 * NO_MEMORY, INTERNAL, and what file_open fails with (ledger).
 */
MUST_USE enum status camsim_create(struct loop *loop, const struct clock *clock,
                                   const struct camsim_options *options,
                                   struct camsim **out);
void camsim_destroy(struct camsim **camsim);

uint16_t camsim_port(const struct camsim *camsim);
void camsim_summarise(const struct camsim *camsim, struct camsim_summary *out);

/* OK, or why the ledger is not whole. */
MUST_USE enum status camsim_check_ledger(struct camsim *camsim);

#endif
