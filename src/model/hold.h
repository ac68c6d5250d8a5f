/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/hold - the key subject under which a hold's copies are sealed.
 *
 * A hold keeps a span of one camera beyond its period. It has a number, from 1,
 * never given twice in one installation; number and camera together are the
 * key subject of its seeds and stand as "camera" in the headers of its records:
 *
 *   subject = hold << 16 | camera          (65536, personal text, is no hold)
 *
 * Its records stand in volumes of a class of their own. Its units are minutes,
 * whatever the camera's are.
 */
#ifndef MODEL_HOLD_H
#define MODEL_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "model/camera.h"

enum {
    HOLD_NUMBER_MIN = 1,
    HOLD_NUMBER_MAX = 65535,
    HOLD_CLASS = 65535, /* of volumes; no group's */
    HOLD_SLOT_S = 3600,
    HOLD_UNIT_S = 60,
    HOLD_SPAN_MAX_S = 31 * 86400,
    HOLD_YEARS_MAX = 10, /* ahead of now, until its end */
    HOLD_SHIFT = 16,
    HOLD_CAMERA_MASK = 0xffff,
};

static inline uint32_t hold_subject(uint32_t hold, uint32_t camera)
{
    return hold << HOLD_SHIFT | camera;
}

static inline bool subject_is_hold(uint32_t subject)
{
    return subject > SUBJECT_TEXT_MONTH && (subject & HOLD_CAMERA_MASK) != 0;
}

/* 0: no hold's. */
static inline uint32_t hold_of_subject(uint32_t subject)
{
    return subject_is_hold(subject) ? subject >> HOLD_SHIFT : 0;
}

/* The camera itself, or the one of which a hold keeps a copy. */
static inline uint32_t camera_of_subject(uint32_t subject)
{
    return subject_is_hold(subject) ? subject & HOLD_CAMERA_MASK : subject;
}

#endif
