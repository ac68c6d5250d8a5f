/* SPDX-License-Identifier: Apache-2.0 */
#include "model/document_compare.h"

#include <stdio.h>

#include "base/text.h"
#include "unit/test.h"

struct seen {
    char lines[20][200];
    size_t count;
};

static void on_change(void *context, const struct document_change *change)
{
    struct seen *seen = context;
    static const char *const KINDS[] = {"", "altered", "added", "removed"};
    if (seen->count == 20)
        return;
    (void)snprintf(seen->lines[seen->count++], 200,
                   "%s|%.*s|%.*s|%.*s|%.*s|%.*s", KINDS[change->kind],
                   (int)change->section.size, change->section.data,
                   (int)change->subject.size, change->subject.data,
                   (int)change->column.size, change->column.data,
                   (int)change->before.size, change->before.data,
                   (int)change->after.size, change->after.data);
}

static void heading(struct document *document, const char *words)
{
    document_heading(document, 2);
    document_say(document, words);
}

static void block(struct document *document, enum document_kind kind,
                  const char *words)
{
    document_begin(document, kind);
    document_say(document, words);
}

static void row(struct document *document, const char *a, const char *b,
                const char *c)
{
    document_begin(document, DOCUMENT_ROW);
    block(document, DOCUMENT_CELL, a);
    block(document, DOCUMENT_CELL, b);
    block(document, DOCUMENT_CELL, c);
}

static void table(struct document *document)
{
    document_begin(document, DOCUMENT_TABLE);
    block(document, DOCUMENT_COLUMN, "Place");
    block(document, DOCUMENT_COLUMN, "Period");
    block(document, DOCUMENT_COLUMN, "Cameras");
}

static void compare(const struct document *before, const struct document *after,
                    struct seen *seen)
{
    *seen = (struct seen){.count = 0};
    CHECK_OK(document_compare(before, after, on_change, seen));
}

static void order_is_no_change(void **state)
{
    (void)state;
    struct document before = document_in(LANGUAGE_ENGLISH);
    struct document after = document_in(LANGUAGE_ENGLISH);
    heading(&before, "3. Places");
    table(&before);
    row(&before, "hall", "30 days", "4");
    row(&before, "door", "30 days", "1");
    document_begin(&before, DOCUMENT_TABLE_END);
    heading(&after, "2. Places");
    table(&after);
    row(&after, "door", "30 days", "1");
    row(&after, "hall", "30 days", "4");
    document_begin(&after, DOCUMENT_TABLE_END);
    struct seen seen;
    compare(&before, &after, &seen);
    CHECK(seen.count == 0);
    document_deinit(&before);
    document_deinit(&after);
}

static void cells_are_told_with_row_and_column(void **state)
{
    (void)state;
    struct document before = document_in(LANGUAGE_ENGLISH);
    struct document after = document_in(LANGUAGE_ENGLISH);
    heading(&before, "1. Places");
    table(&before);
    row(&before, "hall", "30 days", "4");
    row(&before, "gate", "", "2");
    heading(&after, "1. Places");
    table(&after);
    row(&after, "hall", "14 days", "4");
    row(&after, "roof", "7 days", "1");
    struct seen seen;
    compare(&before, &after, &seen);
    CHECK(seen.count == 3);
    assert_string_equal("altered|Places|hall, 4|Period|30 days|14 days", seen.lines[0]);
    assert_string_equal("added|Places||||roof, 7 days, 1", seen.lines[1]);
    assert_string_equal("removed|Places|||gate, 2|", seen.lines[2]);
    document_deinit(&before);
    document_deinit(&after);
}

static void sections_come_and_go(void **state)
{
    (void)state;
    struct document before = document_in(LANGUAGE_ENGLISH);
    struct document after = document_in(LANGUAGE_ENGLISH);
    heading(&before, "1. Basis");
    block(&before, DOCUMENT_PARAGRAPH, "Article 25");
    heading(&before, "2. Old");
    block(&before, DOCUMENT_ITEM, "gone");
    heading(&after, "1. Basis");
    block(&after, DOCUMENT_PARAGRAPH, "Article 25-2");
    document_begin(&after, DOCUMENT_BREAK);
    document_say(&after, "and more");
    heading(&after, "2. New");
    block(&after, DOCUMENT_TERM, "Fee");
    block(&after, DOCUMENT_DETAIL, "none");
    struct seen seen;
    compare(&before, &after, &seen);
    CHECK(seen.count == 3);
    assert_string_equal("altered|Basis|||Article 25|Article 25-2 / and more", seen.lines[0]);
    assert_string_equal("added|New||||Fee, none", seen.lines[1]);
    assert_string_equal("removed|Old|||gone|", seen.lines[2]);
    document_deinit(&before);
    document_deinit(&after);
}

static void too_many_blocks_are_refused(void **state)
{
    (void)state;
    struct document many = document_in(LANGUAGE_ENGLISH);
    struct document none = document_in(LANGUAGE_ENGLISH);
    for (int i = 0; i <= DOCUMENT_UNITS_MAX; i++)
        document_begin(&many, DOCUMENT_ITEM);
    struct seen seen = {.count = 0};
    CHECK_STATUS(STATUS_LIMIT,
                 document_compare(&none, &many, on_change, &seen));
    document_deinit(&many);
    document_deinit(&none);
}

static enum status compare_small(void *context)
{
    (void)context;
    struct document before = document_in(LANGUAGE_ENGLISH);
    struct document after = document_in(LANGUAGE_ENGLISH);
    table(&before);
    row(&before, "hall", "30 days", "4");
    table(&after);
    row(&after, "hall", "14 days", "4");
    struct seen seen = {.count = 0};
    enum status s = document_status(&before);
    if (s == STATUS_OK)
        s = document_status(&after);
    if (s == STATUS_OK)
        s = document_compare(&before, &after, on_change, &seen);
    if (s == STATUS_OK)
        CHECK(seen.count == 1);
    document_deinit(&before);
    document_deinit(&after);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(compare_small, NULL);
}

TEST_MAIN("model/document_compare", TEST(order_is_no_change),
          TEST(cells_are_told_with_row_and_column), TEST(sections_come_and_go),
          TEST(too_many_blocks_are_refused), TEST(every_allocation_may_fail))
