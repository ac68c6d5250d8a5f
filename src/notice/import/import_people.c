/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_value.h"
#include "notice/notice_phrases.h"

enum { HEADER_WORDS_MIN = 3, NAMED_CELLS = 3 /* name, post, department */ };

enum column {
    COLUMN_SCOPE = 1,
    COLUMN_ROLE,
    COLUMN_NAME,
    COLUMN_POST,
    COLUMN_BODY,
    COLUMN_DEPARTMENT,
    COLUMN_TELEPHONE,
};

/* Where the reader is in the table. */
struct table {
    struct draft *draft;
    struct import_line *line;
    bool has_header;
    enum column columns[IMPORT_CELLS_MAX];
    size_t column_count; /* 0: the header's cells could not be told apart */
    bool has_scope_column; /* a first column with places: merged downwards */
    struct drafted scope;  /* the last one printed there */
    enum notice_role role; /* the last one printed; 0: none yet */
    struct drafted role_word;
};

/* "접근권한자 (주간)": what is in brackets does not change the role. */
static bool role_of(struct text cell, enum notice_role *out)
{
    cell = import_until(cell, text_find(cell, '('));
    static const struct {
        const char *word;
        enum notice_role role;
    } ROLES[] = {
        {"관리책임자", NOTICE_ROLE_CHIEF_MANAGER},
        {"개인영상정보보호책임자", NOTICE_ROLE_CHIEF_MANAGER},
        {"영상정보보호책임자", NOTICE_ROLE_CHIEF_MANAGER},
        {"보호책임자", NOTICE_ROLE_CHIEF_MANAGER},
        {"책임자", NOTICE_ROLE_GENERAL_MANAGER},
        {"총괄책임자", NOTICE_ROLE_GENERAL_MANAGER},
        {"총괄관리책임자", NOTICE_ROLE_GENERAL_MANAGER},
        {"접근권한자", NOTICE_ROLE_ACCESS_HOLDER},
        {"접근권자", NOTICE_ROLE_ACCESS_HOLDER},
        {"담당공무원", NOTICE_ROLE_SUPERVISING_OFFICIAL},
    };
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        if (!import_same_letters(cell, text_of(ROLES[i].word)))
            continue;
        *out = ROLES[i].role;
        return true;
    }
    return false;
}

static bool is_header(struct text line)
{
    static const char *const WORDS[] = {"구분", "이름", "성명", "직위",
                                        "직책", "직급", "소속", "부서",
                                        "연락처", "전화"};
    size_t count = 0;
    size_t start = 0;
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        count += import_holds(line, WORDS[i]);
    return count >= HEADER_WORDS_MIN && import_telephone_in(line, &start) == 0;
}

static enum column column_of(struct text cell)
{
    static const struct {
        const char *word;
        enum column column;
    } WORDS[] = {{"설치장소", COLUMN_SCOPE},  {"설치위치", COLUMN_SCOPE},
                 {"소속기관", COLUMN_BODY},   {"구분", COLUMN_ROLE},
                 {"이름", COLUMN_NAME},       {"성명", COLUMN_NAME},
                 {"직위", COLUMN_POST},       {"직책", COLUMN_POST},
                 {"직급", COLUMN_POST},       {"소속", COLUMN_DEPARTMENT},
                 {"부서", COLUMN_DEPARTMENT}, {"연락처", COLUMN_TELEPHONE},
                 {"전화", COLUMN_TELEPHONE}};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (import_holds_letters(cell, text_of(WORDS[i].word)))
            return WORDS[i].column;
    return (enum column)0;
}

/* Each column once, or none can be trusted. */
static void read_columns(struct table *table)
{
    struct import_cells cells = import_cells_of(table->line->text);
    unsigned seen = 0;
    table->column_count = 0;
    if (cells.cut != IMPORT_CUT_TABS)
        return;
    for (size_t i = 0; i < cells.count; i++) {
        enum column column = column_of(cells.list[i]);
        if (column == 0 || (seen >> column & 1) != 0)
            return;
        seen |= 1u << column;
        table->columns[i] = column;
    }
    table->column_count = cells.count;
}

static void read_header(struct table *table)
{
    static const char *const PLACES[] = {"설치장소", "설치위치", "장소",
                                         "시설", "기관", "설치 장소"};
    struct text line = import_unbullet(table->line->text, NULL);
    table->has_header = true;
    table->has_scope_column = false;
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++)
        if (import_starts(line, PLACES[i]))
            table->has_scope_column = true;
    table->role = (enum notice_role)0;
    table->line->is_understood = true;
    read_columns(table);
}

/* "주무관", "센터장", ...: how a post ends, where cells are only words. */
static bool is_post(struct text word)
{
    static const char *const POSTS[] = {
        "주무관", "사무관", "서기관", "주사", "주사보", "서기", "서기보",
        "팀장",   "팀원",   "과장",   "계장", "실장",   "국장", "부장",
        "센터장", "소장",   "원장",   "관장", "주임",   "대리", "사원",
        "차장",   "담당",   "이사",   "교장", "교감",   "실무관"};
    for (size_t i = 0; i < sizeof POSTS / sizeof POSTS[0]; i++)
        if (import_ends(word, POSTS[i]))
            return true;
    return false;
}

/* One row, cut into what it says; empty where it does not. */
struct row {
    struct text scope;
    struct text name;
    struct text post;
    struct text body;
    struct text department;
    struct text telephone;
};

/* Cells first..last stand between the role and the telephone. Without cells
 * that can be trusted, the post tells where the name is. */
static bool read_named(const struct import_cells *cells, size_t first,
                       size_t last, bool has_site, struct row *row)
{
    size_t count = last + 1 - first;
    if (count < NAMED_CELLS)
        return false;
    bool is_words = cells->cut == IMPORT_CUT_WORDS;
    if (is_words)
        has_site = has_site || (count > NAMED_CELLS &&
                                !is_post(cells->list[first + 1]) &&
                                is_post(cells->list[first + 2]));
    else
        has_site = count > NAMED_CELLS;
    if (has_site && count == NAMED_CELLS)
        return false;
    if (has_site)
        row->scope = cells->list[first++];
    row->name = cells->list[first];
    row->post = cells->list[first + 1];
    row->department = import_cells_span(cells, first + 2, last);
    return true;
}

/* Index of the cell with a role, or count. A role of two words ("접근권한 자")
 * is taken as one: *size is 2 then. */
static size_t find_role(const struct import_cells *cells, size_t end,
                        enum notice_role *role, size_t *size)
{
    for (size_t i = 0; i < end; i++) {
        bool is_words = cells->cut == IMPORT_CUT_WORDS && i + 1 < end;
        *size = is_words && cells->list[i + 1].data[0] == '(' ? 2 : 1;
        if (role_of(cells->list[i], role))
            return i;
        *size = 2;
        if (is_words && role_of(import_cells_span(cells, i, i + 1), role))
            return i;
    }
    return cells->count;
}

static size_t find_telephone(const struct import_cells *cells)
{
    size_t i = cells->count;
    while (i > 0 && !import_is_telephone(cells->list[i - 1]))
        i--;
    return i == 0 ? cells->count : i - 1;
}

/* Cells of tabs: empty ones at the front are merged cells, not names. */
static size_t skip_empty(const struct import_cells *cells, size_t first,
                         size_t end)
{
    while (first < end && cells->list[first].size == 0)
        first++;
    return first;
}

/* By the header's columns; false where the row does not fit them. */
static bool read_by_columns(struct table *table,
                            const struct import_cells *cells, struct row *row)
{
    struct text role_word = {NULL, 0};
    struct text *const CELLS[] = {
        NULL,       &row->scope,      &role_word,     &row->name, &row->post,
        &row->body, &row->department, &row->telephone};
    enum notice_role role = table->role;
    *row = (struct row){0};
    if (table->column_count == 0 || cells->cut != IMPORT_CUT_TABS ||
        cells->count != table->column_count)
        return false;
    for (size_t i = 0; i < cells->count; i++)
        *CELLS[table->columns[i]] = cells->list[i];
    bool has_telephone =
        row->telephone.size == 0 || import_is_telephone(row->telephone);
    if (role_word.size == 0 || !role_of(role_word, &role) || !has_telephone)
        return false;
    table->role = role;
    table->role_word = (struct drafted){role_word, table->line->number};
    return true;
}

static bool read_cells(struct table *table, const struct import_cells *cells,
                       struct row *row)
{
    *row = (struct row){0};
    size_t end = find_telephone(cells);
    if (end == cells->count || end == 0)
        return false;
    row->telephone = cells->list[end];
    enum notice_role role = table->role;
    size_t size = 0;
    size_t at = find_role(cells, end, &role, &size);
    size_t first = 0;
    struct text scope = {NULL, 0};
    if (at < cells->count) {
        size_t from = skip_empty(cells, 0, at);
        if (at > from)
            scope = import_cells_span(cells, from, at - 1);
        first = at + size;
        table->role = role;
        table->role_word = (struct drafted){
            import_cells_span(cells, at, first - 1), table->line->number};
    }
    first = at < cells->count ? first : skip_empty(cells, first, end);
    bool is_site = first < end && draft_site_find(table->draft,
                                                  cells->list[first]) <
                                      table->draft->sites.count;
    if (table->role == 0 || first >= end ||
        !read_named(cells, first, end - 1, is_site, row))
        return false;
    if (scope.size > 0)
        row->scope = scope;
    return true;
}

/* What a scope names that nothing else does is a site of its own. */
static void make_sites(struct draft *draft, struct drafted scope)
{
    struct text rest = scope.text;
    struct text name = {NULL, 0};
    for (size_t i = 0; i < DRAFT_REFERENCES_MAX &&
                       draft_next_reference(draft, &rest, &name);
         i++) {
        struct draft_reference reference = draft_refer(draft, name);
        if (reference.site < draft->sites.count ||
            !draft_resolves(draft, name))
            (void)draft_site_referred(draft,
                                      (struct drafted){name, scope.line});
    }
}

/* What stands behind whose deputy it is. */
static struct text shift_words(struct text role_word)
{
    const char *behind = phrase_in(PHRASE_DEPUTY_BEHIND, LANGUAGE_KOREAN);
    size_t end = import_find(role_word, behind);
    return end == SIZE_MAX ? role_word : import_from(role_word, end);
}

static enum notice_shift shift_of(struct text role_word)
{
    if (import_holds(role_word, "야간"))
        return NOTICE_SHIFT_NIGHT;
    return import_holds(role_word, "주간") ? NOTICE_SHIFT_DAY
                                           : (enum notice_shift)0;
}

/* "관리책임자 (홍길동의 직무대리)": whose; empty where the table does not tell. */
static struct text deputised_in(struct text role_word)
{
    size_t open = text_find(role_word, '(');
    size_t end = import_find(
        role_word, phrase_in(PHRASE_DEPUTY_BEHIND, LANGUAGE_KOREAN));
    if (end == SIZE_MAX || open >= end)
        return (struct text){NULL, 0};
    return text_trim(import_from(import_until(role_word, end), open + 1));
}

static bool is_deputy(struct text role_word)
{
    return import_holds(role_word, "대리") || import_holds(role_word, "(부)");
}

/* "홍길동 (인사이동 시 그 후임자)" is a name, "해당 직위자" none. */
static struct text name_of(struct text cell)
{
    size_t open = import_find(cell, "(");
    if (import_same_letters(cell, text_of("해당 직위자")))
        return (struct text){NULL, 0};
    if (open != SIZE_MAX && import_holds(import_from(cell, open), "후임"))
        return import_until(cell, open);
    return cell;
}

static void add_person(struct table *table, const struct row *row)
{
    struct draft_person *person =
        draft_add(table->draft, &table->draft->people, sizeof *person,
                  DRAFT_PEOPLE_MAX);
    uint32_t line = table->line->number;
    if (person == NULL)
        return;
    person->role = table->role;
    person->role_word = table->role_word;
    person->shift = shift_of(shift_words(table->role_word.text));
    (void)draft_set(&person->deputy_of, deputised_in(table->role_word.text),
                    line);
    (void)draft_set(&person->name, name_of(row->name), line);
    (void)draft_set(&person->post, row->post, line);
    (void)draft_set(&person->body, row->body, line);
    (void)draft_set(&person->department, row->department, line);
    (void)draft_set(&person->telephone, row->telephone, line);
    person->passes_to_successor =
        import_holds(table->line->body, "후임") ||
        import_same_letters(row->name, text_of("해당 직위자"));
    if (!import_starts(row->scope, "모든 ") && !import_starts(row->scope, "전체"))
        (void)draft_set(&person->scope, row->scope, line);
    if (table->has_scope_column && row->scope.size == 0)
        person->scope = table->scope;
    table->scope = person->scope;
    struct drafted scope = person->scope;
    if (scope.line != 0)
        make_sites(table->draft, scope);
    table->line->is_understood = person->deputy_of.line != 0 ||
                                 !is_deputy(table->role_word.text);
}

static void read_line(struct table *table)
{
    struct row row;
    struct text body = table->line->body;
    struct import_cells cells = import_cells_of(table->line->text);
    if (table->line->is_heading) {
        table->line->is_understood =
            body.size == 0 ||
            draft_append(table->draft, &table->draft->people_introduction, " ",
                         body, table->line->number);
    } else if (is_header(table->line->text)) {
        read_header(table);
    } else if (read_by_columns(table, &cells, &row) ||
               read_cells(table, &cells, &row)) {
        add_person(table, &row);
    } else if (import_ends(body, "다.") || import_ends(body, "다")) {
        table->line->is_understood =
            draft_append(table->draft, &table->draft->people_introduction, " ",
                         body, table->line->number);
    }
}

/* A deputy of nobody that the table has is not understood. */
static void refuse_unknown_deputies(struct import_text *text,
                                    const struct draft *draft)
{
    for (size_t i = 0; i < draft->people.count; i++) {
        struct drafted words = draft_person_at(draft, i)->deputy_of;
        if (words.line != 0 &&
            draft_person_find(draft, words.text, i) == draft->people.count)
            text->lines[words.line - 1].is_understood = false;
    }
}

void import_read_people(struct import_text *text, struct draft *draft)
{
    struct table table = {.draft = draft};
    for (size_t i = 0; i < text->count; i++) {
        table.line = &text->lines[i];
        if (table.line->section == IMPORT_SECTION_PEOPLE &&
            table.line->body.size > 0)
            read_line(&table);
    }
    refuse_unknown_deputies(text, draft);
}
