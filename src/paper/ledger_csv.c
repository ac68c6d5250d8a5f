/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/ledger_csv.h"

#include "base/text.h"

/* Passes over one of these beginnings; false: it begins with none. */
static bool skip_one(struct text *rest, const char *const *beginnings,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct text beginning = text_of(beginnings[i]);
        if (!text_starts_with(*rest, beginning))
            continue;
        rest->data += beginning.size;
        rest->size -= beginning.size;
        return true;
    }
    return false;
}

static bool is_formula(struct text cell)
{
    /* The last four in full width, as East Asian keyboards give them. */
    static const char *const SIGNS[] = {
        "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠",
    };
    static const char *const SPACES[] = {" ", "\u00a0", "\u3000"};
    struct text rest = cell;
    while (skip_one(&rest, SPACES, sizeof SPACES / sizeof SPACES[0]))
        continue;
    return skip_one(&rest, SIGNS, sizeof SIGNS / sizeof SIGNS[0]);
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
