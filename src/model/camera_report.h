/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/camera_report - what a camera says of itself, as far as a notice
 * promises something about it.
 *
 * On its way between processes: sound, turns, copies u8 each, knows_masks u8,
 * masks u16, pixels u32, digest of the masks. Threads: none; plain values.
 */
#ifndef MODEL_CAMERA_REPORT_H
#define MODEL_CAMERA_REPORT_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

enum camera_answer {
    CAMERA_ANSWER_UNKNOWN, /* it does not say */
    CAMERA_ANSWER_NO,
    CAMERA_ANSWER_YES,
    CAMERA_ANSWER_COUNT
};

enum {
    CAMERA_MASKS_SHA256_SIZE = 32,
    CAMERA_REPORT_SIZE = 10 + CAMERA_MASKS_SHA256_SIZE,
};

struct camera_report {
    enum camera_answer sound;  /* a profile carries it */
    enum camera_answer turns;  /* a profile can be turned or zoomed */
    enum camera_answer copies; /* it keeps recordings of its own */
    bool knows_masks;
    uint16_t masks; /* privacy masks that are on */
    uint32_t pixels; /* width times height of its largest picture; 0: unknown */
    /* Over all of its masks, in no order; zeros where they are not known. */
    uint8_t masks_sha256[CAMERA_MASKS_SHA256_SIZE];
};

/* "unknown", "no", "yes": stable. Never NULL. */
const char *camera_answer_name(enum camera_answer answer);
/* UNKNOWN for any other. */
enum camera_answer camera_answer_of(struct text name);

bool camera_report_equal(const struct camera_report *a,
                         const struct camera_report *b);

void camera_report_encode(const struct camera_report *report,
                          uint8_t out[CAMERA_REPORT_SIZE]);
/* Fails with: BAD_INPUT. */
MUST_USE enum status camera_report_decode(struct bytes in,
                                          struct camera_report *out);

#endif
