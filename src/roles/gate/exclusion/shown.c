/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody signs for a picture that was not put before them, under an entry. */
#include "base/cleanup.h"
#include "office/limits.h"
#include "roles/gate/exclusion/exclusion.h"
#include "roles/gate/ledger/ledger.h"
#include "roles/gate/view/view.h"

enum {
    /* A live picture begins with the last that stands alone. */
    LIVE_BEHIND_US = 60 * SECOND_US,
};

static const int64_t AGE_US = (int64_t)VIEW_IDLE_S * SECOND_US;

struct showing {
    const struct gate *gate;
    const struct gate_exclusion_picture *picture;
};

static bool shows_camera(const struct view *view, uint32_t camera)
{
    struct reader in = reader_on(view->cameras);
    while (reader_more(&in))
        if (stream_camera(reader_u32be(&in)) == camera)
            return true;
    return false;
}

/* A view's number is that of the entry which opened it. */
static enum status find_opened(const struct gate *gate,
                               const struct view *view, struct wall_time *out)
{
    AUTO(buffer_deinit) struct buffer line = buffer_with_limit(LOG_LINE_MAX);
    struct entry_line entry;
    enum status s = gate_entry_read(gate, view->number, &line, &entry);
    if (s == STATUS_OK)
        *out = entry.time;
    return s;
}

static enum status check(void *context, const struct view *view)
{
    const struct showing *showing = context;
    const struct gate *gate = showing->gate;
    const struct gate_exclusion_picture *picture = showing->picture;
    struct wall_time opened = {0};
    enum status s = find_opened(gate, view, &opened);
    if (s != STATUS_OK)
        return s;
    int64_t from_us = view->kind == VIEW_LIVE ? opened.us - LIVE_BEHIND_US
                                              : view->span.from.us;
    bool is_of_view =
        picture->taken.us >= from_us &&
        (view->kind == VIEW_LIVE || picture->taken.us <= view->span.to.us);
    return is_of_view && shows_camera(view, picture->camera) &&
                   gate_view_was_shown(gate, view->number) &&
                   picture->taken.us >= gate_now(gate).us - AGE_US
               ? STATUS_OK
               : STATUS_CONFLICT;
}

enum status gate_exclusion_shown(struct gate *gate,
                                 const struct gate_person *person,
                                 const struct gate_exclusion_picture *picture)
{
    struct showing showing = {.gate = gate, .picture = picture};
    enum status s = view_use(gate->office, picture->view, person->session.hash,
                             gate_now(gate), check, &showing);
    return s == STATUS_DENIED ? STATUS_CONFLICT : s;
}
