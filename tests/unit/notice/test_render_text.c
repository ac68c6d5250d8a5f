/* SPDX-License-Identifier: Apache-2.0 */
/* The notice as plain text against tests/golden/notice. */
#include "notice/render_text.h"

#include "notice/notice_document.h"
#include "support/golden.h"
#include "unit/test.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

static void check_golden(const char *example, const char *golden,
                         enum language language)
{
    struct notice *notice = golden_notice(example);
    struct document document;
    CHECK_OK(notice_document(notice, language, &document));
    struct buffer text = buffer_with_limit(TEXT_BYTES_MAX);
    CHECK_OK(render_text(&document, &text));
    golden_check(golden, buffer_bytes(&text));
    buffer_deinit(&text);
    document_deinit(&document);
    notice_destroy(&notice);
}

static void the_texts_are_the_golden_ones(void **state)
{
    (void)state;
    check_golden("geoje-family-center", "notice/geoje.ko.txt",
                 LANGUAGE_KOREAN);
    check_golden("geoje-family-center", "notice/geoje.en.txt",
                 LANGUAGE_ENGLISH);
    check_golden("gwangju-labor-office", "notice/gwangju.ko.txt",
                 LANGUAGE_KOREAN);
    check_golden("gwangju-labor-office", "notice/gwangju.en.txt",
                 LANGUAGE_ENGLISH);
}

static void cell(struct document *document, const char *words)
{
    document_begin(document, DOCUMENT_CELL);
    document_say(document, words);
}

/* As a merged cell is copied from a page: the other cells stay empty. */
static void a_cell_of_several_lines_goes_on_below(void **state)
{
    (void)state;
    struct document document = document_in(LANGUAGE_KOREAN);
    document_begin(&document, DOCUMENT_TABLE);
    document_begin(&document, DOCUMENT_ROW);
    cell(&document, "24시간");
    cell(&document, "본청");
    document_begin(&document, DOCUMENT_BREAK);
    document_say(&document, "광주센터");
    document_begin(&document, DOCUMENT_ROW);
    cell(&document, "주간");
    cell(&document, "");
    document_begin(&document, DOCUMENT_TABLE_END);
    CHECK_OK(document_status(&document));
    struct buffer text = buffer_with_limit(TEXT_BYTES_MAX);
    CHECK_OK(render_text(&document, &text));
    buffer_append_u8(&text, 0);
    assert_string_equal((const char *)text.data,
                        "24시간\t본청\n\t광주센터\n주간\t\n");
    buffer_deinit(&text);
    document_deinit(&document);
}

static void a_text_beyond_its_limit_is_an_error(void **state)
{
    (void)state;
    struct document document = document_in(LANGUAGE_ENGLISH);
    document_begin(&document, DOCUMENT_PARAGRAPH);
    document_say(&document, "more than ten");
    struct buffer text = buffer_with_limit(10);
    CHECK_STATUS(STATUS_NO_MEMORY, render_text(&document, &text));
    buffer_deinit(&text);
    document_deinit(&document);
}

TEST_MAIN("notice/render_text", TEST(the_texts_are_the_golden_ones),
          TEST(a_cell_of_several_lines_goes_on_below),
          TEST(a_text_beyond_its_limit_is_an_error))
