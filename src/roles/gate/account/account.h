/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/account - who asks, and whether they may.
 *
 *   login.c     first login, login, logout
 *   password.c  slow hashes, two at a time
 *   step_up.c   the password once more
 *   rate.c      how often somebody may ask
 *   right.c     session, account, right, group
 *   account.c   accounts: list, add, close
 *
 * Threads: the loop's; two workers for the hashes.
 */
#ifndef ROLES_GATE_ACCOUNT_H
#define ROLES_GATE_ACCOUNT_H

#include "roles/gate/gate.h"

enum gate_password_work { PASSWORD_MAKE, PASSWORD_CHECK };

/* status and the hash that was made; context is the caller's. */
typedef void gate_password_fn(void *context, enum status status,
                              const char *hash);
/* hash: what to check against, or NULL to make one. The password is copied
 * and wiped. Fails with: LIMIT (too many wait), NO_MEMORY. */
MUST_USE enum status gate_password_submit(struct gate *gate, const char *hash,
                                          struct text password,
                                          gate_password_fn *on_done,
                                          void *context);

/* The password was given again in this session, so long ago at most. */
bool gate_password_is_fresh(const struct gate *gate,
                            const uint8_t session[SESSION_HASH_SIZE],
                            int64_t most_us);

/* A new account's number, time and password hash. Fails with: INTERNAL (a hash
 * too long), and as office/office.h. */
MUST_USE enum status gate_account_complete(const struct gate *gate,
                                           const char *hash,
                                           struct account *account);

enum gate_rate { RATE_LOGIN, RATE_VIEW, RATE_WITNESS, RATE_COUNT };

MUST_USE enum status gate_rates_create(struct gate_rates **out);
void gate_rates_destroy(struct gate_rates **rates);
/* False where this one (an address, an account) or all together ask too
 * often. */
bool gate_rate_allows(struct gate *gate, enum gate_rate rate, struct text who);

/* A person at work. */
struct gate_person {
    struct session session;
    struct account account;
    bool has_administrator;
};

/* Fails with: DENIED (no such session), and as office/office.h. */
MUST_USE enum status gate_person_find(struct gate *gate, struct text token,
                                      struct gate_person *out);
bool gate_person_may(const struct gate_person *person, enum right right);
/* Whether the notice gives this person the group (an index). A group of a site
 * that is not run here nobody reaches. */
bool gate_person_reaches(const struct gate *gate,
                         const struct gate_person *person, size_t group);
/* Both, for a camera; NULL where not allowed or not there. */
const struct plant_camera *gate_person_camera(const struct gate *gate,
                                              const struct gate_person *person,
                                              enum right right,
                                              uint32_t camera);

/* Makes a new one-time code where no account is there; "" else. */
MUST_USE enum status gate_code_make(struct gate *gate,
                                    char out[GATE_CODE_SIZE]);

#endif
