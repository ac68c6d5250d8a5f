/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/import_join.h"

#include <string.h>

#include "base/text.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"

enum {
    COLUMN_LETTERS_MAX = 14,
    COLUMNS_MIN = 2,
    PERSON_CELLS_MAX = 8,
    GROUP_CELLS_MAX = 32,
};

/* A table whose header was found. */
struct table {
    struct import_text *text;
    enum import_section section;
    size_t columns;
    size_t behind_count; /* columns behind that of the counts */
    bool has_site;       /* a column before it */
    bool has_count;
    bool has_floors; /* some row has floor, place and coverage */
};

/* The first line at index or below that is not empty; text.count: none. */
static size_t next(const struct import_text *text, size_t index)
{
    while (index < text->count && text->lines[index].body.size == 0)
        index++;
    return index;
}

/* A line that can be one cell. */
static bool is_cell(const struct table *table, size_t index)
{
    if (index >= table->text->count)
        return false;
    const struct import_line *line = &table->text->lines[index];
    struct text title = {NULL, 0};
    bool has_bullet = false;
    (void)import_unbullet(line->body, &has_bullet);
    return line->body.size > 0 && line->section == table->section &&
           !line->is_heading && !has_bullet &&
           !import_ends(line->body, "다.") &&
           !import_is_subheading(line->text, &title) &&
           import_cells_of(line->body).cut == IMPORT_CUT_WORDS;
}

static bool is_column(const struct table *table, size_t index)
{
    static const char *const WORDS[] = {
        "구분",     "설치대수", "설치위치", "설치장소", "촬영범위", "이름",
        "성명",     "직위",     "소속",     "연락처",   "전화번호", "촬영시간",
        "보관기간", "보관장소", "수탁",     "위탁",     "담당자",   "문의처",
        "홈페이지", "상세내용", "비고"};
    if (!is_cell(table, index))
        return false;
    struct text cell = table->text->lines[index].body;
    if (import_same_letters(cell, text_of("층")))
        return true;
    if (import_letter_count(cell) > COLUMN_LETTERS_MAX || import_holds(cell, ":"))
        return false;
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (import_starts(cell, WORDS[i]))
            return true;
    return false;
}

static bool is_count(const struct table *table, size_t index)
{
    uint32_t count = 0;
    return is_cell(table, index) &&
           import_count(table->text->lines[index].body, &count);
}

/* Lines first..last as one; what moves only moves to the front. */
static void join(struct import_text *text, size_t first, size_t last)
{
    struct import_line *row = &text->lines[first];
    char *out = text->characters + (row->body.data - text->characters);
    size_t used = row->body.size;
    for (size_t i = first + 1; i <= last; i++) {
        struct import_line *line = &text->lines[i];
        if (line->body.size == 0)
            continue;
        out[used++] = '\t';
        memmove(out + used, line->body.data, line->body.size);
        used += line->body.size;
        line->text = line->body = (struct text){NULL, 0};
        line->is_understood = true;
    }
    row->text = row->body = (struct text){out, used};
}

/* The cells of a header, and what follows them. */
static size_t read_header(struct table *table, size_t first)
{
    size_t last = first;
    size_t index = first;
    for (; is_column(table, index); index = next(table->text, index + 1)) {
        struct text cell = table->text->lines[index].body;
        if (import_holds(cell, "대수")) {
            table->has_count = true;
            table->has_site = table->columns > 0;
        } else if (table->has_count) {
            table->behind_count++;
        }
        table->columns++;
        last = index;
    }
    if (table->columns >= COLUMNS_MIN)
        join(table->text, first, last);
    return index;
}

/* So many cells from index on; index itself where they are not there. */
static size_t take_cells(const struct table *table, size_t index, size_t count)
{
    size_t last = index;
    size_t at = index;
    for (size_t i = 0; i < count; i++) {
        if (!is_cell(table, at) || is_column(table, at))
            return index;
        last = at;
        at = next(table->text, at + 1);
    }
    join(table->text, index, last);
    return at;
}

/* Up to the telephone number. */
static size_t take_person(const struct table *table, size_t index)
{
    size_t at = index;
    for (size_t count = 1; count <= PERSON_CELLS_MAX; count++) {
        if (!is_cell(table, at))
            return index;
        if (import_is_telephone(table->text->lines[at].body))
            return take_cells(table, index, count);
        at = next(table->text, at + 1);
    }
    return index;
}

/* Hours, period and the first place; more places follow as they are. */
static size_t take_keeping(const struct table *table, size_t index)
{
    bool is_row = is_cell(table, index) &&
                  import_is_hours(table->text->lines[index].body);
    if (is_row)
        (void)take_cells(table, index, table->columns);
    return index;
}

/* In the place of the line end, which nobody reads any more. */
static void add_empty_cell(struct import_text *text, struct import_line *row)
{
    text->characters[(size_t)(row->body.data - text->characters) +
                     row->body.size] = '\t';
    row->body.size++;
    row->text = row->body;
}

/* A floor, place and coverage beside the count; more places and coverages of
 * a merged cell are rows of their own. */
static void join_group(struct table *table, size_t first,
                       const size_t *cells, size_t count)
{
    struct import_text *text = table->text;
    size_t own = count;
    bool has_floor =
        count > 0 && import_is_floor(text->lines[cells[0]].body);
    if (table->behind_count == 2 && count > 2u + has_floor)
        own = 2u + has_floor;
    for (size_t i = own; i + 1 < count; i += 2)
        join(text, cells[i], cells[i + 1]);
    if (own == 0)
        return;
    join(text, first, cells[own - 1]);
    table->has_floors |= has_floor && own == 3;
    /* A floor and a place, not a place and a coverage: an empty cell more. */
    if (has_floor && own == 2 && table->has_floors)
        add_empty_cell(text, &text->lines[first]);
}

static size_t take_group(struct table *table, size_t index)
{
    const struct import_text *text = table->text;
    size_t cells[GROUP_CELLS_MAX];
    size_t count = 0;
    size_t at = index;
    bool has_site = table->has_site && is_cell(table, at) &&
                    !is_count(table, at) && !is_column(table, at);
    if (has_site)
        at = next(text, at + 1);
    if (!is_count(table, at))
        return index;
    if (has_site)
        cells[count++] = at;
    size_t before = count;
    at = next(text, at + 1);
    while (count < GROUP_CELLS_MAX && is_cell(table, at) &&
           !is_count(table, at) && !is_column(table, at)) {
        bool is_full = count - before >= table->behind_count;
        if (table->has_site && is_full &&
            is_count(table, next(text, at + 1)))
            break;
        cells[count++] = at;
        at = next(text, at + 1);
    }
    if (has_site && count > 0)
        join(table->text, index, cells[count - 1]);
    else
        join_group(table, index, cells, count);
    return at;
}

static size_t take_row(struct table *table, size_t index)
{
    switch (table->section) {
    case IMPORT_SECTION_CAMERAS:
        return table->has_count ? take_group(table, index) : index;
    case IMPORT_SECTION_PEOPLE:
        return take_person(table, index);
    case IMPORT_SECTION_KEEPING:
        return take_keeping(table, index);
    case IMPORT_SECTION_OUTSOURCING:
    case IMPORT_SECTION_REQUESTS:
    case IMPORT_SECTION_REMEDIES:
        return take_cells(table, index, table->columns);
    case IMPORT_SECTION_HEAD:
    case IMPORT_SECTION_PURPOSES:
    case IMPORT_SECTION_CHECKING:
    case IMPORT_SECTION_MEASURES:
    case IMPORT_SECTION_CHANGES:
    case IMPORT_SECTION_PARTS:
    case IMPORT_SECTION_SIGN:
    case IMPORT_SECTION_COUNT:
        break;
    }
    return index;
}

void import_join_cells(struct import_text *text)
{
    size_t index = next(text, 0);
    while (index < text->count) {
        struct table table = {.text = text,
                              .section = text->lines[index].section};
        size_t at = read_header(&table, index);
        size_t row = at;
        while (table.columns >= COLUMNS_MIN &&
               (at = take_row(&table, row)) != row)
            row = at;
        index = row > index ? row : next(text, index + 1);
    }
}
