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

#endif
