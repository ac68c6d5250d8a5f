/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office/rights - which role may do what: one table.
 *
 * A right to pictures holds only inside the groups that the notice gives to
 * the account's person; that limit is the gate's, since it knows the notice.
 *
 * The first account is a chief manager. While there is no administrator, a
 * chief manager also manages accounts: somebody has to begin. As soon as an
 * administrator's account is open, that right rests with it alone.
 *
 * Threads: any; constant.
 */
#ifndef OFFICE_RIGHTS_H
#define OFFICE_RIGHTS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

enum account_role {
    ACCOUNT_CHIEF_MANAGER,
    ACCOUNT_ACCESS_HOLDER,
    ACCOUNT_REQUEST_CLERK,
    ACCOUNT_MONITOR,
    ACCOUNT_AUDITOR,
    ACCOUNT_TECHNICIAN,
    ACCOUNT_ADMINISTRATOR,
    ACCOUNT_ROLE_COUNT
};

enum right {
    RIGHT_SEE_CAMERAS, /* names, places and states, no picture */
    RIGHT_VIEW_RECORDED,
    RIGHT_VIEW_LIVE,
    RIGHT_READ_LOG,   /* the lines, with commitments */
    RIGHT_READ_TEXTS, /* and the personal texts behind them */
    RIGHT_MANAGE_ACCOUNTS,
    RIGHT_SEE_STATUS,
    RIGHT_DESTROY, /* order what goes before its time */
    RIGHT_HOLD, /* keep a span beyond its period, for a stated reason */
    RIGHT_CONFIRM_CLOCK, /* say, as one of two, that the wall clock is right */
    RIGHT_KEEP_LEDGER, /* enter what was printed or copied, and its end */
    RIGHT_REVIEW,      /* sign that a month's accesses were looked through */
    RIGHT_EXPORT, /* take recorded video out, as an evidence package */
    RIGHT_PUBLISH, /* announce the next version of the notice */
    RIGHT_COUNT
};

/* Stable names: "access_holder", "view_recorded". Never NULL. */
const char *account_role_name(enum account_role role);
const char *right_name(enum right right);

/* Fails with: NOT_FOUND. */
MUST_USE enum status account_role_from_name(struct text name,
                                            enum account_role *out);

/* has_administrator: an administrator's account is open. */
bool role_has_right(enum account_role role, enum right right,
                    bool has_administrator);

/* True for the roles that see no picture and so may know of every group; all
 * others are held to the groups that the notice gives to their person. */
bool role_reaches_all_groups(enum account_role role);

#endif
