/* SPDX-License-Identifier: Apache-2.0 */
#include "model/document_units.h"

#include "base/alloc.h"
#include "base/text.h"

/* Where texts point while the words may still move. */
struct making {
    const struct document *document;
    struct document_units *out;
    struct text section;
    size_t column_count;
    struct text columns[DOCUMENT_COLUMNS_MAX];
};

static bool is_digit_or_dash(char c)
{
    return (c >= '0' && c <= '9') || c == '-';
}

/* "2-1. Cameras" is "Cameras". */
static struct text without_number(struct text heading)
{
    size_t at = 0;
    while (at < heading.size && is_digit_or_dash(heading.data[at]))
        at++;
    if (at == 0 || at + 2 > heading.size || heading.data[at] != '.' ||
        heading.data[at + 1] != ' ')
        return heading;
    return (struct text){heading.data + at + 2, heading.size - at - 2};
}

/* The words of the block at index, in one line. The buffer has room for all
 * that the document has, so that it never moves. */
static struct text words_at(struct making *making, size_t index)
{
    const struct document *document = making->document;
    struct buffer *words = &making->out->words;
    size_t from = words->size;
    size_t end = document_skip_words(document, index);
    for (size_t i = index + 1; i < end; i++) {
        const struct document_part *part = &document->parts[i];
        if (part->kind == DOCUMENT_BREAK)
            buffer_append(words, text_bytes(text_of(" / ")));
        else
            buffer_append(words, text_bytes(document_words(document, part)));
    }
    return bytes_text(bytes_of(words->data + from, words->size - from));
}

/* reserve() has counted them. */
static void unit_add(struct making *making, enum document_kind kind)
{
    struct document_unit *unit = &making->out->units[making->out->count++];
    *unit = (struct document_unit){.kind = kind, .section = making->section};
    for (size_t i = 0; kind == DOCUMENT_ROW && i < making->column_count; i++)
        unit->columns[i] = making->columns[i];
}

static void cell_add(struct document_units *out, struct text words)
{
    struct document_unit *unit =
        out->count == 0 ? NULL : &out->units[out->count - 1];
    if (unit != NULL && unit->cell_count < DOCUMENT_COLUMNS_MAX)
        unit->cells[unit->cell_count++] = words;
}

static void take(struct making *making, size_t index)
{
    struct document_units *out = making->out;
    enum document_kind kind = making->document->parts[index].kind;
    switch (kind) {
    case DOCUMENT_HEADING:
        making->section = without_number(words_at(making, index));
        break;
    case DOCUMENT_TABLE:
        making->column_count = 0;
        break;
    case DOCUMENT_COLUMN:
        if (making->column_count < DOCUMENT_COLUMNS_MAX)
            making->columns[making->column_count++] = words_at(making, index);
        break;
    case DOCUMENT_ROW:
        unit_add(making, kind);
        break;
    case DOCUMENT_PARAGRAPH:
    case DOCUMENT_ITEM:
    case DOCUMENT_TERM:
        unit_add(making, kind);
        cell_add(out, words_at(making, index));
        break;
    case DOCUMENT_CELL:
    case DOCUMENT_DETAIL:
        cell_add(out, words_at(making, index));
        break;
    case DOCUMENT_TEXT:
    case DOCUMENT_BREAK:
    case DOCUMENT_LIST:
    case DOCUMENT_LIST_END:
    case DOCUMENT_TABLE_END:
    case DOCUMENT_TERMS:
    case DOCUMENT_TERMS_END:
        break;
    }
}

/* Room for every word and every break, at once. */
static enum status reserve(const struct document *document,
                           struct document_units *out, size_t max)
{
    size_t units = 0;
    size_t bytes = document->characters.size;
    for (size_t i = 0; i < document->count; i++) {
        enum document_kind kind = document->parts[i].kind;
        bytes += kind == DOCUMENT_BREAK ? sizeof " / " - 1 : 0;
        units += kind == DOCUMENT_PARAGRAPH || kind == DOCUMENT_ITEM ||
                 kind == DOCUMENT_ROW || kind == DOCUMENT_TERM;
    }
    if (units > max)
        return STATUS_LIMIT;
    out->words = buffer_with_limit(bytes + 1);
    if (buffer_reserve(&out->words, bytes + 1) == NULL)
        return STATUS_NO_MEMORY;
    buffer_clear(&out->words);
    out->units = alloc_array(units + 1, sizeof *out->units);
    return out->units == NULL ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status document_units_make(const struct document *document, size_t max,
                                struct document_units *out)
{
    *out = (struct document_units){.count = 0};
    enum status s = reserve(document, out, max);
    struct making making = {.document = document, .out = out};
    for (size_t i = 0; i < document->count && s == STATUS_OK; i++)
        take(&making, i);
    if (s != STATUS_OK)
        document_units_deinit(out);
    return s;
}

void document_units_deinit(struct document_units *units)
{
    alloc_free(units->units);
    buffer_deinit(&units->words);
    *units = (struct document_units){.count = 0};
}
