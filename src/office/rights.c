/* SPDX-License-Identifier: Apache-2.0 */
#include "office/rights.h"

#include "base/text.h"

enum grant {
    NO = 0,
    YES,
    TILL_ADMINISTRATOR, /* while there is none */
};

static const char *const ROLE_NAMES[ACCOUNT_ROLE_COUNT] = {
    [ACCOUNT_CHIEF_MANAGER] = "chief_manager",
    [ACCOUNT_ACCESS_HOLDER] = "access_holder",
    [ACCOUNT_REQUEST_CLERK] = "request_clerk",
    [ACCOUNT_MONITOR] = "monitor",
    [ACCOUNT_AUDITOR] = "auditor",
    [ACCOUNT_TECHNICIAN] = "technician",
    [ACCOUNT_ADMINISTRATOR] = "administrator",
};

static const char *const RIGHT_NAMES[RIGHT_COUNT] = {
    [RIGHT_SEE_CAMERAS] = "see_cameras",
    [RIGHT_VIEW_RECORDED] = "view_recorded",
    [RIGHT_VIEW_LIVE] = "view_live",
    [RIGHT_READ_LOG] = "read_log",
    [RIGHT_READ_TEXTS] = "read_texts",
    [RIGHT_MANAGE_ACCOUNTS] = "manage_accounts",
    [RIGHT_SEE_STATUS] = "see_status",
    [RIGHT_DESTROY] = "destroy",
    [RIGHT_HOLD] = "hold",
    [RIGHT_CONFIRM_CLOCK] = "confirm_clock",
    [RIGHT_KEEP_LEDGER] = "keep_ledger",
    [RIGHT_REVIEW] = "review",
    [RIGHT_EXPORT] = "export",
    [RIGHT_PUBLISH] = "publish",
};

static const enum grant GRANTS[ACCOUNT_ROLE_COUNT][RIGHT_COUNT] = {
    /* see_cameras, view_recorded, view_live, read_log, read_texts,
       manage_accounts, see_status, destroy, hold, confirm_clock, keep_ledger,
       review, export, publish */
    [ACCOUNT_CHIEF_MANAGER] = {YES, YES, YES, YES, YES, TILL_ADMINISTRATOR,
                               YES, YES, YES, YES, YES, YES, YES, YES},
    [ACCOUNT_ACCESS_HOLDER] = {YES, YES, YES, NO, NO, NO, NO, NO, NO, YES, YES,
                               NO, YES, NO},
    [ACCOUNT_REQUEST_CLERK] = {YES, NO, NO, NO, NO, NO, NO, NO, YES, NO, YES,
                               NO, NO, NO},
    [ACCOUNT_MONITOR] = {YES, NO, YES, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
                         NO},
    [ACCOUNT_AUDITOR] = {YES, NO, NO, YES, YES, NO, YES, NO, NO, YES, NO, YES,
                         NO, NO},
    [ACCOUNT_TECHNICIAN] = {YES, NO, NO, NO, NO, NO, YES, NO, NO, NO, NO, NO,
                            NO, NO},
    [ACCOUNT_ADMINISTRATOR] = {YES, NO, NO, YES, NO, YES, YES, NO, NO, YES, NO,
                               NO, NO, NO},
};

const char *account_role_name(enum account_role role)
{
    return ROLE_NAMES[role];
}

const char *right_name(enum right right)
{
    return RIGHT_NAMES[right];
}

enum status account_role_from_name(struct text name, enum account_role *out)
{
    for (unsigned role = 0; role < ACCOUNT_ROLE_COUNT; role++) {
        if (!text_equal(name, text_of(ROLE_NAMES[role])))
            continue;
        *out = (enum account_role)role;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

bool role_has_right(enum account_role role, enum right right,
                    bool has_administrator)
{
    enum grant grant = GRANTS[role][right];
    return grant == YES || (grant == TILL_ADMINISTRATOR && !has_administrator);
}

bool role_reaches_all_groups(enum account_role role)
{
    return role == ACCOUNT_AUDITOR || role == ACCOUNT_TECHNICIAN ||
           role == ACCOUNT_ADMINISTRATOR;
}
