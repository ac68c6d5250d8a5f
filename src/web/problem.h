/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/problem - everything that a client can be told when a request fails.
 *
 *   {"error":{"name":"no_session","status":401,"ko":"...","en":"..."}}
 *
 * One sentence that says what is wrong and what to do, in both languages. The
 * list is closed and part of the API (docs/reference/api/openapi.yaml).
 */
#ifndef WEB_PROBLEM_H
#define WEB_PROBLEM_H

#include "base/buffer.h"
#include "base/status.h"
#include "model/export_refusal.h"

enum problem {
    PROBLEM_NONE = 0,
    PROBLEM_BAD_REQUEST,    /* not HTTP/1.1 as we read it                 */
    PROBLEM_VERSION,        /* not HTTP/1.1 at all                        */
    PROBLEM_EXPECTATION,    /* Expect: 100-continue                       */
    PROBLEM_HEAD_TOO_LARGE, /* request line or headers                    */
    PROBLEM_NO_LENGTH,      /* a body in chunks                           */
    PROBLEM_BODY_TOO_LARGE, /* beyond the route's limit                   */
    PROBLEM_TOO_SLOW,       /* head or body did not arrive in time        */
    PROBLEM_NO_SUCH_METHOD, /* this path knows others                     */
    PROBLEM_NO_SUCH_PATH,   /* nothing there                              */
    PROBLEM_FOREIGN_ORIGIN, /* a change asked for by another site's page  */
    PROBLEM_BAD_FIELD,      /* JSON or query: missing, unknown, misshaped */
    PROBLEM_NO_SESSION,     /* not signed in, or no longer                */
    PROBLEM_WRONG_LOGIN,    /* name, password or code                     */
    PROBLEM_DENIED,         /* signed in, but without this right          */
    PROBLEM_NEEDS_APPROVAL, /* another person's word is missing           */
    PROBLEM_PASSWORD_AGAIN, /* the password must be given once more       */
    PROBLEM_OWN_ORDER,      /* nobody answers their own                   */
    PROBLEM_ORDER_OVER,     /* declined, too late, or made already        */
    PROBLEM_NOT_FOUND,      /* no such camera, view or account            */
    PROBLEM_NO_VIDEO,       /* nothing recorded there (any more)          */
    PROBLEM_CONFLICT,       /* taken, or changed meanwhile                */
    PROBLEM_REFUSED_VALUE,  /* the gate found a value wrong               */
    PROBLEM_SPAN_TOO_LONG,  /* one download, one view                     */
    PROBLEM_TOO_MUCH,       /* too often, or beyond a limit               */
    PROBLEM_GATE_AWAY,      /* being restarted                            */
    PROBLEM_VAULT_AWAY,     /* being restarted                            */
    PROBLEM_NO_SPACE,       /* the log's disk is full                     */
    PROBLEM_DAMAGED,        /* stored data fails its check                */
    PROBLEM_INTERNAL,       /* ours                                       */
    PROBLEM_COUNT
};

int problem_http_code(enum problem problem);

/* Such as "no_session". Never NULL. */
const char *problem_name(enum problem problem);

const char *problem_korean(enum problem problem);
const char *problem_english(enum problem problem);

/* The JSON document above. */
void problem_write(enum problem problem, struct buffer *out);

/* What a status of gate or vault means to a client; never NONE but for OK. */
enum problem problem_of_gate(enum status status);
enum problem problem_of_vault(enum status status);
/* The same where the gate says why video is not taken out. */
enum problem problem_of_refusal(enum status status, uint8_t refusal);

#endif
