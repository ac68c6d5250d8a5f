/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint's line on a page. */
#include <string.h>

#include "cmd/command.h"
#include "cmd/log_paper.h"
#include "cmd/paper_work.h"
#include "paper/canvas.h"
#include "paper/checkpoint_pdf.h"

int paper_checkpoint(int argc, char **argv)
{
    struct log_paper paper;
    struct buffer pdf = buffer_with_limit(PAPER_PDF_BYTES_MAX);
    int code = log_paper_read(argc, argv, &paper);
    if (code != EXIT_OK)
        return code;
    const struct checkpoint_page page = {
        .line = paper.line,
        .origin = paper.checkpoint.origin,
        .entries = paper.checkpoint.size,
        .language = strcmp(paper.language, "en") == 0 ? LANGUAGE_ENGLISH
                                                      : LANGUAGE_KOREAN,
        .day = paper.day,
    };
    return paper_output(checkpoint_pdf(&page, &pdf), paper.out, &pdf);
}
