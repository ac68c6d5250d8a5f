/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/ledger_csv.h"

#include "base/text.h"

static bool is_formula(struct text cell)
{
    size_t first = 0;
    while (first < cell.size && cell.data[first] == ' ')
        first++;
    if (first == cell.size)
        return false;
    char character = cell.data[first];
    return character == '=' || character == '+' || character == '-' ||
           character == '@' || character == '\t' || character == '\r';
}

static void write_cell(struct text cell, struct buffer *out)
{
    buffer_append_u8(out, '"');
    if (is_formula(cell))
        buffer_append_u8(out, '\'');
    for (size_t i = 0; i < cell.size; i++) {
        if (cell.data[i] == '"')
            buffer_append_u8(out, '"');
        buffer_append_u8(out, (uint8_t)cell.data[i]);
    }
    buffer_append_u8(out, '"');
}

static void write_row(const struct text cells[LEDGER_COLUMNS],
                      struct buffer *out)
{
    for (size_t i = 0; i < LEDGER_COLUMNS; i++) {
        if (i > 0)
            buffer_append_u8(out, ',');
        write_cell(cells[i], out);
    }
    buffer_append_text(out, "\r\n");
}

enum status ledger_csv(const struct ledger_row *rows, size_t count,
                       enum language language, struct buffer *out)
{
    struct text cells[LEDGER_COLUMNS];
    for (size_t i = 0; i < LEDGER_COLUMNS; i++)
        cells[i] = text_of(ledger_column_name(i, language));
    buffer_append_text(out, "\xef\xbb\xbf");
    write_row(cells, out);
    for (size_t i = 0; i < count && !out->failed; i++) {
        char number[LEDGER_NUMBER_SIZE];
        ledger_row_cells(&rows[i], language, number, cells);
        write_row(cells, out);
    }
    return buffer_status(out);
}
