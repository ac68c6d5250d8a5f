/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/request - a message of wire/message as a request that may be answered.
 *
 * Stricter than RFC 9110: HTTP/1.1 with exactly one Host; origin-form targets
 * of unreserved characters only, so that there is nothing to decode and no
 * two spellings of a path; no Expect; GET, HEAD, POST and DELETE.
 *
 * A change (POST, DELETE) must show that a page of this very server asked for
 * it: header `X-Haechi: 1`, which a foreign page cannot send without a
 * preflight that is never granted, and, where the browser says so, Origin and
 * Sec-Fetch-Site of our own (Fetch metadata, W3C).
 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "web/problem.h"

struct wire_message;

enum http_method {
    METHOD_GET = 1,
    METHOD_HEAD = 2,
    METHOD_POST = 4,
    METHOD_DELETE = 8,
};

/* Views into the message; valid until it is reset. */
struct request {
    enum http_method method;
    struct text path;       /* "/..." */
    struct text query;      /* behind the "?", may be empty */
    struct text session;    /* token of the session cookie, or empty */
    struct text known_etag; /* If-None-Match, or empty */
    bool is_json;           /* Content-Type: application/json */
    bool is_own_page;       /* a change may be obeyed; see above */
    bool wants_close;       /* Connection: close */
    struct bytes body;
};

/* Fails with: BAD_INPUT; *why says what to answer (then close). */
MUST_USE enum status request_read(const struct wire_message *message,
                                  struct request *out, enum problem *why);

/*
 * The value of a query's parameter. Names and values are of unreserved
 * characters; anything else was refused before. False: not there, or twice.
 */
MUST_USE bool request_query(const struct request *request, const char *name,
                            struct text *value);

/* As above, as a decimal number with an optional minus sign. False also for
 * what is no number between min and max. */
MUST_USE bool request_query_number(const struct request *request,
                                   const char *name, int64_t min, int64_t max,
                                   int64_t *value);

#endif
