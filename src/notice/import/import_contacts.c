/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of bodies outside the institution, and the signboard. */
#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"

static bool is_sentence(struct text text)
{
    return import_ends(text, "다.") || import_ends(text, "다");
}

/* The columns of a table of processors, as its header names them. */
struct processor_columns {
    size_t count; /* 0: the header's cells could not be told apart */
    enum { FIELD_NONE, FIELD_NAME, FIELD_TASK, FIELD_CONTACT, FIELD_TELEPHONE }
        fields[IMPORT_CELLS_MAX];
    bool has_header;
};

static void read_processor_header(struct processor_columns *columns,
                                  struct text line)
{
    struct import_cells cells = import_cells_of(line);
    *columns = (struct processor_columns){.has_header = true};
    if (cells.cut == IMPORT_CUT_WORDS)
        return;
    columns->count = cells.count;
    for (size_t i = 0; i < cells.count; i++) {
        struct text cell = cells.list[i];
        if (import_holds(cell, "연락처") || import_holds(cell, "전화"))
            columns->fields[i] = FIELD_TELEPHONE;
        else if (import_holds(cell, "담당"))
            columns->fields[i] = FIELD_CONTACT;
        else if (import_holds(cell, "업무") || import_holds(cell, "내용"))
            columns->fields[i] = FIELD_TASK;
        else if (import_holds(cell, "업체") || import_holds(cell, "수탁"))
            columns->fields[i] = FIELD_NAME;
    }
}

static void set_field(struct draft_processor *processor, int field,
                      struct text cell, uint32_t line)
{
    struct drafted *const FIELDS[] = {NULL, &processor->name, &processor->task,
                                      &processor->contact,
                                      &processor->telephone};
    if (FIELDS[field] != NULL)
        (void)draft_set(FIELDS[field], cell, line);
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
    if (processor == NULL)
        return false;
    if (!fits)
        read_loose_processor(processor, &filled, line->number);
    for (size_t i = 0; fits && i < cells.count; i++)
        set_field(processor, (int)columns->fields[i], cells.list[i],
                  line->number);
    if (processor->name.line == 0)
        draft->processors.count--;
    return processor->name.line != 0;
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

/* "X는 범죄예방과 시설안전을 위해 ...": what stands before 위해. */
static void read_sign_purpose(struct draft *draft, struct import_line *line)
{
    static const char *const ENDS[] = {"을 위해", "를 위해", "을 위하여",
                                       "를 위하여", "을 목적으로",
                                       "를 목적으로"};
    for (size_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++) {
        size_t end = import_find(line->body, ENDS[i]);
        if (end == SIZE_MAX)
            continue;
        struct text words = import_until(line->body, end);
        size_t subject = import_find(words, "는 ");
        if (subject != SIZE_MAX)
            words = import_from(words, subject + strlen("는 "));
        (void)draft_set(&draft->sign.purpose, words, line->number);
    }
}

/* "(전화 055-000-0010)" behind or below the manager. */
static bool read_sign_telephone(struct draft *draft, struct text words,
                                uint32_t line)
{
    size_t start = 0;
    size_t size = import_telephone_in(words, &start);
    if (size == 0)
        return false;
    struct text number = {words.data + start, size};
    return draft_set(&draft->sign.telephone, number, line);
}

static void set_manager(struct draft *draft, struct text value, uint32_t line)
{
    (void)read_sign_telephone(draft, value, line);
    size_t bracket = text_find(value, '(');
    if (draft->sign.telephone.line == line && bracket < value.size)
        value = import_until(value, bracket);
    (void)draft_set(&draft->sign.manager, value, line);
}

/* The value that a line of the sign begins; NULL: none. */
static struct drafted *sign_value(struct draft_sign *sign, struct text line,
                                  struct text *value)
{
    const struct {
        const char *key;
        struct drafted *value;
    } KEYS[] = {{"설치장소및대수", &sign->place},
                {"설치장소", &sign->place},
                {"설치목적", &sign->purpose},
                {"목적", &sign->purpose},
                {"촬영범위", &sign->coverage},
                {"촬영시간", &sign->hours},
                {"총괄책임자", &sign->manager},
                {"관리책임자", &sign->manager},
                {"책임자", &sign->manager},
                {"연락처", &sign->telephone},
                {"전화", &sign->telephone},
                {"수탁업체", &sign->processor},
                {"위탁업체", &sign->processor},
                {"수탁자", &sign->processor}};
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++)
        if (import_is_keyed(line, KEYS[i].key, value))
            return KEYS[i].value;
    return NULL;
}

void import_read_sign(struct import_text *text, struct draft *draft)
{
    struct drafted *present = NULL;
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        struct text value = {NULL, 0};
        if (line->section != IMPORT_SECTION_SIGN || line->body.size == 0)
            continue;
        struct drafted *found = sign_value(&draft->sign, line->body, &value);
        present = found != NULL ? found : present;
        if (present == NULL)
            read_sign_purpose(draft, line);
        else if (found == &draft->sign.manager)
            set_manager(draft, value, line->number);
        else if (found != NULL)
            (void)draft_set(found, value, line->number);
        else if (!read_sign_telephone(draft, line->body, line->number))
            (void)draft_append(draft, present, ", ",
                               import_unbullet(line->body, NULL),
                               line->number);
        line->is_understood = true;
    }
}
