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

/* Whether a camera has a mask that is laid over pictures for people. */
bool plant_covers_pictures(const struct plant *plant);

/* Whether it holds under a notice whose group the camera's is. */
bool plant_mask_holds(const struct plant_mask *mask,
                      const struct notice_group *group);

/* Whether a camera of the group (an index) has a mask of this kind for the
 * exclusion, which is known by its Korean words. */
bool plant_masks_meet(const struct plant *plant, size_t group,
                      const struct notice_exclusion *exclusion,
                      enum plant_mask_by by);

const char *plant_mask_by_name(enum plant_mask_by by);

#endif
