/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAPER_CHECKPOINT_PDF_H
#define PAPER_CHECKPOINT_PDF_H

#include "base/buffer.h"
#include "model/language.h"

struct checkpoint_page {
    const char *line; /* ends with a code of groups, behind its last space */
    const char *origin;
    uint64_t entries;
    enum language language;
    int64_t day; /* since 1970-01-01 */
};

/*
 * One A4 page: what it is for, the line, and a QR code of it. Fails with: as
 * paper/canvas.h, LIMIT (the line does not fit into a QR code).
 */
MUST_USE enum status checkpoint_pdf(const struct checkpoint_page *page,
                                    struct buffer *out);

#endif
