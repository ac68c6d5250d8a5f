/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/response - the head of an answer, with the headers that keep browsers
 * from doing more with it than we want.
 *
 * Source: RFC 9110, RFC 9112; CSP Level 3; Fetch (CORP); HTML (COOP).
 */
#ifndef WEB_RESPONSE_H
#define WEB_RESPONSE_H

#include <stdbool.h>

#include "base/buffer.h"

enum response_kind {
    RESPONSE_API,   /* JSON and video: never stored, nothing may run   */
    RESPONSE_FILE,  /* the console: own scripts and styles only        */
    RESPONSE_PAGE,  /* a page for who has signed in: no script at all  */
    RESPONSE_PUBLIC, /* one for everybody: the same, and may be kept   */
};

struct response {
    int code;
    enum response_kind kind;
    const char *type;    /* media type, static storage */
    struct text headers; /* further lines, each with CRLF; may be empty */
    size_t body_size;
    bool is_chunked; /* then body_size says nothing */
    bool closes;     /* the connection ends after this answer */
};

/* Status line, headers, empty line. */
void response_write_head(const struct response *response, struct buffer *out);

#endif
