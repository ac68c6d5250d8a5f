/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/document_words.h"

#include "base/alloc.h"

struct text document_words_join(const struct document *document, size_t index,
                                struct buffer *words)
{
    size_t begin = words->size;
    size_t end = document_skip_words(document, index);
    for (size_t i = index + 1; i < end; i++) {
        const struct document_part *part = &document->parts[i];
        if (part->kind == DOCUMENT_BREAK)
            buffer_append_u8(words, '\n');
        else
            buffer_append(words, text_bytes(document_words(document, part)));
    }
    if (words->failed || words->size == begin)
        return (struct text){"", 0};
    return bytes_text(bytes_of(words->data + begin, words->size - begin));
}

static bool is_cell(enum document_kind kind)
{
    return kind == DOCUMENT_COLUMN || kind == DOCUMENT_CELL ||
           kind == DOCUMENT_TERM || kind == DOCUMENT_DETAIL;
}

/* The shape of the table at index, and its end. */
static void measure(const struct document *document, size_t index,
                    struct gathered_table *out)
{
    struct paper_table *table = &out->table;
    size_t cells = 0;
    size_t columns = 0;
    table->has_terms = document->parts[index].kind == DOCUMENT_TERMS;
    enum document_kind end =
        table->has_terms ? DOCUMENT_TERMS_END : DOCUMENT_TABLE_END;
    for (; index < document->count && document->parts[index].kind != end;
         index++) {
        cells += is_cell(document->parts[index].kind);
        columns += document->parts[index].kind == DOCUMENT_COLUMN;
    }
    out->end = index;
    table->has_header = columns > 0;
    table->column_count = table->has_terms ? 2 : columns;
    if (table->column_count > 0)
        table->row_count = cells / table->column_count;
}

enum status gathered_table_init(const struct document *document, size_t index,
                                struct gathered_table *out)
{
    *out = (struct gathered_table){
        .words = buffer_with_limit(DOCUMENT_BYTES_MAX)};
    measure(document, index, out);
    if (out->table.column_count > DOCUMENT_COLUMNS_MAX)
        return STATUS_LIMIT;
    size_t count = out->table.row_count * out->table.column_count;
    out->cells = alloc_array(count + 1, sizeof *out->cells);
    if (out->cells == NULL)
        return STATUS_NO_MEMORY;
    /* Sizes first: the words move while they are gathered. */
    size_t cell = 0;
    for (size_t i = index; i < out->end && cell < count; i++)
        if (is_cell(document->parts[i].kind))
            out->cells[cell++].size =
                document_words_join(document, i, &out->words).size;
    const char *at = out->words.size > 0 ? (const char *)out->words.data : "";
    for (size_t i = 0; i < cell; i++) {
        out->cells[i].data = at;
        at += out->cells[i].size;
    }
    out->table.cells = out->cells;
    return buffer_status(&out->words);
}

void gathered_table_deinit(struct gathered_table *gathered)
{
    alloc_free(gathered->cells);
    buffer_deinit(&gathered->words);
    *gathered = (struct gathered_table){.end = 0};
}
