/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/camera/words - why something did not work, for people. */
#ifndef CMD_CAMERA_WORDS_H
#define CMD_CAMERA_WORDS_H

#include "cmd/camera/survey.h"
#include "model/language.h"

/* Why a camera that was asked (reached: not OK) says nothing, or not what it was
 * asked for. The camera's own words, where it has some, stand in fault. */
const char *camera_words_silence(const struct camera_survey *survey,
                                 enum language language);

/* Why a file could not be read or written. */
const char *camera_words_file(enum status status, enum language language);

#endif
