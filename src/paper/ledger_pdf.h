/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper/ledger_pdf - the ledger on A4, landscape: title, approval box (담당,
 * 관리책임자), ten columns; the header stands on each page.
 */
#ifndef PAPER_LEDGER_PDF_H
#define PAPER_LEDGER_PDF_H

#include "base/buffer.h"
#include "model/ledger_row.h"

/* day: as paper/canvas.h. Fails with: NOT_FOUND (the font NanumGothic),
 * NO_MEMORY, INTERNAL. */
MUST_USE enum status ledger_pdf(const struct ledger_row *rows, size_t count,
                                enum language language, int64_t day,
                                struct buffer *out);

#endif
