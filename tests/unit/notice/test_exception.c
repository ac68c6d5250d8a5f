/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/versions/exception.h"

#include <string.h>

#include "notice/finding.h"
#include "support/example_edit.h"
#include "unit/test.h"

enum { PATH_SIZE = 256 };

/* One change of the example, and whether it may act at once. */
static const struct {
    const char *find;
    const char *replacement;
    enum notice_exception expected;
    const char *obstacle; /* of a restriction; NULL: none */
} CHANGES[] = {
    {"telephone: 055-000-0002", "telephone: 055-000-0022",
     NOTICE_EXCEPTION_CORRECTION, "people["},
    {"announced: 2023-03-20", "announced: 2023-03-21", NOTICE_EXCEPTION_NONE,
     NULL},
    {"days: 60", "days: 14", NOTICE_EXCEPTION_NONE, "retention/days"},
    {"homepage: https://", "homepage: https://www.", NOTICE_EXCEPTION_NONE,
     "homepage"},
    {"count: 3\n", "count: 2\n", NOTICE_EXCEPTION_RESTRICTION, NULL},
    {"count: 3\n", "count: 4\n", NOTICE_EXCEPTION_NONE, "/count"},
    {"count: 3\n",
     "count: 3\n        exclusions: [{ko: 수유실, met_by: aim}]\n",
     NOTICE_EXCEPTION_RESTRICTION, NULL},
};

static struct notice *load(const char *find, const char *replacement)
{
    uint32_t line = 0;
    struct findings findings = {0};
    struct notice *notice = NULL;
    struct buffer yaml =
        example_edit(EXAMPLE_NOTICE, find, replacement, &line);
    CHECK_OK(notice_load("notice.yaml", buffer_bytes(&yaml), &findings,
                         &notice));
    buffer_deinit(&yaml);
    findings_deinit(&findings);
    return notice;
}

static void check(const struct notice *before, const struct notice *after,
                  enum notice_exception expected, const char *obstacle)
{
    enum notice_exception found = NOTICE_EXCEPTION_NONE;
    char path[PATH_SIZE];
    CHECK_OK(notice_exception_of(before, after, &found));
    assert_int_equal(expected, found);
    CHECK_OK(notice_exception_obstacle(before, after,
                                       NOTICE_EXCEPTION_RESTRICTION, path,
                                       sizeof path));
    if (obstacle == NULL)
        assert_string_equal("", path);
    else
        CHECK(strstr(path, obstacle) != NULL);
}

static void each_change_is_judged(void **state)
{
    (void)state;
    struct notice *before = load("format: 1", "format: 1");
    for (size_t i = 0; i < sizeof CHANGES / sizeof CHANGES[0]; i++) {
        struct notice *after = load(CHANGES[i].find, CHANGES[i].replacement);
        check(before, after, CHANGES[i].expected, CHANGES[i].obstacle);
        notice_destroy(&after);
    }
    notice_destroy(&before);
}

/* A person's groups: fewer is less, none stated is all of them. */
static void rights_are_narrowed_and_never_widened(void **state)
{
    static const char TWO[] = "    for: [counselling, sharing-aju]\n";
    static const char ONE[] = "    for: [counselling]\n";
    static const char PERSON[] = "  - id: sharing-manager\n";
    char with[256];
    (void)state;
    struct notice *list[3];
    const char *const SCOPES[] = {"", TWO, ONE};
    for (size_t i = 0; i < 3; i++) {
        (void)strcpy(with, "  - id: extra\n    role: access_holder\n"
                           "    name: 홍길동\n    post: 주무관\n");
        (void)strcat(with, SCOPES[i]);
        (void)strcat(with, PERSON);
        list[i] = load(PERSON, with);
    }
    struct notice *without = load("format: 1", "format: 1");
    check(list[0], list[1], NOTICE_EXCEPTION_RESTRICTION, NULL);
    check(list[0], list[2], NOTICE_EXCEPTION_RESTRICTION, NULL);
    check(list[1], list[2], NOTICE_EXCEPTION_RESTRICTION, NULL);
    check(list[2], list[1], NOTICE_EXCEPTION_NONE, "people[extra]/for[");
    check(list[1], list[0], NOTICE_EXCEPTION_NONE, "people[extra]/for[");
    check(list[1], without, NOTICE_EXCEPTION_RESTRICTION, NULL);
    check(without, list[1], NOTICE_EXCEPTION_NONE, "people[extra]/");
    for (size_t i = 0; i < 3; i++)
        notice_destroy(&list[i]);
    notice_destroy(&without);
}

struct pair {
    const struct notice *before;
    const struct notice *after;
};

static enum status judge(void *context)
{
    const struct pair *pair = context;
    enum notice_exception found = NOTICE_EXCEPTION_NONE;
    return notice_exception_of(pair->before, pair->after, &found);
}

static void without_memory_nothing_is_judged(void **state)
{
    (void)state;
    struct notice *before = load("format: 1", "format: 1");
    struct notice *after = load("days: 60", "days: 14");
    struct pair pair = {before, after};
    test_every_allocation_fails(judge, &pair);
    notice_destroy(&before);
    notice_destroy(&after);
}

TEST_MAIN("notice/exception", TEST(each_change_is_judged),
          TEST(rights_are_narrowed_and_never_widened),
          TEST(without_memory_nothing_is_judged))
