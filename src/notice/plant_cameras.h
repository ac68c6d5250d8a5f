/* SPDX-License-Identifier: Apache-2.0 */
/* notice/plant_cameras - the rows under `cameras:` of plant.yaml. */
#ifndef NOTICE_PLANT_CAMERAS_H
#define NOTICE_PLANT_CAMERAS_H

#include "notice/plant.h"
#include "notice/yaml_fill.h"

enum { PLANT_BITRATE_KBPS_MAX = 64000 }; /* no camera is taken that sends more */

/* Of struct plant_camera. */
extern const struct yaml_field PLANT_CAMERA_FIELDS[];

/* What is wrong with one of them, or between two. */
void plant_cameras_check(const char *file, const struct plant *plant,
                         struct findings *findings);

#endif
