/* SPDX-License-Identifier: Apache-2.0 */
/* haechi notice render: the notice as a page, as plain text, on paper. */
#include "cmd/notice/render.h"

#include <string.h>

#include "cmd/notice/file.h"
#include "cmd/options.h"
#include "cmd/output_file.h"
#include "cmd/other_program.h"
#include "notice/notice_document.h"
#include "notice/render_html.h"
#include "notice/render_text.h"

enum { RENDER_BYTES_MAX = 16 << 20 };

static const struct command_option OPTIONS[] = {
    {.name = "FILE",
     .help = "notice.yaml",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct notice_render_options, file)},
    {.name = "--format",
     .value = "html|pdf|txt",
     .help = "a page for the homepage, a document to print, or plain text",
     .kind = OPTION_CHOICE,
     .is_needed = true,
     .place = offsetof(struct notice_render_options, format)},
    {.name = "--lang",
     .value = "ko|en",
     .help = "Korean (the default) or English; where the notice has none, "
             "Korean",
     .kind = OPTION_CHOICE,
     .place = offsetof(struct notice_render_options, language)},
    {.name = "--out",
     .value = "F",
     .help = "file to write; without it, standard output",
     .kind = OPTION_TEXT,
     .place = offsetof(struct notice_render_options, out)},
};

int notice_render_options_read(int argc, char **argv,
                               struct notice_render_options *out)
{
    *out = (struct notice_render_options){.file = NULL};
    return options_read(&COMMAND_NOTICE_RENDER, argc, argv, out);
}

enum language notice_render_language(const char *tag)
{
    return tag != NULL && strcmp(tag, "en") == 0 ? LANGUAGE_ENGLISH
                                                 : LANGUAGE_KOREAN;
}

static int render(const struct notice *notice,
                  const struct notice_render_options *options)
{
    struct buffer out = buffer_with_limit(RENDER_BYTES_MAX);
    struct document document;
    enum status s = notice_document(
        notice, notice_render_language(options->language), &document);
    if (s == STATUS_OK)
        s = strcmp(options->format, "html") == 0
                ? render_html(&document, NULL, &out)
                : render_text(&document, &out);
    out.failed |= s != STATUS_OK;
    document_deinit(&document);
    return output_file_write(options->out, &out);
}

static int run(int argc, char **argv)
{
    struct notice_render_options options;
    int code = notice_render_options_read(argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (strcmp(options.format, "pdf") == 0)
        return paper_program_become("notice", argc, argv);
    struct notice *notice = NULL;
    code = notice_file_open(options.file, &notice);
    if (code == EXIT_OK)
        code = render(notice, &options);
    notice_destroy(&notice);
    return code;
}

const struct command COMMAND_NOTICE_RENDER = {
    .name = "notice render",
    .synopsis = "FILE --format html|pdf|txt [--lang ko|en] [--out F]",
    .summary = "the notice as a page, on paper, or as plain text",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .run = run,
};
