/* SPDX-License-Identifier: Apache-2.0 */
#include "web/router.h"

#include "base/number.h"
#include "base/text.h"
#include "web/limits.h"

#define API "/api/v1"

/* In Korean and in English; see model/public_page.h. */
#define PUBLIC(suffix)                                                         \
    {METHOD_GET, "/public" suffix, ENDPOINT_PUBLIC, 0, 0},                     \
        {METHOD_GET, "/public/en" suffix, ENDPOINT_PUBLIC, 0, 0}

enum {
    SMALL_BODY = 4096,          /* names, passwords, a reason */
    LEDGER_BODY = 8192,         /* all the texts of a row */
    WITNESS_BODY = 16384,       /* C2SP add-checkpoint; ours are below 4 KiB */
    EXPORT_BODY = 16384,        /* five texts */
    CHANGE = ROUTE_SESSION | ROUTE_CHANGE,
    CHANGE_JSON = ROUTE_SESSION | ROUTE_CHANGE | ROUTE_JSON,
    LOGIN_JSON = ROUTE_CHANGE | ROUTE_JSON,
    ANYWHERE = ROUTE_SESSION | ROUTE_LOCAL,
};

static const struct route ROUTES[] = {
    {METHOD_GET, API "/health", ENDPOINT_HEALTH, ROUTE_LOCAL, 0},
    {METHOD_GET, API "/session", ENDPOINT_SESSION_GET, 0, 0},
    {METHOD_POST, API "/session/first", ENDPOINT_LOGIN_FIRST, LOGIN_JSON,
     SMALL_BODY},
    {METHOD_POST, API "/session", ENDPOINT_LOGIN,
     LOGIN_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_DELETE, API "/session", ENDPOINT_LOGOUT,
     CHANGE | ROUTE_LOCAL_PERSON, 0},
    {METHOD_GET, API "/cameras", ENDPOINT_CAMERAS,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_GET, API "/cameras/{camera}/coverage", ENDPOINT_COVERAGE,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_POST, API "/views", ENDPOINT_VIEW_OPEN,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_DELETE, API "/views/{view}", ENDPOINT_VIEW_CLOSE, CHANGE, 0},
    {METHOD_GET, API "/views/{view}/media", ENDPOINT_VIEW_MEDIA, ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_GET, API "/views/{view}/motion", ENDPOINT_VIEW_MOTION,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_GET, API "/views/{view}/download.mp4", ENDPOINT_VIEW_DOWNLOAD,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_GET, API "/views/{view}/groups", ENDPOINT_VIEW_GROUPS,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_GET, API "/exports", ENDPOINT_EXPORTS,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_POST, API "/exports", ENDPOINT_EXPORT_ORDER,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, EXPORT_BODY},
    {METHOD_GET, API "/exports/orders", ENDPOINT_EXPORT_ORDERS,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_POST, API "/exports/orders", ENDPOINT_EXPORT_ASK,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, EXPORT_BODY},
    {METHOD_GET, API "/exports/orders/{order}", ENDPOINT_EXPORT_ORDER_ONE,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_POST, API "/exports/orders/{order}/answer", ENDPOINT_EXPORT_ANSWER,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/exports/orders/{order}/export", ENDPOINT_EXPORT_TAKE,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/session/password", ENDPOINT_PASSWORD_AGAIN,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/exports/{entry}/package", ENDPOINT_EXPORT_MADE,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_DELETE, API "/exports/{entry}", ENDPOINT_EXPORT_DESTROYED,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/live", ENDPOINT_LIVE_OPEN, CHANGE_JSON, WEB_BODY_MAX},
    {METHOD_GET, API "/live/{view}/stream", ENDPOINT_LIVE_STREAM,
     ROUTE_SESSION, 0},
    {METHOD_GET, API "/entries", ENDPOINT_ENTRIES, ROUTE_SESSION, 0},
    {METHOD_GET, API "/status", ENDPOINT_STATUS, ANYWHERE, 0},
    {METHOD_GET, API "/accounts", ENDPOINT_ACCOUNTS, ROUTE_SESSION, 0},
    {METHOD_POST, API "/accounts", ENDPOINT_ACCOUNT_ADD, CHANGE_JSON,
     SMALL_BODY},
    {METHOD_DELETE, API "/accounts/{account}", ENDPOINT_ACCOUNT_CLOSE, CHANGE,
     0},
    {METHOD_GET, API "/destructions", ENDPOINT_DESTRUCTIONS, ANYWHERE, 0},
    {METHOD_POST, API "/destructions", ENDPOINT_DESTRUCTION_ORDER,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_GET, API "/destructions/{entry}", ENDPOINT_DESTRUCTION, ANYWHERE,
     0},
    {METHOD_GET, API "/destructions/{entry}/page", ENDPOINT_DESTRUCTION_PAGE,
     ROUTE_SESSION, 0},
    {METHOD_GET, API "/holds", ENDPOINT_HOLDS, ANYWHERE, 0},
    {METHOD_POST, API "/holds", ENDPOINT_HOLD_ORDER,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_GET, API "/holds/{hold}", ENDPOINT_HOLD, ANYWHERE, 0},
    {METHOD_DELETE, API "/holds/{hold}", ENDPOINT_HOLD_END,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/holds/{hold}/extensions", ENDPOINT_HOLD_EXTEND,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_GET, API "/ledger", ENDPOINT_LEDGER,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_POST, API "/ledger/{entry}/remarks", ENDPOINT_LEDGER_REMARK,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_GET, API "/ledger/items", ENDPOINT_LEDGER_ITEMS,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_POST, API "/ledger/items", ENDPOINT_LEDGER_ADD,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, LEDGER_BODY},
    {METHOD_POST, API "/ledger/items/{item}/corrections",
     ENDPOINT_LEDGER_CORRECT, CHANGE_JSON | ROUTE_LOCAL_PERSON, LEDGER_BODY},
    {METHOD_POST, API "/ledger/items/{item}/end", ENDPOINT_LEDGER_END,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/duties", ENDPOINT_DUTY_ADD,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/duties/{duty}/done", ENDPOINT_DUTY_DONE,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_GET, API "/reviews/{month}", ENDPOINT_REVIEW,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_POST, API "/reviews/{month}", ENDPOINT_REVIEW_SIGN,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_GET, API "/versions", ENDPOINT_VERSIONS, ANYWHERE, 0},
    {METHOD_GET, API "/exclusions", ENDPOINT_EXCLUSIONS,
     ROUTE_SESSION | ROUTE_LOCAL_PERSON, 0},
    {METHOD_POST, API "/exclusions", ENDPOINT_EXCLUSION_SIGN,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_GET, API "/drafts", ENDPOINT_DRAFTS, ROUTE_SESSION, 0},
    {METHOD_GET, API "/versions/{version}/change", ENDPOINT_VERSION_CHANGE,
     ROUTE_SESSION, 0},
    {METHOD_POST, API "/versions", ENDPOINT_VERSION_PUBLISH,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_DELETE, API "/versions/{version}", ENDPOINT_VERSION_WITHDRAW,
     CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/versions/{version}/confirmations",
     ENDPOINT_VERSION_CONFIRM, CHANGE_JSON | ROUTE_LOCAL_PERSON, SMALL_BODY},
    {METHOD_POST, API "/clock/confirmations", ENDPOINT_CLOCK_CONFIRM, CHANGE,
     0},
    /* Another log's question, not a browser's; nothing in it is obeyed that the
     * log has not signed. */
    {METHOD_POST, "/witness/add-checkpoint", ENDPOINT_WITNESS, 0,
     WITNESS_BODY},
    {METHOD_GET, "/notice", ENDPOINT_PUBLIC, 0, 0},
    {METHOD_GET, "/notice/en", ENDPOINT_PUBLIC, 0, 0},
    PUBLIC(""),
    PUBLIC("/notice"),
    PUBLIC("/next"),
    PUBLIC("/versions"),
    PUBLIC("/versions/{version}"),
    PUBLIC("/signs"),
    PUBLIC("/request"),
    PUBLIC("/request/form"),
    PUBLIC("/promises"),
    PUBLIC("/promises.json"),
    PUBLIC("/feed.xml"),
};

enum { ROUTE_COUNT = sizeof ROUTES / sizeof ROUTES[0] };

const struct route *router_table(size_t *count)
{
    *count = ROUTE_COUNT;
    return ROUTES;
}

static bool is_place(struct text segment)
{
    return segment.size > 2 && segment.data[0] == '{';
}

/* Segment by segment; a {name} takes one number without leading zeros. */
static bool matches(const char *pattern, struct text path, uint64_t *number)
{
    struct text wanted = text_of(pattern);
    *number = 0;
    while (wanted.size > 0 && path.size > 0) {
        struct text segment = text_cut(&wanted, '/');
        struct text given = text_cut(&path, '/');
        if (!is_place(segment)) {
            if (!text_equal(segment, given))
                return false;
            continue;
        }
        if (given.size > 1 && given.data[0] == '0')
            return false;
        if (number_parse_u64(given, 0, UINT64_MAX, number) != STATUS_OK)
            return false;
    }
    return wanted.size == 0 && path.size == 0;
}

enum status router_find(enum http_method method, struct text path,
                        const struct route **out, uint64_t *number,
                        unsigned *allowed)
{
    *allowed = 0;
    /* text_cut cannot tell "/x" from "/x/"; only "/" ends so, a file. */
    if (path.size == 0 || path.data[path.size - 1] == '/')
        return STATUS_NOT_FOUND;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        uint64_t found = 0;
        if (!matches(ROUTES[i].pattern, path, &found))
            continue;
        *allowed |= ROUTES[i].method;
        if (ROUTES[i].method != method)
            continue;
        *out = &ROUTES[i];
        *number = found;
        return STATUS_OK;
    }
    return *allowed == 0 ? STATUS_NOT_FOUND : STATUS_CONFLICT;
}

void router_write_methods(unsigned methods, struct buffer *out)
{
    static const struct {
        enum http_method method;
        const char *name;
    } NAMES[] = {{METHOD_GET, "GET"},
                 {METHOD_HEAD, "HEAD"},
                 {METHOD_POST, "POST"},
                 {METHOD_DELETE, "DELETE"}};
    const char *before = "";
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if ((methods & NAMES[i].method) == 0)
            continue;
        buffer_format(out, "%s%s", before, NAMES[i].name);
        before = ", ";
    }
}
