/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/exclusion - places that the notice excludes from filming: whether
 * somebody has signed for each camera that it does not show them.
 *
 *   exclusion.c  how each stands
 *   shown.c      whether who signs has had the picture before them
 *   sign.c       what people ask and sign
 *
 * A signature proves what it was about: the notice's words and means, where
 * the camera is, its masks for the place. Any of these that is another, and the
 * signature proves nothing (docs/design/masks.md). Threads: the loop's.
 */
#ifndef ROLES_GATE_EXCLUSION_H
#define ROLES_GATE_EXCLUSION_H

#include "roles/gate/account/account.h"
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

/* A picture that somebody signs. */
struct gate_exclusion_picture {
    uint64_t view;          /* in which it was shown */
    uint32_t camera;        /* either stream of it */
    struct wall_time taken; /* as web says */
};

/*
 * Whether that view is this session's and open, has had a ticket, and could
 * show the camera's picture of that time, at most VIEW_IDLE_S ago. Fails with:
 * CONFLICT (no), and as office/office.h.
 */
MUST_USE enum status
gate_exclusion_shown(struct gate *gate, const struct gate_person *person,
                     const struct gate_exclusion_picture *picture);

/* How many of the places that a camera is not to show are proven, and by when
 * all that are were signed. */
void gate_exclusions_count(const struct gate *gate,
                           const struct plant_camera *camera,
                           struct promise_camera *out);

#endif
