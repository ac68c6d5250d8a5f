/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger of many rows, for paper.py: ledger_sample ROWS > PDF */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "paper/ledger_pdf.h"

enum { PDF_BYTES_MAX = 32 << 20 };

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
    struct ledger_row *rows = alloc_array(count + 1, sizeof *rows);
    if (rows == NULL)
        return 3;
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct ledger_row){
            .number = i + 1,
            .kind = (enum ledger_kind)(LEDGER_USE + i % 4),
            .time = text_of("2026-11-22 14:05"),
            .file = text_of("옥포동 안내데스크 2026-11-21 09:00~09:10"),
            .person = text_of("홍길타"),
            .purpose = text_of("1층 분실물 확인을 위한 열람"),
            .recipient = text_of("홍길동 (정보주체 본인)"),
            .basis = text_of("개인정보 보호법 제35조"),
            .form = text_of("사본 (모자이크 처리)"),
            .period = text_of("2026-12-22까지"),
        };
    struct buffer pdf = buffer_with_limit(PDF_BYTES_MAX);
    bool is_done = ledger_pdf(rows, count, LANGUAGE_KOREAN, 20000, &pdf) ==
                       STATUS_OK &&
                   fwrite(pdf.data, 1, pdf.size, stdout) == pdf.size;
    buffer_deinit(&pdf);
    alloc_free(rows);
    return is_done ? 0 : 1;
}
