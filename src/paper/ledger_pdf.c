/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/ledger_pdf.h"

#include "base/alloc.h"
#include "base/text.h"
#include "paper/canvas.h"
#include "paper/phrase_layout.h"
#include "paper/table.h"

#define MARGIN_PT 36.0
#define TITLE_SIZE_PT 18.0
#define CELL_SIZE_PT 8.0
#define BOX_CELL_PT 70.0
#define BOX_HEAD_PT 18.0
#define BOX_HEIGHT_PT 58.0

static void draw_words(struct paper_canvas *canvas, const char *words,
                       struct phrase_style style, double x_pt, double y_pt,
                       double width_pt)
{
    struct phrase_layout phrase;
    phrase_layout_init(canvas, &style, text_of(words), &phrase);
    phrase_layout_fit(&phrase, width_pt);
    phrase.is_centered = true;
    phrase_layout_draw(&phrase, canvas, x_pt, y_pt,
                       (struct phrase_lines){0, phrase.line_count});
    phrase_layout_deinit(&phrase);
}

/* Two cells at the right, to sign in. */
static void draw_approval(struct paper_canvas *canvas, enum language language)
{
    static const char *const WHO[2][2] = {{"담당", "관리책임자"},
                                          {"In charge", "Manager"}};
    double y = canvas->sheet.margin_pt;
    for (size_t i = 0; i < 2; i++) {
        double x = canvas->sheet.width_pt - canvas->sheet.margin_pt -
                   BOX_CELL_PT * (double)(2 - i);
        cairo_rectangle(canvas->cairo, x, y, BOX_CELL_PT, BOX_HEAD_PT);
        cairo_rectangle(canvas->cairo, x, y + BOX_HEAD_PT, BOX_CELL_PT,
                        BOX_HEIGHT_PT - BOX_HEAD_PT);
        cairo_stroke(canvas->cairo);
        paper_canvas_tag(canvas, "P");
        draw_words(canvas, WHO[language][i], (struct phrase_style){9, false}, x,
                   y + 2, BOX_CELL_PT);
        paper_canvas_untag(canvas);
    }
}

static void draw_head(struct paper_canvas *canvas, const char *title,
                      enum language language)
{
    paper_canvas_tag(canvas, "H1");
    draw_words(canvas, title, (struct phrase_style){TITLE_SIZE_PT, true},
               canvas->sheet.margin_pt, canvas->sheet.margin_pt + 16,
               paper_canvas_width_pt(canvas));
    paper_canvas_untag(canvas);
    draw_approval(canvas, language);
    canvas->y_pt = canvas->sheet.margin_pt + BOX_HEIGHT_PT + 12;
}

/* cells: room for (count + 1) rows; numbers: for count numbers. */
static void draw_rows(struct paper_canvas *canvas,
                      const struct ledger_row *rows, size_t count,
                      struct text *cells, char (*numbers)[LEDGER_NUMBER_SIZE])
{
    /* Widths by what the columns mean, the same on every ledger. */
    static const double SHARES[LEDGER_COLUMNS] = {5, 6, 11, 13, 8,
                                                  14, 14, 12, 10, 11};
    enum language language = canvas->sheet.language;
    for (size_t i = 0; i < LEDGER_COLUMNS; i++)
        cells[i] = text_of(ledger_column_name(i, language));
    for (size_t i = 0; i < count; i++)
        ledger_row_cells(&rows[i], language, numbers[i],
                         cells + (i + 1) * LEDGER_COLUMNS);
    paper_table_draw(canvas, &(struct paper_table){
                                 .cells = cells,
                                 .column_count = LEDGER_COLUMNS,
                                 .row_count = count + 1,
                                 .size_pt = CELL_SIZE_PT,
                                 .shares = SHARES,
                                 .has_header = true,
                             });
}

enum status ledger_pdf(const struct ledger_row *rows, size_t count,
                       enum language language, int64_t day, struct buffer *out)
{
    const char *title = language == LANGUAGE_KOREAN
                            ? "개인영상정보 관리대장"
                            : "Ledger of personal video";
    struct paper_sheet sheet = {
        .width_pt = PAPER_A4_HEIGHT_PT,
        .height_pt = PAPER_A4_WIDTH_PT,
        .margin_pt = MARGIN_PT,
        .title = title,
        .language = language,
        .day = day,
        .is_numbered = true,
    };
    struct paper_canvas canvas;
    enum status s = paper_canvas_init(&sheet, &canvas);
    struct text *cells = alloc_array(count + 1, LEDGER_COLUMNS * sizeof *cells);
    char(*numbers)[LEDGER_NUMBER_SIZE] =
        alloc_array(count + 1, sizeof *numbers);
    if (s == STATUS_OK && (cells == NULL || numbers == NULL))
        s = STATUS_NO_MEMORY;
    if (s == STATUS_OK) {
        draw_head(&canvas, title, language);
        draw_rows(&canvas, rows, count, cells, numbers);
        s = paper_canvas_finish(&canvas, out);
    }
    alloc_free(numbers);
    alloc_free(cells);
    paper_canvas_deinit(&canvas);
    return s;
}
