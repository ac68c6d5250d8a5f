/* SPDX-License-Identifier: Apache-2.0 */
/*
 * office/account - one account per person, with its role and its lock.
 *
 * A number is never given twice and a name never again, also after closing:
 * log entries name accounts by number for years.
 *
 * Errors as in office/office.h. Threads: the loop's.
 */
#ifndef OFFICE_ACCOUNT_H
#define OFFICE_ACCOUNT_H

#include "base/time.h"
#include "crypto/password.h"
#include "office/limits.h"
#include "office/office.h"
#include "office/rights.h"

struct account {
    uint32_t number;
    char name[ACCOUNT_NAME_SIZE];
    char person[ACCOUNT_PERSON_SIZE]; /* id of a person of the notice */
    char password_hash[PASSWORD_HASH_SIZE];
    enum account_role role;
    struct wall_time created;
    struct wall_time closed; /* us 0: open */
    uint32_t failures;       /* since the last login */
    struct wall_time locked_until;
};

/*
 * A name: plain, 1 to ACCOUNT_NAME_SIZE - 1 bytes, no space at its ends. A
 * password: UTF-8, at least PASSWORD_CHARACTERS_MIN characters, at most
 * PASSWORD_BYTES_MAX bytes, and neither the name nor one character over and
 * over. Fails with: BAD_INPUT.
 */
MUST_USE enum status account_check_name(struct text name);
MUST_USE enum status account_check_password(struct text name,
                                            struct text password);

/* The number that the next account gets. Fails also with: LIMIT (ACCOUNTS_MAX
 * is reached). */
MUST_USE enum status account_next_number(struct office *office, uint32_t *out);

/* Adds account under its number, or, where that is 0, the next. Fails also
 * with: CONFLICT (the name or the number is taken), LIMIT (ACCOUNTS_MAX). */
MUST_USE enum status account_add(struct office *office,
                                 struct account *account);

/* Fails also with: NOT_FOUND. */
MUST_USE enum status account_get(struct office *office, uint32_t number,
                                 struct account *out);
MUST_USE enum status account_find(struct office *office, struct text name,
                                  struct account *out);

/* Closes it, with its sessions. Fails also with: NOT_FOUND (or closed). */
MUST_USE enum status account_close(struct office *office, uint32_t number,
                                   struct wall_time now);

/* Counts a failed login; the LOGIN_FAILURES_MAX-th in a row locks. */
MUST_USE enum status account_note_failure(struct office *office,
                                          uint32_t number,
                                          struct wall_time now);
MUST_USE enum status account_note_success(struct office *office,
                                          uint32_t number);

bool account_is_locked(const struct account *account, struct wall_time now);

/* Open accounts of a role; ACCOUNT_ROLE_COUNT: of all, closed ones too. */
MUST_USE enum status account_count(struct office *office,
                                   enum account_role role, uint64_t *out);

/* All, by number, closed ones too. */
typedef void account_fn(void *context, const struct account *account);
MUST_USE enum status account_each(struct office *office, account_fn *on_account,
                                  void *context);

#endif
