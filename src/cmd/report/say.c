/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/report/say.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"

enum { NUMBER_SIZE = 40, GROUP_DIGITS = 3, MILLI_PERCENT = 100000 };

void report_words(const struct report_page *page, const char *ko,
                  const char *en)
{
    document_either(page->document, ko, en);
}

void report_heading(const struct report_page *page, uint8_t level,
                    const char *ko, const char *en)
{
    document_heading(page->document, level);
    report_words(page, ko, en);
}

void report_paragraph(const struct report_page *page, const char *ko,
                      const char *en)
{
    document_begin(page->document, DOCUMENT_PARAGRAPH);
    report_words(page, ko, en);
}

void report_item(const struct report_page *page, const char *ko,
                 const char *en)
{
    document_begin(page->document, DOCUMENT_ITEM);
    report_words(page, ko, en);
}

void report_table(const struct report_page *page, const char *ko,
                  const char *en)
{
    struct text left =
        text_of(page->document->language == LANGUAGE_KOREAN ? ko : en);
    document_begin(page->document, DOCUMENT_TABLE);
    while (left.size > 0) {
        struct text column = text_cut(&left, '|');
        document_begin(page->document, DOCUMENT_COLUMN);
        document_text(page->document, column, page->document->language);
    }
}

void report_table_end(const struct report_page *page)
{
    document_begin(page->document, DOCUMENT_TABLE_END);
}

void report_row(const struct report_page *page)
{
    document_begin(page->document, DOCUMENT_ROW);
}

void report_cell(const struct report_page *page, const char *ko,
                 const char *en)
{
    document_begin(page->document, DOCUMENT_CELL);
    report_words(page, ko, en);
}

void report_cell_text(const struct report_page *page, struct text text)
{
    document_cell(page->document, text);
}

void report_number(const struct report_page *page, uint64_t number)
{
    char digits[NUMBER_SIZE];
    char out[NUMBER_SIZE];
    size_t size = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number);
    size_t at = 0;
    for (size_t i = 0; i < size; i++) {
        if (i > 0 && (size - i) % GROUP_DIGITS == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    document_text(page->document, (struct text){out, at},
                  page->document->language);
}

void report_cell_number(const struct report_page *page, uint64_t number)
{
    document_begin(page->document, DOCUMENT_CELL);
    report_number(page, number);
}

void report_cell_seconds(const struct report_page *page, int64_t us)
{
    report_cell_number(page, us > 0 ? (uint64_t)(us / SECOND_US) : 0);
}

void report_cell_share(const struct report_page *page, int64_t part,
                       int64_t whole)
{
    char words[NUMBER_SIZE] = "–";
    if (whole > 0) {
        /* In seconds: a year of thousands of cameras in microseconds times
         * this would not fit. */
        int64_t share = part / SECOND_US * MILLI_PERCENT /
                        (whole < SECOND_US ? 1 : whole / SECOND_US);
        if (share > MILLI_PERCENT)
            share = MILLI_PERCENT;
        if (share == MILLI_PERCENT && part < whole)
            share--;
        (void)snprintf(words, sizeof words, "%" PRId64 ".%03" PRId64 "%%",
                       share / 1000, share % 1000);
    }
    document_cell(page->document, text_of(words));
}

void report_cell_time(const struct report_page *page, struct wall_time time)
{
    document_begin(page->document, DOCUMENT_CELL);
    if (time.us == 0)
        document_say(page->document, "–");
    else
        document_time(page->document, time);
}

void report_cell_words(const struct report_page *page,
                       struct notice_words words)
{
    document_block(page->document, DOCUMENT_CELL, words);
}

void report_cell_last_day(const struct report_page *page,
                          struct wall_time time)
{
    document_begin(page->document, DOCUMENT_CELL);
    document_day(page->document, civil_day((struct wall_time){time.us - 1},
                                           UTC_OFFSET_KOREA_S));
}

void report_cell_group(const struct report_page *page, size_t group)
{
    const struct notice *notice = report_notice(page->report);
    size_t said = 0;
    document_begin(page->document, DOCUMENT_CELL);
    if (group < notice->group_count)
        document_next_group(page->document, notice, &said,
                            &notice->groups[group]);
    else
        report_words(page, "(지금은 설치되어 있지 않은 카메라)",
                     "(cameras that are not installed any more)");
}

void report_cell_subject(const struct report_page *page, const char *subject)
{
    const struct notice *notice = report_notice(page->report);
    const struct notice_group *group =
        notice_group_find(notice, text_of(subject));
    if (group != NULL) {
        report_cell_group(page, (size_t)(group - notice->groups));
        return;
    }
    document_begin(page->document, DOCUMENT_CELL);
    for (size_t i = 0; i < notice->processor_count; i++) {
        if (!text_equal(notice->processors[i].id, text_of(subject)))
            continue;
        document_words_say(page->document, notice->processors[i].name);
        return;
    }
    document_say(page->document, subject[0] == 0 ? "–" : subject);
}
