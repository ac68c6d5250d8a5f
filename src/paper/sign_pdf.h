/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper/sign_pdf - signboards to print, a page each: a band with a camera and
 * the heading, the sentence, the terms as large as the page lets them be, and
 * a QR code of the page where the notice stands.
 */
#ifndef PAPER_SIGN_PDF_H
#define PAPER_SIGN_PDF_H

#include "base/buffer.h"
#include "model/document.h"

struct sign_sheet {
    bool is_a3;           /* else A4; upright */
    const char *title;    /* of the file */
    const char *homepage; /* empty: no QR code */
    int64_t day;          /* as paper/canvas.h */
};

/*
 * Appends a PDF to out. A sign is a heading, a paragraph, terms, and a
 * paragraph that says whose it is.
 * Fails with: NOT_FOUND (the font NanumGothic), LIMIT (an address too long for
 * a QR code), NO_MEMORY, INTERNAL.
 */
MUST_USE enum status sign_pdf(const struct document *signs, size_t count,
                              const struct sign_sheet *sheet,
                              struct buffer *out);

#endif
