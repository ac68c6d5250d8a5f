/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/coverage - which time of one camera is accounted for, and the gaps.
 *
 *   A sample that begins more than GAP_TOLERANCE_US after the end of what is
 *   covered makes a GAP, with the last cause heard since.
 *   A camera of which nothing has come for SILENCE_US makes a GAP_OPEN, once.
 *   Lost packets make a GAP, however short the hole: the first at once, by
 *   itself; what follows together, as an empty one: that of the next minute, of
 *   two, of four, up to an hour, until there was none for an hour. So a camera
 *   that loses packets all the time is some thirty entries a day.
 *   Where hours of filming begin or end, a gap ends and another begins.
 *
 * Threads: none.
 */
#ifndef STORE_COVERAGE_H
#define STORE_COVERAGE_H

#include <stdbool.h>

#include "model/event.h"

enum { DAMAGE_WORDS_SIZE = 64 };

struct coverage {
    uint32_t camera;
    struct wall_time until;   /* recorded or told as a gap up to here */
    struct wall_time settled; /* the same without the last sample */
    bool has_open_gap;        /* GAP_OPEN has been told */
    enum cause cause;         /* heard since the last sample; NONE */
    enum cause default_cause; /* where nothing was heard */
    enum cause state;         /* of the camera, as last told */
    bool is_state_known;
    bool is_split; /* a gap has ended and another begun without a picture */
    struct wall_time heard; /* when a sample came last; 0: not known */
    uint32_t lost_packets;  /* since the last sample */
    struct {
        struct wall_time told;
        int64_t every_us; /* until the next is told */
        struct wall_time last; /* hole of those that are not told yet */
        uint32_t holes;
        uint32_t packets;
        int64_t missing_us;
        char words[DAMAGE_WORDS_SIZE];
    } damage;
    size_t detail_size;
    char detail[EVENT_DETAIL_MAX];
};

/* Accounted for up to until; default_cause: RESTART, STARTING. */
struct coverage coverage_from(uint32_t camera, struct wall_time until,
                              enum cause default_cause);

/* Why there may be no picture. True, and *out a CAMERA_STATE, where the
 * camera's state changes by it. detail is borrowed from the coverage. */
bool coverage_on_state(struct coverage *coverage, enum cause cause,
                       struct text detail, struct wall_time time,
                       struct event *out);

/* Before coverage_on_state: what is planned is a gap of its own, and so is what
 * comes behind it. True, and *out a GAP, where one ends here without a picture;
 * borrowed as by coverage_on_sample. */
bool coverage_split(struct coverage *coverage, enum cause cause,
                    struct wall_time time, struct event *out);

/* Trusted time has stepped: what is between is no fault of the camera. */
void coverage_on_step(struct coverage *coverage, struct wall_time now);

/* Packets were lost: the cause of the gap that follows. */
void coverage_on_loss(struct coverage *coverage, uint32_t packets);

/* A sample. True, and *out a GAP, where one ends with it; its detail is
 * borrowed until the next call. A GAP_OPEN that was told is always ended, by an
 * empty GAP where the pictures were only late. */
bool coverage_on_sample(struct coverage *coverage, struct span sample,
                        struct event *out);

/* A sample has come, of whatever time: pictures that are late are no silence. */
void coverage_on_arrival(struct coverage *coverage, struct wall_time now);

/* The time is now. True, and *out a GAP_OPEN, where the camera has been silent
 * for SILENCE_US and that was not told yet; or a GAP, of losses. */
bool coverage_on_time(struct coverage *coverage, struct wall_time now,
                      struct event *out);

/* Losses that wait to be told together: now. True, and *out an empty GAP, where
 * there are some. */
bool coverage_tell_damage(struct coverage *coverage, struct wall_time now,
                          struct event *out);

/* The recorder stops: a GAP_OPEN in any case. */
void coverage_on_stop(struct coverage *coverage, struct event *out);

#endif
