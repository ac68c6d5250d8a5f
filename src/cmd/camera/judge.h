/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/judge - what is wrong with a camera, seen from plant and notice,
 * with its exact remedy: one table, checks.def.
 *
 * Pure: no camera is asked here.
 */
#ifndef CMD_CAMERA_JUDGE_H
#define CMD_CAMERA_JUDGE_H

#include "cmd/camera/stream.h"
#include "cmd/camera/survey.h"
#include "notice/promise/promise.h"

enum camera_check {
#define CHECK(NAME, name, severity, ko, ko_remedy, en, en_remedy)              \
    CAMERA_CHECK_##NAME,
#include "cmd/camera/checks.def"
#undef CHECK
    CAMERA_CHECKS,
};

enum camera_severity { CAMERA_DOUBT, CAMERA_FAULT };

struct camera_verdict {
    bool found[CAMERA_CHECKS];
    bool sub_found[CAMERA_CHECKS]; /* of the smaller stream alone */
    /* What the notice says otherwise, as camera compare finds it, and no check
     * of ours has said. */
    bool differs[CAPABILITY_COUNT];
};

/* What has been seen of a camera; all borrowed. */
struct camera_evidence {
    const struct camera_target *target;
    const struct notice_group *group;
    const struct camera_survey *survey;
    const struct camera_stream *stream;
    const struct camera_stream *sub;
    const bool *differs; /* CAPABILITY_COUNT of them; NULL: not compared */
};

void camera_judge(const struct camera_evidence *evidence,
                  struct camera_verdict *out);

const char *camera_check_name(enum camera_check check);
enum camera_severity camera_check_severity(enum camera_check check);
const char *camera_check_words(enum camera_check check, enum language language);
const char *camera_check_remedy(enum camera_check check,
                                enum language language);

/* The notice promises a mask that the camera itself makes. */
bool camera_wants_mask(const struct notice_group *group);

#endif
