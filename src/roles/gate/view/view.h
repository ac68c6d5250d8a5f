/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/view - what a person may look at, and that an entry says so first.
 *
 *   view.c      views: purpose, entry, then the view
 *   ticket.c    tickets for views that are open
 *   sweep.c     views and sessions that have ended
 *   cameras.c   what a person may see: sites, groups, cameras
 *   coverage.c  recorded, missing and destroyed spans of a camera
 *   mask.c      the parts of a camera's pictures that nobody is to see
 *
 * Threads: the loop's.
 */
#ifndef ROLES_GATE_VIEW_H
#define ROLES_GATE_VIEW_H

#include "roles/gate/gate.h"
#include "roles/gate/account/account.h"

/* Closes a session's views with an entry each. how: see entry_kinds.def. */
void gate_views_close(struct gate *gate,
                      const uint8_t session[SESSION_HASH_SIZE],
                      const char *how);
void gate_sweep(struct gate *gate);

/* Whether pictures of this view could be seen: it has had a ticket, in this
 * process, and is one of the last GATE_SHOWN that have. */
bool gate_view_was_shown(const struct gate *gate, uint64_t view);

/* Plain text of two characters at least. Fails with: BAD_INPUT. */
MUST_USE enum status gate_reason_check(struct text reason);
/* One camera that this person may see, for a purpose that the notice states for
 * its group. Not there and not allowed look alike; an entry says so. Fails with:
 * DENIED, BAD_INPUT (the purpose). */
MUST_USE enum status gate_camera_check(struct gate *gate,
                                       const struct gate_person *person,
                                       enum right right, uint32_t camera,
                                       struct text purpose,
                                       struct text address);
/* Somebody who may open one more view. Fails with: AGAIN, DENIED, LIMIT, and as
 * office/office.h. */
MUST_USE enum status gate_viewer_find(struct gate *gate, struct text session,
                                      struct gate_person *out);

#endif
