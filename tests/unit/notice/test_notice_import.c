/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two published notices of examples/, from text to notice.yaml: every
 * value against the draft that a person compared with the text, and the facts
 * again by hand. GOLDEN_UPDATE=1 writes the drafts anew.
 */
#include "notice/import/notice_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/time.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "support/published.h"
#include "unit/test.h"

/* Site, count, place of each row, in the order of the text. */
struct row {
    const char *site;
    uint32_t count;
    const char *place;
};

static const struct row GWANGJU_ROWS[] = {
    {"본청", 3, "2층 근로개선지도1과 사무실 내부"},
    {"본청", 3, "2층 근로개선지도2과 사무실 내부"},
    {"본청", 1, "2층 수사자료실 사무실 내부"},
    {"본청", 1, "2층 고용평등상담실 내부"},
    {"본청", 1, "4층 노사상생지원과 사무실 내부"},
    {"본청", 2, "4층 광역근로감독과 사무실 내부"},
    {"본청", 2, "5층 고용관리과 사무실 내부"},
    {"본청", 1, "5층 복도"},
    {"본청", 2, "6층 산재예방지도과 사무실 내부"},
    {"본청", 2, "제주근로개선지도센터 사무실 내부"},
    {"광주센터", 3, "지하4층 전기실"},
    {"광주센터", 2, "지하4층 주차장 내부"},
    {"광주센터", 5, "지하3층 주차장 내부"},
    {"광주센터", 5, "지하2층 주차장 내부"},
    {"광주센터", 2, "지하1층 주차장 내부"},
    {"광주센터", 1, "지하1층 주차장 출입구"},
    {"광주센터", 1, "지하1층 구내식당"},
    {"광주센터", 1, "지하1층 복도"},
    {"광주센터", 4, "1층 건물외각"},
    {"광주센터", 1, "1층 주차장 출입구"},
    {"광주센터", 1, "1층 센터 정문 출입구"},
    {"광주센터", 2, "1층 현관 및 로비"},
    {"광주센터", 1, "1층 청년고용전담창구"},
    {"광주센터", 1, "1층 여성/중장년센터 내부"},
    {"광주센터", 3, "1층 광주고용복지+센터 내부"},
    {"광주센터", 10, "2층~11층 복도"},
    {"광주센터", 4, "2층 취업성공패키지와 창구"},
    {"광주센터", 2, "3층 취업지원과창구"},
    {"광주센터", 2, "4층 실업급여과 창구"},
    {"광주센터", 1, "4층 실업급여 교육장"},
    {"광주센터", 2, "5층 고용안정, 외국인고용허가 창구"},
    {"광주센터", 2, "5층 통계조사원실 내부"},
    {"광주센터", 2, "6층 계좌제상담 창구"},
    {"광주센터", 2, "7층 소장실입구"},
    {"광주센터", 2, "7층 기업지원과 내부"},
    {"광주센터", 3, "8층 부정수급조사과 내부"},
    {"광주센터", 2, "10층 민원인 PC사용 공간 전체"},
    {"광주센터", 2, "11층 대회의실내·외부"},
    {"광주센터", 2, "11층 상설채용관 내부"},
    {"광주센터", 3, "엘리베이터 내부"},
    {"광주센터", 2, "옥상"},
    {"광산센터", 1, ""},
    {"광산센터", 1, "2층 유관기관, 취성패, 광산구팀 창구"},
    {"광산센터", 1, "2층 실업급여팀, 취업지원팀 창구"},
    {"광산센터", 1, "2층 복도"},
    {"광산센터", 3, "3층 설명회장, 대회의실 내·외부"},
};

static const struct row GEOJE_ROWS[] = {
    {"거제시 가정행복지원센터 내 (센터 자체CCTV)", 3, "전화상담실1, 면접상담실2, 면접상담실6"},
    {"거제시 가정행복지원센터 내 (센터 자체CCTV)", 0, "해당 없음"},
    {"거제시 가정행복지원센터 내 (센터 자체CCTV)", 2, "공동육아나눔터 (아주동)"},
    {"외부 공동육아나눔터", 2, "공동육아나눔터(옥포동)"},
    {"외부 공동육아나눔터", 2, "공동육아나눔터(상문동)"},
};

/* Role, name, post, department, telephone, and where it begins to be so. */
struct person {
    enum notice_role role;
    const char *name;
    const char *post;
    const char *department;
    const char *telephone;
    size_t groups; /* in the person's scope */
};

static const struct person GWANGJU_PEOPLE[] = {
    {NOTICE_ROLE_CHIEF_MANAGER, "홍길가", "행정사무관", "고용관리과", "062-000-0001", 46},
    {NOTICE_ROLE_ACCESS_HOLDER, "홍길나", "주무관", "고용관리과", "062-000-0002", 10},
    {NOTICE_ROLE_ACCESS_HOLDER, "홍길다", "주무관", "고용관리과", "062-000-0003", 31},
    {NOTICE_ROLE_ACCESS_HOLDER, "홍길라", "주무관", "제주근로개선지도센터", "064-000-0004", 0},
    {NOTICE_ROLE_ACCESS_HOLDER, "홍길마", "주무관", "광산센터", "062-000-0005", 5},
};

static const struct person GEOJE_PEOPLE[] = {
    {NOTICE_ROLE_GENERAL_MANAGER, "홍길바", "센터장", "거제시가족센터", "070-000-0001", 4},
    {NOTICE_ROLE_SUPERVISING_OFFICIAL, "홍길사", "주무관", "거제시청 가족정책과", "055-000-0002", 4},
    {NOTICE_ROLE_CHIEF_MANAGER, "홍길아", "팀장", "가족사업·상담팀", "070-000-0003", 1},
    {NOTICE_ROLE_ACCESS_HOLDER, "홍길자", "팀원", "가족사업·상담팀", "070-000-0004", 1},
    {NOTICE_ROLE_CHIEF_MANAGER, "홍길차", "팀장", "돌봄사업팀", "070-000-0005", 3},
    {NOTICE_ROLE_ACCESS_HOLDER, "홍길카", "팀원", "돌봄사업팀", "055-000-0006", 3},
    {NOTICE_ROLE_ACCESS_HOLDER, "홍길타", "팀원", "돌봄사업팀", "055-000-0007", 3},
    {NOTICE_ROLE_ACCESS_HOLDER, "홍길파", "팀원", "돌봄사업팀", "055-000-0008", 3},
};

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static bool is(struct text text, const char *wanted)
{
    return text_equal(text, text_of(wanted));
}

static void check_text(struct text text, const char *wanted)
{
    if (!is(text, wanted))
        fail_msg("'%.*s' is not '%s'", (int)text.size, text.data, wanted);
}

/* The draft as a notice: its lint findings are no errors. */
static struct notice *draft_of(const char *text_name)
{
    struct published text = published_read(text_name);
    struct notice_import import;
    CHECK_OK(notice_import_read(text.bytes, &import));
    CHECK(notice_import_not_understood(&import) == 0);
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_load("notice.yaml", buffer_bytes(&import.yaml), &findings,
                         &notice));
    findings_deinit(&findings);
    notice_import_deinit(&import);
    published_release(&text);
    return notice;
}

static void check_rows(const struct notice *notice, const struct row *rows,
                       size_t count)
{
    CHECK(notice->group_count == count);
    bool is_used[64] = {false};
    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < count &&
               (is_used[j] || !is(notice->groups[j].place.ko, rows[i].place) ||
                !is(notice->sites[notice->groups[j].site].name.ko,
                    rows[i].site)))
            j++;
        if (j == count)
            fail_msg("no row %s, %s", rows[i].site, rows[i].place);
        is_used[j] = true;
        CHECK(notice->groups[j].camera_count == rows[i].count);
    }
}

static void check_people(const struct notice *notice,
                         const struct person *people, size_t count)
{
    CHECK(notice->person_count == count);
    for (size_t i = 0; i < count; i++) {
        const struct notice_person *person = &notice->people[i];
        CHECK(person->role == people[i].role);
        check_text(person->name.ko, people[i].name);
        check_text(person->post.ko, people[i].post);
        check_text(person->department.ko, people[i].department);
        check_text(person->telephone, people[i].telephone);
        CHECK(person->scope.count == people[i].groups);
    }
}

static void gwangju_says_what_its_text_says(void **state)
{
    (void)state;
    struct notice *notice = draft_of(PUBLISHED_GWANGJU);
    check_text(notice->institution.ko, "광주지방고용노동청");
    check_rows(notice, GWANGJU_ROWS, COUNT_OF(GWANGJU_ROWS));
    check_people(notice, GWANGJU_PEOPLE, COUNT_OF(GWANGJU_PEOPLE));
    CHECK(notice_camera_count(notice) == 101);
    CHECK(notice->site_count == 4);
    check_text(notice->sites[3].name.ko, "제주센터");
    check_text(notice->sites[3].also_called[0], "제주근로개선지도센터");
    check_text(notice->basis.ko, "「개인정보 보호법」제25조 제1항 및 "
                                 "「주차장법 시행규칙」제6조제1항");
    CHECK(notice->purpose_count == 3);
    check_text(notice->purposes[2].words.ko, "차량도난 및 파손방지");
    check_text(notice->hours.ko, "24시간");
    CHECK(notice->retention.unit == RETENTION_DAYS);
    CHECK(notice->retention.count == 30);
    CHECK(notice->storage_count == 4);
    check_text(notice->storages[1].place.ko, "방재실");
    CHECK(notice->storages[1].scope.count == 31);
    check_text(notice->storages[2].place.ko, "근로개선팀");
    CHECK(notice->storages[2].scope.count == 0);
    CHECK(notice->storages[2].scope.sites[0] == 3);
    CHECK(notice->checking_place_count == 3);
    CHECK(notice->processor_count == 0 && !notice->has_sign);
    CHECK(notice->enacted_day == NOTICE_NO_DAY);
    CHECK(notice->revised_day == civil_to_day(2019, 10, 22));
    CHECK(notice->announced_day == civil_to_day(2019, 10, 22));
    CHECK(notice->effective_day == civil_to_day(2019, 10, 30));
    notice_destroy(&notice);
}

static void check_geoje_sign(const struct notice_sign *sign)
{
    check_text(sign->purpose.ko, "범죄예방과 시설안전");
    check_text(sign->place.ko,
               "상담실 3대, 공동육아나눔터(3개소) 개소별 2대");
    check_text(sign->coverage.ko,
               "상담실 내부, 공동육아나눔터 내부, 출입구 근처");
    check_text(sign->hours.ko, "24시간");
    check_text(sign->manager.ko, "거제시가족센터 홍길바");
    check_text(sign->telephone, "055-000-0010");
    CHECK(sign->processor.ko.size == 0);
}

static void geoje_says_what_its_text_says(void **state)
{
    (void)state;
    struct notice *notice = draft_of(PUBLISHED_GEOJE);
    check_text(notice->institution.ko, "거제시가족센터");
    check_rows(notice, GEOJE_ROWS, COUNT_OF(GEOJE_ROWS));
    check_people(notice, GEOJE_PEOPLE, COUNT_OF(GEOJE_PEOPLE));
    CHECK(notice_camera_count(notice) == 9);
    CHECK(notice->site_count == 2);
    check_text(notice->groups[0].floor.ko, "3층");
    check_text(notice->groups[0].coverage.ko, "상담실 전체");
    check_text(notice->groups[2].coverage.ko, "공동육아나눔터 전체, 안내데스크");
    check_text(notice->groups[2].exclusions[0].what.ko, "수유실");
    CHECK(notice->groups[2].exclusions[0].met_by == 0);
    CHECK(notice->retention.unit == RETENTION_DAYS);
    CHECK(notice->retention.count == 60);
    CHECK(notice->retention_reason.ko.size == 0);
    CHECK(notice->storage_count == 2);
    check_text(notice->storages[0].place.ko, "2층 사무실내 통신실");
    check_text(notice->storages[1].place.ko, "나눔터 내부");
    CHECK(notice->processor_count == 1);
    check_text(notice->processors[0].name.ko, "에스원거제통영지사");
    check_text(notice->processors[0].contact.ko, "홍길하");
    check_text(notice->processors[0].telephone, "010-000-0009");
    CHECK(notice->processors[0].task.ko.size == 0);
    check_text(notice->request_who.ko, "보호자, 담당공무원, 관계기관 직원");
    CHECK(notice->remedy_count == 2);
    check_text(notice->remedies[1].contact.ko, "118");
    CHECK(notice->enacted_day == civil_to_day(2023, 4, 1));
    CHECK(notice->announced_day == civil_to_day(2023, 3, 20));
    CHECK(notice->effective_day == civil_to_day(2023, 4, 1));
    CHECK(notice->has_sign);
    check_geoje_sign(&notice->sign);
    notice_destroy(&notice);
}

static void check_draft(const char *text_name, const char *draft_name)
{
    struct published text = published_read(text_name);
    struct notice_import import;
    CHECK_OK(notice_import_read(text.bytes, &import));
    if (getenv("GOLDEN_UPDATE") != NULL)
        published_write(draft_name, buffer_bytes(&import.yaml));
    struct published draft = published_read(draft_name);
    CHECK(draft.bytes.size == import.yaml.size);
    CHECK(memcmp(draft.bytes.data, import.yaml.data, import.yaml.size) == 0);
    published_release(&draft);
    notice_import_deinit(&import);
    published_release(&text);
}

static void the_drafts_in_examples_are_what_import_writes(void **state)
{
    (void)state;
    check_draft(PUBLISHED_GWANGJU, "gwangju-labor-office/published.yaml");
    check_draft(PUBLISHED_GEOJE, "geoje-family-center/published.yaml");
}

/* Whether each word of the value stands in the text. */
static bool stands_in(struct text value, struct text text)
{
    while (value.size > 0) {
        struct text word = text_cut(&value, ' ');
        if (word.size > 0 && word.data[word.size - 1] == ',')
            word.size--;
        if (word.size > 0 &&
            memmem(text.data, text.size, word.data, word.size) == NULL)
            return false;
    }
    return true;
}

static bool is_our_word(const char *path)
{
    return strstr(path, "kind") != NULL || strstr(path, "role") != NULL;
}

static void check_nothing_invented(struct bytes published)
{
    struct notice_import import;
    CHECK_OK(notice_import_read(published, &import));
    for (size_t i = 0; i < import.values.count; i++) {
        const struct import_value *value = notice_import_value_at(&import, i);
        CHECK(value->line > 0 && value->line <= import.text.count);
        if (!is_our_word(value->path) &&
            !stands_in(value->text, bytes_text(published)))
            fail_msg("%s: '%.*s' stands nowhere", value->path,
                     (int)value->text.size, value->text.data);
    }
    notice_import_deinit(&import);
}

/* Property: cut anywhere, or with bytes changed, a text gives a draft, and
 * every word of it stands in the text. */
static void damage_ends_in_a_draft_without_inventions(void **state)
{
    (void)state;
    static const char *const NAMES[] = {PUBLISHED_GWANGJU, PUBLISHED_GEOJE};
    struct test_random random = {11};
    for (int i = 0; i < 120; i++) {
        struct published text = published_read(NAMES[i % 2]);
        size_t size = text.bytes.size;
        if (i % 4 < 2)
            size = (size_t)(test_random_next(&random) % size);
        uint8_t *damaged = alloc_array(size + 1, 1);
        CHECK(damaged != NULL);
        memcpy(damaged, text.bytes.data, size);
        for (int flips = 0; i % 4 >= 2 && flips < 5; flips++)
            damaged[test_random_next(&random) % size] =
                (uint8_t)(test_random_next(&random) >> 40);
        check_nothing_invented(bytes_of(damaged, size));
        alloc_free(damaged);
        published_release(&text);
    }
}

static enum status import_once(void *context)
{
    const struct published *text = context;
    struct notice_import import;
    enum status s = notice_import_read(text->bytes, &import);
    notice_import_deinit(&import);
    return s;
}

static void every_failing_allocation_is_told(void **state)
{
    (void)state;
    struct published text = published_read(PUBLISHED_GEOJE);
    test_every_allocation_fails(import_once, &text);
    published_release(&text);
}

static void json_has_values_and_lines(void **state)
{
    (void)state;
    struct notice_import import;
    struct text text =
        text_of("가나청 영상정보처리기기 운영·관리 방침\n\n무슨 말인지 모를 줄\n");
    struct buffer json = buffer_with_limit(4096);
    CHECK_OK(notice_import_read(text_bytes(text), &import));
    notice_import_write_json(&import, &json);
    buffer_append_u8(&json, 0);
    assert_string_equal(
        (const char *)json.data,
        "{\"values\": [\n  {\"path\": \"institution\", \"value\": "
        "\"가나청\", \"line\": 1}\n],\n\"not_understood\": [\n  "
        "{\"line\": 3, \"text\": \"무슨 말인지 모를 줄\"}\n],\n"
        "\"lines\": 2, \"share_not_understood\": 0.5000, "
        "\"is_cut\": false}\n");
    buffer_deinit(&json);
    notice_import_deinit(&import);
}

TEST_MAIN("notice/import", TEST(gwangju_says_what_its_text_says),
          TEST(geoje_says_what_its_text_says),
          TEST(the_drafts_in_examples_are_what_import_writes),
          TEST(damage_ends_in_a_draft_without_inventions),
          TEST(every_failing_allocation_is_told),
          TEST(json_has_values_and_lines))
