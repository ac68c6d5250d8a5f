/* SPDX-License-Identifier: Apache-2.0 */
/* notice/plant_witness - `witnesses`, `witnessed` and `timestamps`. */
#ifndef NOTICE_PLANT_WITNESS_H
#define NOTICE_PLANT_WITNESS_H

#include "notice/plant.h"
#include "notice/yaml_fill.h"

extern const struct yaml_field PLANT_WITNESS_FIELDS[];
extern const struct yaml_field PLANT_WITNESSED_FIELDS[];
extern const struct yaml_field PLANT_TIMESTAMPS_FIELDS[];

/* Fills in what the texts mean: address, fingerprint. */
void plant_witness_check(struct plant *plant, struct findings *findings);

#endif
