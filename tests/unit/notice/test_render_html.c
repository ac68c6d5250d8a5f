/* SPDX-License-Identifier: Apache-2.0 */
/* The public page against tests/golden/notice. */
#include "notice/render_html.h"

#include <string.h>

#include "notice/finding.h"
#include "support/example_edit.h"
#include "support/golden.h"
#include "unit/test.h"

enum { PAGE_BYTES_MAX = 1 << 20 };

static struct buffer render(struct bytes yaml, enum language language)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load("notice.yaml", yaml, &findings, &notice));
    struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
    CHECK_OK(notice_render_html(notice, language, NULL, &page));
    notice_destroy(&notice);
    findings_deinit(&findings);
    return page;
}

static void check_golden(const char *example, const char *golden,
                         enum language language)
{
    struct notice *notice = golden_notice(example);
    struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
    CHECK_OK(notice_render_html(notice, language, NULL, &page));
    golden_check(golden, buffer_bytes(&page));
    buffer_deinit(&page);
    notice_destroy(&notice);
}

static void the_korean_pages_are_the_golden_ones(void **state)
{
    (void)state;
    check_golden("geoje-family-center", "notice/geoje.ko.html",
                 LANGUAGE_KOREAN);
    check_golden("gwangju-labor-office", "notice/gwangju.ko.html",
                 LANGUAGE_KOREAN);
}

static void the_english_pages_are_the_golden_ones(void **state)
{
    (void)state;
    check_golden("geoje-family-center", "notice/geoje.en.html",
                 LANGUAGE_ENGLISH);
    check_golden("gwangju-labor-office", "notice/gwangju.en.html",
                 LANGUAGE_ENGLISH);
}

static void a_page_may_point_to_the_other_language(void **state)
{
    (void)state;
    struct notice *notice = golden_notice("geoje-family-center");
    struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
    const struct html_frame frame = {.other_language = "/notice/en"};
    CHECK_OK(notice_render_html(notice, LANGUAGE_KOREAN, &frame, &page));
    buffer_append_u8(&page, 0);
    CHECK(strstr((const char *)page.data,
                 "<nav aria-label=\"언어\"><a href=\"/notice/en\" hreflang=\"en\" "
                 "lang=\"en\">English</a></nav>") != NULL);
    buffer_deinit(&page);
    notice_destroy(&notice);
}

static void what_the_notice_says_is_never_markup(void **state)
{
    (void)state;
    uint32_t line = 0;
    struct buffer yaml = example_edit(
        EXAMPLE_NOTICE, "institution: {ko: 거제시가족센터, en: Geoje Family Center}",
        "institution: '<script>alert(\"1\") & ''2''</script>'", &line);
    struct buffer page = render(buffer_bytes(&yaml), LANGUAGE_ENGLISH);
    buffer_append_u8(&page, 0);
    CHECK(strstr((const char *)page.data, "<script") == NULL);
    CHECK(strstr((const char *)page.data,
                 "&lt;script&gt;alert(&quot;1&quot;) &amp; "
                 "&#39;2&#39;&lt;/script&gt;") != NULL);
    /* Without English the Korean is shown, and marked as such. */
    CHECK(strstr((const char *)page.data, "<h1><span lang=\"ko\">") != NULL);
    buffer_deinit(&page);
    buffer_deinit(&yaml);
}

static void a_page_beyond_its_limit_is_an_error(void **state)
{
    (void)state;
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load("n", example_file(EXAMPLE_NOTICE), &findings,
                         &notice));
    struct buffer page = buffer_with_limit(1000);
    CHECK_STATUS(STATUS_NO_MEMORY,
                 notice_render_html(notice, LANGUAGE_KOREAN, NULL, &page));
    buffer_deinit(&page);
    notice_destroy(&notice);
    findings_deinit(&findings);
}

static enum status render_once(void *context)
{
    struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
    enum status s = notice_render_html(context, LANGUAGE_ENGLISH, NULL, &page);
    buffer_deinit(&page);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    struct notice *notice = golden_notice("geoje-family-center");
    test_every_allocation_fails(render_once, notice);
    notice_destroy(&notice);
}

TEST_MAIN("notice/render_html", TEST(the_korean_pages_are_the_golden_ones),
          TEST(the_english_pages_are_the_golden_ones),
          TEST(a_page_may_point_to_the_other_language),
          TEST(what_the_notice_says_is_never_markup),
          TEST(a_page_beyond_its_limit_is_an_error), TEST(memory_may_run_out))
