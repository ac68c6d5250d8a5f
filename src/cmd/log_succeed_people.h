/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/log_succeed_people - the two people who say that a log is closed for good
 * and another begins. The gate does not run then: their passwords are held
 * against the office database itself, which the machine's administrator has in
 * hand; so this binds people and writes down who they were, and does not guard
 * against whoever owns the machine. That is for witnesses.
 *
 * Of two different accounts that may confirm the clock, and of two different
 * people of the notice. Where nobody but one has such an account, one is enough:
 * nobody could give it to a second one, since nothing runs.
 *
 * Threads: none.
 */
#ifndef CMD_LOG_SUCCEED_PEOPLE_H
#define CMD_LOG_SUCCEED_PEOPLE_H

#include "base/bytes.h"
#include "base/status.h"

struct office;

/* Who they say they are; a name or a file that is NULL is asked for. */
struct succession_claim {
    const char *name;
    const char *password_file;
};

struct succession_people {
    uint32_t first; /* accounts */
    uint32_t second; /* 0: there is nobody else */
};

/* Why it is not confirmed, for people; "" where it is. */
struct succession_refusal {
    char words[160];
};

/*
 * One of the two. other: the account of the first one; 0: this is the first.
 * Fails with: DENIED (out says why), and as office/office.h.
 */
MUST_USE enum status succession_confirm(struct office *office,
                                        struct text name, struct text password,
                                        uint32_t other, uint32_t *account,
                                        struct succession_refusal *out);

/* How many people could. Fails with: as office/office.h. */
MUST_USE enum status succession_count(struct office *office, size_t *out);

/*
 * Asks for all that is not given, and looks. EXIT_OK, EXIT_FINDING (not
 * confirmed) or EXIT_ENVIRONMENT, after a word on standard error. first, second:
 * as given on the command line.
 */
int succession_ask(const char *site, const struct succession_claim *first,
                   const struct succession_claim *second,
                   struct succession_people *out);

#endif
