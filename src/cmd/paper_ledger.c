/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger on paper; its rows come on standard input. */
#include <jansson.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/cleanup.h"
#include "cmd/command.h"
#include "cmd/ledger/ledger.h"
#include "cmd/ledger/words.h"
#include "cmd/notice/render.h"
#include "cmd/paper_work.h"
#include "paper/canvas.h"
#include "paper/ledger_pdf.h"

enum { ROWS_BYTES_MAX = 64 << 20, PIECE_BYTES = 64 << 10, DAY_MAX = 1 << 20 };

/* NULL: nothing that can be used. */
static json_t *read_document(void)
{
    AUTO(buffer_deinit) struct buffer all = buffer_with_limit(ROWS_BYTES_MAX);
    static char piece[PIECE_BYTES];
    size_t got = 0;
    while ((got = fread(piece, 1, sizeof piece, stdin)) > 0)
        buffer_append(&all, bytes_of(piece, got));
    if (all.failed || ferror(stdin) != 0)
        return NULL;
    return json_loadb((const char *)all.data, all.size,
                      JSON_REJECT_DUPLICATES, NULL);
}

int paper_ledger(int argc, char **argv)
{
    struct ledger_options options;
    int code = ledger_options_read(argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    json_t *document = read_document();
    const json_t *cells = json_object_get(document, "rows");
    json_int_t day = json_integer_value(json_object_get(document, "day"));
    struct ledger_row *rows = NULL;
    struct buffer pdf = buffer_with_limit(PAPER_PDF_BYTES_MAX);
    enum status s = day < 0 || day > DAY_MAX ? STATUS_BAD_INPUT
                                             : ledger_rows_read(cells, &rows);
    if (s == STATUS_OK)
        s = ledger_pdf(rows, json_array_size(cells),
                       notice_render_language(options.language), day, &pdf);
    alloc_free(rows);
    json_decref(document);
    return paper_output(s, options.out, &pdf);
}
