/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/render_text.h"

/* The index of line number `line` (from 0) of the block at index, and in *end
 * that behind its last part; both the same where it has no such line. */
static size_t line_of(const struct document *document, size_t index,
                      size_t line, size_t *end)
{
    size_t behind = document_skip_words(document, index);
    size_t first = index + 1;
    for (size_t i = first; i < behind; i++) {
        if (document->parts[i].kind != DOCUMENT_BREAK)
            continue;
        if (line-- == 0) {
            *end = i;
            return first;
        }
        first = i + 1;
    }
    *end = behind;
    return line == 0 ? first : behind;
}

static void line_write(const struct document *document, size_t index,
                       size_t line, struct buffer *out)
{
    size_t end = 0;
    for (size_t i = line_of(document, index, line, &end); i < end; i++)
        buffer_append(out, text_bytes(document_words(document,
                                                     &document->parts[i])));
}

static size_t lines_of(const struct document *document, size_t index)
{
    size_t lines = 1;
    for (size_t i = index + 1; i < document_skip_words(document, index); i++)
        lines += document->parts[i].kind == DOCUMENT_BREAK;
    return lines;
}

/* The cells from index on, up to the next row; returns the index behind. */
static size_t row_write(const struct document *document, size_t index,
                        struct buffer *out)
{
    enum document_kind kind = document->parts[index].kind;
    size_t end = index;
    size_t lines = 1;
    while (end < document->count && document->parts[end].kind == kind) {
        size_t own = lines_of(document, end);
        lines = own > lines ? own : lines;
        end = document_skip_words(document, end);
    }
    for (size_t line = 0; line < lines; line++) {
        for (size_t i = index; i < end; i = document_skip_words(document, i)) {
            if (i > index)
                buffer_append_text(out, "\t");
            line_write(document, i, line, out);
        }
        buffer_append_text(out, "\n");
    }
    return end;
}

/* What stands before a block's words. */
static const char *mark_of(enum document_kind kind)
{
    if (kind == DOCUMENT_ITEM)
        return "- ";
    return kind == DOCUMENT_TERM ? "◎ " : "";
}

/* The words of the block at index, with spaces for breaks. */
static size_t words_write(const struct document *document, size_t index,
                          struct buffer *out)
{
    size_t end = document_skip_words(document, index);
    buffer_append_text(out, mark_of(document->parts[index].kind));
    for (size_t i = index + 1; i < end; i++) {
        const struct document_part *part = &document->parts[i];
        if (part->kind == DOCUMENT_BREAK)
            buffer_append_text(out, " ");
        else
            buffer_append(out, text_bytes(document_words(document, part)));
    }
    return end;
}

static bool ends_block(enum document_kind kind)
{
    return kind == DOCUMENT_HEADING || kind == DOCUMENT_PARAGRAPH ||
           kind == DOCUMENT_LIST_END || kind == DOCUMENT_TABLE_END ||
           kind == DOCUMENT_TERMS_END;
}

/* The block at index; returns the index behind it. */
static size_t block_write(const struct document *document, size_t index,
                          struct buffer *out)
{
    enum document_kind kind = document->parts[index].kind;
    if (kind == DOCUMENT_COLUMN || kind == DOCUMENT_CELL)
        return row_write(document, index, out);
    size_t end = words_write(document, index, out);
    if (kind == DOCUMENT_TERM)
        buffer_append_text(out, ": ");
    else if (end > index + 1)
        buffer_append_text(out, "\n");
    if (ends_block(kind) && end < document->count)
        buffer_append_text(out, "\n");
    return end;
}

enum status render_text(const struct document *document, struct buffer *out)
{
    for (size_t i = 0; i < document->count;)
        i = block_write(document, i, out);
    return buffer_status(out);
}
