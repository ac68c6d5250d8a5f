/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/table.h"

#include <assert.h>

#include "paper/columns.h"
#include "paper/phrase_layout.h"

#define PADDING_X_PT 4.0
#define PADDING_Y_PT 3.0
#define PAGE_WITHOUT_END_PT 1e9

/* One row, laid out, and how far it is drawn. */
struct row {
    struct phrase_layout cells[DOCUMENT_COLUMNS_MAX];
    size_t drawn[DOCUMENT_COLUMNS_MAX]; /* lines */
    bool is_header;
};

struct drawing {
    struct paper_canvas *canvas;
    const struct paper_table *table;
    double widths_pt[DOCUMENT_COLUMNS_MAX];
    double padding_x_pt;
    double padding_y_pt;
};

static void row_init(struct drawing *drawing, size_t index, struct row *row)
{
    const struct paper_table *table = drawing->table;
    *row = (struct row){.is_header = table->has_header && index == 0};
    for (size_t i = 0; i < table->column_count; i++) {
        struct phrase_style style = {
            table->size_pt, row->is_header || (table->has_terms && i == 0)};
        phrase_layout_init(drawing->canvas, &style,
                           table->cells[index * table->column_count + i],
                           &row->cells[i]);
        row->cells[i].is_centered = table->is_centered || row->is_header;
        if (drawing->widths_pt[i] > 0)
            phrase_layout_fit(&row->cells[i],
                              drawing->widths_pt[i] - 2 * drawing->padding_x_pt);
    }
}

static void row_deinit(const struct paper_table *table, struct row *row)
{
    for (size_t i = 0; i < table->column_count; i++)
        phrase_layout_deinit(&row->cells[i]);
}

/* Lines of the cell that fit into height and are not drawn yet. */
static size_t lines_in(const struct row *row, size_t cell, double height_pt)
{
    size_t left = row->cells[cell].line_count - row->drawn[cell];
    double room = height_pt / row->cells[cell].pitch_pt + 0.001;
    return room < (double)left ? (size_t)room : left;
}

static double row_height_pt(const struct drawing *drawing,
                            const struct row *row, double most_pt)
{
    double height = 0;
    for (size_t i = 0; i < drawing->table->column_count; i++) {
        double own = (double)lines_in(row, i, most_pt) * row->cells[i].pitch_pt;
        height = own > height ? own : height;
    }
    return height + 2 * drawing->padding_y_pt;
}

static bool row_is_done(const struct paper_table *table, const struct row *row)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (row->drawn[i] < row->cells[i].line_count)
            return false;
    return true;
}

static void cell_frame(struct paper_canvas *canvas, double x_pt,
                       double width_pt, double height_pt, bool is_shaded)
{
    cairo_t *cairo = canvas->cairo;
    cairo_rectangle(cairo, x_pt, canvas->y_pt, width_pt, height_pt);
    if (is_shaded) {
        cairo_set_source_rgb(cairo, 0.93, 0.93, 0.93);
        cairo_fill_preserve(cairo);
    }
    cairo_set_source_rgb(cairo, 0.3, 0.3, 0.3);
    cairo_stroke(cairo);
    cairo_set_source_rgb(cairo, 0, 0, 0);
}

/* Draws what fits into height of letters, in its frame, and goes below it. */
static void row_draw(struct drawing *drawing, struct row *row, double most_pt)
{
    struct paper_canvas *canvas = drawing->canvas;
    const struct paper_table *table = drawing->table;
    double height = row_height_pt(drawing, row, most_pt);
    double x = canvas->sheet.margin_pt;
    paper_canvas_tag(canvas, "TR");
    for (size_t i = 0; i < table->column_count; i++) {
        bool is_name = row->is_header || (table->has_terms && i == 0);
        const char *tag = is_name ? "TH" : "TD";
        size_t count = lines_in(row, i, most_pt);
        cell_frame(canvas, x, drawing->widths_pt[i], height, is_name);
        paper_canvas_tag(canvas, tag);
        phrase_layout_draw(&row->cells[i], canvas, x + drawing->padding_x_pt,
                           canvas->y_pt + drawing->padding_y_pt,
                           (struct phrase_lines){row->drawn[i], count});
        paper_canvas_untag(canvas);
        row->drawn[i] += count;
        x += drawing->widths_pt[i];
    }
    paper_canvas_untag(canvas);
    canvas->y_pt += height;
}

/* For letters, down to the end of the page. */
static double room_pt(const struct drawing *drawing)
{
    return paper_canvas_bottom_pt(drawing->canvas) - drawing->canvas->y_pt -
           2 * drawing->padding_y_pt;
}

static void header_draw(struct drawing *drawing)
{
    if (!drawing->table->has_header)
        return;
    struct row header;
    row_init(drawing, 0, &header);
    row_draw(drawing, &header, room_pt(drawing));
    row_deinit(drawing->table, &header);
}

static void continue_on_next_page(struct drawing *drawing)
{
    paper_canvas_next_page(drawing->canvas);
    header_draw(drawing);
}

static double height_at(struct drawing *drawing, size_t index)
{
    struct row row;
    row_init(drawing, index, &row);
    double height = row_height_pt(drawing, &row, PAGE_WITHOUT_END_PT);
    row_deinit(drawing->table, &row);
    return height;
}

/* The last row alone on a page is looked for in vain: the one before goes with
 * it. */
static void keep_last_two(struct drawing *drawing, size_t index)
{
    double most = room_pt(drawing) + 2 * drawing->padding_y_pt;
    if (index < 3 || index + 2 != drawing->table->row_count)
        return;
    double first = height_at(drawing, index);
    double both = first + height_at(drawing, index + 1);
    if (first <= most && both > most)
        continue_on_next_page(drawing);
}

static void body_row_draw(struct drawing *drawing, size_t index)
{
    struct paper_canvas *canvas = drawing->canvas;
    double page = paper_canvas_bottom_pt(canvas) - canvas->sheet.margin_pt;
    struct row row;
    row_init(drawing, index, &row);
    double height = row_height_pt(drawing, &row, PAGE_WITHOUT_END_PT);
    if (height > room_pt(drawing) + 2 * drawing->padding_y_pt && height < page * 0.8)
        continue_on_next_page(drawing);
    while (!row_is_done(drawing->table, &row)) {
        double room = room_pt(drawing);
        if (room < row.cells[0].pitch_pt) {
            continue_on_next_page(drawing);
            room = room_pt(drawing);
        }
        /* Even a header that fills the page leaves one line a page. */
        if (room < row.cells[0].pitch_pt)
            room = row.cells[0].pitch_pt;
        row_draw(drawing, &row, room);
    }
    row_deinit(drawing->table, &row);
}

static void share_by_words(struct drawing *drawing)
{
    const struct paper_table *table = drawing->table;
    struct column_wish wishes[DOCUMENT_COLUMNS_MAX] = {{0}};
    /* Half a point against rounding. */
    double padding = 2 * drawing->padding_x_pt + 0.5;
    for (size_t index = 0; index < table->row_count; index++) {
        struct row row;
        row_init(drawing, index, &row);
        for (size_t i = 0; i < table->column_count; i++) {
            double least = row.cells[i].minimum_pt + padding;
            double natural = row.cells[i].natural_pt + padding;
            if (least > wishes[i].minimum_pt)
                wishes[i].minimum_pt = least;
            if (natural > wishes[i].natural_pt)
                wishes[i].natural_pt = natural;
        }
        row_deinit(table, &row);
    }
    columns_share(wishes, table->column_count,
                  paper_canvas_width_pt(drawing->canvas), drawing->widths_pt);
}

static void share_as_told(struct drawing *drawing)
{
    const struct paper_table *table = drawing->table;
    double sum = 0;
    for (size_t i = 0; i < table->column_count; i++)
        sum += table->shares[i];
    for (size_t i = 0; i < table->column_count; i++)
        drawing->widths_pt[i] = table->shares[i] / sum *
                                paper_canvas_width_pt(drawing->canvas);
}

static struct drawing drawing_of(struct paper_canvas *canvas,
                                 const struct paper_table *table)
{
    double padding = table->padding > 0 ? table->padding : 1;
    struct drawing drawing = {
        .canvas = canvas,
        .table = table,
        .padding_x_pt = PADDING_X_PT * padding,
        .padding_y_pt = PADDING_Y_PT * padding,
    };
    if (table->shares == NULL)
        share_by_words(&drawing);
    else
        share_as_told(&drawing);
    return drawing;
}

double paper_table_height_pt(struct paper_canvas *canvas,
                             const struct paper_table *table)
{
    struct drawing drawing = drawing_of(canvas, table);
    double height = 0;
    for (size_t i = 0; i < table->row_count; i++) {
        struct row row;
        row_init(&drawing, i, &row);
        height += row_height_pt(&drawing, &row, PAGE_WITHOUT_END_PT);
        row_deinit(table, &row);
    }
    return height;
}

void paper_table_draw(struct paper_canvas *canvas,
                      const struct paper_table *table)
{
    assert(table->column_count <= DOCUMENT_COLUMNS_MAX);
    if (table->row_count == 0 || table->column_count == 0)
        return;
    struct drawing drawing = drawing_of(canvas, table);
    (void)paper_canvas_need(canvas, 5 * table->size_pt);
    paper_canvas_tag(canvas, "Table");
    header_draw(&drawing);
    for (size_t i = table->has_header ? 1 : 0; i < table->row_count; i++) {
        keep_last_two(&drawing, i);
        body_row_draw(&drawing, i);
    }
    paper_canvas_untag(canvas);
}
