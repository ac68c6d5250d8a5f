/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/ledger_csv.h"

#include <string.h>

#include "base/text.h"
#include "unit/test.h"

enum { CSV_BYTES_MAX = 1 << 16 };

static struct buffer written(const char *purpose)
{
    struct ledger_row row = {.number = 7,
                             .kind = LEDGER_VIEWING,
                             .time = text_of("2026-11-22 14:05"),
                             .purpose = text_of(purpose)};
    struct buffer csv = buffer_with_limit(CSV_BYTES_MAX);
    CHECK_OK(ledger_csv(&row, 1, LANGUAGE_KOREAN, &csv));
    buffer_append_u8(&csv, 0);
    return csv;
}

static void a_row_has_ten_cells_under_ten_headings(void **state)
{
    (void)state;
    struct buffer csv = written("분실물 확인");
    const char *text = (const char *)csv.data;
    CHECK(strncmp(text, "\xef\xbb\xbf\"번호\",\"구분\",\"일시\",", 30) == 0);
    CHECK(strstr(text, "\r\n\"7\",\"열람\",\"2026-11-22 14:05\",\"\",\"\","
                       "\"분실물 확인\",\"\",\"\",\"\",\"\"\r\n") != NULL);
    buffer_deinit(&csv);
}

static void a_formula_is_defused(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        const char *cell;
    } CASES[] = {
        {"=HYPERLINK(\"x\")", ",\"'=HYPERLINK(\"\"x\"\")\","},
        {"+1", ",\"'+1\","},
        {"-1", ",\"'-1\","},
        {"@SUM(A1)", ",\"'@SUM(A1)\","},
        {"  =1", ",\"'  =1\","},
        {"\t=1", ",\"'\t=1\","},
        {"＝1", ",\"'＝1\","},
        {"＋1", ",\"'＋1\","},
        {"－1", ",\"'－1\","},
        {"＠SUM", ",\"'＠SUM\","},
        {"\u3000 \u00a0=1", ",\"'\u3000 \u00a0=1\","},
        {"a=1", ",\"a=1\","},
        {"가=1", ",\"가=1\","},
        {"\u3000", ",\"\u3000\","},
        {"\"quoted\", and, commas", ",\"\"\"quoted\"\", and, commas\","},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct buffer csv = written(CASES[i].typed);
        if (strstr((const char *)csv.data, CASES[i].cell) == NULL)
            fail_msg("'%s' gives %s", CASES[i].typed, (const char *)csv.data);
        buffer_deinit(&csv);
    }
}

static enum status write_once(void *context)
{
    (void)context;
    struct ledger_row row = {.number = 1, .kind = LEDGER_USE};
    struct buffer csv = buffer_with_limit(CSV_BYTES_MAX);
    enum status s = ledger_csv(&row, 1, LANGUAGE_ENGLISH, &csv);
    buffer_deinit(&csv);
    return s;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    test_every_allocation_fails(write_once, NULL);
}

TEST_MAIN("paper/ledger_csv", TEST(a_row_has_ten_cells_under_ten_headings),
          TEST(a_formula_is_defused), TEST(memory_may_run_out))
