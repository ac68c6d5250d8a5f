/* SPDX-License-Identifier: Apache-2.0 */
/* haechi report monthly, yearly: what log and notice say of a month or a year,
 * on paper, as text, as JSON. */
#include "cmd/report/report.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmd/local/json.h"
#include "cmd/notice/render.h"
#include "cmd/options.h"
#include "cmd/output_file.h"
#include "cmd/other_program.h"
#include "cmd/report/say.h"
#include "notice/render_text.h"

enum { TEXT_BYTES_MAX = 16 << 20 };

#define REPORT_OPTIONS(option, what, words, least, most)                       \
    {.name = "--dir",                                                          \
     .value = "DIRECTORY",                                                     \
     .help = "the installation; it may run",                                   \
     .kind = OPTION_TEXT,                                                      \
     .is_needed = true,                                                        \
     .place = offsetof(struct report_options, directory)},                     \
        {.name = option,                                                       \
         .value = what,                                                        \
         .help = words,                                                        \
         .kind = OPTION_NUMBER,                                                \
         .place = offsetof(struct report_options, period),                     \
         .min = least,                                                         \
         .max = most},                                                         \
        {.name = "--lang",                                                     \
         .value = "ko|en",                                                     \
         .help = "Korean (the default) or English",                            \
         .kind = OPTION_CHOICE,                                                \
         .place = offsetof(struct report_options, language)},                  \
        {.name = "--text",                                                     \
         .help = "as plain text instead of a PDF",                             \
         .kind = OPTION_FLAG,                                                  \
         .place = offsetof(struct report_options, as_text)},                   \
        {.name = "--json",                                                     \
         .help = "the figures as one JSON object instead",                     \
         .kind = OPTION_FLAG,                                                  \
         .place = offsetof(struct report_options, as_json)},                   \
    {                                                                          \
        .name = "--out", .value = "F",                                         \
        .help = "file to write; without it, standard output",                  \
        .kind = OPTION_TEXT, .place = offsetof(struct report_options, out)     \
    }

static const struct command_option MONTHLY_OPTIONS[] = {
    REPORT_OPTIONS("--month", "YYYYMM",
                   "such as 202611; without: the last whole one", 197001,
                   999912),
};

static const struct command_option YEARLY_OPTIONS[] = {
    REPORT_OPTIONS("--year", "YYYY",
                   "such as 2026; without: the last whole one", 1970, 9999),
};

int report_options_read(int argc, char **argv, struct report_options *out)
{
    bool is_yearly = argc > 0 && strcmp(argv[0], "yearly") == 0;
    const struct command *command =
        is_yearly ? &COMMAND_REPORT_YEARLY : &COMMAND_REPORT_MONTHLY;
    *out = (struct report_options){.is_yearly = is_yearly};
    int code = options_read(command, argc, argv, out);
    if (code == EXIT_OK && out->as_text && out->as_json)
        return options_refuse(command, "one of the two:", "--text, --json");
    return code;
}

/* ---- the document ---- */

static void say_period(const struct report_page *page)
{
    const struct report *report = page->report;
    document_day(page->document,
                 civil_day(report->span.from, UTC_OFFSET_KOREA_S));
    document_say(page->document, " – ");
    document_day(page->document,
                 civil_day(report->span.to, UTC_OFFSET_KOREA_S) - 1);
    if (!report->is_over)
        report_words(page, " (아직 끝나지 않음)", " (not over yet)");
    document_begin(page->document, DOCUMENT_BREAK);
    report_words(page, "센 데까지: ", "Counted up to: ");
    document_time(page->document, report->tally.until);
}

static void say_term(const struct report_page *page, const char *ko,
                     const char *en)
{
    document_begin(page->document, DOCUMENT_TERM);
    report_words(page, ko, en);
    document_begin(page->document, DOCUMENT_DETAIL);
}

static void say_head(const struct report_page *page)
{
    const struct report *report = page->report;
    const struct plant *plant = report->configuration.plant;
    document_heading(page->document, 1);
    if (report->options.is_yearly)
        report_words(page, "고정형 영상정보처리기기 자체점검 보고서",
                     "Yearly self-check of the cameras");
    else
        report_words(page, "고정형 영상정보처리기기 월간 운영 보고서",
                     "Monthly compliance report of the cameras");
    document_begin(page->document, DOCUMENT_TERMS);
    say_term(page, "기관", "Institution");
    document_words_say(page->document, report_notice(report)->institution);
    say_term(page, "설치", "Installation");
    document_text(page->document, plant->installation,
                  page->document->language);
    say_term(page, "기간", "Time");
    say_period(page);
    say_term(page, "만든 때", "Made");
    document_time(page->document, report->made);
    if (report->options.is_yearly) {
        say_term(page, "점검 기한 (표준지침)", "Due (standard guideline)");
        document_day(page->document,
                     civil_to_day((int64_t)report->options.period + 1, 3, 31));
    }
    say_term(page, "담당 (서명)", "In charge (signed)");
    document_say(page->document, " ");
    say_term(page, "관리책임자 (서명)", "Chief manager (signed)");
    document_say(page->document, " ");
    document_begin(page->document, DOCUMENT_TERMS_END);
    report_paragraph(
        page,
        "모든 수는 이 설치의 기록과 방침에서 셌습니다. 프로그램이 보지 못한 "
        "것은 보지 못했다고 적습니다.",
        "All figures are counted from this installation's log and notice. What "
        "the program has not seen is said to be unseen.");
}

enum status report_document(const struct report *report, struct document *out)
{
    *out = document_in(notice_render_language(report->options.language));
    const struct report_page page = {report, out};
    say_head(&page);
    if (report->options.is_yearly)
        report_yearly(&page);
    else
        report_monthly(&page);
    return document_status(out);
}

/* ---- giving it out ---- */

static int write_text(const struct report *report)
{
    struct document document;
    struct buffer out = buffer_with_limit(TEXT_BYTES_MAX);
    enum status s = report_document(report, &document);
    if (s == STATUS_OK)
        s = render_text(&document, &out);
    out.failed |= s != STATUS_OK;
    document_deinit(&document);
    return output_file_write(report->options.out, &out);
}

static int write_json(const struct report *report)
{
    json_t *facts = report_facts(report);
    char *text = local_dump(facts, JSON_INDENT(2));
    struct buffer out = buffer_with_limit(TEXT_BYTES_MAX);
    buffer_append_text(&out, text);
    buffer_append_text(&out, "\n");
    out.failed |= text == NULL;
    alloc_free(text);
    json_decref(facts);
    return output_file_write(report->options.out, &out);
}

static int run(int argc, char **argv)
{
    struct report report;
    struct report_options options;
    int code = report_options_read(argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    if (!options.as_text && !options.as_json)
        return paper_program_become(options.is_yearly ? "yearly" : "monthly",
                                    argc, argv);
    code = report_gather(&options, &report);
    if (code == EXIT_OK)
        code = options.as_json ? write_json(&report) : write_text(&report);
    report_deinit(&report);
    return code;
}

const struct command COMMAND_REPORT_MONTHLY = {
    .name = "report monthly",
    .synopsis = "--dir DIRECTORY [--month YYYYMM] [--lang ko|en]\n"
                "    [--text|--json] [--out F]",
    .summary = "a month against the notice: recorded, destroyed, viewed",
    .options = MONTHLY_OPTIONS,
    .option_count = OPTION_COUNT(MONTHLY_OPTIONS),
    .details = "A PDF, A4, out of the log and the notice in the directory; no "
               "key and no sign-in\nis needed, and it names nobody whom the "
               "notice does not name. It verifies the\nlog while it reads "
               "it.",
    .run = run,
};

const struct command COMMAND_REPORT_YEARLY = {
    .name = "report yearly",
    .synopsis = "--dir DIRECTORY [--year YYYY] [--lang ko|en]\n"
                "    [--text|--json] [--out F]",
    .summary = "the yearly self-check under its eight heads",
    .options = YEARLY_OPTIONS,
    .option_count = OPTION_COUNT(YEARLY_OPTIONS),
    .details = "What the log shows stands under each head, and what people "
               "have entered by hand\n(haechi duty); what nobody has entered "
               "is said to be unseen.",
    .run = run,
};
