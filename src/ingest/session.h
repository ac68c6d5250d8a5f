/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/session - one RTSP client session with a camera, without a socket.
 *
 *   OPTIONS, DESCRIBE, SETUP (one video stream, TCP interleaved), PLAY, then
 *   samples; a keep-alive at half the camera's timeout; TEARDOWN at the end.
 *
 * The caller moves bytes: what the camera sent goes to session_input, what
 * session_output shows goes to the camera, and session_tick is called at
 * session_deadline. Samples, configurations, losses and states come out through
 * the sink while session_input runs. Whatever goes wrong ends the session with
 * a cause and a detail that names no secret; it is never used again.
 *
 * Never: audio set up, Basic authentication (nothing here is encrypted), bytes
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

struct session;

/* All run inside session_input, session_tick or session_stop, in the order in
 * which things happened. They must not call the session. */
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
    struct text url; /* rtsp://host[:port]/path; credentials in it are cut */
    struct text user; /* empty: none */
    struct text password;
    uint64_t random; /* for Digest: new for each session */
};

/*
 * A session that has its first request ready. sink is copied.
 * Fails with: BAD_INPUT (url, user), LIMIT (lengths), NO_MEMORY.
 */
MUST_USE enum status session_create(const struct session_options *options,
                                    const struct session_sink *sink,
                                    struct boot_time now,
                                    struct session **out);

/* Wipes the password. *session may be NULL. */
void session_destroy(struct session **session);

/* Bytes from the camera, any number at a time. */
void session_input(struct session *session, struct bytes input,
                   struct boot_time now);

/* Bytes for the camera; borrowed until the next call. Cut off what it took. */
struct bytes session_output(const struct session *session);
void session_output_taken(struct session *session, size_t size);

/* When session_tick wants to be called; also later is no harm. */
struct boot_time session_deadline(const struct session *session);
void session_tick(struct session *session, struct boot_time now);

/* Orderly end: TEARDOWN where something was set up. Ends within a second. */
void session_stop(struct session *session, struct boot_time now);

/* The connection is gone. */
void session_peer_closed(struct session *session);

/* The PLAY has been answered: only packets are expected now. */
bool session_is_playing(const struct session *session);

bool session_has_ended(const struct session *session);
enum cause session_cause(const struct session *session);
/* Plain ASCII for people; may be empty. Lives as long as the session. */
const char *session_detail(const struct session *session);

#endif
