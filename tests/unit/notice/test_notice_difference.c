/* SPDX-License-Identifier: Apache-2.0 */
/* What the announcement of a changed notice says. */
#include "notice/notice_difference.h"

#include <string.h>

#include "base/text.h"
#include "notice/render_text.h"
#include "support/golden.h"
#include "unit/test.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

static const char EXAMPLE[] = "geoje-family-center";

static struct buffer said(const struct notice *before,
                          const struct notice *after, enum language language,
                          size_t changes_expected)
{
    struct document document;
    size_t changes = 0;
    struct buffer text = buffer_with_limit(TEXT_BYTES_MAX);
    CHECK_OK(notice_difference(before, after, language, &document, &changes));
    CHECK(changes == changes_expected);
    CHECK_OK(render_text(&document, &text));
    document_deinit(&document);
    buffer_append_u8(&text, 0);
    return text;
}

static void the_same_notice_does_not_change(void **state)
{
    (void)state;
    struct notice *notice = golden_notice(EXAMPLE);
    struct buffer text = said(notice, notice, LANGUAGE_KOREAN, 0);
    CHECK(strstr((const char *)text.data, "바뀌는 내용이 없습니다.") != NULL);
    buffer_deinit(&text);
    notice_destroy(&notice);
}

static void a_shorter_period_is_said_in_both_languages(void **state)
{
    (void)state;
    struct notice *before = golden_notice(EXAMPLE);
    struct notice *after = golden_notice_with(EXAMPLE, "days: 60", "days: 45");
    struct buffer text = said(before, after, LANGUAGE_KOREAN, 1);
    CHECK(strstr((const char *)text.data, "보관기간: 촬영일로부터 60일") != NULL);
    CHECK(strstr((const char *)text.data, "→ 촬영일로부터 45일") != NULL);
    buffer_deinit(&text);
    text = said(before, after, LANGUAGE_ENGLISH, 1);
    CHECK(strstr((const char *)text.data, "Retention period: 60 days") != NULL);
    buffer_deinit(&text);
    notice_destroy(&before);
    notice_destroy(&after);
}

static void a_person_who_follows_is_said_with_the_post(void **state)
{
    (void)state;
    struct notice *before = golden_notice(EXAMPLE);
    struct notice *after = golden_notice_with(EXAMPLE, "홍길바", "홍길동");
    struct buffer out = buffer_with_limit(TEXT_BYTES_MAX);
    CHECK_OK(notice_difference_json(before, after, LANGUAGE_KOREAN, &out));
    buffer_append_u8(&out, 0);
    CHECK(strstr((const char *)out.data,
                 "\"column\":\"이름\",\"before\":\"홍길바\","
                 "\"after\":\"홍길동\"") != NULL);
    CHECK(strstr((const char *)out.data, "\"subject\":\"모든 설치장소, 책임자, "
                                         "센터장") != NULL);
    buffer_deinit(&out);
    notice_destroy(&before);
    notice_destroy(&after);
}

TEST_MAIN("notice/notice_difference", TEST(the_same_notice_does_not_change),
          TEST(a_shorter_period_is_said_in_both_languages),
          TEST(a_person_who_follows_is_said_with_the_post))
