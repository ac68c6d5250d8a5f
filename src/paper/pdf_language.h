/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper/pdf_language - says in a PDF which language it is in.
 *
 * Cairo 1.16 cannot, and does not say that its tags are complete. So the
 * catalogue is written anew behind the file's end, with /Lang, /MarkInfo and
 * the wish to show the title (ISO 32000-1 section 7.5.6, incremental updates;
 * 14.7.1, mark information; 14.9.2, natural language). The input is our own.
 */
#ifndef PAPER_PDF_LANGUAGE_H
#define PAPER_PDF_LANGUAGE_H

#include "base/buffer.h"
#include "model/language.h"

/*
 * Appends the file with its language to out.
 * Fails with: INTERNAL (not a file as cairo 1.16 writes them), NO_MEMORY.
 */
MUST_USE enum status pdf_language_add(struct bytes pdf, enum language language,
                                      struct buffer *out);

#endif
