/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any notice, rendered as plain text and imported, has the same facts: sites,
 * groups, counts, periods, people, storage, processors, dates. Models are made
 * by a seed.
 */
#include "notice/import/notice_import.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "notice/notice_document.h"
#include "notice/render_text.h"
#include "unit/test.h"

enum {
    MODELS = 300,
    YAML_SIZE = 1 << 16,
    SITES_MAX = 5,
    GROUPS_OF_SITE_MAX = 5,
    NAME_SIZE = 96,
};

/* A notice.yaml being made. */
struct model {
    struct test_random random;
    char yaml[YAML_SIZE];
    size_t used;
    size_t sites;  /* with groups; one more has none, perhaps */
    size_t groups[SITES_MAX];
    char places[SITES_MAX][GROUPS_OF_SITE_MAX][2 * NAME_SIZE];
    bool has_bare_site;
    bool has_floors;
    bool has_coverage;
};

static const char *const SITES[] = {"본관",     "제2별관",        "남부센터",
                                    "시민회관 (구관)", "보건소", "동구지소"};

static uint32_t pick(struct model *m, size_t count)
{
    return (uint32_t)(test_random_next(&m->random) >> 33) % (uint32_t)count;
}

#define PICK(m, list) (list)[pick(m, sizeof(list) / sizeof(list)[0])]

__attribute__((format(printf, 2, 3)))
static void put(struct model *m, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int size = vsnprintf(m->yaml + m->used, YAML_SIZE - m->used, format, list);
    va_end(list);
    CHECK(size >= 0 && (size_t)size < YAML_SIZE - m->used);
    m->used += (size_t)size;
}

static void put_period(struct model *m, const char *indent)
{
    static const unsigned COUNTS[] = {14, 30, 60};
    if (pick(m, 3) == 0)
        put(m, "%sretention: {months: %u}\n", indent, 1 + pick(m, 3));
    else
        put(m, "%sretention: {days: %u}\n", indent, PICK(m, COUNTS));
}

/* Unlike the others of its site, with its floor in front where it has one. */
static void choose_place(struct model *m, size_t site, size_t group,
                         char out[NAME_SIZE], const char *floor)
{
    static const char *const WORDS[] = {"민원실", "복도",   "주차장", "로비",
                                        "전산실", "계단",   "출입구", "상담실",
                                        "승강기", "옥상",   "창고, 계단",
                                        "현관 및 로비"};
    static const char *const BEHIND[] = {"", "", " 앞", " 내부", " 2", "(동측)"};
    bool is_new = false;
    while (!is_new) {
        (void)snprintf(out, NAME_SIZE, "%s%s", PICK(m, WORDS), PICK(m, BEHIND));
        (void)snprintf(m->places[site][group], sizeof m->places[site][group],
                       "%s %s", floor, out);
        is_new = true;
        for (size_t i = 0; i < group; i++)
            is_new &= strcmp(m->places[site][i], m->places[site][group]) != 0;
    }
}

static void put_group(struct model *m, size_t site, size_t group, bool owns)
{
    static const char *const FLOORS[] = {"", "1층", "3층", "지하1층", "2층"};
    static const char *const COVERAGES[] = {"", "내부 전체", "출입구 쪽",
                                            "창구, 대기석"};
    char place[NAME_SIZE];
    const char *floor = m->has_floors ? PICK(m, FLOORS) : "";
    const char *coverage = m->has_coverage ? PICK(m, COVERAGES) : "";
    choose_place(m, site, group, place, floor);
    put(m, "      - id: g%zu-%zu\n        place: \"%s\"\n        count: %u\n",
        site, group, place, pick(m, 30));
    if (floor[0] != 0)
        put(m, "        floor: \"%s\"\n", floor);
    if (coverage[0] != 0)
        put(m, "        coverage: \"%s\"\n", coverage);
    if (coverage[0] != 0 && pick(m, 4) == 0)
        put(m, "        exclusions: [{ko: 수유실}, {ko: 탈의실}]\n");
    if (owns && pick(m, 2) == 0)
        put_period(m, "        ");
}

/* Bodies that differ, of the whole or of a site; indent: of the site. */
static void put_bodies(struct model *m, const char *indent)
{
    static const char *const BODIES[] = {"가나시청", "가나시설관리공단",
                                         "다라도서관 (구관)"};
    static const char *const KEYS[] = {"owner", "operator", "storing_body"};
    for (size_t i = 0; i < 3; i++)
        if (pick(m, 3) == 0)
            put(m, "%s%s: \"%s\"\n", indent, KEYS[i], PICK(m, BODIES));
}

static void put_sites(struct model *m)
{
    bool owns = pick(m, 2) == 0; /* periods of groups */
    put(m, "sites:\n");
    for (size_t i = 0; i < m->sites; i++) {
        put(m, "  - id: s%zu\n    name: \"%s\"\n", i, SITES[i]);
        if (pick(m, 4) == 0)
            put(m, "    also_called: [\"옛 이름%zu\", \"딴 이름%zu\"]\n", i, i);
        put_bodies(m, "    ");
        put(m, "    groups:\n");
        m->groups[i] = 1 + pick(m, GROUPS_OF_SITE_MAX);
        for (size_t j = 0; j < m->groups[i]; j++)
            put_group(m, i, j, owns);
    }
    if (m->has_bare_site)
        put(m, "  - {id: bare, name: \"%s\"}\n", SITES[m->sites]);
}

/* "for:" of some sites and groups; nothing: all. */
static void put_scope(struct model *m)
{
    const char *separator = "";
    if (pick(m, 3) == 0)
        return;
    put(m, "    for: [");
    for (size_t i = 0; i < m->sites; i++) {
        bool is_whole = pick(m, 3) == 0;
        if (is_whole) {
            put(m, "%ss%zu", separator, i);
            separator = ", ";
        }
        for (size_t j = 0; !is_whole && j < m->groups[i]; j++) {
            if (pick(m, 2) == 0 && separator[0] != 0)
                continue;
            put(m, "%sg%zu-%zu", separator, i, j);
            separator = ", ";
        }
    }
    put(m, "]\n");
}

/* What is above and below, and who was asked before. */
static void put_around(struct model *m)
{
    static const char *const WAYS[] = {"설명회", "주민 설문 (온라인)",
                                       "행정예고 및 공청회"};
    if (pick(m, 3) == 0)
        put(m, "part_of: \"가나다라도\"\n");
    put_bodies(m, "");
    if (pick(m, 3) == 0) {
        put(m, "parts:\n");
        for (size_t i = 0; i <= pick(m, 3); i++) {
            put(m, "  - name: \"제%zu출장소\"\n", i + 1);
            if (pick(m, 2) == 0)
                put(m, "    homepage: https://part%zu.example/cctv\n", i);
        }
    }
    if (pick(m, 2) == 0)
        return;
    put(m, "consultation:\n  way: \"%s\"\n", PICK(m, WAYS));
    if (pick(m, 2) == 0) {
        put(m, "  from: 2023-0%u-11\n", 1 + pick(m, 9));
        if (pick(m, 2) == 0)
            put(m, "  until: 2023-10-2%u\n", pick(m, 10));
    }
    if (pick(m, 2) == 0)
        put(m, "  result: \"찬성이 많아 설치하기로 함\"\n");
}

static void put_people(struct model *m)
{
    static const char *const ROLES[] = {"general_manager", "chief_manager",
                                        "access_holder", "access_holder",
                                        "supervising_official"};
    static const char *const NAMES[] = {"홍길가", "홍길나", "홍길다", "남궁라"};
    static const char *const POSTS[] = {"주무관", "팀장", "과장", "시설담당"};
    static const char *const DEPARTMENTS[] = {"총무과", "시설관리팀",
                                              "안전 총괄과", "민원·상담팀"};
    size_t count = 1 + pick(m, 6);
    put(m, "people:\n");
    for (size_t i = 0; i < count; i++) {
        put(m, "  - id: p%zu\n    role: %s\n    post: \"%s\"\n", i,
            i == 0 ? "chief_manager" : PICK(m, ROLES), PICK(m, POSTS));
        put(m, "    department: \"%s\"\n    telephone: \"062-000-%04zu\"\n",
            PICK(m, DEPARTMENTS), i);
        bool is_post = pick(m, 6) == 0;
        if (!is_post)
            put(m, "    name: \"%s\"\n", PICK(m, NAMES));
        if (is_post || pick(m, 3) == 0)
            put(m, "    successor: true\n");
        if (pick(m, 5) == 0)
            put(m, "    shift: %s\n", pick(m, 2) == 0 ? "day" : "night");
        if (i == 0)
            continue;
        if (i == 1 && m->has_bare_site)
            put(m, "    for: [bare]\n");
        else
            put_scope(m);
    }
    if (count == 1 && m->has_bare_site)
        put(m, "  - {id: last, role: access_holder, name: 홍길마, post: 주임, "
               "department: 총무과, telephone: \"062-000-0099\", for: [bare]}\n");
}

static void put_storage(struct model *m)
{
    static const char *const PLACES[] = {"방재실", "2층 서버실", "관리사무소",
                                         "통합관제센터"};
    size_t count = 1 + pick(m, 4);
    put(m, "storage:\n");
    for (size_t i = 0; i < count; i++) {
        put(m, "  - place: \"%s\"\n", PLACES[i]);
        put_scope(m);
    }
}

/* Of keys that are each there or not. */
static void put_map(struct model *m, const char *name,
                    const char *const keys[][2], size_t count)
{
    bool is_open = false;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && pick(m, 3) == 0)
            continue;
        if (!is_open)
            put(m, "%s:\n", name);
        is_open = true;
        put(m, "  %s: \"%s\"\n", keys[i][0], keys[i][1]);
    }
}

static void put_texts(struct model *m)
{
    static const char *const REQUESTS[][2] = {
        {"rule", "언제든지 열람을 요구하실 수 있습니다."},
        {"who", "정보주체 본인 및 그 대리인"},
        {"procedure", "청구서를 내고 본인 여부를 확인받습니다."},
        {"ledger", "요구자와 목적을 적어 3년 보관"},
        {"refusal", "수사에 지장이 있으면 까닭을 알려 드립니다."},
        {"objection", "30일 안에 이의를 낼 수 있습니다."},
        {"fees", "실비"}};
    static const char *const MEASURES[][2] = {
        {"technical", "영상의 암호화 저장"},
        {"managerial", "접근 권한을 차등 부여"},
        {"physical", "보관장소에 잠금장치 설치"}};
    static const char *const CHECKING[][2] = {
        {"how", "관리책임자에게 미리 연락하고 방문하시면 확인 가능합니다."},
        {"where", "본관 1층 민원실"}};
    put_map(m, "requests", REQUESTS, 7);
    put_map(m, "measures", MEASURES, 3);
    put_map(m, "checking", CHECKING, 2);
    if (pick(m, 2) == 0)
        put(m, "processing: \"보관기간이 끝나면 복원할 수 없게 삭제합니다.\"\n");
    if (pick(m, 2) == 0)
        put(m, "changes: \"변경은 시행 7일 전에 누리집에 공지합니다.\"\n");
    if (pick(m, 2) == 0)
        put(m, "remedies:\n  - {name: 개인정보 포털, homepage: "
               "\"https://www.privacy.go.kr/\", contact: 법령 문의}\n"
               "  - {name: 신고센터, homepage: \"https://privacy.kisa.or.kr/\", "
               "contact: 국번 없이 118}\n");
    if (pick(m, 2) == 0)
        put(m, "sign: {purpose: 범죄 예방, place: \"본관 3대\", coverage: 복도 전체, "
               "hours: 24시간, manager: 총무과 팀장, telephone: \"062-000-0001\", "
               "processor: \"가나보안 02-000-0000\"}\n");
}

static void put_rest(struct model *m)
{
    if (pick(m, 2) == 0) {
        put(m, "processors:\n");
        for (size_t i = 0; i <= pick(m, 2); i++)
            put(m, "  - {id: c%zu, name: \"가나보안 %zu지점\", task: \"유지보수\", "
                   "contact: 홍길바, telephone: \"02-000-000%zu\"}\n", i, i, i);
    }
    put_texts(m);
    put(m, "dates:\n  enacted: 20%02u-0%u-1%u\n", 10 + pick(m, 10),
        1 + pick(m, 9), pick(m, 10));
    if (pick(m, 2) == 0)
        put(m, "  revised: 2023-1%u-0%u\n", pick(m, 3), 1 + pick(m, 9));
    put(m, "  announced: 2024-03-0%u\n  effective: 2024-03-2%u\n",
        1 + pick(m, 9), pick(m, 10));
}

static void make(struct model *m)
{
    static const char *const HOURS[] = {"24시간", "00:00~24:00", "09:00~18:00"};
    static const char *const KINDS[] = {"crime", "facility"};
    put(m, "format: 1\ninstitution: 가나다라구청\nbasis: \"「개인정보 보호법」 제25조 제1항\"\n"
           "hours: \"%s\"\n", PICK(m, HOURS));
    put(m, "purposes:\n");
    for (size_t i = 0; i < 2; i++)
        put(m, "  - {id: u%zu, kind: %s, words: \"%s\"}\n", i, KINDS[i],
            i == 0 ? "범죄 예방" : "시설 안전 및 화재 예방");
    put_period(m, "");
    if (pick(m, 2) == 0)
        put(m, "stated_count: %u\n", 1 + pick(m, 200));
    m->sites = 1 + pick(m, SITES_MAX);
    m->has_bare_site = pick(m, 4) == 0;
    m->has_floors = pick(m, 2) == 0;
    m->has_coverage = pick(m, 2) == 0;
    put_around(m);
    put_sites(m);
    put_people(m);
    put_storage(m);
    put_rest(m);
}

/* ---- what must be the same */

static bool same_words(struct notice_words a, struct notice_words b)
{
    return text_equal(a.ko, b.ko);
}

static bool same_scope(const struct notice *a, const struct notice_scope *x,
                       const struct notice *b, const struct notice_scope *y)
{
    if (x->count != y->count ||
        (x->count > 0 && memcmp(x->groups, y->groups,
                                x->count * sizeof *x->groups) != 0))
        return false;
    /* A site without groups is last, and in it or not. */
    bool has_bare = x->site_count > 0 &&
                    x->sites[x->site_count - 1] == a->site_count - 1;
    bool also_has = y->site_count > 0 &&
                    y->sites[y->site_count - 1] == b->site_count - 1;
    return notice_scope_holds_site(a, x, a->site_count - 1) ||
           has_bare == also_has;
}

static bool same_bodies(const struct notice_bodies *a,
                        const struct notice_bodies *b)
{
    return same_words(a->owner, b->owner) &&
           same_words(a->operator, b->operator) &&
           same_words(a->storing, b->storing);
}

static const char *other_around(const struct notice *a, const struct notice *b)
{
    const struct notice_consultation *x = &a->consultation;
    const struct notice_consultation *y = &b->consultation;
    if (!same_words(a->part_of, b->part_of) ||
        !same_bodies(&a->bodies, &b->bodies))
        return "a body above or beside";
    if (a->part_count != b->part_count)
        return "how many parts";
    for (size_t i = 0; i < a->part_count; i++)
        if (!same_words(a->parts[i].name, b->parts[i].name) ||
            !text_equal(a->parts[i].homepage, b->parts[i].homepage))
            return "a part";
    return same_words(x->way, y->way) && same_words(x->result, y->result) &&
                   x->from_day == y->from_day && x->until_day == y->until_day
               ? NULL
               : "the consultation";
}

static const char *other_groups(const struct notice *a, const struct notice *b)
{
    if (a->site_count != b->site_count || a->group_count != b->group_count)
        return "how many sites and groups";
    for (size_t i = 0; i < a->site_count; i++) {
        const struct notice_site *x = &a->sites[i];
        const struct notice_site *y = &b->sites[i];
        if (!same_words(x->name, y->name) ||
            x->also_called_count != y->also_called_count)
            return "a site";
        if (!same_bodies(&x->bodies, &y->bodies))
            return "a site's bodies";
        for (size_t j = 0; j < x->also_called_count; j++)
            if (!text_equal(x->also_called[j], y->also_called[j]))
                return "another name of a site";
    }
    for (size_t i = 0; i < a->group_count; i++) {
        const struct notice_group *x = &a->groups[i];
        const struct notice_group *y = &b->groups[i];
        if (x->site != y->site || !same_words(x->place, y->place) ||
            !same_words(x->floor, y->floor) ||
            !same_words(x->coverage, y->coverage) ||
            !same_words(x->hours, y->hours))
            return "a group's place";
        if (x->camera_count != y->camera_count)
            return "a count";
        if (x->retention.unit != y->retention.unit ||
            x->retention.count != y->retention.count)
            return "a period";
        if (x->exclusion_count != y->exclusion_count)
            return "an exclusion";
    }
    return NULL;
}

static const char *other_people(const struct notice *a, const struct notice *b)
{
    if (a->person_count != b->person_count)
        return "how many people";
    for (size_t i = 0; i < a->person_count; i++) {
        const struct notice_person *x = &a->people[i];
        const struct notice_person *y = &b->people[i];
        if (x->role != y->role || x->shift != y->shift || !same_words(x->name, y->name) ||
            !same_words(x->post, y->post) ||
            !same_words(x->department, y->department) ||
            !text_equal(x->telephone, y->telephone) ||
            x->passes_to_successor != y->passes_to_successor)
            return "a person";
        if (!same_scope(a, &x->scope, b, &y->scope))
            return "what a person is for";
    }
    return NULL;
}

static const char *other_storage(const struct notice *a, const struct notice *b)
{
    if (a->storage_count != b->storage_count)
        return "how many storages";
    for (size_t i = 0; i < a->storage_count; i++) {
        const struct notice_storage *x = &a->storages[i];
        size_t found = 0;
        for (size_t j = 0; j < b->storage_count; j++)
            found += same_words(x->place, b->storages[j].place) &&
                     same_scope(a, &x->scope, b, &b->storages[j].scope);
        if (found != 1)
            return "a storage";
    }
    return NULL;
}

static const char *other_rest(const struct notice *a, const struct notice *b)
{
    if (!same_words(a->institution, b->institution) ||
        !same_words(a->basis, b->basis) || a->stated_count != b->stated_count)
        return "institution, basis or sum";
    if (a->enacted_day != b->enacted_day || a->revised_day != b->revised_day ||
        a->announced_day != b->announced_day ||
        a->effective_day != b->effective_day)
        return "a date";
    if (a->purpose_count != b->purpose_count ||
        a->processor_count != b->processor_count)
        return "how many purposes or processors";
    for (size_t i = 0; i < a->purpose_count; i++)
        if (!same_words(a->purposes[i].words, b->purposes[i].words) ||
            a->purposes[i].kind != b->purposes[i].kind)
            return "a purpose";
    for (size_t i = 0; i < a->processor_count; i++)
        if (!same_words(a->processors[i].name, b->processors[i].name) ||
            !same_words(a->processors[i].task, b->processors[i].task) ||
            !same_words(a->processors[i].contact, b->processors[i].contact) ||
            !text_equal(a->processors[i].telephone, b->processors[i].telephone))
            return "a processor";
    return NULL;
}

static const char *other_texts(const struct notice *a, const struct notice *b)
{
    const struct notice_sign *x = &a->sign;
    const struct notice_sign *y = &b->sign;
    if (!same_words(a->request_rule, b->request_rule) ||
        !same_words(a->request_who, b->request_who) ||
        !same_words(a->request_procedure, b->request_procedure) ||
        !same_words(a->request_ledger, b->request_ledger) ||
        !same_words(a->request_refusal, b->request_refusal) ||
        !same_words(a->request_objection, b->request_objection) ||
        !same_words(a->request_fees, b->request_fees))
        return "requests";
    if (!same_words(a->measures_technical, b->measures_technical) ||
        !same_words(a->measures_managerial, b->measures_managerial) ||
        !same_words(a->measures_physical, b->measures_physical))
        return "measures";
    if (!same_words(a->checking_how, b->checking_how) ||
        !same_words(a->checking_where, b->checking_where) ||
        !same_words(a->processing, b->processing) ||
        !same_words(a->changes, b->changes))
        return "checking, processing or changes";
    if (a->remedy_count != b->remedy_count)
        return "how many remedies";
    for (size_t i = 0; i < a->remedy_count; i++)
        if (!same_words(a->remedies[i].name, b->remedies[i].name) ||
            !text_equal(a->remedies[i].homepage, b->remedies[i].homepage) ||
            !same_words(a->remedies[i].contact, b->remedies[i].contact))
            return "a remedy";
    return a->has_sign == b->has_sign && same_words(x->purpose, y->purpose) &&
                   same_words(x->place, y->place) &&
                   same_words(x->coverage, y->coverage) &&
                   same_words(x->hours, y->hours) &&
                   same_words(x->manager, y->manager) &&
                   same_words(x->processor, y->processor) &&
                   text_equal(x->telephone, y->telephone)
               ? NULL
               : "the sign";
}

/* What is not the same; NULL: nothing. */
static const char *other_fact(const struct notice *a, const struct notice *b)
{
    const char *other = other_groups(a, b);
    if (other == NULL)
        other = other_people(a, b);
    if (other == NULL)
        other = other_around(a, b);
    if (other == NULL)
        other = other_texts(a, b);
    if (other == NULL)
        other = other_storage(a, b);
    return other == NULL ? other_rest(a, b) : other;
}

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

static bool comes_back(const struct model *m)
{
    struct notice *notice = loaded(bytes_of(m->yaml, m->used));
    struct document document;
    struct buffer page = buffer_with_limit(1 << 20);
    struct notice_import import;
    CHECK_OK(notice_document(notice, LANGUAGE_KOREAN, &document));
    CHECK_OK(render_text(&document, &page));
    CHECK_OK(notice_import_read(buffer_bytes(&page), &import));
    struct notice *again = loaded(buffer_bytes(&import.yaml));
    const char *other = other_fact(notice, again);
    size_t left = notice_import_not_understood(&import);
    bool is_same = other == NULL && left == 0;
    if (!is_same)
        (void)fprintf(stderr, "%s; %zu lines not understood\n%s\n%.*s\n%.*s\n",
                      other == NULL ? "the same facts" : other, left, m->yaml,
                      (int)page.size, (const char *)page.data,
                      (int)import.yaml.size, (const char *)import.yaml.data);
    notice_destroy(&again);
    notice_import_deinit(&import);
    buffer_deinit(&page);
    document_deinit(&document);
    notice_destroy(&notice);
    return is_same;
}

static void any_notice_comes_back_from_its_page(void **state)
{
    (void)state;
    static struct model model;
    for (uint64_t seed = 1; seed <= MODELS; seed++) {
        model = (struct model){.random = {seed * 0x9e3779b97f4a7c15ull}};
        make(&model);
        if (!comes_back(&model))
            fail_msg("seed %u", (unsigned)seed);
    }
}

TEST_MAIN("notice round trip", TEST(any_notice_comes_back_from_its_page))
