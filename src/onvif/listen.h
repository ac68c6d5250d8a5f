/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/listen - what is asked of one camera for as long as it runs: what it
 * is, once and then daily, and its motion and tampering from then on.
 *
 *   TIME -> SERVICES (or CAPABILITIES) -> PROFILES -> MASKS -> STORAGE
 *     -> RECORDINGS -> SUBSCRIBE -> PULL -> PULL ...
 *
 * One connection carries one request:
 *
 *   onvif_listen_ask -> exchange -> onvif_listen_answered, or _failed
 *
 * and what came of it says when to ask again. A camera that refuses a question
 * is asked the next; one that cannot be spoken to, all over again, later and
 * later. The subscription is kept alive by being asked, as ONVIF has it; where
 * a camera forgets it all the same, another is made, and its first answer says
 * how things stand.
 *
 * Source: ONVIF Core sections 8 and 9, Media, Media 2. Threads: none of its
 * own; sans-I/O.
 */
#ifndef ONVIF_LISTEN_H
#define ONVIF_LISTEN_H

#include "model/camera_report.h"
#include "onvif/event.h"
#include "onvif/exchange.h"

enum onvif_word {
    ONVIF_WORD_NONE,   /* the camera says nothing of it */
    ONVIF_WORD_OFF,
    ONVIF_WORD_ON,
    ONVIF_WORD_PASSED, /* it was on in between */
    ONVIF_WORD_COUNT
};

enum onvif_listen_step {
    LISTEN_TIME,
    LISTEN_SERVICES,
    LISTEN_CAPABILITIES,
    LISTEN_PROFILES,
    LISTEN_MASKS,
    LISTEN_STORAGE,
    LISTEN_RECORDINGS,
    LISTEN_SUBSCRIBE,
    LISTEN_PULL,
    LISTEN_STEPS
};

struct onvif_listen {
    enum onvif_listen_step step;
    struct onvif_services services;
    char subscription[ONVIF_ADDRESS_SIZE]; /* as the camera wrote it */
    int64_t clock_ahead_us; /* the camera's clock before ours */
    bool has_challenge;
    bool is_second_try; /* with the challenge of the first */
    struct digest_challenge challenge;
    unsigned failures; /* in a row */
    struct wall_time asked;
    struct wall_time surveyed; /* when the report was made last; 0: never */
    struct camera_report report; /* so far */
    /* How each source of events stands. */
    size_t source_count;
    struct onvif_listen_source {
        uint32_t key;
        enum onvif_event_kind kind;
        bool is_on;
    } sources[ONVIF_SOURCES_MAX];
};

/* Who is asked, and how; borrowed for the call. */
struct onvif_listen_account {
    struct text host;
    uint16_t port;
    struct text user; /* empty: no password is shown */
    struct text password;
};

enum { ONVIF_LISTEN_RANDOM_SIZE = SOAP_NONCE_SIZE + 8 };

struct onvif_heard {
    uint64_t wait_ms; /* until it is to be asked again; 0: at once */
    enum onvif_word motion;
    enum onvif_word tamper;
    bool has_report; /* listen->report is whole, and new */
};

/* Begins at TIME; what was known is forgotten. */
void onvif_listen_init(struct onvif_listen *listen);

/* The next request, into an exchange that is the caller's also on failure.
 * random: new for each. Fails with: as onvif_exchange_init and soap_begin. */
MUST_USE enum status
onvif_listen_ask(struct onvif_listen *listen,
                 const struct onvif_listen_account *account,
                 struct wall_time now,
                 const uint8_t random[ONVIF_LISTEN_RANDOM_SIZE],
                 struct onvif_exchange *out);

/* A whole answer. */
void onvif_listen_answered(struct onvif_listen *listen,
                           const struct onvif_exchange *exchange,
                           struct wall_time now, struct onvif_heard *out);

/* No connection, no whole answer, or none in time. */
void onvif_listen_failed(struct onvif_listen *listen, struct onvif_heard *out);

#endif
