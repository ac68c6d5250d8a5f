/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of bodies outside the institution. */
#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"
#include "notice/notice_phrases.h"

static bool is_sentence(struct text text)
{
    return import_ends(text, "다.") || import_ends(text, "다");
}

enum field {
    FIELD_NONE,   /* not understood */
    FIELD_NUMBER, /* of the row: not read */
    FIELD_NAME,
    FIELD_TASK,
    FIELD_SCOPE,
    FIELD_DAYS,
    FIELD_CONTRACT,
    FIELD_CONTACT,
    FIELD_TELEPHONE,
};

/* The columns of a table of processors, as its header names them. */
struct processor_columns {
    size_t count; /* 0: the header's cells could not be told apart */
    enum field fields[IMPORT_CELLS_MAX];
    bool has_header;
};

static enum field field_of(struct text cell)
{
    static const struct {
        const char *word;
        enum field field;
    } WORDS[] = {{"연락처", FIELD_TELEPHONE}, {"전화", FIELD_TELEPHONE},
                 {"담당", FIELD_CONTACT},     {"기간", FIELD_DAYS},
                 {"계약", FIELD_CONTRACT},    {"장소", FIELD_SCOPE},
                 {"업무", FIELD_TASK},        {"내용", FIELD_TASK},
                 {"업체", FIELD_NAME},        {"수탁", FIELD_NAME},
                 {"번", FIELD_NUMBER}};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (import_holds(cell, WORDS[i].word))
            return WORDS[i].field;
    return FIELD_NONE;
}

static void read_processor_header(struct processor_columns *columns,
                                  struct text line)
{
    struct import_cells cells = import_cells_of(line);
    *columns = (struct processor_columns){.has_header = true};
    if (cells.cut == IMPORT_CUT_WORDS)
        return;
    columns->count = cells.count;
    for (size_t i = 0; i < cells.count; i++)
        columns->fields[i] = field_of(cells.list[i]);
}

/* "2023년 4월 1일 ~ 2025년 3월 31일"; either may be missing. */
static bool read_days(struct text cell, uint32_t line,
                      struct draft_processor *processor)
{
    size_t dash = text_find(cell, '~');
    struct text from = import_until(cell, dash);
    struct text until = import_from(cell, dash + 1);
    if (import_day(from, &processor->from.day, NULL))
        processor->from.line = line;
    if (import_day(until, &processor->until.day, NULL))
        processor->until.line = line;
    return processor->from.line + processor->until.line != 0;
}

/* Only the five items, or none: what else a contract holds is not ours. */
static bool is_contract(struct text cell)
{
    static const enum phrase ITEMS[] = {
        PHRASE_CONTRACT_PURPOSE, PHRASE_CONTRACT_SUBCONTRACTING,
        PHRASE_CONTRACT_ACCESS,  PHRASE_CONTRACT_INSPECTION,
        PHRASE_CONTRACT_DAMAGES, PHRASE_NOTHING};
    bool is_known = true;
    while (is_known && cell.size > 0) {
        struct text item = text_trim(text_cut(&cell, ','));
        is_known = false;
        for (size_t i = 0; i < sizeof ITEMS / sizeof ITEMS[0]; i++)
            is_known |= import_same_letters(
                item, text_of(phrase_in(ITEMS[i], LANGUAGE_KOREAN)));
    }
    return is_known;
}

/* False where the cell is not understood. */
static bool set_field(const struct draft *draft,
                      struct draft_processor *processor, enum field field,
                      struct text cell, uint32_t line)
{
    if (cell.size == 0)
        return true;
    switch (field) {
    case FIELD_NAME:
        return draft_set(&processor->name, cell, line);
    case FIELD_TASK:
        return draft_set(&processor->task, cell, line);
    case FIELD_CONTACT:
        return draft_set(&processor->contact, cell, line);
    case FIELD_TELEPHONE:
        return draft_set(&processor->telephone, cell, line);
    case FIELD_DAYS:
        return read_days(cell, line, processor);
    case FIELD_CONTRACT:
        return is_contract(cell) &&
               draft_set(&processor->contract, cell, line);
    case FIELD_SCOPE:
        return import_starts(cell, "모든 ") ||
               (draft_all_resolve(draft, cell) &&
                draft_set(&processor->scope, cell, line));
    case FIELD_NUMBER:
        return true;
    case FIELD_NONE:
        break;
    }
    return false;
}

/* Without columns: name, contact, telephone, or the name of many words. */
static void read_loose_processor(struct draft_processor *processor,
                                 const struct import_cells *cells,
                                 uint32_t line)
{
    size_t last = cells->count - 1;
    (void)draft_set(&processor->telephone, cells->list[last], line);
    size_t name_end = last >= 2 ? last - 2 : 0;
    (void)draft_set(&processor->name, import_cells_span(cells, 0, name_end),
                    line);
    if (last >= 2)
        (void)draft_set(&processor->contact, cells->list[last - 1], line);
}

static bool read_processor(const struct processor_columns *columns,
                           struct draft *draft, struct import_line *line)
{
    struct import_cells cells = import_cells_of(line->text);
    struct import_cells filled = import_cells_filled(&cells);
    bool fits = columns->count > 1 && cells.count == columns->count &&
                cells.cut != IMPORT_CUT_WORDS;
    bool ends_with_telephone =
        filled.count >= 2 && import_is_telephone(filled.list[filled.count - 1]);
    if (!columns->has_header || (!fits && !ends_with_telephone))
        return false;
    struct draft_processor *processor = draft_add(
        draft, &draft->processors, sizeof *processor, DRAFT_PROCESSORS_MAX);
    bool is_whole = true;
    if (processor == NULL)
        return false;
    if (!fits)
        read_loose_processor(processor, &filled, line->number);
    for (size_t i = 0; fits && i < cells.count; i++)
        is_whole &= set_field(draft, processor, columns->fields[i],
                              cells.list[i], line->number);
    if (processor->name.line == 0) {
        draft->processors.count--;
        return false;
    }
    return is_whole;
}

static bool is_processor_header(struct text line)
{
    return (import_holds(line, "업체") || import_holds(line, "수탁자")) &&
           (import_holds(line, "연락처") || import_holds(line, "담당")) &&
           !is_sentence(line);
}

void import_read_outsourcing(struct import_text *text, struct draft *draft)
{
    struct processor_columns columns = {0};
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        if (line->section != IMPORT_SECTION_OUTSOURCING ||
            line->body.size == 0)
            continue;
        if (line->is_heading || is_sentence(line->body)) {
            line->is_understood =
                draft_append(draft, &draft->outsourcing, " ",
                             import_unbullet(line->body, NULL), line->number);
        } else if (is_processor_header(line->text)) {
            read_processor_header(&columns, line->text);
            line->is_understood = true;
        } else {
            line->is_understood = read_processor(&columns, draft, line);
        }
    }
}

static bool is_address(struct text word)
{
    return import_holds(word, "http://") || import_holds(word, "https://") ||
           import_starts(word, "www.");
}

static bool read_remedy(struct draft *draft, struct import_line *line)
{
    struct import_cells cells = import_cells_of(line->text);
    struct import_cells filled = import_cells_filled(&cells);
    size_t at = 0;
    while (at < filled.count && !is_address(filled.list[at]))
        at++;
    if (at == 0 || at == filled.count)
        return false;
    struct draft_remedy *remedy = draft_add(
        draft, &draft->remedies, sizeof *remedy, DRAFT_REMEDIES_MAX);
    if (remedy == NULL)
        return false;
    (void)draft_set(&remedy->name, import_cells_span(&filled, 0, at - 1),
                    line->number);
    (void)draft_set(&remedy->homepage, filled.list[at], line->number);
    (void)draft_set(&remedy->contact,
                    import_cells_span(&filled, at + 1, filled.count - 1),
                    line->number);
    return true;
}

void import_read_remedies(struct import_text *text, struct draft *draft)
{
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        if (line->section != IMPORT_SECTION_REMEDIES ||
            line->body.size == 0 || line->is_understood)
            continue;
        if (is_sentence(line->body))
            line->is_understood =
                draft_append(draft, &draft->remedies_introduction, " ",
                             import_unbullet(line->body, NULL), line->number);
        else if (import_holds(line->body, "홈페이지") &&
                 import_holds(line->body, "연락처"))
            line->is_understood = true;
        else
            line->is_understood = read_remedy(draft, line);
    }
}
