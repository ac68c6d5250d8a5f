/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/plant_masks - the cameras' masks: of plant.yaml.
 *
 * A recording is never altered: a mask is a setting that says which part of
 * the picture nobody is to see, and whether the camera itself blacks it out.
 */
#ifndef NOTICE_PLANT_MASKS_H
#define NOTICE_PLANT_MASKS_H

#include "notice/finding.h"
#include "notice/plant.h"
#include "notice/yaml_fill.h"

enum { PLANT_MASKS_MAX = 16 }; /* of a camera */

extern const struct yaml_field PLANT_MASK_FIELDS[];

/* Reads the regions, and finds what is wrong with them. */
void plant_masks_check(struct plant *plant, struct findings *findings);

/* Finds the notice's exclusions, of groups that are run here, that no mask of
 * the group's cameras meets. */
void plant_masks_bind(const struct plant *plant, const struct notice *notice,
                      const char *notice_file, struct findings *findings);

const char *plant_mask_by_name(enum plant_mask_by by);

#endif
