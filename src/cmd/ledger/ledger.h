/* SPDX-License-Identifier: Apache-2.0 */
/* cmd/ledger/ledger - what is asked of haechi ledger; shared by both
 * programs. */
#ifndef CMD_LEDGER_LEDGER_H
#define CMD_LEDGER_LEDGER_H

#include "cmd/local/order.h"

struct ledger_options {
    struct local_order order; /* first: who signs in, and where */
    const char *format;       /* "csv", "pdf" */
    const char *language;
    const char *out; /* NULL: standard output */
};

/* Reads them; EXIT_OK, or an exit code after a word on standard error. */
int ledger_options_read(int argc, char **argv, struct ledger_options *out);

/* A day, "2026-11-22": its first instant in Korea. EXIT_OK, or EXIT_USAGE
 * after a word on standard error. */
int ledger_take_day(const struct local_order *order, const char *value,
                    struct wall_time *out);

/* GET, or POST of body (released in any case), as who has signed in. EXIT_OK
 * with the answer, the caller's in any case; or an exit code after a word on
 * standard error. */
int ledger_fetch(const struct local_order *order, const char *session,
                 const char *path, json_t **out);
int ledger_post(const struct local_order *order, const char *session,
                const char *path, json_t *body, json_t **out);

#endif
