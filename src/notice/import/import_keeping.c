/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"

/* What one row says. */
struct row {
    struct text scope; /* a first column with places */
    struct text hours;
    struct text period;
    struct text storage;
};

static bool is_header(struct text line)
{
    return import_holds_letters(line, text_of("보관기간")) &&
           import_holds_letters(line, text_of("보관장소")) &&
           text_find(line, ':') == line.size &&
           !import_ends(text_trim(line), "다.");
}

static bool is_period(struct text cell)
{
    struct retention retention;
    return import_period(cell, &retention) && !import_is_hours(cell);
}

static void sort_cell(struct text cell, struct row *row)
{
    if (row->hours.size == 0 && import_is_hours(cell))
        row->hours = cell;
    else if (row->period.size == 0 && is_period(cell))
        row->period = cell;
    else if (row->storage.size == 0)
        row->storage = cell;
    else
        row->storage.size =
            (size_t)(cell.data + cell.size - row->storage.data);
}

/* "본청(고용관리과)" or "(상담실)": what it is for, and where the bracket is. */
static bool refers(const struct draft *draft, struct text word)
{
    size_t open = import_find(word, "(");
    if (open == SIZE_MAX)
        return false;
    struct text inside = import_from(word, open + 1);
    inside = import_until(inside, text_find(inside, ')'));
    return open == 0 ? draft_resolves(draft, inside)
                     : draft_resolves(draft, import_until(word, open));
}

/* Cells that are only words: hours, then the period up to what refers to a
 * site or a group. */
static void sort_words(const struct draft *draft,
                       const struct import_cells *words, struct row *row)
{
    size_t first = 0;
    size_t count = words->count;
    for (size_t i = count; i > 0 && row->hours.size == 0; i--) {
        struct text front = import_cells_span(words, 0, i - 1);
        if (!import_is_hours(front))
            continue;
        row->hours = front;
        first = i;
    }
    size_t storage = first;
    while (storage < count && !refers(draft, words->list[storage]))
        storage++;
    if (storage < count)
        row->storage = import_cells_span(words, storage, count - 1);
    if (storage == first)
        return;
    struct text middle = import_cells_span(words, first, storage - 1);
    if (is_period(middle))
        row->period = middle;
    else if (storage == count)
        row->storage = middle;
}

static void add_storage(struct draft *draft, struct text scope,
                        struct text place, uint32_t line)
{
    const struct draft_place *known = draft->storages.items;
    for (size_t i = 0; i < draft->storages.count; i++)
        if (text_equal(known[i].place.text, text_trim(place)) &&
            text_equal(known[i].scope.text, text_trim(scope)))
            return;
    struct draft_place *storage = draft_add(
        draft, &draft->storages, sizeof *storage, DRAFT_PLACES_MAX);
    if (storage == NULL)
        return;
    (void)draft_set(&storage->place, place, line);
    (void)draft_set(&storage->scope, scope, line);
    if (storage->scope.line != 0 &&
        draft_refer(draft, scope).site < draft->sites.count)
        (void)draft_site_referred(draft, storage->scope);
}

/* "(상담실) 2층 통신실 (나눔터) 나눔터 내부": a bracket before each place. */
static void add_bracketed(struct draft *draft, struct text rest, uint32_t line)
{
    while (rest.size > 0) {
        size_t close = text_find(rest, ')');
        struct text scope = import_from(import_until(rest, close), 1);
        rest = text_trim(import_from(rest, close + 1));
        size_t end = 0;
        while (end < rest.size &&
               !(rest.data[end] == '(' && refers(draft, import_from(rest, end))))
            end++;
        add_storage(draft, scope, import_until(rest, end), line);
        rest = import_from(rest, end);
    }
}

static void add_storages(struct draft *draft, struct text cell, uint32_t line)
{
    size_t open = text_find(cell, '(');
    size_t colon = text_find(cell, ':');
    if (cell.size > 0 && cell.data[0] == '(' && refers(draft, cell)) {
        add_bracketed(draft, cell, line);
    } else if (colon < cell.size &&
               draft_all_resolve(draft, import_until(cell, colon))) {
        add_storage(draft, text_trim(import_until(cell, colon)),
                    import_from(cell, colon + 1), line);
    } else if (open > 0 && open < cell.size && import_ends(cell, ")") &&
               draft_resolves(draft, text_trim(import_until(cell, open)))) {
        struct text inside = import_from(cell, open + 1);
        add_storage(draft, text_trim(import_until(cell, open)),
                    import_until(inside, inside.size - 1), line);
    } else {
        add_storage(draft, (struct text){NULL, 0}, cell, line);
    }
}

static struct drafted_period *period_at(const struct draft *draft,
                                        size_t index)
{
    return (struct drafted_period *)draft->periods.items + index;
}

/* A period is for the place of its row; a row whose cell is merged with the
 * one above has that one's. */
static void add_period(struct draft *draft, const struct row *row,
                       uint32_t line, struct drafted scope)
{
    struct drafted_period found = {0};
    size_t count = draft->periods.count;
    if (row->period.size == 0 && count > 0 && scope.line != 0)
        found = *period_at(draft, count - 1);
    else if (!import_period(row->period, &found.retention) ||
             !draft_set(&found.words, row->period, line))
        return;
    found.scope = scope;
    if (row->hours.size > 0)
        found.hours = (struct drafted){row->hours, line};
    else if (count > 0)
        found.hours = period_at(draft, count - 1)->hours;
    struct drafted_period *period = draft_add(
        draft, &draft->periods, sizeof *period, DRAFT_PERIODS_MAX);
    if (period != NULL)
        *period = found;
}

static bool is_same(struct retention a, struct retention b)
{
    return a.unit == b.unit && a.count == b.count;
}

static bool says_the_same(const struct drafted_period *a,
                          const struct drafted_period *b)
{
    return is_same(a->retention, b->retention) && is_same(a->floor, b->floor) &&
           text_equal(a->hours.text, b->hours.text) &&
           text_equal(a->reason.text, b->reason.text) &&
           text_equal(a->floor_reason.text, b->floor_reason.text);
}

/* Rows that all say the same say it for everything. */
static void join_periods(struct draft *draft)
{
    size_t same = 1;
    for (size_t i = 1; i < draft->periods.count; i++)
        same += says_the_same(period_at(draft, 0), period_at(draft, i));
    if (draft->periods.count == 0 || same < draft->periods.count)
        return;
    draft->periods.count = 1;
    period_at(draft, 0)->scope = (struct drafted){0};
}

/* "1개월 (주차장법령)". */
static bool read_floor(struct text words, uint32_t line,
                       struct drafted_period *period)
{
    size_t open = text_find(words, '(');
    struct text length = text_trim(import_until(words, open));
    if (period->floor.unit != 0 || !import_period(length, &period->floor))
        return false;
    (void)draft_set(&period->floor_words, length, line);
    if (import_ends(words, ")"))
        (void)draft_set(&period->floor_reason,
                        import_until(import_from(words, open + 1),
                                     words.size - open - 2),
                        line);
    return true;
}

/* "보관 사유: ...", "최소 보관: ...": of the last period. */
static bool take_period_note(struct draft *draft, struct text cell,
                             uint32_t line)
{
    struct text value = {NULL, 0};
    if (draft->periods.count == 0)
        return false;
    struct drafted_period *period =
        period_at(draft, draft->periods.count - 1);
    if (import_is_keyed(cell, "보관사유", &value))
        return draft_set(&period->reason, value, line);
    return import_is_keyed(cell, "최소보관", &value) &&
           read_floor(value, line, period);
}

static void take_row(struct draft *draft, struct import_line *line,
                     const struct row *row, bool has_place_column)
{
    size_t before = draft->storages.count;
    if (row->storage.size > 0)
        add_storages(draft, row->storage, line->number);
    const struct draft_place *storages = draft->storages.items;
    struct drafted scope = {0};
    if (has_place_column)
        (void)draft_set(&scope, row->scope, line->number);
    else if (draft->storages.count == before + 1)
        scope = storages[before].scope;
    if (!take_period_note(draft, row->period, line->number))
        add_period(draft, row, line->number, scope);
    if (row->hours.size > 0)
        (void)draft_set(&draft->hours, row->hours, line->number);
    line->is_understood =
        row->storage.size + row->period.size + row->hours.size > 0;
}

/* The table, as its header says. */
struct table {
    bool has_header;
    bool has_place_column; /* the first one: what the row is for */
    size_t column_count;   /* places, hours, period, storage; 0: another order */
};

static struct table table_of(struct text header)
{
    static const char *const COLUMNS[] = {"촬영시간", "보관기간", "보관장소"};
    struct text trimmed = text_trim(header);
    struct import_cells cells = import_cells_of(trimmed);
    struct table table = {
        .has_header = true,
        .has_place_column = import_starts(trimmed, "설치장소") ||
                            import_starts(trimmed, "설치위치") ||
                            import_starts(trimmed, "구분")};
    size_t first = table.has_place_column ? 1 : 0;
    size_t count = sizeof COLUMNS / sizeof COLUMNS[0];
    bool is_ours = cells.cut == IMPORT_CUT_TABS && cells.count == first + count;
    for (size_t i = 0; is_ours && i < count; i++)
        is_ours = import_same_letters(cells.list[first + i], text_of(COLUMNS[i]));
    table.column_count = is_ours ? cells.count : 0;
    return table;
}

static void row_by_columns(const struct import_cells *cells, bool has_place,
                           struct row *row)
{
    size_t first = has_place ? 1 : 0;
    *row = (struct row){.hours = cells->list[first],
                        .period = cells->list[first + 1],
                        .storage = cells->list[first + 2]};
    if (has_place)
        row->scope = cells->list[0];
}

static void read_row(struct draft *draft, struct import_line *line,
                     const struct table *table)
{
    struct row row = {0};
    struct import_cells cells = import_cells_of(line->text);
    struct import_cells filled = import_cells_filled(&cells);
    bool has_place_column = table->has_place_column;
    if (table->column_count > 0 && cells.cut == IMPORT_CUT_TABS &&
        cells.count == table->column_count) {
        row_by_columns(&cells, has_place_column, &row);
    } else if (cells.cut == IMPORT_CUT_WORDS) {
        sort_words(draft, &filled, &row);
    } else {
        bool has_place = has_place_column && cells.cut == IMPORT_CUT_TABS &&
                         cells.list[0].size > 0;
        if (has_place)
            row.scope = cells.list[0];
        for (size_t i = has_place ? 1 : 0; i < filled.count; i++)
            sort_cell(filled.list[i], &row);
    }
    take_row(draft, line, &row, has_place_column);
}

/* "보관기간: 30일" and the like; true where the line is one. */
static bool read_keyed(struct draft *draft, struct import_line *line)
{
    struct text value = {NULL, 0};
    struct row row = {0};
    if (import_is_keyed(line->body, "처리방법", &value)) {
        line->is_understood =
            draft_append(draft, &draft->processing, " ", value, line->number);
        return true;
    }
    if (import_is_keyed(line->body, "촬영시간", &value))
        row.hours = value;
    else if (import_is_keyed(line->body, "보관기간", &value))
        row.period = value;
    else if (import_is_keyed(line->body, "보관장소", &value))
        row.storage = value;
    else
        return false;
    take_row(draft, line, &row, false);
    return true;
}

/* "관제장소 (본관): 1층 관제실". */
static bool read_control_room(struct draft *draft, struct import_line *line)
{
    struct text scope = {NULL, 0};
    struct text place = {NULL, 0};
    if (!draft_keyed_for(draft, line->body, "관제장소", &scope, &place))
        return false;
    struct draft_place *room = draft_add(draft, &draft->control_rooms,
                                         sizeof *room, DRAFT_PLACES_MAX);
    if (room == NULL)
        return true;
    (void)draft_set(&room->scope, scope, line->number);
    line->is_understood = draft_set(&room->place, place, line->number);
    return true;
}

static void read_line(struct draft *draft, struct import_line *line,
                      struct table *table)
{
    if (read_keyed(draft, line) || read_control_room(draft, line))
        return;
    if (is_header(line->text)) {
        *table = table_of(line->text);
        line->is_understood = true;
    } else if (import_ends(line->body, "다.") || line->is_heading) {
        line->is_understood = draft_append(draft, &draft->processing, " ",
                                           line->body, line->number);
    } else if (table->has_header) {
        read_row(draft, line, table);
    }
}

void import_read_keeping(struct import_text *text, struct draft *draft)
{
    struct table table = {0};
    for (size_t i = 0; i < text->count; i++)
        if (text->lines[i].section == IMPORT_SECTION_KEEPING &&
            text->lines[i].body.size > 0)
            read_line(draft, &text->lines[i], &table);
    join_periods(draft);
}
