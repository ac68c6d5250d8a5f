/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/camera/csv.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "unit/test.h"

static enum status read(const char *table, struct csv *out)
{
    return csv_read(text_bytes(text_of(table)), out);
}

static void is_cell(const struct csv *csv, size_t row, size_t column,
                    const char *expected)
{
    CHECK(row < csv->count && column < csv->rows[row].count);
    CHECK(text_equal(text_of(expected), csv->rows[row].cells[column]));
}

static void cells_and_lines(void **state)
{
    (void)state;
    AUTO(csv_deinit) struct csv csv = {.line = 0};
    CHECK_OK(read("\xef\xbb\xbf" "a,b\r\n\n\"1,\"\"x\"\"\n2\",\"\"\n,한눈", &csv));
    assert_int_equal(3, csv.count);
    is_cell(&csv, 0, 0, "a");
    is_cell(&csv, 0, 1, "b");
    is_cell(&csv, 1, 0, "1,\"x\"\n2");
    is_cell(&csv, 1, 1, "");
    is_cell(&csv, 2, 0, "");
    is_cell(&csv, 2, 1, "한눈");
    assert_int_equal(3, csv.rows[1].line);
    assert_int_equal(5, csv.rows[2].line);
}

static void what_is_no_table(void **state)
{
    static const char *const WRONG[] = {"a\nb\"c\n", "a\n\"b", "a\n\"b\"c",
                                        "a\n\"b\n\n\n"};
    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        AUTO(csv_deinit) struct csv csv = {.line = 0};
        CHECK_STATUS(STATUS_BAD_INPUT, read(WRONG[i], &csv));
        assert_int_equal(2, csv.line);
    }
}

/* rows times a cell, of which one row has columns. */
static enum status sized(size_t rows, size_t columns)
{
    struct csv csv;
    struct buffer table = buffer_with_limit(CSV_BYTES_MAX);
    for (size_t i = 0; i < rows; i++)
        buffer_append_text(&table, "a\n");
    for (size_t i = 0; i < columns; i++)
        buffer_append_text(&table, i == 0 ? "b" : ",b");
    enum status s = csv_read(buffer_bytes(&table), &csv);
    csv_deinit(&csv);
    buffer_deinit(&table);
    return s;
}

static void limits(void **state)
{
    (void)state;
    CHECK_OK(sized(CSV_ROWS_MAX - 1, CSV_COLUMNS_MAX));
    CHECK_STATUS(STATUS_LIMIT, sized(CSV_ROWS_MAX, 1));
    CHECK_STATUS(STATUS_LIMIT, sized(0, CSV_COLUMNS_MAX + 1));
}

static enum status read_once(void *context)
{
    AUTO(csv_deinit) struct csv csv = {.line = 0};
    (void)context;
    return read("a,b\nc,\"d\"\n", &csv);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(read_once, NULL);
}

TEST_MAIN("cmd/camera/csv", TEST(cells_and_lines), TEST(what_is_no_table),
          TEST(limits), TEST(every_allocation_may_fail))
