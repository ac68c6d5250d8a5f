/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice check, haechi notice show: one notice, by itself. */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "cmd/notice/file.h"
#include "cmd/options.h"
#include "notice/notice_json.h"
#include "notice/summary.h"

enum { SHOW_BYTES_MAX = 8 << 20 };

struct options {
    const char *file;
    bool as_json;
    bool is_english;
};

static const struct command_option SHOW_OPTIONS[] = {
    {.name = "FILE",
     .help = "notice.yaml",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, file)},
    {.name = "--english",
     .help = "in English; where the notice has none, in Korean",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, is_english)},
    {.name = "--json",
     .help = "as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static const struct command_option CHECK_OPTIONS[] = {
    {.name = "FILE",
     .help = "notice.yaml",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, file)},
    {.name = "--json",
     .help = "findings as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static int run_check(int argc, char **argv)
{
    struct options options = {.file = NULL};
    int code = options_read(&COMMAND_NOTICE_CHECK, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    struct findings findings = {0};
    struct notice *notice = NULL;
    enum status s = notice_file_load(options.file, &findings, &notice);
    code = s == STATUS_OK || s == STATUS_BAD_INPUT
               ? findings_output(&findings, options.as_json)
               : EXIT_ENVIRONMENT;
    if (code == EXIT_OK && findings.blocking > 0)
        code = EXIT_FINDING;
    if (code == EXIT_OK && !options.as_json)
        (void)printf("%s: sound, %zu warnings\n", options.file, findings.count);
    notice_destroy(&notice);
    findings_deinit(&findings);
    return code;
}

static int show(const struct notice *notice, const struct options *options)
{
    struct buffer out = buffer_with_limit(SHOW_BYTES_MAX);
    enum language language =
        options->is_english ? LANGUAGE_ENGLISH : LANGUAGE_KOREAN;
    if (options->as_json)
        notice_write_json(notice, &out);
    else
        notice_summarise(notice, language, &out);
    return output_and_release(&out);
}

static int run_show(int argc, char **argv)
{
    struct options options = {.file = NULL};
    int code = options_read(&COMMAND_NOTICE_SHOW, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    struct notice *notice = NULL;
    code = notice_file_open(options.file, &notice);
    if (code == EXIT_OK)
        code = show(notice, &options);
    notice_destroy(&notice);
    return code;
}

const struct command COMMAND_NOTICE_CHECK = {
    .name = "notice check",
    .synopsis = "FILE [--json]",
    .summary = "check a notice: findings with line and remedy",
    .options = CHECK_OPTIONS,
    .option_count = OPTION_COUNT(CHECK_OPTIONS),
    .run = run_check,
};

const struct command COMMAND_NOTICE_SHOW = {
    .name = "notice show",
    .synopsis = "FILE [--english] [--json]",
    .summary = "print what a notice promises",
    .options = SHOW_OPTIONS,
    .option_count = OPTION_COUNT(SHOW_OPTIONS),
    .run = run_show,
};
