/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_remark.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"

enum column {
    COLUMN_SITE = 1,
    COLUMN_NUMBER, /* of the row: not read */
    COLUMN_PURPOSE,
    COLUMN_REMARK,
    COLUMN_COUNT,
    COLUMN_FLOOR,
    COLUMN_PLACE,
    COLUMN_COVERAGE,
};

/* Where the reader is in the table. */
struct table {
    struct import_text *text;
    struct draft *draft;
    struct import_line *line; /* the present one */
    bool has_header;
    enum column columns[IMPORT_CELLS_MAX];
    size_t column_count; /* 0: the header's cells could not be told apart */
    bool has_site_column;
    bool has_coverage_column;    /* beside the place, not in one with it */
    size_t site;                 /* present one; DRAFT_SITES_MAX: none yet */
    bool has_group;              /* rows without a count belong to the last */
};

/* What one row says. */
struct row {
    struct text site;
    bool has_count;
    uint32_t count;
    struct text purposes;
    struct text remark;
    struct text floor;
    struct text place;
    struct text coverage;
};

static bool column_of(struct text cell, enum column *out)
{
    static const struct {
        const char *word;
        enum column column;
    } WORDS[] = {{"대수", COLUMN_COUNT},      {"수량", COLUMN_COUNT},
                 {"위치", COLUMN_PLACE},      {"장소", COLUMN_PLACE},
                 {"범위", COLUMN_COVERAGE},   {"구분", COLUMN_SITE},
                 {"시설", COLUMN_SITE},       {"기관", COLUMN_SITE},
                 {"연번", COLUMN_NUMBER},     {"순번", COLUMN_NUMBER},
                 {"번호", COLUMN_NUMBER},     {"층", COLUMN_FLOOR},
                 {"목적", COLUMN_PURPOSE},    {"비고", COLUMN_REMARK}};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (!import_holds(cell, WORDS[i].word))
            continue;
        *out = WORDS[i].column;
        return true;
    }
    return false;
}

static bool is_header(struct text line)
{
    bool has_count = import_holds(line, "대수") || import_holds(line, "수량");
    bool has_place = import_holds(line, "위치") || import_holds(line, "장소");
    return has_count && has_place && !import_ends(text_trim(line), "다.");
}

/* A header's cell that spans two columns leaves the second one empty. */
static void read_columns(struct table *table, const struct import_cells *cells)
{
    table->column_count = 0;
    if (cells->cut != IMPORT_CUT_TABS)
        return;
    for (size_t i = 0; i < cells->count; i++) {
        bool is_known = column_of(cells->list[i], &table->columns[i]);
        if (!is_known && (i == 0 || cells->list[i].size > 0))
            return;
        if (!is_known)
            table->columns[i] = table->columns[i - 1];
    }
    table->column_count = cells->count;
}

static void read_header(struct table *table)
{
    struct text line = table->line->text;
    struct import_cells cells = import_cells_of(line);
    table->has_header = true;
    table->has_site_column = import_holds(line, "구분") ||
                             import_holds(line, "시설") ||
                             import_holds(line, "기관");
    table->has_coverage_column =
        import_holds(line, "범위") && !import_holds(line, "및 촬영범위") &&
        !import_holds(line, "및촬영범위") && !import_holds(line, "/촬영범위");
    read_columns(table, &cells);
    table->line->is_understood = true;
}

/* Joins two cells of the place: a floor by itself is a value of its own. */
static void add_place(struct row *row, struct text cell)
{
    if (cell.size == 0)
        return;
    if (row->place.size == 0) {
        row->place = cell;
        return;
    }
    if (row->floor.size == 0 && import_is_floor(row->place)) {
        row->floor = row->place;
        row->place = cell;
        return;
    }
    /* Cells of one line: what stands between them is blank. */
    row->place.size = (size_t)(cell.data + cell.size - row->place.data);
}

/* By the header's columns; false where the row does not fit them. */
static bool row_by_columns(const struct table *table,
                           const struct import_cells *cells, struct row *row)
{
    *row = (struct row){0};
    if (table->column_count == 0 || cells->cut != IMPORT_CUT_TABS ||
        cells->count != table->column_count)
        return false;
    for (size_t i = 0; i < cells->count; i++) {
        struct text cell = cells->list[i];
        uint32_t number = 0;
        switch (table->columns[i]) {
        case COLUMN_SITE:
            if (import_count(cell, &number))
                return false;
            row->site = cell;
            break;
        case COLUMN_COUNT:
            row->has_count = import_count(cell, &row->count);
            if (!row->has_count && cell.size > 0)
                return false;
            break;
        case COLUMN_PLACE:
            add_place(row, cell);
            break;
        case COLUMN_COVERAGE:
            row->coverage = cell;
            break;
        case COLUMN_FLOOR:
            row->floor = cell;
            break;
        case COLUMN_PURPOSE:
            row->purposes = cell;
            break;
        case COLUMN_REMARK:
            row->remark = cell;
            break;
        case COLUMN_NUMBER:
            break;
        }
    }
    return true;
}

/* Index of the word with which the coverage begins: the one before the first
 * 전체, 내부, ...; count where no word says so. */
static size_t coverage_start(const struct import_cells *words, size_t first)
{
    static const char *const ENDS[] = {"전체", "내부", "일대", "주변", "전경",
                                       "방향"};
    for (size_t i = first + 2; i < words->count; i++)
        for (size_t j = 0; j < sizeof ENDS / sizeof ENDS[0]; j++)
            if (import_starts(words->list[i], ENDS[j]))
                return i - 1;
    return words->count;
}

/* Splits what stands behind the count: floor, place, coverage. */
static void read_place_cells(const struct table *table,
                             const struct import_cells *cells, size_t first,
                             struct row *row)
{
    size_t last = cells->count - 1;
    if (first > last)
        return;
    if (!table->has_coverage_column) {
        row->place = import_cells_span(cells, first, last);
        return;
    }
    if (import_is_floor(cells->list[first]) && first < last)
        row->floor = cells->list[first++];
    if (cells->cut == IMPORT_CUT_WORDS) {
        size_t start = coverage_start(cells, first);
        row->coverage = import_cells_span(cells, start, last);
        row->place = import_cells_span(cells, first,
                                       start < cells->count ? start - 1 : last);
        return;
    }
    bool has_coverage = first < last;
    if (has_coverage)
        row->coverage = cells->list[last];
    row->place = import_cells_span(cells, first, has_coverage ? last - 1 : last);
}

/* By what the cells hold: the count is the first one that is a number. */
static bool row_by_content(const struct table *table,
                           const struct import_cells *cells, struct row *row)
{
    *row = (struct row){0};
    size_t i = 0;
    while (i < cells->count && !import_count(cells->list[i], &row->count))
        i++;
    if (i == cells->count)
        return false;
    row->has_count = true;
    if (i > 0)
        row->site = import_cells_span(cells, 0, i - 1);
    read_place_cells(table, cells, i + 1, row);
    return true;
}

/* A row of a merged cell: place and coverage without a count. */
static bool row_goes_on(const struct table *table,
                        const struct import_cells *cells, struct row *row)
{
    *row = (struct row){0};
    if (!table->has_group || !table->has_coverage_column || cells->count < 2)
        return false;
    read_place_cells(table, cells, 0, row);
    return row->place.size > 0 && row->coverage.size > 0;
}

static void add_to_group(struct table *table, struct draft_group *group,
                         const struct row *row)
{
    uint32_t line = table->line->number;
    struct text place = row->place;
    struct text coverage = import_exclusions(row->coverage, line, group);
    if (!table->has_coverage_column)
        place = import_exclusions(place, line, group);
    (void)draft_set(&group->floor, row->floor, line);
    (void)draft_append(table->draft, &group->place, ", ", place, line);
    if (!import_same_letters(group->coverage.text, coverage))
        (void)draft_append(table->draft, &group->coverage, ", ", coverage,
                           line);
    bool has_purposes =
        import_group_purposes(table->draft, row->purposes, line, group);
    bool has_remark = import_remark(row->remark, line, group);
    table->line->is_understood = has_purposes && has_remark;
}

static bool is_sum(struct text word)
{
    static const char *const SUMS[] = {"합계", "총계", "계", "소계", "총"};
    for (size_t i = 0; i < sizeof SUMS / sizeof SUMS[0]; i++)
        if (import_same_letters(word, text_of(SUMS[i])))
            return true;
    return false;
}

static void take_sum(struct table *table, const struct row *row)
{
    struct drafted_number number = {row->count, table->line->number};
    bool is_of_site = import_same_letters(row->site, text_of("소계")) &&
                      table->site < table->draft->sites.count;
    if (is_of_site)
        draft_site_at(table->draft, table->site)->stated_count = number;
    else
        table->draft->stated_count = number;
}

/* The site of rows in a notice that names none. */
static size_t only_site(struct table *table)
{
    struct drafted name = table->draft->institution;
    if (name.line == 0)
        name = (struct drafted){table->line->body, table->line->number};
    return draft_site_named(table->draft, name);
}

static void take_row(struct table *table, const struct row *row)
{
    struct draft *draft = table->draft;
    uint32_t line = table->line->number;
    table->line->is_understood = true;
    if (row->has_count && (is_sum(row->site) || is_sum(row->place))) {
        take_sum(table, row);
        return;
    }
    if (row->site.size > 0)
        table->site = draft_site_named(draft, (struct drafted){row->site, line});
    if (table->site == DRAFT_SITES_MAX)
        table->site = only_site(table);
    if (table->site == DRAFT_SITES_MAX)
        return;
    struct draft_group *group = NULL;
    if (row->has_count)
        group = draft_add(draft, &draft->groups, sizeof *group,
                          DRAFT_GROUPS_MAX);
    else if (draft->groups.count > 0)
        group = draft_group_at(draft, draft->groups.count - 1);
    if (group == NULL)
        return;
    if (row->has_count) {
        group->site = table->site;
        group->count = (struct drafted_number){row->count, line};
        table->has_group = true;
    }
    add_to_group(table, group, row);
}

static void read_row(struct table *table)
{
    struct row row;
    struct import_cells cells = import_cells_of(table->line->text);
    struct import_cells filled = import_cells_filled(&cells);
    bool is_row = row_by_columns(table, &cells, &row);
    if (is_row && !row.has_count)
        is_row = table->has_group && row.site.size == 0 &&
                 (row.place.size > 0 || row.purposes.size > 0);
    if (!is_row && filled.count > 0)
        is_row = row_by_content(table, &filled, &row) ||
                 row_goes_on(table, &filled, &row);
    if (is_row)
        take_row(table, &row);
}

/* "2-1. 본관", "가. 본관" over a table. */
static bool read_site_title(struct table *table, size_t index)
{
    struct text title = {NULL, 0};
    bool is_title = import_is_subheading(table->line->text, &title);
    bool has_bullet = false;
    size_t next = index + 1;
    if (!is_title) {
        title = import_unbullet(table->line->text, &has_bullet);
        while (next < table->text->count &&
               table->text->lines[next].body.size == 0)
            next++;
        is_title = has_bullet && next < table->text->count &&
                   is_header(table->text->lines[next].text) &&
                   !is_header(table->line->text);
    }
    if (!is_title || title.size == 0)
        return false;
    table->site = draft_site_named(
        table->draft, (struct drafted){title, table->line->number});
    table->has_group = false;
    table->line->is_understood = true;
    return true;
}

/* "제주센터의 다른 이름: 제주개선지도센터". */
static bool read_other_names(struct table *table)
{
    static const char OTHER_NAME[] = "의 다른 이름:";
    struct text line = import_unbullet(table->line->body, NULL);
    struct drafted name = {import_until(line, import_find(line, OTHER_NAME)),
                           table->line->number};
    if (name.text.size == line.size || text_trim(name.text).size == 0)
        return false;
    struct text names = import_from(line, name.text.size + strlen(OTHER_NAME));
    struct drafted other = {.line = table->line->number};
    size_t site = draft_site_named(table->draft, name);
    while (site < DRAFT_SITES_MAX && draft_next_name(&names, &other.text))
        draft_site_note_name(draft_site_at(table->draft, site), other);
    table->line->is_understood = true;
    return true;
}

static void read_line(struct table *table, size_t index)
{
    struct import_line *line = &table->text->lines[index];
    uint32_t total = 0;
    table->line = line;
    if (read_site_title(table, index))
        return;
    if (read_other_names(table))
        return;
    if (is_header(line->text)) {
        read_header(table);
        return;
    }
    if (import_total(line->body, &total)) {
        table->draft->stated_count =
            (struct drafted_number){total, line->number};
        line->is_understood = true;
        return;
    }
    if (table->has_header)
        read_row(table);
}

void import_read_cameras(struct import_text *text, struct draft *draft)
{
    struct table table = {
        .text = text, .draft = draft, .site = DRAFT_SITES_MAX};
    for (size_t i = 0; i < text->count; i++)
        if (text->lines[i].section == IMPORT_SECTION_CAMERAS &&
            text->lines[i].body.size > 0 && !text->lines[i].is_heading)
            read_line(&table, i);
}
