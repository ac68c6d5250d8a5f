/* SPDX-License-Identifier: Apache-2.0 */
/* haechi log paper: today's checkpoint as a line to keep on paper. */
#include "cmd/log_paper.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cmd/log_files.h"
#include "cmd/options.h"
#include "cmd/other_program.h"
#include "model/policy.h"
#include "sys/clock.h"

enum { PATH_SIZE = 1200 };

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation; it may run",
     .kind = OPTION_TEXT,
     .place = offsetof(struct log_paper, site)},
    {.name = "--log",
     .value = "DIRECTORY",
     .help = "a log alone, instead of --dir",
     .kind = OPTION_TEXT,
     .place = offsetof(struct log_paper, log)},
    {.name = "--out",
     .value = "FILE.pdf",
     .help = "a page to print, with a QR code of the line",
     .kind = OPTION_TEXT,
     .place = offsetof(struct log_paper, out)},
    {.name = "--lang",
     .value = "ko|en",
     .help = "of the page; ko",
     .kind = OPTION_TEXT,
     .place = offsetof(struct log_paper, language)},
};

int log_paper_read(int argc, char **argv, struct log_paper *out)
{
    AUTO(alloc_release) uint8_t *memory = NULL;
    char directory[PATH_SIZE];
    struct text note;
    *out = (struct log_paper){.language = "ko"};
    int code = options_read(&COMMAND_LOG_PAPER, argc, argv, out);
    if (code != EXIT_OK)
        return code;
    if ((out->site == NULL) == (out->log == NULL))
        return options_refuse(&COMMAND_LOG_PAPER, "needed:",
                              "--dir or --log");
    if (strcmp(out->language, "ko") != 0 && strcmp(out->language, "en") != 0)
        return options_refuse(&COMMAND_LOG_PAPER, "unknown:", out->language);
    int size = snprintf(directory, sizeof directory, "%s%s",
                        out->site != NULL ? out->site : out->log,
                        out->site != NULL ? "/log" : "");
    if (size >= PATH_SIZE)
        return options_refuse(&COMMAND_LOG_PAPER, "too long:",
                              "the directory");
    struct wall_time now = clock_wall(&CLOCK_SYSTEM);
    out->day = civil_day(now, UTC_OFFSET_KOREA_S);
    enum status s =
        log_files_checkpoint(directory, &memory, &note, &out->checkpoint);
    if (s == STATUS_OK)
        s = paper_line_format(&out->checkpoint, now, out->line);
    return s == STATUS_OK ? EXIT_OK : log_files_explain(directory, s);
}

static int run(int argc, char **argv)
{
    struct log_paper paper;
    int code = log_paper_read(argc, argv, &paper);
    if (code != EXIT_OK)
        return code;
    if (paper.out != NULL)
        return paper_program_become("checkpoint", argc, argv);
    (void)printf("%s\n", paper.line);
    return EXIT_OK;
}

const struct command COMMAND_LOG_PAPER = {
    .name = "log paper",
    .synopsis = "--dir DIRECTORY|--log DIRECTORY\n"
                "    [--out FILE.pdf] [--lang ko|en]",
    .summary = "print the log's checkpoint as a line to keep on paper",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "Printed once a day and kept by somebody else than the "
               "recorder's owner, it is a witness: haechi verify --log "
               "DIRECTORY --checkpoint LINE finds whatever was altered, removed "
               "or put back since. The last four characters find mistakes in "
               "copying; hyphens and capitals do not matter.",
    .run = run,
};
