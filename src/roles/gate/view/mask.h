/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/view/mask - which part of the pictures nobody is to see;
 * docs/design/masks.md.
 *
 * What is recorded stays as the camera sent it. The vault is told the regions
 * of display masks, and each ticket of a view says for which cameras they hold;
 * only the ticket of an export does not.
 */
#ifndef ROLES_GATE_VIEW_MASK_H
#define ROLES_GATE_VIEW_MASK_H

#include "roles/gate/gate.h"

/* Whether a mask of the camera holds: of any kind; laid over pictures. */
bool gate_camera_has_mask(const struct gate *gate,
                          const struct plant_camera *camera);
bool gate_camera_is_covered(const struct gate *gate,
                            const struct plant_camera *camera);

/* The camera's masks that hold as "masks": [...]. */
void gate_masks_write(const struct gate *gate, struct json *json,
                      const struct plant_camera *camera);

/* Those of all cameras that have some, for the log's digest; empty: none. */
void gate_masks_write_all(const struct gate *gate, struct buffer *out);

/* Tells the vault, if it is there, what is to be covered. */
void gate_masks_tell(struct gate *gate);

/* The view's cameras as they stand in its ticket, marked where they are
 * covered. Sticky failure in out. */
void gate_masks_mark(const struct gate *gate, struct bytes cameras,
                     struct buffer *out);

#endif
