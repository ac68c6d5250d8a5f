/* SPDX-License-Identifier: Apache-2.0 */
#include "model/document.h"

#include "base/text.h"
#include "unit/test.h"

static void words_of_one_language_are_one_part(void **state)
{
    (void)state;
    struct document document = document_in(LANGUAGE_ENGLISH);
    document_begin(&document, DOCUMENT_PARAGRAPH);
    document_say(&document, "kept ");
    document_say(&document, "");
    document_say(&document, "60 days");
    document_text(&document, text_of("까닭"), LANGUAGE_KOREAN);
    document_begin(&document, DOCUMENT_BREAK);
    document_say(&document, "end");
    CHECK_OK(document_status(&document));
    CHECK(document.count == 5);
    CHECK(text_equal(document_words(&document, &document.parts[1]),
                     text_of("kept 60 days")));
    CHECK(document.parts[2].spoken == LANGUAGE_KOREAN);
    CHECK(document_skip_words(&document, 0) == document.count);
    document_deinit(&document);
    CHECK(document.count == 0);
}

static void beyond_its_limit_a_document_has_failed(void **state)
{
    (void)state;
    struct document document = document_in(LANGUAGE_KOREAN);
    for (size_t i = 0; i <= DOCUMENT_PARTS_MAX; i++)
        document_begin(&document, DOCUMENT_ROW);
    CHECK_STATUS(STATUS_NO_MEMORY, document_status(&document));
    CHECK(document.count == DOCUMENT_PARTS_MAX);
    document_deinit(&document);
}

static enum status build(void *context)
{
    (void)context;
    struct document document = document_in(LANGUAGE_KOREAN);
    for (size_t i = 0; i < 100; i++) {
        document_begin(&document, DOCUMENT_PARAGRAPH);
        document_say(&document, "영상정보처리기기 운영·관리 방침");
    }
    enum status s = document_status(&document);
    document_deinit(&document);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    test_every_allocation_fails(build, NULL);
}

TEST_MAIN("model/document", TEST(words_of_one_language_are_one_part),
          TEST(beyond_its_limit_a_document_has_failed),
          TEST(memory_may_run_out))
