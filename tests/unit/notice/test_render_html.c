/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public page against tests/golden/notice. GOLDEN_UPDATE=1 in the
 * environment writes the files anew; a review sees the difference.
 */
#include "notice/render_html.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "notice/finding.h"
#include "support/example_edit.h"
#include "unit/test.h"

enum { PAGE_BYTES_MAX = 1 << 20, PATH_SIZE = 512 };

static struct buffer render(struct bytes yaml, enum language language)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load("notice.yaml", yaml, &findings, &notice));
    struct buffer page = buffer_with_limit(PAGE_BYTES_MAX);
    CHECK_OK(notice_render_html(notice, language, &page));
    notice_destroy(&notice);
    findings_deinit(&findings);
    return page;
}

static void golden_path(const char *name, char path[PATH_SIZE])
{
    const char *root = getenv("SOURCE_ROOT");
    CHECK(root != NULL);
    (void)snprintf(path, PATH_SIZE, "%s/tests/golden/notice/%s", root, name);
}

static void check_golden(const char *name, enum language language)
{
    struct buffer page = render(example_file(EXAMPLE_NOTICE), language);
    char path[PATH_SIZE];
    golden_path(name, path);
    if (getenv("GOLDEN_UPDATE") != NULL) {
        FILE *file = fopen(path, "wb");
        CHECK(file != NULL);
        CHECK(fwrite(page.data, 1, page.size, file) == page.size);
        (void)fclose(file);
    }
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    uint8_t *golden = alloc_array(PAGE_BYTES_MAX, 1);
    CHECK(golden != NULL);
    size_t size = fread(golden, 1, PAGE_BYTES_MAX, file);
    (void)fclose(file);
    bool is_same = size == page.size && memcmp(golden, page.data, size) == 0;
    if (!is_same)
        print_error("differs from %s; look at both, then GOLDEN_UPDATE=1\n",
                    path);
    CHECK(is_same);
    alloc_free(golden);
    buffer_deinit(&page);
}

static void the_korean_page_is_the_golden_one(void **state)
{
    (void)state;
    check_golden("geoje.ko.html", LANGUAGE_KOREAN);
}

static void the_english_page_is_the_golden_one(void **state)
{
    (void)state;
    check_golden("geoje.en.html", LANGUAGE_ENGLISH);
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
                 notice_render_html(notice, LANGUAGE_KOREAN, &page));
    buffer_deinit(&page);
    notice_destroy(&notice);
    findings_deinit(&findings);
}

TEST_MAIN("notice/render_html", TEST(the_korean_page_is_the_golden_one),
          TEST(the_english_page_is_the_golden_one),
          TEST(what_the_notice_says_is_never_markup),
          TEST(a_page_beyond_its_limit_is_an_error))
