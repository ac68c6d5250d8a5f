/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/local/request - asks the installation that runs in a directory, over its
 * local socket run/api.sock: as this machine's administrator, or, once
 * somebody has signed in there, as that person.
 */
#ifndef CMD_LOCAL_REQUEST_H
#define CMD_LOCAL_REQUEST_H

#include "base/buffer.h"

enum { LOCAL_SESSION_SIZE = 129, LOCAL_BODY_MAX = 1 << 20 };

struct local_call {
    const char *method; /* NULL: GET */
    const char *path;
    struct text body;    /* JSON; empty: none */
    const char *session; /* NULL or empty: nobody's */
};

struct local_answer {
    unsigned code; /* HTTP's */
    struct buffer body;
    char session[LOCAL_SESSION_SIZE]; /* a new one; else empty */
};

/*
 * Fails with: NOT_FOUND, DENIED (nobody runs there, or not ours), AGAIN (no
 * answer in time), IO, BAD_INPUT, LIMIT, NO_MEMORY. The caller releases
 * answer->body.
 */
MUST_USE enum status local_request(const char *directory,
                                   const struct local_call *call,
                                   struct local_answer *answer);

/* Connects and sends, nothing more. *socket, once it is not -1, is the caller's
 * to close. Fails with: as local_request. */
MUST_USE enum status local_request_begin(const char *directory,
                                         const struct local_call *call,
                                         int *socket);

/* Wipes: a session opens what its person may do. */
void local_answer_deinit(struct local_answer *answer);

/* Says on standard error what a failure of local_request means and what to do;
 * gives EXIT_ENVIRONMENT. */
int local_request_explain(const char *directory, enum status status);

#endif
