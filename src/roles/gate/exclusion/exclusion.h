/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/exclusion - places that the notice excludes from filming: whether
 * somebody has signed for each camera that it does not show them.
 *
 *   exclusion.c  how each stands
 *   sign.c       what people ask and sign
 *
 * A signature proves what it was about: the notice's words and means, where
 * the camera is, its masks for the place. Any of these that is another, and the
 * signature proves nothing (docs/design/masks.md). Threads: the loop's.
 */
#ifndef ROLES_GATE_EXCLUSION_H
#define ROLES_GATE_EXCLUSION_H

#include "roles/gate/gate.h"

/* SHA-256 of what a signature for the place on this camera is about, in
 * hexadecimal. Fails with: NO_MEMORY, LIMIT, INTERNAL. */
MUST_USE enum status
gate_exclusion_state(const struct plant_camera *camera,
                     const struct notice_exclusion *exclusion,
                     char out[EXCLUSION_DIGEST_SIZE]);

/* The place, of the group of the camera; NULL: its notice names none so. */
const struct notice_exclusion *
gate_exclusion_find(const struct gate *gate, const struct plant_camera *camera,
                    struct text place);

/* Whether the camera itself blackens the place, as the plant says. */
bool gate_exclusion_is_masked(const struct plant_camera *camera,
                              struct text place);

/* Whether it proves that the camera does not show the place now. signature may
 * be NULL. */
bool gate_exclusion_is_proven(const struct plant_camera *camera,
                              const struct notice_exclusion *exclusion,
                              const struct exclusion_signature *signature);

/* How many of the places that a camera is not to show are proven, and by when
 * all that are were signed. */
void gate_exclusions_count(const struct gate *gate,
                           const struct plant_camera *camera,
                           struct promise_camera *out);

#endif
