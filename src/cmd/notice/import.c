/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice import: a draft of notice.yaml from a published text. */
#include <stdio.h>

#include "base/alloc.h"
#include "cmd/findings_output.h"
#include "cmd/options.h"
#include "cmd/output_file.h"
#include "notice/import/notice_import.h"
#include "sys/file.h"

enum { REPORT_BYTES_MAX = 64 << 20 };

struct options {
    const char *text;
    const char *out;
    bool as_json;
};

static const struct command_option OPTIONS[] = {
    {.name = "TEXT",
     .help = "the published notice as plain text",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, text)},
    {.name = "--out",
     .value = "F",
     .help = "file to write; without it, standard output",
     .kind = OPTION_TEXT,
     .place = offsetof(struct options, out)},
    {.name = "--json",
     .help = "each value with its line, and what was not understood",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, as_json)},
};

static int report(const struct notice_import *import,
                  const struct options *options)
{
    if (options->as_json) {
        struct buffer out = buffer_with_limit(REPORT_BYTES_MAX);
        notice_import_write_json(import, &out);
        return output_and_release(&out);
    }
    (void)fprintf(stderr, "%s: %zu values, %zu of %zu lines not understood\n",
                  options->text, import->values.count,
                  notice_import_not_understood(import),
                  notice_import_lines(import));
    return EXIT_OK;
}

static int write_and_report(struct notice_import *import,
                            const struct options *options)
{
    int code = EXIT_OK;
    if (options->out != NULL || !options->as_json)
        code = output_file_write(options->out, &import->yaml);
    return code == EXIT_OK ? report(import, options) : code;
}

static int run(int argc, char **argv)
{
    struct options options = {.text = NULL};
    int code = options_read(&COMMAND_NOTICE_IMPORT, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    uint8_t *text = NULL;
    size_t size = 0;
    enum status s = file_read_all(&FILE_LAYER_SYSTEM, options.text,
                                  IMPORT_BYTES_MAX, &text, &size);
    struct notice_import import = {0};
    if (s == STATUS_OK)
        s = notice_import_read(bytes_of(text, size), &import);
    alloc_free(text);
    if (s != STATUS_OK) {
        (void)fprintf(stderr, "haechi: %s cannot be read: %s\n", options.text,
                      status_name(s));
        return EXIT_ENVIRONMENT;
    }
    code = write_and_report(&import, &options);
    notice_import_deinit(&import);
    return code;
}

const struct command COMMAND_NOTICE_IMPORT = {
    .name = "notice import",
    .synopsis = "TEXT [--out F] [--json]",
    .summary = "draft notice.yaml from a published text",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};
