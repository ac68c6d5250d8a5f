/* SPDX-License-Identifier: Apache-2.0 */
/* A month or a year on paper; read out of the installation's directory. */
#include "cmd/command.h"
#include "cmd/paper_work.h"
#include "cmd/report/report.h"
#include "paper/canvas.h"
#include "paper/document_pdf.h"

int paper_report(int argc, char **argv)
{
    struct report report;
    struct report_options options;
    int code = report_options_read(argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    code = report_gather(&options, &report);
    if (code == EXIT_OK) {
        struct document document;
        struct buffer pdf = buffer_with_limit(PAPER_PDF_BYTES_MAX);
        enum status s = report_document(&report, &document);
        if (s == STATUS_OK)
            s = document_pdf(&document,
                             civil_day(report.made, UTC_OFFSET_KOREA_S), &pdf);
        document_deinit(&document);
        code = paper_output(s, options.out, &pdf);
    }
    report_deinit(&report);
    return code;
}
