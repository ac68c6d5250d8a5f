/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/camera/test - what `haechi camera test` found, and how it is said. */
#ifndef CMD_CAMERA_TEST_H
#define CMD_CAMERA_TEST_H

#include "cmd/camera/judge.h"

struct camera_test {
    const struct camera_target *target; /* borrowed */
    const struct notice_group *group;
    struct camera_survey survey;
    struct camera_stream stream;
    struct camera_stream sub; /* was_asked false: there is none, or no use */
    struct camera_verdict verdict;
};

void camera_test_print(const struct camera_test *test, enum language language);
void camera_test_print_json(const struct camera_test *test);

/* A fault among what was found. */
bool camera_test_has_fault(const struct camera_test *test);

#endif
