/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 500 seeded mutations of the two published notices: names, counts, periods,
 * rows shuffled, parts and purposes in another order, tabs as blanks, 24시간 as
 * a time of day. The mutated facts must come out; the share of lines that were
 * not understood is printed. Rendered as plain text and imported again, each
 * has the same values.
 */
#include "notice/import/notice_import.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "notice/finding.h"
#include "notice/notice.h"
#include "notice/notice_document.h"
#include "notice/render_text.h"
#include "support/published.h"
#include "unit/test.h"

enum {
    MUTATIONS = 500,
    RENDERED = 200, /* of them also rendered */
    TEXT_BYTES_MAX = 1 << 16,
    LINES_MAX = 200,
    PEOPLE_MAX = 12,
    ROWS_MAX = 12,
    PARTS_MAX = 16,
    WORD_SIZE = 64,
};

/* A row whose count changes; find is how it stands in the text. */
struct row {
    const char *before; /* of the count */
    const char *behind;
    const char *place; /* as it comes out; "": none */
};

struct original {
    const char *file;
    const char *institution;
    const char *other_institution;
    const char *people[PEOPLE_MAX]; /* in the order of the table */
    struct row rows[ROWS_MAX];
    uint32_t counts[ROWS_MAX];
    uint32_t other_cameras; /* of rows that do not change */
    size_t swaps[3][2];     /* lines that may change places, from..to */
    const char *period;
    const char *tail; /* what stands behind the numbered parts; NULL: none */
};

static const struct original ORIGINALS[] = {
    {.file = PUBLISHED_GWANGJU,
     .institution = "광주지방고용노동청",
     .other_institution = "가나지방다라청",
     .people = {"홍길가", "홍길나", "홍길다", "홍길라", "홍길마"},
     .rows = {{"\t", "\t5층 복도", "5층 복도"},
              {"\t", "\t지하3층 주차장 내부", "지하3층 주차장 내부"},
              {"\t", "\t1층 여성/중장년센터 내부", "1층 여성/중장년센터 내부"},
              {"\t", "\t엘리베이터 내부", "엘리베이터 내부"},
              {"\t", "\t2층~11층 복도", "2층~11층 복도"},
              {"본청\t", "\t2층 근로개선지도1과", "2층 근로개선지도1과 사무실 내부"},
              {"광산센터\t", "\n", ""},
              {"\n", "\t\t3층 설명회장", "3층 설명회장, 대회의실 내·외부"}},
     .counts = {1, 5, 1, 3, 10, 3, 1, 3},
     .other_cameras = 101 - 27,
     .swaps = {{17, 25}, {27, 38}, {41, 58}},
     .period = "촬영일로부터 30일"},
    {.file = PUBLISHED_GEOJE,
     .institution = "거제시가족센터",
     .other_institution = "아무시다함께센터",
     .people = {"홍길바", "홍길사", "홍길아", "홍길자", "홍길차", "홍길카",
                "홍길타", "홍길파"},
     .rows = {{"\n", "대\t3층", "전화상담실1, 면접상담실2, 면접상담실6"},
              {"\n", "대\t1층", "공동육아나눔터 (아주동)"},
              {"\n", "대\t공동육아나눔터(옥포동)", "공동육아나눔터(옥포동)"},
              {"\n", "대\t공동육아나눔터(상문동)", "공동육아나눔터(상문동)"}},
     .counts = {3, 2, 2, 2},
     .swaps = {{29, 30}, {41, 43}},
     .period = "촬영일로부터 60일",
     .tail = "\n거제시가족센터는\n"},
};

struct mutation {
    const struct original *original;
    struct test_random random;
    char text[TEXT_BYTES_MAX];
    char people[PEOPLE_MAX][WORD_SIZE];
    uint32_t counts[ROWS_MAX];
    uint32_t days;
    const char *hours;
    const char *institution;
    const char *tab;
};

static uint32_t pick(struct mutation *m, uint32_t count)
{
    return (uint32_t)(test_random_next(&m->random) >> 33) % count;
}

static void replace(struct mutation *m, const char *find, const char *by,
                    bool everywhere)
{
    static char changed[TEXT_BYTES_MAX];
    char *from = m->text;
    size_t used = 0;
    char *at = strstr(from, find);
    CHECK(at != NULL);
    while (at != NULL) {
        used += (size_t)snprintf(changed + used, sizeof changed - used,
                                 "%.*s%s", (int)(at - from), from, by);
        from = at + strlen(find);
        at = everywhere ? strstr(from, find) : NULL;
    }
    used += (size_t)snprintf(changed + used, sizeof changed - used, "%s", from);
    CHECK(used < sizeof changed);
    memcpy(m->text, changed, used + 1);
}

static void change_people(struct mutation *m)
{
    static const char *const FAMILY[] = {"김", "이", "박", "최", "정", "남"};
    static const char *const GIVEN[] = {"민서", "하늘", "관우", "도장", "별",
                                        "소원", "나라", "지원"};
    for (size_t i = 0; m->original->people[i] != NULL; i++) {
        (void)snprintf(m->people[i], WORD_SIZE, "%s%s", FAMILY[pick(m, 6)],
                       GIVEN[pick(m, 8)]);
        replace(m, m->original->people[i], m->people[i], true);
    }
}

static void change_counts(struct mutation *m)
{
    for (size_t i = 0; m->original->rows[i].place != NULL; i++) {
        const struct row *row = &m->original->rows[i];
        char find[WORD_SIZE * 2];
        char by[WORD_SIZE * 2];
        m->counts[i] = 1 + pick(m, 40);
        (void)snprintf(find, sizeof find, "%s%u%s", row->before,
                       m->original->counts[i], row->behind);
        (void)snprintf(by, sizeof by, "%s%u%s", row->before, m->counts[i],
                       row->behind);
        replace(m, find, by, false);
    }
}

static void change_words(struct mutation *m)
{
    static const char *const HOURS[] = {"24시간", "00:00-24:00", "00:00~24:00",
                                        "00:00–24:00"};
    char period[WORD_SIZE];
    m->institution = m->original->institution;
    if (pick(m, 2) == 1) {
        m->institution = m->original->other_institution;
        replace(m, m->original->institution, m->institution, true);
    }
    m->hours = HOURS[pick(m, 4)];
    replace(m, "24시간", m->hours, true);
    m->days = 7 + pick(m, 300);
    (void)snprintf(period, sizeof period, "촬영일로부터 %u일", m->days);
    replace(m, m->original->period, period, false);
}

/* Lines change places within a block; purposes too. */
static void shuffle_rows(struct mutation *m)
{
    static char shuffled[TEXT_BYTES_MAX];
    struct text lines[LINES_MAX];
    size_t count = 0;
    size_t used = 0;
    struct text rest = text_of(m->text);
    while (rest.size > 0 && count < LINES_MAX)
        lines[count++] = text_cut(&rest, '\n');
    for (size_t block = 0; block < 3; block++) {
        size_t first = m->original->swaps[block][0];
        size_t last = m->original->swaps[block][1];
        for (size_t i = first; first > 0 && i < last; i++) {
            size_t other = i + pick(m, (uint32_t)(last - i + 1));
            struct text line = lines[i - 1];
            lines[i - 1] = lines[other - 1];
            lines[other - 1] = line;
        }
    }
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(shuffled + used, sizeof shuffled - used,
                                 "%.*s\n", (int)lines[i].size, lines[i].data);
    memcpy(m->text, shuffled, used + 1);
}

/* Where the next numbered part begins. */
static char *next_part(char *from)
{
    for (char *at = strchr(from, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
        size_t digits = strspn(at + 1, "0123456789");
        if (digits > 0 && digits < 3 && at[1 + digits] == '.' &&
            at[2 + digits] == ' ')
            return at + 1;
    }
    return NULL;
}

static void shuffle_parts(struct mutation *m)
{
    static char shuffled[TEXT_BYTES_MAX];
    struct text parts[PARTS_MAX];
    size_t count = 0;
    char *tail = m->original->tail == NULL ? NULL
                                           : strstr(m->text, "센터는\n");
    char *end = m->text + strlen(m->text);
    while (tail != NULL && tail > m->text && tail[-1] != '\n')
        tail--;
    end = tail != NULL ? tail : end;
    char *at = next_part(m->text);
    CHECK(at != NULL);
    size_t used = (size_t)(at - m->text);
    memcpy(shuffled, m->text, used);
    while (at != NULL && count < PARTS_MAX) {
        char *next = next_part(at);
        char *stop = next == NULL ? end : next;
        parts[count++] = (struct text){at, (size_t)(stop - at)};
        at = next;
    }
    for (size_t i = 0; i < count; i++) {
        size_t other = i + pick(m, (uint32_t)(count - i));
        struct text part = parts[i];
        parts[i] = parts[other];
        parts[other] = part;
        used += (size_t)snprintf(shuffled + used, sizeof shuffled - used,
                                 "%.*s\n", (int)parts[i].size, parts[i].data);
    }
    used += (size_t)snprintf(shuffled + used, sizeof shuffled - used, "%s",
                             tail == NULL ? "" : tail);
    CHECK(used < sizeof shuffled);
    memcpy(m->text, shuffled, used + 1);
}

static void mutate(struct mutation *m)
{
    static const char *const TABS[] = {"\t", "    ", "  ", " "};
    struct published text = published_read(m->original->file);
    CHECK(text.bytes.size < TEXT_BYTES_MAX);
    memcpy(m->text, text.bytes.data, text.bytes.size);
    m->text[text.bytes.size] = 0;
    published_release(&text);
    change_counts(m);
    shuffle_rows(m);
    change_people(m);
    change_words(m);
    if (pick(m, 2) == 1)
        shuffle_parts(m);
    m->tab = TABS[pick(m, 4)];
    if (m->tab[0] != '\t')
        replace(m, "\t", m->tab, true);
}

static bool is(struct text text, const char *wanted)
{
    return text_equal(text, text_of(wanted));
}

static const char *wrong_row(const struct mutation *m,
                             const struct notice *notice)
{
    uint32_t cameras = m->original->other_cameras;
    for (size_t i = 0; m->original->rows[i].place != NULL; i++) {
        size_t found = 0;
        cameras += m->counts[i];
        for (size_t j = 0; j < notice->group_count; j++)
            found += is(notice->groups[j].place.ko,
                        m->original->rows[i].place) &&
                     notice->groups[j].camera_count == m->counts[i];
        bool is_merged = strstr(m->original->rows[i].place, ", 면접") != NULL;
        if (found == 0 && !is_merged)
            return m->original->rows[i].place;
    }
    return notice_camera_count(notice) == cameras ? NULL : "the sum";
}

/* Each name once for each of its people, whatever the order of rows. */
static const char *wrong_person(const struct mutation *m,
                                const struct notice *notice)
{
    size_t count = 0;
    for (size_t i = 0; m->original->people[i] != NULL; i++, count++) {
        size_t found = 0;
        for (size_t j = 0; j < notice->person_count; j++)
            found += is(notice->people[j].name.ko, m->people[i]) &&
                     notice->people[j].post.ko.size > 0 &&
                     notice->people[j].telephone.size == 12;
        if (found == 0)
            return m->people[i];
    }
    return notice->person_count == count ? NULL : "how many people";
}

/* What came out wrong; NULL: nothing. */
static const char *wrong_fact(const struct mutation *m,
                              const struct notice *notice)
{
    bool is_gwangju = m->original == &ORIGINALS[0];
    const char *row = wrong_row(m, notice);
    if (row != NULL)
        return row;
    const char *person = wrong_person(m, notice);
    if (person != NULL)
        return person;
    if (!is(notice->institution.ko, m->institution))
        return "institution";
    if (!is(notice->hours.ko, m->hours))
        return "hours";
    if (notice->retention.unit != RETENTION_DAYS ||
        notice->retention.count != m->days)
        return "period";
    if (notice->site_count != (is_gwangju ? 4u : 2u))
        return "sites";
    if (notice->storage_count != (is_gwangju ? 4u : 2u))
        return "storage";
    if (notice->purpose_count != (is_gwangju ? 3u : 2u))
        return "purposes";
    if (notice->announced_day != (is_gwangju ? civil_to_day(2019, 10, 22)
                                             : civil_to_day(2023, 3, 20)))
        return "announced";
    if (notice->processor_count != (is_gwangju ? 0u : 1u))
        return "processors";
    if (notice->has_sign == is_gwangju)
        return "sign";
    if (!is_gwangju && !is(notice->sign.telephone, "055-000-0010"))
        return "the sign's telephone";
    return notice->request_rule.ko.size > 0 ? NULL : "requests";
}

/* Imports one mutation; adds its lines, and those not understood. */
static const char *run_once(struct mutation *m, size_t *lines, size_t *left)
{
    struct notice_import import;
    struct findings findings = {0};
    struct notice *notice = NULL;
    CHECK_OK(notice_import_read(text_bytes(text_of(m->text)), &import));
    enum status s = notice_load("notice.yaml", buffer_bytes(&import.yaml),
                                &findings, &notice);
    const char *wrong = s == STATUS_OK ? wrong_fact(m, notice)
                                       : findings.list[0].message;
    if (wrong != NULL)
        print_error("%s: %s, tab '%s'\n", m->original->file, wrong, m->tab);
    *lines += notice_import_lines(&import);
    *left += notice_import_not_understood(&import);
    notice_destroy(&notice);
    findings_deinit(&findings);
    notice_import_deinit(&import);
    return wrong;
}

static void mutated_facts_come_out(void **state)
{
    (void)state;
    static struct mutation mutation;
    size_t lines = 0;
    size_t left = 0;
    size_t wrong = 0;
    for (uint64_t seed = 1; seed <= MUTATIONS; seed++) {
        mutation = (struct mutation){
            .original = &ORIGINALS[seed % 2],
            .random = {seed * 0x9e3779b97f4a7c15ull}};
        mutate(&mutation);
        if (run_once(&mutation, &lines, &left) != NULL) {
            print_error("seed %u\n", (unsigned)seed);
            wrong++;
        }
    }
    print_message("# %d mutations, %zu wrong; not understood: %zu of %zu lines, "
                  "%.2f %%\n",
                  MUTATIONS, wrong, left, lines,
                  100.0 * (double)left / (double)lines);
    assert_int_equal(wrong, 0);
}

/* The published page that Haechi makes of an import. */
static struct buffer rendered(const struct notice_import *import)
{
    struct findings findings = {0};
    struct notice *notice = NULL;
    struct document document;
    struct buffer page = buffer_with_limit(TEXT_BYTES_MAX);
    CHECK_OK(notice_load("notice.yaml", buffer_bytes(&import->yaml), &findings,
                         &notice));
    CHECK_OK(notice_document(notice, LANGUAGE_KOREAN, &document));
    CHECK_OK(render_text(&document, &page));
    document_deinit(&document);
    notice_destroy(&notice);
    findings_deinit(&findings);
    return page;
}

static const struct import_value *value_at(const struct notice_import *import,
                                           const char *path)
{
    for (size_t i = 0; i < import->values.count; i++) {
        const struct import_value *value = notice_import_value_at(import, i);
        if (strcmp(value->path, path) == 0)
            return value;
    }
    return NULL;
}

/* How many values of a stand in b otherwise, or not at all. */
static size_t count_differences(const struct notice_import *a,
                                const struct notice_import *b)
{
    size_t count = 0;
    for (size_t i = 0; i < a->values.count; i++) {
        const struct import_value *value = notice_import_value_at(a, i);
        const struct import_value *other = value_at(b, value->path);
        if (other != NULL && text_equal(value->text, other->text) &&
            strcmp(value->number, other->number) == 0)
            continue;
        print_error("%s: '%.*s%s', then '%.*s%s'\n", value->path,
                    (int)value->text.size, value->text.data, value->number,
                    other == NULL ? 0 : (int)other->text.size,
                    other == NULL ? "" : other->text.data,
                    other == NULL ? "" : other->number);
        count++;
    }
    return count;
}

/* Values that change on the way through our own page. */
static size_t changed_by_page(struct bytes text)
{
    struct notice_import first;
    struct notice_import second;
    CHECK_OK(notice_import_read(text, &first));
    struct buffer page = rendered(&first);
    CHECK_OK(notice_import_read(buffer_bytes(&page), &second));
    size_t changed = count_differences(&first, &second);
    if (first.values.count != second.values.count)
        changed++;
    changed += notice_import_not_understood(&second);
    notice_import_deinit(&second);
    buffer_deinit(&page);
    notice_import_deinit(&first);
    return changed;
}

static void our_own_page_imports_with_the_same_values(void **state)
{
    (void)state;
    static struct mutation mutation;
    for (size_t i = 0; i < 2; i++) {
        struct published text = published_read(ORIGINALS[i].file);
        assert_int_equal(changed_by_page(text.bytes), 0);
        published_release(&text);
    }
    for (uint64_t seed = 1; seed <= RENDERED; seed++) {
        mutation = (struct mutation){
            .original = &ORIGINALS[seed % 2],
            .random = {seed * 0x9e3779b97f4a7c15ull}};
        mutate(&mutation);
        if (changed_by_page(text_bytes(text_of(mutation.text))) > 0)
            fail_msg("seed %u, tab '%s'", (unsigned)seed, mutation.tab);
    }
}

/* As some viewers copy tables: a cell a line, nothing for an empty one. */
static void tables_with_a_cell_a_line_have_the_same_values(void **state)
{
    (void)state;
    static char cells[TEXT_BYTES_MAX];
    for (size_t original = 0; original < 2; original++) {
        struct published text = published_read(ORIGINALS[original].file);
        struct notice_import whole;
        struct notice_import broken;
        size_t used = 0;
        for (size_t i = 0; i < text.bytes.size; i++) {
            char letter = (char)text.bytes.data[i];
            bool is_end = letter == '\t' || letter == '\n';
            bool was_end = used > 0 && cells[used - 1] == '\n';
            if (letter != '\t' || !was_end)
                cells[used++] = is_end ? '\n' : letter;
        }
        CHECK_OK(notice_import_read(text.bytes, &whole));
        CHECK_OK(notice_import_read(bytes_of(cells, used), &broken));
        assert_int_equal(count_differences(&whole, &broken), 0);
        assert_int_equal(whole.values.count, broken.values.count);
        assert_int_equal(notice_import_not_understood(&broken), 0);
        notice_import_deinit(&broken);
        notice_import_deinit(&whole);
        published_release(&text);
    }
}

TEST_MAIN("notice/import mutations", TEST(mutated_facts_come_out),
          TEST(tables_with_a_cell_a_line_have_the_same_values),
          TEST(our_own_page_imports_with_the_same_values))
