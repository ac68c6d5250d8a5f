/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the linter finds in the two published notices, all of it and nothing
 * more, and that the amended ones are clean. Each rule by itself:
 * test_finding.c.
 */
#include "notice/lint/lint.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "support/example_edit.h"
#include "support/published.h"
#include "unit/test.h"

struct expected {
    enum finding_code code;
    const char *path;
    const char *says; /* part of the message */
};

static const struct expected GWANGJU[] = {
    {FINDING_MISSING_SIGN, "", "no signboard"},
    {FINDING_CLOSED_PLACE, "sites[0].groups[0]", "9 groups with 17 cameras"},
    {FINDING_ROW_WITHOUT_PLACE, "sites[2].groups[0]", "group-42"},
    {FINDING_FILED_UNDER_ANOTHER_SITE, "sites[0].groups[9]",
     "2 cameras of '제주센터'"},
    {FINDING_BASIS_ELSEWHERE, "sites[0].groups[0]", "40 groups"},
    {FINDING_RETENTION_BELOW_FLOOR, "sites[1].groups[1]",
     "16 cameras in 6 groups are kept 30 days under a floor of 1 month"},
    {FINDING_RETENTION_OPEN_ENDED, "retention", "보관기간 전후 자동 삭제"},
};

static const struct expected GEOJE[] = {
    {FINDING_SIGN_WITHOUT_PROCESSOR, "sign", "processor"},
    {FINDING_CLOSED_PLACE, "sites[0].groups[0]", "3 cameras"},
    {FINDING_ROW_WITHOUT_CAMERAS, "sites[0].groups[1]", "group-2"},
    {FINDING_EXCLUSION_WITHOUT_MASK, "sites[0].groups[2]", "수유실"},
    {FINDING_RETENTION_WITHOUT_REASON, "sites[0].groups[0]", "60 days"},
    {FINDING_MISSPELT_PERIOD, "requests", "보관기관"},
    {FINDING_STORAGE_AMBIGUOUS, "storage[1]", "'나눔터 내부' means 3 places"},
    {FINDING_UNDEFINED_ROLE, "checking", "실무책임자"},
    {FINDING_REQUESTERS_NOT_OF_THE_LAW, "requests",
     "leaves out the person filmed and adds"},
    {FINDING_PROCESSOR_WITHOUT_TASK, "processors[0]", "에스원거제통영지사"},
    {FINDING_SIGN_TELEPHONE_DIFFERS, "sign", "055-000-0010"},
    {FINDING_SIGN_COVERAGE_DIFFERS, "sign",
     "'출입구 근처', where the table says '안내데스크'"},
};

static void check_findings(const char *name, const struct expected *expected,
                           size_t count)
{
    struct published yaml = published_read(name);
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load(name, yaml.bytes, &findings, &notice));
    for (size_t i = 0; i < findings.count; i++)
        if (i >= count || findings.list[i].code != expected[i].code)
            fail_msg("%zu: %s: %s", i,
                     finding_code_name(findings.list[i].code),
                     findings.list[i].message);
    CHECK(findings.count == count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(findings.list[i].path, expected[i].path);
        if (strstr(findings.list[i].message, expected[i].says) == NULL)
            fail_msg("'%s' does not say '%s'", findings.list[i].message,
                     expected[i].says);
        CHECK(findings.list[i].remedy[0] != 0);
    }
    notice_destroy(&notice);
    findings_deinit(&findings);
    published_release(&yaml);
}

static void gwangju_has_its_seven_findings(void **state)
{
    (void)state;
    check_findings("gwangju-labor-office/published.yaml", GWANGJU,
                   sizeof GWANGJU / sizeof GWANGJU[0]);
}

static void geoje_has_its_twelve_findings(void **state)
{
    (void)state;
    check_findings("geoje-family-center/published.yaml", GEOJE,
                   sizeof GEOJE / sizeof GEOJE[0]);
}

static void the_amended_notices_have_none(void **state)
{
    (void)state;
    check_findings("gwangju-labor-office/notice.yaml", NULL, 0);
    check_findings("geoje-family-center/notice.yaml", NULL, 0);
}

static void a_floor_blocks_publication_and_not_recording(void **state)
{
    (void)state;
    struct published yaml =
        published_read("gwangju-labor-office/published.yaml");
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load("notice.yaml", yaml.bytes, &findings, &notice));
    CHECK(findings.errors == 0 && findings.blocking == 1);
    notice_destroy(&notice);
    findings_deinit(&findings);
    published_release(&yaml);
}

/* The message about a floor in the example of a body of this name, as long as
 * its own in bytes, that keeps so many days; "" where there is none. */
static void floor_finding(const char *name, const char *days, char out[256])
{
    static const char INSTITUTION[] = "거제시가족센터";
    uint32_t line = 0;
    struct findings findings = {0};
    struct notice *notice = NULL;
    struct buffer yaml = example_edit(EXAMPLE_NOTICE, "days: 60", days, &line);
    uint8_t *at = memmem(yaml.data, yaml.size, "institution:", 12);
    at = memmem(at, 64, INSTITUTION, sizeof INSTITUTION - 1);
    CHECK(at != NULL && strlen(name) == sizeof INSTITUTION - 1);
    memcpy(at, name, strlen(name));
    CHECK_OK(notice_load("notice.yaml", buffer_bytes(&yaml), &findings,
                         &notice));
    out[0] = 0;
    for (size_t i = 0; i < findings.count; i++)
        if (findings.list[i].code == FINDING_RETENTION_BELOW_FLOOR)
            (void)snprintf(out, 256, "%.255s", findings.list[i].message);
    notice_destroy(&notice);
    findings_deinit(&findings);
    buffer_deinit(&yaml);
}

static void bodies_have_the_floors_of_their_kind(void **state)
{
    static const struct {
        const char *name;
        const char *days;
        const char *says; /* "": no finding */
    } CASES[] = {
        {"거제시가족센터", "days: 14", ""},
        {"시립새어린이집", "days: 30", "9 cameras in 4 groups are kept 30 days "
                                       "under a floor of 60 days"},
        {"시립새어린이집", "days: 60", ""},
        {"새봄장기요양원", "months: 1", "kept 1 month under a floor of 60"},
        {"해치시초등학교", "days: 30", ""},
        {"해치시초등학교", "days: 29", "under a floor of 30 days"},
        {"해치동새아파트", "days: 14", "under a floor of 30 days"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char message[256];
        floor_finding(CASES[i].name, CASES[i].days, message);
        if ((CASES[i].says[0] == 0) != (message[0] == 0) ||
            strstr(message, CASES[i].says) == NULL)
            fail_msg("%s, %s: '%s'", CASES[i].name, CASES[i].days, message);
    }
}

static void many_groups_are_counted_and_some_are_named(void **state)
{
    (void)state;
    struct lint_groups found = {0};
    struct notice_group group = {
        .id = text_of("a-name-of-twenty-three"), .camera_count = 2, .line = 9};
    for (int i = 0; i < 20; i++)
        lint_groups_add(&found, &group);
    CHECK(found.count == 20 && found.cameras == 40 && found.line == 9);
    CHECK(strlen(found.names) < LINT_NAMES_SIZE);
    CHECK(strcmp(found.names + strlen(found.names) - 5, ", ...") == 0);
    CHECK(strstr(found.names, "..., ...") == NULL);
}

static void letters_and_digits_decide_and_blanks_do_not(void **state)
{
    (void)state;
    CHECK(lint_same_letters(text_of("관리 책임자"), text_of("관리책임자")));
    CHECK(!lint_same_letters(text_of("관리책임"), text_of("관리책임자")));
    CHECK(lint_holds(text_of("공동 육아 나눔터"), "육아나눔터"));
    CHECK(!lint_holds(text_of("나눔"), "나눔터"));
    CHECK(!lint_holds(text_of("나눔"), ""));
    CHECK(lint_same_digits(text_of("070-000-0001"), text_of("(070) 000 0001")));
    CHECK(!lint_same_digits(text_of("070-000-0001"), text_of("070-000-00012")));
}

TEST_MAIN("notice/lint", TEST(gwangju_has_its_seven_findings),
          TEST(geoje_has_its_twelve_findings),
          TEST(the_amended_notices_have_none),
          TEST(a_floor_blocks_publication_and_not_recording),
          TEST(bodies_have_the_floors_of_their_kind),
          TEST(many_groups_are_counted_and_some_are_named),
          TEST(letters_and_digits_decide_and_blanks_do_not))
