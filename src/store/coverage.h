/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/coverage - which time of one camera is accounted for, and the gaps.
 *
 *   A sample that begins more than GAP_TOLERANCE_US after the end of what is
 *   covered makes a GAP, with the last cause heard since.
 *   A camera silent for SILENCE_US makes a GAP_OPEN, once.
 *   Where hours of filming begin or end, a gap ends and another begins.
 *
 * Threads: none.
 */
#ifndef STORE_COVERAGE_H
#define STORE_COVERAGE_H

#include <stdbool.h>

#include "model/event.h"

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

/* Packets were lost: the cause of a gap that may follow. */
void coverage_on_loss(struct coverage *coverage, uint32_t packets);

/* A sample. True, and *out a GAP, where one ends with it; its detail is
 * borrowed until the next call. A GAP_OPEN that was told is always ended, by an
 * empty GAP where the pictures were only late. */
bool coverage_on_sample(struct coverage *coverage, struct span sample,
                        struct event *out);

/* The time is now. True, and *out a GAP_OPEN, where the camera has been silent
 * for SILENCE_US and that was not told yet. */
bool coverage_on_time(struct coverage *coverage, struct wall_time now,
                      struct event *out);

/* The recorder stops: a GAP_OPEN in any case. */
void coverage_on_stop(struct coverage *coverage, struct event *out);

#endif
