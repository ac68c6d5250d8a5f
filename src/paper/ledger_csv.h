/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper/ledger_csv - the ledger for spreadsheet programs (RFC 4180, UTF-8 with
 * a byte order mark, without which some read Hangul wrongly). Pure.
 *
 * A cell that a spreadsheet would take for a formula (first character = + - @,
 * also in full width, tab, carriage return; also behind spaces) gets an apostrophe before it:
 * what somebody typed as a reason must not run at the auditor's.
 */
#ifndef PAPER_LEDGER_CSV_H
#define PAPER_LEDGER_CSV_H

#include "base/buffer.h"
#include "model/ledger_row.h"

/* Appends the header and the rows. Fails with: NO_MEMORY. */
MUST_USE enum status ledger_csv(const struct ledger_row *rows, size_t count,
                                enum language language, struct buffer *out);

#endif
