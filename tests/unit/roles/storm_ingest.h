/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit/roles/storm_ingest - what supervisor and ingest do with a camera in a
 * storm (storm.h): connections, back-off, session, ring.
 *
 * Clock, ring and struct ingest are the test's; cameras may share them.
 */
#ifndef UNIT_ROLES_STORM_INGEST_H
#define UNIT_ROLES_STORM_INGEST_H

#include "ingest/back_off.h"
#include "roles/ingest/private.h"
#include "unit/roles/storm.h"

struct storm_ingest {
    struct storm storm;
    struct ingest_camera camera;
    const struct fake_clock *clock;
    struct back_off back_off;
    enum cause down;
    int64_t connect_us; /* the next try; INT64_MAX: connected */
    int64_t began_us;
    int64_t turn_us; /* STANDSTILL, RING_FULL: the next turn */
    unsigned sessions;
};

static inline void storm_ingest_open(struct storm_ingest *one,
                                     struct ingest *ingest,
                                     const struct fake_clock *clock,
                                     uint32_t number, uint64_t seed,
                                     bool is_udp)
{
    *one = (struct storm_ingest){
        .camera = {.ingest = ingest, .camera = number},
        .clock = clock,
        .down = CAUSE_STARTING,
    };
    storm_open(&one->storm, seed, is_udp);
}

static inline void storm_ingest_close(struct storm_ingest *one)
{
    rtsp_session_destroy(&one->camera.session);
    storm_close(&one->storm);
}

static inline void storm_wait_again(struct storm_ingest *one, enum cause cause)
{
    one->down = cause;
    uint64_t wait_ms = back_off_next(
        &one->back_off, cause, (uint32_t)test_random_next(&one->storm.random));
    one->connect_us = one->clock->boot.us + (int64_t)wait_ms * 1000;
}

static inline void storm_start_session(struct storm_ingest *one)
{
    const struct session_options options = {
        .url = text_of("rtsp://192.0.2.7/live"),
        .user = text_of("camera"),
        .password = text_of("pass"),
        .random = test_random_next(&one->storm.random),
        .client_port = one->storm.is_udp ? STORM_CLIENT_PORT : 0,
    };
    struct session_sink sink = INGEST_SINK;
    sink.context = &one->camera;
    CHECK_OK(rtsp_session_create(&options, &sink, one->clock->boot,
                                 &one->camera.session));
    ingest_tell_state(&one->camera, one->down, one->clock->boot, "");
    storm_connect(&one->storm, one->clock->boot.us);
    one->began_us = one->clock->boot.us;
    one->connect_us = INT64_MAX;
    one->sessions++;
}

static inline void storm_end_session(struct storm_ingest *one, enum cause cause)
{
    storm_disconnect(&one->storm);
    ingest_tell_state(&one->camera, cause, one->clock->boot,
                      rtsp_session_detail(one->camera.session));
    rtsp_session_destroy(&one->camera.session);
    (void)back_off_ran(&one->back_off, cause,
                       one->clock->boot.us - one->began_us);
    storm_wait_again(one, cause);
}

static inline void storm_try_to_connect(struct storm_ingest *one)
{
    if (one->clock->boot.us < one->connect_us)
        return;
    if (!storm_is(&one->storm, WEATHER_UNREACHABLE)) {
        storm_start_session(one);
        return;
    }
    ingest_tell_state(&one->camera, CAUSE_UNREACHABLE, one->clock->boot, "");
    storm_wait_again(one, CAUSE_UNREACHABLE);
}

/* Ingest is gone, and all that it held of this camera; the test has made a new
 * writer of the ring. */
static inline void storm_ingest_die(struct storm_ingest *one)
{
    storm_disconnect(&one->storm);
    rtsp_session_destroy(&one->camera.session);
    one->camera = (struct ingest_camera){.ingest = one->camera.ingest,
                                         .camera = one->camera.camera};
    one->back_off = (struct back_off){0};
    one->down = CAUSE_RESTART;
    one->connect_us = one->clock->boot.us + 300000;
}

/* Whether what weather lets happen only now and then happens now. */
static inline bool storm_gets_turn(struct storm_ingest *one,
                                   enum weather weather, unsigned most_s)
{
    int64_t now_us = one->clock->boot.us;
    if (!storm_is(&one->storm, weather))
        return true;
    if (now_us < one->turn_us)
        return false;
    one->turn_us =
        now_us + (int64_t)storm_dice(&one->storm, most_s * UINT64_C(1000000));
    return true;
}

static inline void storm_run_session(struct storm_ingest *one)
{
    struct rtsp_session *session = one->camera.session;
    struct storm *storm = &one->storm;
    struct boot_time now = one->clock->boot;
    storm_speak(storm, session, now);
    if (now.us >= rtsp_session_deadline(session).us)
        rtsp_session_tick(session, now);
    bool is_cut = storm_is(storm, WEATHER_FLAPPING) && now.us >= storm->cut_us;
    bool is_thrown_out = (storm_is(storm, WEATHER_REFUSED) ||
                          storm_is(storm, WEATHER_UNAUTHORIZED)) &&
                         storm->is_playing;
    if (is_cut || is_thrown_out)
        rtsp_session_peer_closed(session);
    storm_hear(storm, session, now.us);
    if (rtsp_session_has_ended(session))
        storm_end_session(one, rtsp_session_cause(session));
}

/* A turn of ingest's timer, STORM_STEP_US after the one before. False: the
 * process stood still. */
static inline bool storm_ingest_turn(struct storm_ingest *one)
{
    int64_t now_us = one->clock->boot.us;
    if (now_us % STORM_PICTURE_US == 0 && one->storm.is_connected)
        storm_film(&one->storm, now_us);
    if (!storm_gets_turn(one, WEATHER_STANDSTILL, 30))
        return false;
    ingest_tell_owed(&one->camera);
    if (one->camera.session == NULL)
        storm_try_to_connect(one);
    if (one->camera.session != NULL)
        storm_run_session(one);
    return true;
}

#endif
