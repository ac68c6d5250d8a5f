/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice check, haechi notice show: one notice, by itself. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "cmd/command.h"
#include "cmd/findings_output.h"
#include "notice/configuration.h"
#include "notice/notice_json.h"
#include "notice/render_html.h"
#include "notice/render_text.h"

enum { SHOW_BYTES_MAX = 8 << 20 };

struct options {
    const char *file;
    bool as_json;
    bool as_html;
    enum language language;
};

static bool parse_options(int argc, char **argv, struct options *out)
{
    *out = (struct options){.language = LANGUAGE_KOREAN};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            out->as_json = true;
        else if (strcmp(argv[i], "--html") == 0)
            out->as_html = true;
        else if (strcmp(argv[i], "--english") == 0)
            out->language = LANGUAGE_ENGLISH;
        else if (argv[i][0] != '-' && out->file == NULL)
            out->file = argv[i];
        else
            return false;
    }
    return out->file != NULL;
}

static enum status load(const char *path, struct findings *findings,
                        struct notice **out)
{
    uint8_t *yaml = NULL;
    size_t size = 0;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, path,
                                  CONFIGURATION_FILE_BYTES_MAX, &yaml, &size);
    if (s == STATUS_OK)
        s = notice_load(path, bytes_of(yaml, size), findings, out);
    else
        (void)fprintf(stderr, "haechi: %s cannot be read: %s\n", path,
                      status_name(s));
    alloc_free(yaml);
    return s;
}

static int run_check(int argc, char **argv)
{
    struct options options;
    if (!parse_options(argc, argv, &options)) {
        (void)fprintf(stderr, "usage: haechi notice check FILE [--json]\n");
        return EXIT_USAGE;
    }
    struct findings findings = {0};
    struct notice *notice = NULL;
    enum status s = load(options.file, &findings, &notice);
    int code = s == STATUS_OK || s == STATUS_BAD_INPUT
                   ? findings_output(&findings, options.as_json)
                   : EXIT_ENVIRONMENT;
    if (code == EXIT_OK && !options.as_json)
        (void)printf("%s: sound, %zu warnings\n", options.file, findings.count);
    notice_destroy(&notice);
    findings_deinit(&findings);
    return code;
}

static int show(const struct notice *notice, const struct options *options)
{
    struct buffer out = buffer_with_limit(SHOW_BYTES_MAX);
    enum status s = STATUS_OK;
    if (options->as_json)
        notice_write_json(notice, &out);
    else if (options->as_html)
        s = notice_render_html(notice, options->language, &out);
    else
        notice_render_text(notice, options->language, &out);
    int code = output_and_release(&out);
    return s == STATUS_OK ? code : EXIT_ENVIRONMENT;
}

static int run_show(int argc, char **argv)
{
    struct options options;
    if (!parse_options(argc, argv, &options)) {
        (void)fprintf(stderr, "usage: haechi notice show FILE "
                              "[--english] [--json | --html]\n");
        return EXIT_USAGE;
    }
    struct findings findings = {0};
    struct notice *notice = NULL;
    enum status s = load(options.file, &findings, &notice);
    int code = EXIT_ENVIRONMENT;
    if (s == STATUS_OK)
        code = show(notice, &options);
    else if (s == STATUS_BAD_INPUT)
        code = findings_output(&findings, false);
    notice_destroy(&notice);
    findings_deinit(&findings);
    return code;
}

const struct command COMMAND_NOTICE_CHECK = {
    .name = "notice check",
    .synopsis = "FILE [--json]",
    .summary = "check a notice: findings with line and remedy",
    .run = run_check,
};

const struct command COMMAND_NOTICE_SHOW = {
    .name = "notice show",
    .synopsis = "FILE [--english] [--json | --html]",
    .summary = "print what a notice promises",
    .run = run_show,
};
