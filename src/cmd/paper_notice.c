/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cmd/command.h"
#include "cmd/notice/file.h"
#include "cmd/notice/render.h"
#include "cmd/output_file.h"
#include "cmd/paper_work.h"
#include "notice/notice_document.h"
#include "paper/canvas.h"
#include "paper/document_pdf.h"

int paper_output(enum status drawn, const char *path, struct buffer *pdf)
{
    if (drawn == STATUS_OK)
        return output_file_write(path, pdf);
    buffer_deinit(pdf);
    if (drawn == STATUS_NOT_FOUND)
        (void)fprintf(stderr, "haechi: the font NanumGothic is not there; "
                              "install the package fonts-nanum\n");
    else
        (void)fprintf(stderr, "haechi: cannot be drawn: %s\n",
                      status_name(drawn));
    return EXIT_ENVIRONMENT;
}

int paper_notice(int argc, char **argv)
{
    struct notice_render_options options;
    struct notice *notice = NULL;
    int code = notice_render_options_read(argc, argv, &options);
    if (code == EXIT_OK)
        code = notice_file_open(options.file, &notice);
    if (code != EXIT_OK)
        return code;
    struct buffer pdf = buffer_with_limit(PAPER_PDF_BYTES_MAX);
    struct document document;
    enum status s = notice_document(
        notice, notice_render_language(options.language), &document);
    if (s == STATUS_OK)
        s = document_pdf(&document, notice->announced_day, &pdf);
    document_deinit(&document);
    notice_destroy(&notice);
    return paper_output(s, options.out, &pdf);
}
