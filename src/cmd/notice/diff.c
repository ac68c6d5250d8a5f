/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice diff: what the announcement of a new version has to say. */
#include <string.h>

#include "cmd/notice/file.h"
#include "cmd/notice/render.h"
#include "cmd/options.h"
#include "cmd/output_file.h"
#include "notice/notice_difference.h"
#include "notice/render_html.h"
#include "notice/render_text.h"

enum { DIFF_BYTES_MAX = 16 << 20 };

struct options {
    const char *before;
    const char *after;
    const char *format;
    const char *language;
    const char *out;
};

static const struct command_option OPTIONS[] = {
    {.name = "OLD",
     .help = "the notice.yaml in force",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, before)},
    {.name = "NEW",
     .help = "the notice.yaml that is to follow it",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, after)},
    {.name = "--format",
     .value = "txt|html|json",
     .help = "plain text (the default), a page, or one JSON object",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct options, format)},
    {.name = "--lang",
     .value = "ko|en",
     .help = "Korean (the default) or English",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct options, language)},
    {.name = "--out",
     .value = "F",
     .help = "file to write; without it, standard output",
     .kind = OPTION_TEXT,
     .place = offsetof(struct options, out)},
};

static enum status write(const struct notice *before,
                         const struct notice *after,
                         const struct options *options, struct buffer *out)
{
    enum language language = notice_render_language(options->language);
    if (strcmp(options->format, "json") == 0)
        return notice_difference_json(before, after, language, out);
    struct document document;
    size_t changes = 0;
    enum status s =
        notice_difference(before, after, language, &document, &changes);
    if (s != STATUS_OK)
        return s;
    s = strcmp(options->format, "html") == 0 ? render_html(&document, NULL, out)
                                             : render_text(&document, out);
    document_deinit(&document);
    return s;
}

static int run(int argc, char **argv)
{
    struct options options = {.format = "txt"};
    int code = options_read(&COMMAND_NOTICE_DIFF, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    struct notice *before = NULL;
    struct notice *after = NULL;
    code = notice_file_open(options.before, &before);
    if (code == EXIT_OK)
        code = notice_file_open(options.after, &after);
    if (code == EXIT_OK) {
        struct buffer out = buffer_with_limit(DIFF_BYTES_MAX);
        out.failed |= write(before, after, &options, &out) != STATUS_OK;
        code = output_file_write(options.out, &out);
    }
    notice_destroy(&before);
    notice_destroy(&after);
    return code;
}

const struct command COMMAND_NOTICE_DIFF = {
    .name = "notice diff",
    .synopsis = "OLD NEW [--format txt|html|json]\n"
                "    [--lang ko|en] [--out F]",
    .summary = "what changes from one notice to the next, in plain words",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};
