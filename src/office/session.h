/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office/session - who has logged in, by the hash of an opaque token.
 *
 * A token is 32 random bytes in hexadecimal. Only its SHA-256 is kept, so
 * that neither the database nor the time of a comparison tells a token. A
 * session ends SESSION_IDLE_S after its last use and SESSION_LIFE_S after its
 * beginning, and with its account.
 *
 * Errors as in office/office.h. Threads: the loop's.
 */
#ifndef OFFICE_SESSION_H
#define OFFICE_SESSION_H

#include "base/time.h"
#include "office/limits.h"
#include "office/office.h"

enum {
    SESSION_TOKEN_SIZE = 64, /* characters */
    SESSION_HASH_SIZE = 32,
};

struct session {
    uint8_t hash[SESSION_HASH_SIZE]; /* SHA-256 of the token */
    uint32_t account;
    struct wall_time created;
    struct wall_time used;
};

/* Fails with: DENIED (not in the form of a token), INTERNAL. */
MUST_USE enum status office_session_hash(struct text token,
                                         uint8_t out[SESSION_HASH_SIZE]);

/* A new session and its token, terminated. Fails also with: LIMIT. */
MUST_USE enum status office_session_begin(struct office *office,
                                          uint32_t account,
                                          struct wall_time now,
                                          char token[SESSION_TOKEN_SIZE + 1]);

/*
 * The session of a token, used now. Fails also with: DENIED (there is none,
 * or it has ended).
 */
MUST_USE enum status office_session_find(struct office *office,
                                         struct text token,
                                         struct wall_time now,
                                         struct session *out);

/* Whether the session of this hash goes on; it does not count as use. */
MUST_USE enum status office_session_check(struct office *office,
                                          const uint8_t hash[SESSION_HASH_SIZE],
                                          struct wall_time now);

MUST_USE enum status office_session_end(struct office *office,
                                        const uint8_t hash[SESSION_HASH_SIZE]);

/* Forgets those that have ended by time. */
MUST_USE enum status office_session_sweep(struct office *office,
                                          struct wall_time now);

#endif
