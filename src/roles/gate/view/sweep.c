/* SPDX-License-Identifier: Apache-2.0 */
/* Views that nobody looks at any more, and sessions that have ended. */
#include "base/text.h"
#include "roles/gate/account/account.h"
#include "roles/gate/gate.h"
#include "roles/gate/view/view.h"
#include "sys/logger.h"

enum { AT_ONCE = 64 };

/* Views that are to be closed; more wait for the next time. */
struct ending {
    struct gate *gate;
    bool is_all; /* of the session, whatever their age */
    size_t count;
    struct {
        uint64_t number;
        uint32_t account;
        uint8_t session[SESSION_HASH_SIZE];
        const char *how;
    } views[AT_ONCE];
};

/* Whether the notice and the account still give what the view shows. */
static bool is_allowed(struct gate *gate, const struct view *view)
{
    struct gate_person person = {.session.account = view->account};
    struct reader in = reader_on(view->cameras);
    enum right right =
        view->kind == VIEW_LIVE ? RIGHT_VIEW_LIVE : RIGHT_VIEW_RECORDED;
    enum status s = account_get(gate->office, view->account, &person.account);
    if (s != STATUS_OK)
        return s != STATUS_NOT_FOUND; /* the database's trouble, not theirs */
    while (reader_more(&in)) {
        if (gate_person_camera(gate, &person, right, reader_u32be(&in)) == NULL)
            return false;
    }
    return true;
}

static enum status collect(void *context, const struct view *view)
{
    struct ending *ending = context;
    struct gate *gate = ending->gate;
    const char *how = NULL;
    if (ending->is_all || view_is_idle(view, gate_now(gate)))
        how = "idle";
    else if (office_session_check(gate->office, view->session,
                                  gate_now(gate)) == STATUS_DENIED)
        how = "session";
    else if (!is_allowed(gate, view))
        how = "right";
    if (how == NULL || ending->count == AT_ONCE)
        return STATUS_OK;
    size_t at = ending->count++;
    ending->views[at].number = view->number;
    ending->views[at].account = view->account;
    ending->views[at].how = how;
    memcpy(ending->views[at].session, view->session, SESSION_HASH_SIZE);
    return STATUS_OK;
}

static void close_all(struct ending *ending, const char *how)
{
    struct gate *gate = ending->gate;
    for (size_t i = 0; i < ending->count; i++) {
        enum status s = view_remove(gate->office, ending->views[i].number,
                                    ending->views[i].session);
        if (s != STATUS_OK)
            continue;
        struct entry entry = entry_of(ENTRY_VIEW_CLOSE);
        entry_number(&entry, "account", ending->views[i].account);
        entry_number(&entry, "view", (int64_t)ending->views[i].number);
        entry_text(&entry, "how",
                   text_of(how == NULL ? ending->views[i].how : how));
        gate_note(gate, &entry);
    }
}

void gate_views_close(struct gate *gate,
                      const uint8_t session[SESSION_HASH_SIZE], const char *how)
{
    struct ending ending = {.gate = gate, .is_all = true};
    enum status s = view_each(gate->office, session, collect, &ending);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "views not closed status=%s", status_name(s));
    close_all(&ending, how);
}

void gate_sweep(struct gate *gate)
{
    struct ending ending = {.gate = gate};
    enum status s = view_each(gate->office, NULL, collect, &ending);
    close_all(&ending, NULL);
    if (s == STATUS_OK)
        s = office_session_sweep(gate->office, gate_now(gate));
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "sweep not finished status=%s", status_name(s));
}
