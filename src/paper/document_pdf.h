/* SPDX-License-Identifier: Apache-2.0 */
/* paper/document_pdf - a document on A4: headings, paragraphs, tables. */
#ifndef PAPER_DOCUMENT_PDF_H
#define PAPER_DOCUMENT_PDF_H

#include "base/buffer.h"
#include "model/document.h"

/*
 * Appends a PDF to out. Its title is the first heading; day (since 1970-01-01,
 * INT64_MIN: none) is its date of creation, so that the same document gives
 * the same bytes.
 * Fails with: NOT_FOUND (the font NanumGothic), LIMIT (columns), NO_MEMORY,
 * INTERNAL.
 */
MUST_USE enum status document_pdf(const struct document *document, int64_t day,
                                  struct buffer *out);

#endif
