/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/router - the one table of what may be asked: method, path, who may ask.
 *
 * docs/reference/api/openapi.yaml describes the same table; a unit test holds
 * one against the other. A path not in it may still be a file of the console
 * (web/static_files).
 */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include <stdbool.h>

#include "base/buffer.h"
#include "web/request.h"

enum endpoint {
    ENDPOINT_HEALTH,
    ENDPOINT_SESSION_GET,
    ENDPOINT_LOGIN_FIRST,
    ENDPOINT_LOGIN,
    ENDPOINT_LOGOUT,
    ENDPOINT_CAMERAS,
    ENDPOINT_COVERAGE,
    ENDPOINT_VIEW_OPEN,
    ENDPOINT_VIEW_CLOSE,
    ENDPOINT_VIEW_MEDIA,
    ENDPOINT_VIEW_MOTION,
    ENDPOINT_VIEW_DOWNLOAD,
    ENDPOINT_LIVE_OPEN,
    ENDPOINT_LIVE_STREAM,
    ENDPOINT_ENTRIES,
    ENDPOINT_STATUS,
    ENDPOINT_ACCOUNTS,
    ENDPOINT_ACCOUNT_ADD,
    ENDPOINT_ACCOUNT_CLOSE,
    ENDPOINT_PUBLIC, /* all pages of model/public_page.h */
    ENDPOINT_DESTRUCTIONS,
    ENDPOINT_DESTRUCTION_ORDER,
    ENDPOINT_DESTRUCTION,
    ENDPOINT_DESTRUCTION_PAGE,
    ENDPOINT_HOLDS,
    ENDPOINT_HOLD_ORDER,
    ENDPOINT_HOLD,
    ENDPOINT_HOLD_EXTEND,
    ENDPOINT_HOLD_END,
    ENDPOINT_CLOCK_CONFIRM,
    ENDPOINT_LEDGER,
    ENDPOINT_LEDGER_REMARK,
    ENDPOINT_LEDGER_ITEMS,
    ENDPOINT_LEDGER_ADD,
    ENDPOINT_LEDGER_CORRECT,
    ENDPOINT_LEDGER_END,
    ENDPOINT_DUTY_ADD,
    ENDPOINT_DUTY_DONE,
    ENDPOINT_REVIEW,
    ENDPOINT_REVIEW_SIGN,
    ENDPOINT_WITNESS,
    ENDPOINT_VIEW_GROUPS,
    ENDPOINT_EXPORTS,
    ENDPOINT_EXPORT_ORDER,
    ENDPOINT_EXPORT_ORDERS,
    ENDPOINT_EXPORT_ASK,
    ENDPOINT_EXPORT_ORDER_ONE,
    ENDPOINT_EXPORT_ANSWER,
    ENDPOINT_EXPORT_TAKE,
    ENDPOINT_PASSWORD_AGAIN,
    ENDPOINT_EXPORT_MADE,
    ENDPOINT_EXPORT_DESTROYED,
    ENDPOINT_VERSIONS,
    ENDPOINT_EXCLUSIONS,
    ENDPOINT_EXCLUSION_SIGN,
    ENDPOINT_DRAFTS,
    ENDPOINT_VERSION_CHANGE,
    ENDPOINT_VERSION_PUBLISH,
    ENDPOINT_VERSION_WITHDRAW,
    ENDPOINT_VERSION_CONFIRM,
    ENDPOINT_COUNT
};

enum route_flags {
    ROUTE_SESSION = 1, /* refused without a session's cookie */
    ROUTE_CHANGE = 2,  /* refused unless request.is_own_page */
    ROUTE_JSON = 4,    /* has a JSON body */
    ROUTE_LOCAL = 8,   /* answered on the local socket, without a session */
    ROUTE_LOCAL_PERSON = 16, /* and there, for who has signed in */
};

struct route {
    enum http_method method;
    const char *pattern; /* one {name} at most: a number, u64 */
    enum endpoint endpoint;
    unsigned flags;  /* enum route_flags */
    size_t body_max; /* bytes */
};

/* All routes; *count of them. */
const struct route *router_table(size_t *count);

/*
 * *number: what stands for {name}, or 0. Fails with: NOT_FOUND (no such path),
 * CONFLICT (path known, method not: *allowed has the methods' bits).
 */
MUST_USE enum status router_find(enum http_method method, struct text path,
                                 const struct route **out, uint64_t *number,
                                 unsigned *allowed);

/* "GET, POST" and the like, for the Allow header. */
void router_write_methods(unsigned methods, struct buffer *out);

#endif
