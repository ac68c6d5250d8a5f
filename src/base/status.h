/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* What happened, sorted by who has to act on it. STATUS_OK is always 0. */
enum status {
    STATUS_OK = 0,
    STATUS_AGAIN,     /* nobody: repeat when there is more input or time  */
    STATUS_END,       /* nobody: an orderly end of the stream             */
    STATUS_BAD_INPUT, /* the peer: malformed; drop it, keep running       */
    STATUS_LIMIT,     /* the peer: well formed, beyond a documented limit */
    STATUS_NOT_FOUND, /* the caller                                       */
    STATUS_DENIED,    /* the caller                                       */
    STATUS_CONFLICT,  /* the caller: read again, then retry               */
    STATUS_NO_SPACE,  /* retention: make room, then retry                 */
    STATUS_IO,        /* the operator: disk or network                    */
    STATUS_CORRUPT,   /* the operator: our own stored data fails a check  */
    STATUS_NO_MEMORY, /* the role: shed load or exit                      */
    STATUS_INTERNAL,  /* us: a bug, or a library that should not fail     */
    STATUS_COUNT
};

#define MUST_USE __attribute__((warn_unused_result))

/* Name in lower case, for logs and tests. Never NULL; static storage. */
const char *status_name(enum status status);

/* The HTTP status code that tells a client about this outcome. */
int status_http_code(enum status status);

/* The exit code of a command: 0 ok, 1 finding, 2 usage, 3 environment. */
int status_exit_code(enum status status);

#endif
