/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office/view - sittings that are open: what their entry has allowed.
 *
 * A view is made only after its entry is durable, and bears its number. It
 * belongs to one session and gives tickets inside its cameras and span until
 * it is closed, its session ends, or VIEW_IDLE_S pass without a ticket. It
 * survives a restart of the gate.
 *
 * Errors as in office/office.h. Threads: the loop's.
 */
#ifndef OFFICE_VIEW_H
#define OFFICE_VIEW_H

#include "model/camera.h"
#include "model/span.h"
#include "office/session.h"

enum view_kind { VIEW_RECORDED = 1, VIEW_LIVE = 2 };

enum { VIEW_CAMERAS_SIZE = 4 * CAMERAS_MAX };

struct view {
    uint64_t number; /* of the entry */
    uint32_t account;
    uint8_t session[SESSION_HASH_SIZE];
    enum view_kind kind;
    struct bytes cameras; /* u32 big-endian each; borrowed */
    struct span span;     /* empty for live */
    struct wall_time used;
};

/* Fails also with: CONFLICT, LIMIT (VIEWS_OF_SESSION_MAX). */
MUST_USE enum status view_add(struct office *office, const struct view *view);

/*
 * The view of this number, of that very session. on_view is called with it,
 * since its cameras live only meanwhile. Fails also with: DENIED (there is
 * none, or it is another's, or it has been idle).
 */
typedef enum status view_fn(void *context, const struct view *view);
MUST_USE enum status view_use(struct office *office, uint64_t number,
                              const uint8_t session[SESSION_HASH_SIZE],
                              struct wall_time now, view_fn *on_view,
                              void *context);

/* Forgets it. Fails also with: NOT_FOUND (or another session's). */
MUST_USE enum status view_remove(struct office *office, uint64_t number,
                                 const uint8_t session[SESSION_HASH_SIZE]);

/* Open views of a session. */
MUST_USE enum status view_count(struct office *office,
                                const uint8_t session[SESSION_HASH_SIZE],
                                uint64_t *out);

/* All views of a session, or of every session (NULL), by number. */
MUST_USE enum status view_each(struct office *office,
                               const uint8_t session[SESSION_HASH_SIZE],
                               view_fn *on_view, void *context);

bool view_is_idle(const struct view *view, struct wall_time now);

#endif
