/* SPDX-License-Identifier: Apache-2.0 */
/* Every code of finding_codes.def, provoked by one change of the example. */
#include "notice/finding.h"

#include <stdio.h>
#include <string.h>

#include "notice/notice.h"
#include "notice/plant.h"
#include "support/example_edit.h"
#include "unit/test.h"

enum { ANY_LINE = 1000, WHOLE_FILE = 1001 };

struct change {
    enum finding_code code; /* that must be among the findings */
    const char *file;
    const char *find;
    const char *replacement; /* NULL: the file ends before find */
    int line_offset;         /* of the finding from where find stood */
};

#define GROUP_PERIOD "count: 3\n        retention: "

static const struct change CHANGES[] = {
    {FINDING_SYNTAX, EXAMPLE_NOTICE, "format: 1", "format: ]", 0},
    {FINDING_SYNTAX, EXAMPLE_NOTICE, "format: 1", "format: 1\n[a]: b", 1},
    {FINDING_SYNTAX, EXAMPLE_PLANT, "format: 1", NULL, ANY_LINE},
    {FINDING_SYNTAX, EXAMPLE_PLANT, "web:\n", "---\nweb:\n", 0},
    {FINDING_TOO_LARGE, EXAMPLE_NOTICE, "format: 1",
     "format: [[[[[[[[[[[[[[1]]]]]]]]]]]]]]", 0},
    {FINDING_ALIAS, EXAMPLE_NOTICE, "format: 1", "format: &one 1", 0},
    {FINDING_ALIAS, EXAMPLE_NOTICE, "hours: {", "hours: &h {", 0},
    {FINDING_DUPLICATE_KEY, EXAMPLE_NOTICE, "format: 1",
     "format: 1\nformat: 1", 1},
    {FINDING_NOT_PLAIN_TEXT, EXAMPLE_NOTICE, "format: 1",
     "format: \"a\\tb\"", 0},
    {FINDING_UNKNOWN_KEY, EXAMPLE_NOTICE, "coverage:", "coverag:", 0},
    {FINDING_UNKNOWN_KEY, EXAMPLE_PLANT, "volume:", "gurgle:", 0},
    {FINDING_MISSING_KEY, EXAMPLE_NOTICE, "homepage:", "# homepage:",
     WHOLE_FILE},
    {FINDING_MISSING_KEY, EXAMPLE_NOTICE, "institution:", "part_of:",
     ANY_LINE},
    {FINDING_MISSING_KEY, EXAMPLE_NOTICE, "  effective: 2023-04-01\n", "",
     -2},
    {FINDING_MISSING_KEY, EXAMPLE_NOTICE, "days: 60", "reason2: 60", ANY_LINE},
    {FINDING_MISSING_KEY, EXAMPLE_PLANT, "    user: recorder\n", "", ANY_LINE},
    {FINDING_MISSING_KEY, EXAMPLE_NOTICE, "hours: {ko: 24시간, en: 24 hours}\n",
     "", ANY_LINE},
    {FINDING_MISSING_RETENTION, EXAMPLE_NOTICE, "retention:\n", "measure:\n",
     ANY_LINE},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "count: 3", "count: three", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "count: 3", "count: \"3\"", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "count: 3", "count: [3]", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "checking:\n",
     "checking: here\nchecks:\n", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "damages: true", "damages: yes", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "2023-03-20", "2023-02-29", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "2023-03-20", "2023-3-20", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "homepage: https:", "homepage: ftp:",
     0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "- id: counselling\n",
     "- id: Counselling\n", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "place: {ko: 1층 공동육아나눔터 (아주동),",
     "place: {ko: [1층],",
     ANY_LINE},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "telephone: 070-000-0001",
     "telephone:", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_NOTICE, "purposes: [facility-safety, "
     "crime-prevention]", "purposes: crime-prevention", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_PLANT, "1 GiB", "1 GB", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_PLANT, "path: /", "path: ", -6},
    {FINDING_WRONG_TYPE, EXAMPLE_PLANT, "/stream1", "/stream 1", -6},
    {FINDING_WRONG_TYPE, EXAMPLE_PLANT, "192.0.2.11", "a/192.0.2.11", -4},
    {FINDING_WRONG_TYPE, EXAMPLE_PLANT, "secrets/cameras",
     "secrets/../../key", -8},
    {FINDING_WRONG_TYPE, EXAMPLE_PLANT, "secrets/cameras", "/etc/key", -8},
    {FINDING_OUT_OF_RANGE, EXAMPLE_NOTICE, "days: 60", "days: 0", 0},
    {FINDING_OUT_OF_RANGE, EXAMPLE_NOTICE, "days: 60",
     "days: 60\n  months: 2", ANY_LINE},
    {FINDING_OUT_OF_RANGE, EXAMPLE_NOTICE, "070-000-0001",
     "070-000-0001-070-000-0001-070-000-0001-070", 0},
    {FINDING_OUT_OF_RANGE, EXAMPLE_PLANT, "1 GiB", "1 MiB", 0},
    {FINDING_OUT_OF_RANGE, EXAMPLE_PLANT, "1 GiB", "99999999 TiB", 0},
    {FINDING_OUT_OF_RANGE, EXAMPLE_PLANT, "port: 8443", "port: 65536", 0},
    {FINDING_OUT_OF_RANGE, EXAMPLE_PLANT, "number: 1\n", "number: 0\n", 0},
    {FINDING_UNKNOWN_VALUE, EXAMPLE_NOTICE, "kind: crime", "kind: crimes", 0},
    {FINDING_UNKNOWN_VALUE, EXAMPLE_NOTICE, "format: 1", "format: 2", 0},
    {FINDING_UNKNOWN_VALUE, EXAMPLE_PLANT, "format: 1", "format: 2", 0},
    {FINDING_DUPLICATE_ID, EXAMPLE_NOTICE, "- id: sharing-aju",
     "- id: counselling", 0},
    {FINDING_DUPLICATE_ID, EXAMPLE_NOTICE, "- id: sharing-aju", "- id: center",
     0},
    {FINDING_DUPLICATE_ID, EXAMPLE_NOTICE, "- id: city-official",
     "- id: director", 0},
    {FINDING_DUPLICATE_ID, EXAMPLE_NOTICE, "- id: crime-prevention",
     "- id: facility-safety", 0},
    {FINDING_DUPLICATE_ID, EXAMPLE_PLANT, "id: interview-2", "id: phone-1",
     -1},
    {FINDING_UNKNOWN_REFERENCE, EXAMPLE_NOTICE, "for: [sharing-okpo]",
     "for: [nowhere]", 0},
    {FINDING_UNKNOWN_REFERENCE, EXAMPLE_NOTICE, "purposes: [facility-safety,",
     "purposes: [fun,", 0},
    {FINDING_UNKNOWN_REFERENCE, EXAMPLE_NOTICE, "telephone: 055-000-0002",
     "deputy_of: nobody", 0},
    {FINDING_UNKNOWN_REFERENCE, EXAMPLE_NOTICE, "telephone: 055-000-0002",
     "deputy_of: city-official", 0}, /* themselves */
    {FINDING_MISSING_PURPOSE, EXAMPLE_NOTICE,
     "purposes: [facility-safety, crime-prevention]", "purposes: []", -4},
    {FINDING_MISSING_CHIEF_MANAGER, EXAMPLE_NOTICE,
     "for: [sharing-aju, sharing-outside]\n  - id: aju-viewer",
     "for: [sharing-aju]\n  - id: aju-viewer", ANY_LINE},
    {FINDING_MISSING_ACCESS_HOLDER, EXAMPLE_NOTICE,
     "for: [sharing-okpo]\n  - id: sangmun", "for: [sharing-aju]\n  - id: sangmun",
     ANY_LINE},
    {FINDING_MISSING_STORAGE_PLACE, EXAMPLE_NOTICE,
     "for: [counselling]\n  - place:", "for: [sharing-aju]\n  - place:",
     ANY_LINE},
    {FINDING_RETENTION_WITHOUT_REASON, EXAMPLE_NOTICE, "count: 3",
     GROUP_PERIOD "{days: 31}", -3},
    {FINDING_RETENTION_WITHOUT_REASON, EXAMPLE_NOTICE, "count: 3",
     GROUP_PERIOD "{months: 2}", -3},
    {FINDING_ANNOUNCED_TOO_LATE, EXAMPLE_NOTICE, "announced: 2023-03-20",
     "announced: 2023-03-26", -1},
    {FINDING_EFFECTIVE_BEFORE_ANNOUNCED, EXAMPLE_NOTICE,
     "announced: 2023-03-20", "announced: 2023-04-02", -1},
    {FINDING_MISSING_SIGN, EXAMPLE_NOTICE, "sign:\n", NULL, WHOLE_FILE},
    {FINDING_SIGN_WITHOUT_PROCESSOR, EXAMPLE_NOTICE,
     "  processor: {ko: 가나다보안", NULL, -6},
    {FINDING_CONTRACT_INCOMPLETE, EXAMPLE_NOTICE, "damages: true",
     "damages: false", -12},
    {FINDING_CONTRACT_INCOMPLETE, EXAMPLE_NOTICE, "    until: 2029-03-31\n",
     "", -6},
    {FINDING_CONTRACT_INCOMPLETE, EXAMPLE_NOTICE, "    contract:\n"
     "      purpose_and_scope: true\n      subcontracting: true\n"
     "      access_limits: true\n      inspection: true\n"
     "      damages: true\n", "", -7},
    {FINDING_STATISTICS_STORED, EXAMPLE_NOTICE, "kind: facility",
     "kind: statistics", ANY_LINE},
    {FINDING_MISSING_ITEM, EXAMPLE_NOTICE,
     "  physical: {ko: 안전한 물리적 보관을 위한 잠금장치 설치, en: Locks where "
     "video is stored}\n", "", ANY_LINE},
    {FINDING_CLOSED_PLACE, EXAMPLE_NOTICE,
     "basis: {ko: 「개인정보 보호법」에 따른", "basis: {ko: 「개인정보 보호법」 제25조", -6},
    {FINDING_BANNED_PLACE, EXAMPLE_NOTICE, "coverage: {ko: 상담실 전체",
     "coverage: {ko: 탈의실 전체", -2},
    {FINDING_ROW_WITHOUT_PLACE, EXAMPLE_NOTICE, "        place: {ko: \"3층",
     "        floor: {ko: \"3층", -1},
    {FINDING_ROW_WITHOUT_CAMERAS, EXAMPLE_NOTICE, "count: 3", "count: 0", -3},
    {FINDING_COUNTS_DO_NOT_ADD_UP, EXAMPLE_NOTICE, "format: 1\n",
     "format: 1\nstated_count: 11\n", 1},
    {FINDING_COUNTS_DO_NOT_ADD_UP, EXAMPLE_NOTICE,
     "    name: {ko: 외부 공동육아나눔터,",
     "    stated_count: 3\n    name: {ko: 외부 공동육아나눔터,", -1},
    {FINDING_FILED_UNDER_ANOTHER_SITE, EXAMPLE_NOTICE, "storage:\n",
     "  - {id: third, name: 아무개센터, also_called: [상담실]}\nstorage:\n"
     "  - {place: 방재실, for: [third]}\n", ANY_LINE},
    {FINDING_BASIS_ELSEWHERE, EXAMPLE_NOTICE, "제25조제1항\n",
     "제25조제1항 및 「주차장법 시행규칙」\n", ANY_LINE},
    {FINDING_EXCLUSION_WITHOUT_MASK, EXAMPLE_NOTICE, ", met_by: aim}", "}", -6},
    {FINDING_TEMPLATE_ROW, EXAMPLE_NOTICE, "전화상담실1", "○○상담실", -1},
    {FINDING_TEMPLATE_ROW, EXAMPLE_NOTICE, "홍길아", "홍길동", -2},
    {FINDING_EMPTY_CELL, EXAMPLE_NOTICE, "    telephone: 070-000-0003\n", "",
     -5},
    {FINDING_EMPTY_CELL, EXAMPLE_NOTICE,
     "        coverage: {ko: 상담실 전체, en: The whole room}\n", "", -2},
    {FINDING_EMPTY_CELL, EXAMPLE_NOTICE, "    telephone: 010-000-0009\n", "",
     -4},
    {FINDING_RETENTION_BELOW_FLOOR, EXAMPLE_NOTICE, "count: 3",
     GROUP_PERIOD "{days: 10, floor: {days: 20}}", -3},
    {FINDING_RETENTION_BELOW_FLOOR, EXAMPLE_NOTICE, "count: 3",
     GROUP_PERIOD "{days: 30, floor: {months: 1}}", -3},
    {FINDING_RETENTION_BELOW_FLOOR, EXAMPLE_NOTICE, "count: 3",
     GROUP_PERIOD "{months: 1, floor: {days: 31}}", -3},
    {FINDING_RETENTION_OPEN_ENDED, EXAMPLE_NOTICE, "  days: 60\n",
     "  days: 60\n  words: 60일 (용량에 따라 전후 자동 삭제)\n", 0},
    {FINDING_RETENTION_OPEN_ENDED, EXAMPLE_NOTICE, "count: 3",
     GROUP_PERIOD "{days: 9, words: 9일 전후}", -3},
    {FINDING_RETENTION_AMBIGUOUS, EXAMPLE_NOTICE, "count: 3",
     GROUP_PERIOD "{months: 1, words: 1개월(14)}", -3},
    {FINDING_MANY_PERIODS, EXAMPLE_NOTICE, "  - id: sharing-outside\n",
     "      - {id: a, place: x, coverage: y, count: 1, retention: {days: 1}}\n"
     "      - {id: b, place: x, coverage: y, count: 1, retention: {days: 2}}\n"
     "      - {id: c, place: x, coverage: y, count: 1, retention: {days: 3}}\n"
     "  - id: sharing-outside\n", WHOLE_FILE},
    {FINDING_MISSPELT_PERIOD, EXAMPLE_NOTICE, "(3년 보관)", "(보관기관 3년)",
     ANY_LINE},
    {FINDING_STORAGE_AMBIGUOUS, EXAMPLE_NOTICE,
     "아주동 나눔터의 잠금장치가 있는 보관함, en: A locked cabinet in the Aju-dong "
     "childcare room}\n    for: [sharing-aju]",
     "나눔터 내부}\n    for: [sharing-aju, sharing-okpo]", 0},
    {FINDING_STORAGE_SHARED, EXAMPLE_NOTICE,
     "for: [counselling]\n  - place:", "for: [counselling, center]\n  - place:",
     -1},
    {FINDING_TELEPHONES_DIFFER, EXAMPLE_NOTICE, "070-000-0003",
     "070-000-0003, 070-000-0099", -5},
    {FINDING_TELEPHONES_DIFFER, EXAMPLE_NOTICE, "홍길자", "홍길아", -2},
    {FINDING_POST_INSTEAD_OF_NAME, EXAMPLE_NOTICE,
     "    name: {ko: 홍길자, en: Hong Gil-ja}\n", "", -2},
    {FINDING_POST_INSTEAD_OF_NAME, EXAMPLE_NOTICE, "홍길자,",
     "홍길자 (인사이동 시 그 후임자),", -2},
    {FINDING_UNDEFINED_ROLE, EXAMPLE_NOTICE, "영상정보 관리책임자에게",
     "영상정보 실무책임자에게", ANY_LINE},
    {FINDING_REQUESTERS_NOT_OF_THE_LAW, EXAMPLE_NOTICE,
     "정보주체 본인 및 그 대리인", "정보주체 본인 및 관계기관 직원", ANY_LINE},
    {FINDING_REQUESTERS_NOT_OF_THE_LAW, EXAMPLE_NOTICE,
     "정보주체 본인 및 그 대리인", "보호자", ANY_LINE},
    {FINDING_PROCESSOR_WITHOUT_TASK, EXAMPLE_NOTICE,
     "    task: {ko: 영상정보처리기기 설치 및 유지보수, en: Installation and "
     "maintenance of the cameras}\n", "", -2},
    {FINDING_PROCESSORS_WITHOUT_SITES, EXAMPLE_NOTICE, "processors:\n",
     "processors:\n  - {id: other, name: 나라보안, task: 관리, telephone: "
     "02-000-0000}\n", ANY_LINE},
    {FINDING_SIGN_TELEPHONE_DIFFERS, EXAMPLE_NOTICE,
     "telephone: 070-000-0001\n  processor",
     "telephone: 055-000-0010\n  processor", -5},
    {FINDING_SIGN_COVERAGE_DIFFERS, EXAMPLE_NOTICE,
     "공동육아나눔터 내부, 안내데스크\"", "공동육아나눔터 내부, 출입구 근처\"", -2},
    {FINDING_UNKNOWN_GROUP, EXAMPLE_PLANT, "group: counselling",
     "group: nowhere", -2},
    {FINDING_DUPLICATE_NUMBER, EXAMPLE_PLANT, "number: 2\n", "number: 1\n", 0},
    {FINDING_COUNT_MISMATCH, EXAMPLE_PLANT, "group: counselling",
     "group: sharing-aju", ANY_LINE},
    {FINDING_SECONDS_OUTSIDE_DEMO, EXAMPLE_NOTICE, "count: 3",
     GROUP_PERIOD "{seconds: 60}", -3},
    {FINDING_UNKNOWN_SITE, EXAMPLE_PLANT, "installation: geoje",
     "site: nowhere", 0},
    {FINDING_CAMERA_OF_ANOTHER_SITE, EXAMPLE_PLANT, "installation: geoje",
     "site: sharing-outside", ANY_LINE},
    {FINDING_NOTICE_NOT_SIGNED, EXAMPLE_PLANT, "installation: geoje",
     "site: sharing-outside", 0},
    {FINDING_WRONG_TYPE, EXAMPLE_PLANT, "installation: geoje",
     "installation: geoje\nnotice_key: AAAA", 1},
    {FINDING_MISSING_KEY, EXAMPLE_PLANT, "installation: geoje", "demo: true",
     ANY_LINE},
    {FINDING_MASK_MISSING, EXAMPLE_NOTICE, "met_by: aim",
     "met_by: display_mask", ANY_LINE},
    {FINDING_WRONG_TYPE, EXAMPLE_PLANT, "    group: counselling\n",
     "    group: counselling\n    masks: [{what: 수유실, by: camera, region: "
     "\"0,0 9,9 5,5\"}]\n",
     1},
};

enum { CHANGE_COUNT = sizeof CHANGES / sizeof CHANGES[0] };

/* Loads and joins both files, of which one is the changed one. */
static enum status load_changed(const struct change *change,
                                struct bytes changed,
                                struct findings *findings)
{
    bool is_notice = strcmp(change->file, EXAMPLE_NOTICE) == 0;
    struct notice *notice = NULL;
    struct plant *plant = NULL;
    enum status s = notice_load(
        "notice.yaml", is_notice ? changed : example_file(EXAMPLE_NOTICE),
        findings, &notice);
    enum status t = plant_load(
        "plant.yaml", is_notice ? example_file(EXAMPLE_PLANT) : changed,
        findings, &plant);
    if (s == STATUS_OK)
        s = t;
    if (s == STATUS_OK)
        s = plant_bind(plant, "plant.yaml", notice, "notice.yaml", findings);
    notice_destroy(&notice);
    plant_destroy(&plant);
    return s;
}

static bool is_in_place(const struct finding *finding,
                        const struct change *change, uint32_t line)
{
    if (finding->code != change->code)
        return false;
    if (change->line_offset == ANY_LINE)
        return finding->line > 0;
    if (change->line_offset == WHOLE_FILE)
        return finding->line == 0;
    return finding->line == (uint32_t)((int)line + change->line_offset);
}

static bool is_found(const struct findings *findings,
                     const struct change *change, uint32_t line)
{
    for (size_t i = 0; i < findings->count; i++)
        if (is_in_place(&findings->list[i], change, line))
            return findings->list[i].message[0] != 0 &&
                   findings->list[i].remedy[0] != 0;
    return false;
}

static bool is_as_expected(const struct change *change)
{
    uint32_t line = 0;
    struct buffer changed = example_edit(change->file, change->find,
                                         change->replacement, &line);
    struct findings findings = {0};
    enum status s = load_changed(change, buffer_bytes(&changed), &findings);
    bool is_error = finding_code_severity(change->code) == FINDING_ERROR;
    bool is_good = is_found(&findings, change, line) &&
                   (s == STATUS_BAD_INPUT) == (findings.errors > 0) &&
                   (findings.errors > 0 || !is_error);
    if (!is_good) {
        struct buffer text = buffer_with_limit(1 << 20);
        findings_write_text(&findings, &text);
        print_error("%s: '%s' in line %u: no %s there, but\n%.*s", status_name(s), change->find,
                    line, finding_code_name(change->code), (int)text.size,
                    (const char *)text.data);
        buffer_deinit(&text);
    }
    buffer_deinit(&changed);
    findings_deinit(&findings);
    return is_good;
}

static void each_change_gives_its_finding_in_its_line(void **state)
{
    (void)state;
    int wrong = 0;
    for (int i = 0; i < CHANGE_COUNT; i++)
        wrong += !is_as_expected(&CHANGES[i]);
    assert_int_equal(wrong, 0);
}

/* UNREADABLE needs a disk: test_configuration. */
static void every_code_has_a_change(void **state)
{
    (void)state;
    /* Those of directory and versions: test_configuration; of the machine:
     * unit/cmd/test_check_storage.c. */
    for (int code = 0; code < FINDING_SITE_WITHOUT_CAMERAS; code++) {
        int i = 0;
        while (i < CHANGE_COUNT && (int)CHANGES[i].code != code)
            i++;
        if (i == CHANGE_COUNT && code != FINDING_UNREADABLE)
            fail_msg("no test provokes %s",
                     finding_code_name((enum finding_code)code));
    }
}

static void a_long_list_says_how_many_it_left_out(void **state)
{
    (void)state;
    struct findings findings = {0};
    for (int i = 0; i < FINDINGS_MAX + 3; i++)
        findings_add(&findings, FINDING_UNKNOWN_KEY,
                     (struct finding_place){"a.yaml", 3, 1}, "r", "m %d", i);
    CHECK(findings.count == FINDINGS_MAX);
    CHECK(findings.left_out == 3);
    CHECK(findings.errors == FINDINGS_MAX + 3);
    CHECK_STATUS(STATUS_BAD_INPUT, findings_status(&findings));
    findings_deinit(&findings);
}

static void text_and_json_say_the_same(void **state)
{
    (void)state;
    struct findings findings = {0};
    findings_add(&findings, FINDING_UNKNOWN_KEY,
                 (struct finding_place){"a\"b.yaml", 3, 9},
                 "did you mean 'count'?", "unknown key '%s'", "conut");
    struct buffer out = buffer_with_limit(4096);
    findings_write_text(&findings, &out);
    buffer_append_u8(&out, 0);
    assert_string_equal((const char *)out.data,
                        "a\"b.yaml:3: error: unknown key 'conut' \u2014 did "
                        "you mean 'count'? [unknown_key]\n");
    buffer_clear(&out);
    findings_write_json(&findings, &out);
    buffer_append_u8(&out, 0);
    assert_string_equal(
        (const char *)out.data,
        "[\n  {\"code\": \"unknown_key\", \"severity\": \"error\", "
        "\"path\": \"\", \"file\": "
        "\"a\\\"b.yaml\", \"line\": 3, \"column\": 9, \"message\": \"unknown "
        "key 'conut'\", \"remedy\": \"did you mean 'count'?\", \"source\": "
        "\"\"}\n]");
    buffer_deinit(&out);
    findings_deinit(&findings);
}

/* A message that is cut ends with a whole character. */
static void long_hangul_is_cut_at_a_character(void **state)
{
    (void)state;
    char long_text[900];
    for (size_t i = 0; i + 3 < sizeof long_text; i += 3)
        (void)snprintf(long_text + i, sizeof long_text - i, "\uac00");
    struct findings findings = {0};
    findings_add(&findings, FINDING_SYNTAX,
                 (struct finding_place){"a", 1, 1}, "r", "x%s", long_text);
    size_t size = strlen(findings.list[0].message);
    CHECK(size > FINDING_MESSAGE_SIZE - 5 && (size - 1) % 3 == 0);
    findings_deinit(&findings);
}

TEST_MAIN("notice/finding", TEST(each_change_gives_its_finding_in_its_line),
          TEST(every_code_has_a_change),
          TEST(a_long_list_says_how_many_it_left_out),
          TEST(text_and_json_say_the_same),
          TEST(long_hangul_is_cut_at_a_character))
