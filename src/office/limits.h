/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OFFICE_LIMITS_H
#define OFFICE_LIMITS_H

enum {
    ACCOUNTS_MAX = 2000,       /* ever; a number is never given twice */
    ACCOUNT_NAME_SIZE = 65,    /* bytes with the terminating zero */
    ACCOUNT_PERSON_SIZE = 129, /* a person's id in the notice, likewise */
    PASSWORD_CHARACTERS_MIN = 10,
    PASSWORD_BYTES_MAX = 256,

    LOGIN_FAILURES_MAX = 5, /* then the account is locked */
    LOGIN_LOCK_S = 15 * 60,
    SESSION_IDLE_S = 30 * 60,
    SESSION_LIFE_S = 12 * 3600,
    SESSIONS_MAX = 1000,       /* open at once, of all accounts */
    SESSION_TOUCH_S = 30,      /* finer than this, use is not written */
    VIEWS_OF_SESSION_MAX = 64, /* open at once */
    VIEW_IDLE_S = 15 * 60,     /* without a ticket, a view closes */
    OFFICE_BUSY_MS = 2000,
};

#endif
