/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/camera/promise - what a camera says of itself against what the notice
 * says of its group, by the judgement of the running recorder. */
#ifndef CMD_CAMERA_PROMISE_H
#define CMD_CAMERA_PROMISE_H

#include "cmd/camera/survey.h"
#include "notice/promise/capability.h"

/* Of a survey that was answered. Fails with: INTERNAL. */
MUST_USE enum status camera_promise_report(const struct camera_survey *survey,
                                           struct camera_report *out);

/*
 * Its masks are held against those of plant.yaml, or else those that it told
 * first, which stand in the installation's log. Fails with: as reading the log,
 * BAD_INPUT; then differs is filled, but its masks are held against none.
 */
MUST_USE enum status camera_promise_compare(const char *directory,
                                            const struct plant_camera *camera,
                                            const struct notice_group *group,
                                            const struct camera_report *report,
                                            bool differs[CAPABILITY_COUNT]);

#endif
