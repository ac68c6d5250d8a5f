/* SPDX-License-Identifier: Apache-2.0 */
/* notice/plant_keys - the section keys: of plant.yaml. */
#ifndef NOTICE_PLANT_KEYS_H
#define NOTICE_PLANT_KEYS_H

#include "notice/finding.h"
#include "notice/plant.h"
#include "notice/yaml_fill.h"

extern const struct yaml_field PLANT_KEYS_FIELDS[];

/* Finds what is wrong, and fills in what was left out. */
void plant_keys_check(struct plant *plant, struct findings *findings);

#endif
