/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/import_text.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

/* What looks like a blank or like nothing, and what takes its place. */
static const struct {
    const char *odd;
    const char *even;
} ODD_CHARACTERS[] = {
    {"\r\n", "\n"},       {"\r", "\n"},         {"\f", "\n"},
    {"\xc2\xa0", " "},     {"\xe3\x80\x80", " "}, {"\xe2\x80\x83", " "},
    {"\xe2\x80\x8b", ""}, {"\xef\xbb\xbf", ""}, {"\xe2\x80\x89", " "},
};

enum { ODD_COUNT = sizeof ODD_CHARACTERS / sizeof ODD_CHARACTERS[0] };

size_t import_find(struct text text, const char *wanted)
{
    size_t size = strlen(wanted);
    for (size_t i = 0; size <= text.size && i <= text.size - size; i++)
        if (memcmp(text.data + i, wanted, size) == 0)
            return i;
    return SIZE_MAX;
}

bool import_holds(struct text text, const char *wanted)
{
    return import_find(text, wanted) != SIZE_MAX;
}

bool import_starts(struct text text, const char *wanted)
{
    return text_starts_with(text, text_of(wanted));
}

bool import_ends(struct text text, const char *wanted)
{
    size_t size = strlen(wanted);
    return size <= text.size &&
           memcmp(text.data + text.size - size, wanted, size) == 0;
}

struct text import_from(struct text text, size_t index)
{
    if (index >= text.size)
        return (struct text){NULL, 0};
    return (struct text){text.data + index, text.size - index};
}

struct text import_until(struct text text, size_t index)
{
    return index >= text.size ? text : (struct text){text.data, index};
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t';
}

/* The next letter that is no blank, or 0 at the end. */
static char next_letter(struct text *rest)
{
    while (rest->size > 0 && is_blank(rest->data[0]))
        *rest = import_from(*rest, 1);
    if (rest->size == 0)
        return 0;
    char letter = rest->data[0];
    *rest = import_from(*rest, 1);
    return letter;
}

/* True if wanted's letters begin text; *whole: and nothing follows. */
static bool begins_with_letters(struct text text, struct text wanted,
                                bool *is_whole)
{
    char letter = next_letter(&wanted);
    while (letter != 0) {
        if (next_letter(&text) != letter)
            return false;
        letter = next_letter(&wanted);
    }
    *is_whole = next_letter(&text) == 0;
    return true;
}

bool import_same_letters(struct text a, struct text b)
{
    bool is_whole = false;
    return begins_with_letters(a, b, &is_whole) && is_whole;
}

bool import_holds_letters(struct text text, struct text wanted)
{
    bool is_whole = false;
    if (text_trim(wanted).size == 0)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (begins_with_letters(import_from(text, i), wanted, &is_whole))
            return true;
    return false;
}

size_t import_letter_size(struct text text)
{
    if (text.size == 0)
        return 0;
    size_t size = 1;
    while (size < text.size && ((uint8_t)text.data[size] & 0xc0) == 0x80)
        size++;
    return size;
}

size_t import_letter_count(struct text text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++)
        count += ((uint8_t)text.data[i] & 0xc0) != 0x80;
    return count;
}

/* Bytes of the bullet that begins the text; 0: none. */
static size_t bullet_size(struct text text)
{
    static const char *const BULLETS[] = {
        "-", "*", "•", "◎", "○", "●", "□", "■", "▶", "▷", "·", "ㆍ", "※",
        "◇", "◆", "❍", "∙", "ㅇ ", "가. ", "나. ", "다. ", "라. ", "마. ",
        "바. ", "사. ", "아. ", "가) ", "나) ", "다) ", "라) ", "①", "②", "③",
        "④", "⑤", "⑥", "⑦", "⑧"};
    for (size_t i = 0; i < sizeof BULLETS / sizeof BULLETS[0]; i++)
        if (import_starts(text, BULLETS[i]))
            return strlen(BULLETS[i]);
    size_t digits = 0;
    while (digits < text.size && digits < 3 && text.data[digits] >= '0' &&
           text.data[digits] <= '9')
        digits++;
    bool is_number = digits > 0 && digits + 1 < text.size &&
                     (text.data[digits] == '.' || text.data[digits] == ')') &&
                     is_blank(text.data[digits + 1]);
    return is_number ? digits + 1 : 0;
}

struct text import_unbullet(struct text text, bool *had_bullet)
{
    struct text rest = text_trim(text);
    size_t size = bullet_size(rest);
    if (had_bullet != NULL)
        *had_bullet = size > 0;
    while (size > 0) {
        rest = text_trim(import_from(rest, size));
        size = bullet_size(rest);
    }
    return rest;
}

static void add_cell(struct import_cells *cells, struct text cell,
                     struct text rest)
{
    if (cells->count == IMPORT_CELLS_MAX - 1)
        cell = rest;
    if (cells->count < IMPORT_CELLS_MAX)
        cells->list[cells->count++] = text_trim(cell);
}

static struct import_cells cut_at(struct text line, char separator)
{
    struct import_cells cells = {.cut = IMPORT_CUT_TABS};
    bool has_more = true;
    while (has_more) {
        size_t index = text_find(line, separator);
        has_more = index < line.size;
        add_cell(&cells, import_until(line, index), line);
        line = import_from(line, index + 1);
    }
    return cells;
}

/* Length of the first cell, which ends before that many blanks. */
static size_t cell_size(struct text rest, size_t blanks)
{
    size_t size = 0;
    size_t run = 0;
    while (size < rest.size && run < blanks) {
        run = rest.data[size] == ' ' ? run + 1 : 0;
        size++;
    }
    return run == blanks ? size - blanks : size;
}

static struct import_cells cut_at_blanks(struct text line, size_t blanks)
{
    struct import_cells cells = {
        .cut = blanks > 1 ? IMPORT_CUT_RUNS : IMPORT_CUT_WORDS};
    struct text rest = text_trim(line);
    while (rest.size > 0) {
        size_t size = cell_size(rest, blanks);
        add_cell(&cells, import_until(rest, size), rest);
        rest = text_trim(import_from(rest, size));
    }
    return cells;
}

struct import_cells import_cells_of(struct text line)
{
    if (text_find(line, '\t') < line.size)
        return cut_at(line, '\t');
    if (import_holds(line, " | "))
        return cut_at(line, '|');
    if (import_holds(text_trim(line), "  "))
        return cut_at_blanks(line, 2);
    return cut_at_blanks(line, 1);
}

struct import_cells import_cells_filled(const struct import_cells *cells)
{
    struct import_cells filled = {.cut = cells->cut};
    for (size_t i = 0; i < cells->count; i++)
        if (cells->list[i].size > 0)
            filled.list[filled.count++] = cells->list[i];
    return filled;
}

struct text import_cells_span(const struct import_cells *cells, size_t first,
                              size_t last)
{
    if (first > last || last >= cells->count)
        return (struct text){NULL, 0};
    const char *end = cells->list[last].data + cells->list[last].size;
    return (struct text){cells->list[first].data,
                         (size_t)(end - cells->list[first].data)};
}

/* Copies in to out, which has room for as many bytes; how many came. */
static size_t make_even(struct bytes in, char *out)
{
    size_t used = 0;
    struct text rest = bytes_text(in);
    while (rest.size > 0) {
        size_t odd = 0;
        while (odd < ODD_COUNT &&
               !import_starts(rest, ODD_CHARACTERS[odd].odd))
            odd++;
        if (odd == ODD_COUNT) {
            out[used++] = rest.data[0];
            rest = import_from(rest, 1);
            continue;
        }
        size_t size = strlen(ODD_CHARACTERS[odd].even);
        memcpy(out + used, ODD_CHARACTERS[odd].even, size);
        used += size;
        rest = import_from(rest, strlen(ODD_CHARACTERS[odd].odd));
    }
    return used;
}

static bool is_fit(struct text line)
{
    bool is_plain = line.size <= IMPORT_LINE_BYTES_MAX;
    while (line.size > 0 && is_plain)
        is_plain = text_is_plain(text_cut(&line, '\t'));
    return is_plain;
}

static void cut_lines(struct import_text *text, struct text rest)
{
    while (rest.size > 0 && text->count < IMPORT_LINES_MAX) {
        struct text line = text_cut(&rest, '\n');
        struct import_line *out = &text->lines[text->count++];
        out->number = (uint32_t)text->count;
        out->is_unfit = !is_fit(line);
        if (!out->is_unfit) {
            out->text = line;
            out->body = text_trim(line);
        }
    }
    text->is_cut = text->is_cut || rest.size > 0;
}

static size_t count_lines(struct text text)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++)
        count += text.data[i] == '\n';
    return count < IMPORT_LINES_MAX ? count : IMPORT_LINES_MAX;
}

enum status import_text_init(struct import_text *text, struct bytes published)
{
    *text = (struct import_text){.is_cut = published.size > IMPORT_BYTES_MAX};
    if (text->is_cut)
        published.size = IMPORT_BYTES_MAX;
    text->characters = alloc_array(published.size + 1, 1);
    if (text->characters == NULL)
        return STATUS_NO_MEMORY;
    text->size = make_even(published, text->characters);
    struct text even = {text->characters, text->size};
    text->lines = alloc_array(count_lines(even), sizeof *text->lines);
    if (text->lines == NULL) {
        import_text_deinit(text);
        return STATUS_NO_MEMORY;
    }
    cut_lines(text, even);
    return STATUS_OK;
}

void import_text_end_cells(struct import_text *text)
{
    for (size_t i = 0; i < text->size; i++)
        if (text->characters[i] == '\t')
            text->characters[i] = ' ';
}

void import_text_deinit(struct import_text *text)
{
    alloc_free(text->characters);
    alloc_free(text->lines);
    *text = (struct import_text){0};
}
