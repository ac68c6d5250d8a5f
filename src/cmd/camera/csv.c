/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/csv.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"

enum { FIRST_ROWS = 64 };

struct csv_reading {
    struct bytes left;
    char *at; /* where the next character of a cell goes */
};

static bool next_is(const struct csv_reading *reading, char character)
{
    return reading->left.size > 0 &&
           (char)reading->left.data[0] == character;
}

static char take(struct csv_reading *reading)
{
    char character = (char)reading->left.data[0];
    reading->left.data++;
    reading->left.size--;
    return character;
}

static bool at_cell_end(const struct csv_reading *reading)
{
    return reading->left.size == 0 || next_is(reading, ',') ||
           next_is(reading, '\n') ||
           (next_is(reading, '\r') && reading->left.size > 1 &&
            reading->left.data[1] == '\n');
}

/* Behind the opening quote; up to the closing one. */
static enum status read_quoted(struct csv_reading *reading, struct csv *out)
{
    while (reading->left.size > 0) {
        char character = take(reading);
        if (character == '"' && !next_is(reading, '"'))
            return STATUS_OK;
        if (character == '"')
            (void)take(reading);
        out->line += character == '\n';
        *reading->at++ = character;
    }
    return STATUS_BAD_INPUT;
}

static enum status read_cell(struct csv_reading *reading, struct csv *out,
                             struct text *cell)
{
    enum status s = STATUS_OK;
    const char *begin = reading->at;
    bool is_quoted = next_is(reading, '"');
    if (is_quoted) {
        (void)take(reading);
        s = read_quoted(reading, out);
    }
    while (s == STATUS_OK && !at_cell_end(reading)) {
        if (is_quoted || next_is(reading, '"'))
            return STATUS_BAD_INPUT; /* around a cell, or not at all */
        *reading->at++ = take(reading);
    }
    *cell = (struct text){begin, (size_t)(reading->at - begin)};
    return s;
}

static enum status add_row(struct csv *out, struct csv_row **row)
{
    if (out->count == CSV_ROWS_MAX)
        return STATUS_LIMIT;
    if (out->count == out->capacity) {
        size_t wanted = out->capacity == 0 ? FIRST_ROWS : 2 * out->capacity;
        struct csv_row *larger =
            alloc_resize(out->rows, wanted, sizeof *out->rows);
        if (larger == NULL)
            return STATUS_NO_MEMORY;
        out->rows = larger;
        out->capacity = wanted;
    }
    *row = &out->rows[out->count++];
    **row = (struct csv_row){.line = out->line};
    return STATUS_OK;
}

static enum status read_row(struct csv_reading *reading, struct csv *out)
{
    struct csv_row *row = NULL;
    bool is_last = false;
    enum status s = add_row(out, &row);
    while (s == STATUS_OK && !is_last) {
        if (row->count == CSV_COLUMNS_MAX)
            return STATUS_LIMIT;
        s = read_cell(reading, out, &row->cells[row->count++]);
        is_last = !next_is(reading, ',');
        if (!is_last)
            (void)take(reading);
    }
    if (next_is(reading, '\r'))
        (void)take(reading);
    if (s == STATUS_OK && next_is(reading, '\n')) {
        (void)take(reading);
        out->line++;
    }
    if (s != STATUS_OK && row != NULL)
        out->line = row->line;
    bool is_empty = row != NULL && row->count == 1 && row->cells[0].size == 0;
    if (s == STATUS_OK && is_empty)
        out->count--;
    return s;
}

enum status csv_read(struct bytes file, struct csv *out)
{
    static const uint8_t MARK[] = {0xef, 0xbb, 0xbf};
    *out = (struct csv){.line = 1};
    if (file.size > CSV_BYTES_MAX)
        return STATUS_LIMIT;
    out->memory = alloc_array(file.size + 1, 1);
    if (out->memory == NULL)
        return STATUS_NO_MEMORY;
    struct csv_reading reading = {.left = file, .at = out->memory};
    if (file.size >= sizeof MARK && memcmp(file.data, MARK, sizeof MARK) == 0)
        reading.left = bytes_of(file.data + sizeof MARK,
                                file.size - sizeof MARK);
    enum status s = STATUS_OK;
    while (s == STATUS_OK && reading.left.size > 0)
        s = read_row(&reading, out);
    return s;
}

void csv_deinit(struct csv *csv)
{
    alloc_free(csv->memory);
    alloc_free(csv->rows);
    *csv = (struct csv){.line = 0};
}
