/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any notice, rendered as plain text and imported, has the same facts: all that
 * a reader of the page sees. Models are made by a seed.
 */
#include "notice/import/notice_import.h"

#include <stdio.h>

#include "base/text.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "notice/notice_document.h"
#include "notice/render_text.h"
#include "support/golden.h"
#include "support/notice_model.h"
#include "support/notice_same.h"
#include "unit/test.h"

enum { MODELS = 300 };

static struct notice *loaded(struct bytes yaml)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    enum status s = notice_load("notice.yaml", yaml, &findings, &notice);
    if (s != STATUS_OK)
        fail_msg("line %u: %s\n%.*s", findings.list[0].line,
                 findings.list[0].message, (int)yaml.size,
                 (const char *)yaml.data);
    findings_deinit(&findings);
    return notice;
}

static struct buffer page_of(const struct notice *notice)
{
    struct document document;
    struct buffer page = buffer_with_limit(1 << 20);
    CHECK_OK(notice_document(notice, LANGUAGE_KOREAN, &document));
    CHECK_OK(render_text(&document, &page));
    document_deinit(&document);
    return page;
}

/* Whether the notice says the same once its page was imported, and makes the
 * same page; else the rest is shown. */
static bool comes_back(const struct notice *notice)
{
    struct buffer page = page_of(notice);
    struct notice_import import;
    CHECK_OK(notice_import_read(buffer_bytes(&page), &import));
    struct notice *again = loaded(buffer_bytes(&import.yaml));
    struct buffer next_page = page_of(again);
    const char *other = notice_other_fact(notice, again);
    size_t left = notice_import_not_understood(&import);
    if (other == NULL &&
        !text_equal(buffer_text(&page), buffer_text(&next_page)))
        other = "another page";
    bool is_same = other == NULL && left == 0;
    if (!is_same)
        (void)fprintf(stderr, "%s; %zu lines not understood\n%.*s\n%.*s\n",
                      other == NULL ? "the same facts" : other, left,
                      (int)page.size, (const char *)page.data,
                      (int)import.yaml.size, (const char *)import.yaml.data);
    notice_destroy(&again);
    notice_import_deinit(&import);
    buffer_deinit(&next_page);
    buffer_deinit(&page);
    return is_same;
}

static void any_notice_comes_back_from_its_page(void **state)
{
    (void)state;
    static struct notice_model model;
    for (uint64_t seed = 1; seed <= MODELS; seed++) {
        notice_model_make(&model, seed);
        struct notice *notice = loaded(bytes_of(model.yaml, model.used));
        if (!comes_back(notice))
            fail_msg("seed %u\n%s", (unsigned)seed, model.yaml);
        notice_destroy(&notice);
    }
}

static void both_examples_come_back(void **state)
{
    (void)state;
    static const char *const EXAMPLES[] = {"geoje-family-center",
                                           "gwangju-labor-office"};
    for (size_t i = 0; i < 2; i++) {
        struct notice *notice = golden_notice(EXAMPLES[i]);
        assert_true(comes_back(notice));
        notice_destroy(&notice);
    }
}

TEST_MAIN("notice round trip", TEST(any_notice_comes_back_from_its_page),
          TEST(both_examples_come_back))
