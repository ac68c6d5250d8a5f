/* SPDX-License-Identifier: Apache-2.0 */
#include "support/notice_model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const SITES[] = {"본관",     "제2별관",        "남부센터",
                                    "시민회관 (구관)", "보건소", "동구지소"};

static uint32_t pick(struct notice_model *m, size_t count)
{
    return (uint32_t)(test_random_next(&m->random) >> 33) % (uint32_t)count;
}

#define PICK(m, list) (list)[pick(m, sizeof(list) / sizeof(list)[0])]

__attribute__((format(printf, 2, 3)))
static void put(struct notice_model *m, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int size = vsnprintf(m->yaml + m->used, NOTICE_MODEL_BYTES_MAX - m->used, format, list);
    va_end(list);
    CHECK(size >= 0 && (size_t)size < NOTICE_MODEL_BYTES_MAX - m->used);
    m->used += (size_t)size;
}

static void put_period(struct notice_model *m, const char *indent)
{
    static const unsigned COUNTS[] = {14, 30, 60};
    static const char *const REASONS[] = {
        "", "", ", reason: \"사고가 늦게 알려짐 (민원 다수)\"",
        ", reason: \"주차장법령에 따라 한 달 이상 보관\""};
    static const char *const FLOORS[] = {
        "", "", "", ", floor: {months: 1}", ", floor: {days: 14}",
        ", floor: {months: 1, reason: \"주차장법령 (시행규칙)\"}"};
    bool is_months = pick(m, 3) == 0;
    unsigned count = is_months ? 1 + pick(m, 3) : PICK(m, COUNTS);
    const char *unit = is_months ? "개월" : "일";
    uint32_t words = pick(m, 4);
    put(m, "%sretention: {%s: %u", indent, is_months ? "months" : "days",
        count);
    if (words == 0)
        put(m, ", words: \"녹화한 날부터 %u%s\"", count, unit);
    if (words == 1)
        put(m, ", words: \"최대 %u%s 보관 (영상 용량에 따름)\"", count, unit);
    put(m, "%s%s}\n", PICK(m, REASONS), PICK(m, FLOORS));
}

/* Unlike the others of its site, with its floor in front where it has one. */
static void choose_place(struct notice_model *m, size_t site, size_t group,
                         char out[NOTICE_MODEL_NAME_SIZE], const char *floor)
{
    static const char *const WORDS[] = {"민원실", "복도",   "주차장", "로비",
                                        "전산실", "계단",   "출입구", "상담실",
                                        "승강기", "옥상",   "창고, 계단",
                                        "현관 및 로비"};
    static const char *const BEHIND[] = {"", "", " 앞", " 내부", " 2", "(동측)"};
    bool is_new = false;
    while (!is_new) {
        (void)snprintf(out, NOTICE_MODEL_NAME_SIZE, "%s%s", PICK(m, WORDS), PICK(m, BEHIND));
        (void)snprintf(m->places[site][group], sizeof m->places[site][group],
                       "%s %s", floor, out);
        is_new = true;
        for (size_t i = 0; i < group; i++)
            is_new &= strcmp(m->places[site][i], m->places[site][group]) != 0;
    }
}

/* What stands in the columns beside the place. */
static void put_beside(struct notice_model *m)
{
    static const char *const CLASSES[] = {"fixed", "ptz", "plate", "mobile",
                                          "statistics"};
    static const char *const KINDS[] = {"open", "closed", "banned_nearby"};
    static const char *const TRIGGERS[] = {"움직임이 있을 때",
                                           "경보, 비상벨이 울릴 때"};
    static const char *const BASES[] = {
        "「주차장법 시행규칙」 제6조, 「개인정보 보호법」",
        "정보주체의 동의 (공개된 장소가 아님)"};
    static const char *const PURPOSES[] = {"u0", "u1", "u1, u0", "u2, u1",
                                           "u0, u1, u2"};
    if (pick(m, 3) == 0)
        put(m, "        class: %s\n", PICK(m, CLASSES));
    if (pick(m, 3) == 0)
        put(m, "        place_kind: %s\n", PICK(m, KINDS));
    if (pick(m, 4) == 0)
        put(m, "        pixels: %u\n", pick(m, 2) == 0 ? 2000000 : 2073601);
    if (pick(m, 4) == 0)
        put(m, "        trigger: \"%s\"\n", PICK(m, TRIGGERS));
    if (pick(m, 2) == 0)
        put(m, "        purposes: [%s]\n", PICK(m, PURPOSES));
    if (pick(m, 3) == 0)
        put(m, "        basis: \"%s\"\n", PICK(m, BASES));
}

static void put_exclusions(struct notice_model *m)
{
    static const char *const NAMES[] = {"수유실", "탈의실", "상담석", "창문 밖"};
    static const char *const MEANS[] = {"", ", met_by: aim",
                                        ", met_by: camera_mask",
                                        ", met_by: display_mask"};
    uint32_t count = 1 + pick(m, 4);
    put(m, "        exclusions: [");
    for (uint32_t i = 0; i < count; i++)
        put(m, "%s{ko: %s%s}", i == 0 ? "" : ", ", NAMES[i], PICK(m, MEANS));
    put(m, "]\n");
}

static void put_group(struct notice_model *m, size_t site, size_t group, bool owns)
{
    static const char *const HOURS[] = {"평일 09:00~18:00", "22:00~06:00"};
    static const char *const FLOORS[] = {"", "1층", "3층", "지하1층", "2층"};
    static const char *const COVERAGES[] = {"", "내부 전체", "출입구 쪽",
                                            "창구, 대기석"};
    char place[NOTICE_MODEL_NAME_SIZE];
    const char *floor = m->has_floors ? PICK(m, FLOORS) : "";
    const char *coverage = m->has_coverage ? PICK(m, COVERAGES) : "";
    choose_place(m, site, group, place, floor);
    put(m, "      - id: g%zu-%zu\n        place: \"%s\"\n        count: %u\n",
        site, group, place, pick(m, 30));
    if (floor[0] != 0)
        put(m, "        floor: \"%s\"\n", floor);
    if (coverage[0] != 0)
        put(m, "        coverage: \"%s\"\n", coverage);
    if (pick(m, 4) == 0)
        put_exclusions(m);
    if (m->has_beside)
        put_beside(m);
    if (owns && pick(m, 3) == 0)
        put(m, "        hours: \"%s\"\n", PICK(m, HOURS));
    if (owns && pick(m, 2) == 0)
        put_period(m, "        ");
}

/* Bodies that differ, of the whole or of a site; indent: of the site. */
static void put_bodies(struct notice_model *m, const char *indent)
{
    static const char *const BODIES[] = {"가나시청", "가나시설관리공단",
                                         "다라도서관 (구관)"};
    static const char *const KEYS[] = {"owner", "operator", "storing_body"};
    for (size_t i = 0; i < 3; i++)
        if (pick(m, 3) == 0)
            put(m, "%s%s: \"%s\"\n", indent, KEYS[i], PICK(m, BODIES));
}

static void put_sites(struct notice_model *m)
{
    bool owns = pick(m, 2) == 0; /* periods of groups */
    put(m, "sites:\n");
    for (size_t i = 0; i < m->sites; i++) {
        put(m, "  - id: s%zu\n    name: \"%s\"\n", i, SITES[i]);
        if (pick(m, 4) == 0)
            put(m, "    also_called: [\"옛 이름%zu\", \"딴 이름%zu\"]\n", i, i);
        if (pick(m, 4) == 0)
            put(m, "    stated_count: %u\n", 1 + pick(m, 90));
        put_bodies(m, "    ");
        put(m, "    groups:\n");
        m->groups[i] = 1 + pick(m, NOTICE_MODEL_GROUPS_MAX);
        for (size_t j = 0; j < m->groups[i]; j++)
            put_group(m, i, j, owns);
    }
    if (m->has_bare_site)
        put(m, "  - {id: bare, name: \"%s\"}\n", SITES[m->sites]);
}

/* "for:" of some sites and groups; nothing: all. */
static void put_scope(struct notice_model *m)
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
static void put_around(struct notice_model *m)
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

static void put_people(struct notice_model *m)
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
        if (pick(m, 5) == 0)
            put(m, "    body: \"다라시청 (본청)\"\n");
        if (i > 0 && pick(m, 4) == 0)
            put(m, "    deputy_of: p%u\n", pick(m, i));
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

static void put_places(struct notice_model *m, const char *key, const char *indent)
{
    static const char *const PLACES[] = {"방재실", "2층 서버실", "관리사무소",
                                         "통합관제센터 (2층)"};
    size_t count = 1 + pick(m, 4);
    put(m, "%s%s:\n", indent, key);
    for (size_t i = 0; i < count; i++) {
        put(m, "%s  - place: \"%s\"\n", indent, PLACES[i]);
        put(m, "%s", indent);
        put_scope(m);
        put(m, "\n");
    }
}

static void put_storage(struct notice_model *m)
{
    put_places(m, "storage", "");
    if (pick(m, 3) == 0)
        put_places(m, "control_rooms", "");
}

/* Of keys that are each there or not. */
static void put_map(struct notice_model *m, const char *name,
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

static void put_checking(struct notice_model *m)
{
    put(m, "checking:\n  how: \"관리책임자에게 미리 연락하고 방문하시면 확인 "
           "가능합니다.\"\n");
    if (pick(m, 3) == 0)
        put(m, "  where: \"본관 1층 민원실\"\n");
    else if (m->sites > 1) /* one for all is a where */
        for (size_t i = 0; i < m->sites; i++)
            put(m, "%s    - {place: \"%zu층 민원실 (안내)\", for: [s%zu]}\n",
                i == 0 ? "  places:\n" : "", i + 1, i);
}

static void put_signs(struct notice_model *m)
{
    static const char *const OWN[] = {
        "exemption: \"군사시설이라 둘 수 없음\"",
        "purpose: 도난 방지, place: \"주차장 2대\", size: \"600 x 400 mm\", "
        "material: 알루미늄",
        "hours: 24시간, manager: 시설팀장, telephone: \"062-000-0002\", "
        "spot: \"출입문 오른쪽 (안쪽)\"",
        "coverage: \"출입구, 계단\", processor: 가나보안"};
    static const char *const REST[] = {
        "", ", size: A3", ", material: 아크릴, spot: \"정문 왼쪽 벽\"",
        ", size: \"600 x 400 mm\", material: \"철판 (반사)\""};
    if (pick(m, 2) == 0)
        put(m, "sign: {purpose: 범죄 예방, place: \"본관 3대\", coverage: 복도 전체, "
               "hours: 24시간, manager: 총무과 팀장, telephone: \"062-000-0001\", "
               "processor: \"가나보안 02-000-0000\"%s}\n", PICK(m, REST));
    if (pick(m, 2) == 0)
        return;
    put(m, "signs:\n");
    for (size_t i = 0; i <= pick(m, m->sites); i++)
        put(m, "  - {id: b%zu, %s, for: [%s%zu%s]}\n", i, PICK(m, OWN),
            i == 0 ? "s" : "g", i == 0 ? i : i - 1, i == 0 ? "" : "-0");
}

static void put_texts(struct notice_model *m)
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
    put_map(m, "requests", REQUESTS, 7);
    put_map(m, "measures", MEASURES, 3);
    put_checking(m);
    if (pick(m, 2) == 0)
        put(m, "processing: \"보관기간이 끝나면 복원할 수 없게 삭제합니다.\"\n");
    if (pick(m, 2) == 0)
        put(m, "changes: \"변경은 시행 7일 전에 누리집에 공지합니다.\"\n");
    if (pick(m, 2) == 0)
        put(m, "remedies:\n  - {name: 개인정보 포털, homepage: "
               "\"https://www.privacy.go.kr/\", contact: 법령 문의}\n"
               "  - {name: 신고센터, homepage: \"https://privacy.kisa.or.kr/\", "
               "contact: 국번 없이 118}\n");
    put_signs(m);
}

static void put_processors(struct notice_model *m)
{
    static const char *const CONTRACTS[] = {
        "", "", ", contract: {}",
        ", contract: {purpose_and_scope: true, subcontracting: true, "
        "access_limits: true, inspection: true, damages: true}",
        ", contract: {inspection: true}"};
    static const char *const DAYS[] = {
        "", "", ", from: 2023-04-01", ", until: 2029-03-31",
        ", from: 2023-04-01, until: 2029-03-31"};
    put(m, "processors:\n");
    for (size_t i = 0; i <= pick(m, 2); i++) {
        put(m, "  - {id: c%zu, name: \"가나보안 %zu지점\", contact: 홍길바, "
               "telephone: \"02-000-000%zu\"%s%s%s", i, i, i,
            pick(m, 3) == 0 ? "" : ", task: 유지보수", PICK(m, DAYS),
            PICK(m, CONTRACTS));
        if (pick(m, 2) == 0)
            put(m, ", for: [s%u]", pick(m, m->sites));
        put(m, "}\n");
    }
}

/* Above tables. */
static void put_sentences(struct notice_model *m)
{
    static const char *const SENTENCES[][2] = {
        {"introduction",
         "가나다라구청은 이 방침으로 영상정보를 어떤 용도와 방식으로 쓰고 "
         "관리하는지 모든 분께 알려드립니다."},
        {"people_introduction", "영상정보를 보호하려고 책임자를 둡니다."},
        {"outsourcing", "설치와 관리를 아래와 같이 위탁하고 있습니다."},
        {"remedies_introduction", "아래 기관에 문의하실 수 있습니다."}};
    for (size_t i = 0; i < sizeof SENTENCES / sizeof SENTENCES[0]; i++)
        if (pick(m, 2) == 0)
            put(m, "%s: \"%s\"\n", SENTENCES[i][0], SENTENCES[i][1]);
}

static void put_rest(struct notice_model *m)
{
    if (pick(m, 2) == 0)
        put_processors(m);
    put_sentences(m);
    put_texts(m);
    put(m, "dates:\n  enacted: 20%02u-0%u-1%u\n", 10 + pick(m, 10),
        1 + pick(m, 9), pick(m, 10));
    if (pick(m, 2) == 0)
        put(m, "  revised: 2023-1%u-0%u\n", pick(m, 3), 1 + pick(m, 9));
    put(m, "  announced: 2024-03-0%u\n  effective: 2024-03-2%u\n",
        1 + pick(m, 9), pick(m, 10));
}

void notice_model_make(struct notice_model *m, uint64_t seed)
{
    static const char *const HOURS[] = {"24시간", "00:00~24:00", "09:00~18:00"};
    static const char *const KINDS[] = {"crime", "facility", "facility"};
    static const char *const PURPOSES[] = {"범죄 예방", "시설 안전 및 화재 예방",
                                           "시설 안전, 화재 및 재난 예방"};
    *m = (struct notice_model){.random = {seed * 0x9e3779b97f4a7c15ull}};
    put(m, "format: 1\ninstitution: 가나다라구청\nbasis: \"「개인정보 보호법」 제25조 제1항\"\n"
           "hours: \"%s\"\n", PICK(m, HOURS));
    put(m, "purposes:\n");
    for (size_t i = 0; i < 3; i++)
        put(m, "  - {id: u%zu, kind: %s, words: \"%s\"}\n", i, KINDS[i],
            PURPOSES[i]);
    put_period(m, "");
    if (pick(m, 2) == 0)
        put(m, "stated_count: %u\n", 1 + pick(m, 200));
    m->sites = 1 + pick(m, NOTICE_MODEL_SITES_MAX);
    m->has_bare_site = pick(m, 4) == 0;
    m->has_floors = pick(m, 2) == 0;
    m->has_coverage = pick(m, 2) == 0;
    m->has_beside = pick(m, 2) == 0;
    put_around(m);
    put_sites(m);
    put_people(m);
    put_storage(m);
    put_rest(m);
}
