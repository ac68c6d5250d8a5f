/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/sign_pdf.h"

#include <string.h>

#include "base/text.h"
#include "paper/canvas.h"
#include "paper/document_words.h"
#include "paper/phrase_layout.h"
#include "paper/qr.h"
#include "paper/table.h"

/* All of A4; A3 is drawn in proportion. */
#define MARGIN_PT 42.0
#define BAND_HEIGHT_PT 150.0
#define TITLE_SIZE_PT 54.0
#define SENTENCE_SIZE_PT 17.0
#define TERMS_SIZE_PT 25.0
#define TERMS_SIZE_LEAST_PT 7.0
#define QR_SIZE_PT 130.0
#define FOOT_HEIGHT_PT 146.0

struct board {
    const struct document *sign;
    const struct sign_sheet *sheet;
    struct paper_canvas *canvas;
    double scale; /* points of this page for one of A4 */
};

static double left_pt(const struct board *board)
{
    return board->canvas->sheet.margin_pt;
}

/* A camera on its arm, 100 points wide, in the colour that is set. */
static void draw_camera(cairo_t *cairo, double x_pt, double y_pt, double scale)
{
    cairo_save(cairo);
    cairo_translate(cairo, x_pt, y_pt);
    cairo_scale(cairo, scale, scale);
    cairo_rotate(cairo, 0.2);
    cairo_rectangle(cairo, 8, 0, 66, 32); /* housing */
    cairo_rectangle(cairo, 78, 5, 14, 22); /* lens */
    cairo_fill(cairo);
    cairo_rectangle(cairo, 30, 32, 9, 22); /* arm */
    cairo_rectangle(cairo, 4, 46, 35, 9);
    cairo_rectangle(cairo, -4, 34, 9, 34); /* wall */
    cairo_fill(cairo);
    cairo_restore(cairo);
}

struct line_place {
    double x_pt;
    double y_pt;
    double width_pt;
    bool is_centered;
};

/* Gives the height of what it drew. */
static double draw_words(const struct board *board, struct text words,
                         struct phrase_style style, struct line_place place,
                         const char *tag)
{
    struct phrase_layout phrase;
    phrase_layout_init(board->canvas, &style, words, &phrase);
    phrase_layout_fit(&phrase, place.width_pt);
    phrase.is_centered = place.is_centered;
    paper_canvas_tag(board->canvas, tag);
    phrase_layout_draw(&phrase, board->canvas, place.x_pt, place.y_pt,
                       (struct phrase_lines){0, phrase.line_count});
    paper_canvas_untag(board->canvas);
    double height = phrase_layout_height_pt(&phrase);
    phrase_layout_deinit(&phrase);
    return height;
}

static void draw_band(const struct board *board, struct text title)
{
    struct paper_canvas *canvas = board->canvas;
    cairo_t *cairo = canvas->cairo;
    double width = canvas->sheet.width_pt;
    double height = BAND_HEIGHT_PT * board->scale;
    cairo_set_source_rgb(cairo, 0.05, 0.15, 0.35);
    cairo_rectangle(cairo, 0, 0, width, height);
    cairo_fill(cairo);
    cairo_set_source_rgb(cairo, 1, 1, 1);
    draw_camera(cairo, left_pt(board) + 16 * board->scale, height * 0.28,
                board->scale * 1.1);
    double left = left_pt(board) + 130 * board->scale;
    double size = TITLE_SIZE_PT * board->scale;
    /* Smaller where the heading is longer than the band. */
    struct phrase_layout phrase;
    phrase_layout_init(canvas, &(struct phrase_style){size, true}, title,
                       &phrase);
    double room = width - left - left_pt(board);
    if (phrase.natural_pt > room)
        size *= room / phrase.natural_pt * 0.98;
    phrase_layout_deinit(&phrase);
    (void)draw_words(board, title, (struct phrase_style){size, true},
                     (struct line_place){left, (height - size * 1.45) / 2,
                                         room, true}, "H1");
    cairo_set_source_rgb(cairo, 0, 0, 0);
    canvas->y_pt = height + 22 * board->scale;
}

/* As large as fits above the foot. */
static enum status draw_terms(const struct board *board, size_t index)
{
    struct paper_canvas *canvas = board->canvas;
    struct gathered_table gathered;
    enum status s = gathered_table_init(board->sign, index, &gathered);
    double room = paper_canvas_bottom_pt(canvas) - canvas->y_pt -
                  FOOT_HEIGHT_PT * board->scale;
    double size = TERMS_SIZE_PT;
    if (s == STATUS_OK) {
        gathered.table.size_pt = size * board->scale;
        gathered.table.padding = 2.2;
        while (size > TERMS_SIZE_LEAST_PT &&
               paper_table_height_pt(canvas, &gathered.table) > room) {
            size -= 0.5;
            gathered.table.size_pt = size * board->scale;
        }
        paper_table_draw(canvas, &gathered.table);
    }
    gathered_table_deinit(&gathered);
    return s;
}

static enum status draw_foot(const struct board *board, struct text whose)
{
    struct paper_canvas *canvas = board->canvas;
    bool is_korean = board->sign->language == LANGUAGE_KOREAN;
    double scale = board->scale;
    double side = QR_SIZE_PT * scale;
    double top = paper_canvas_bottom_pt(canvas) - side;
    bool has_code = board->sheet->homepage[0] != 0;
    double left = left_pt(board) + (has_code ? side + 12 * scale : 0);
    double width = canvas->sheet.width_pt - left - left_pt(board);
    double y = top + 14 * scale;
    if (has_code) {
        paper_canvas_tag(canvas, "Figure");
        enum status s = qr_draw(canvas, board->sheet->homepage,
                                left_pt(board), top, side);
        paper_canvas_untag(canvas);
        if (s != STATUS_OK)
            return s;
        y += draw_words(board,
                        text_of(is_korean
                                    ? "영상정보처리기기 운영·관리 방침 보기"
                                    : "Read the notice on these cameras"),
                        (struct phrase_style){13 * scale, true},
                        (struct line_place){left, y, width, false}, "P");
        y += draw_words(board, text_of(board->sheet->homepage),
                        (struct phrase_style){12 * scale, false},
                        (struct line_place){left, y, width, false}, "P");
    }
    (void)draw_words(board, whose, (struct phrase_style){19 * scale, true},
                     (struct line_place){left, y + 8 * scale, width, false},
                     "P");
    return STATUS_OK;
}

/* The parts of a sign in their order; see the header. */
static enum status draw_board(struct board *board)
{
    const struct document *sign = board->sign;
    struct buffer words = buffer_with_limit(DOCUMENT_BYTES_MAX);
    enum status s = STATUS_OK;
    bool has_terms = false;
    for (size_t i = 0; s == STATUS_OK && i < sign->count;
         i = document_skip_words(sign, i)) {
        enum document_kind kind = sign->parts[i].kind;
        buffer_clear(&words);
        if (kind == DOCUMENT_HEADING) {
            draw_band(board, document_words_join(sign, i, &words));
        } else if (kind == DOCUMENT_PARAGRAPH && !has_terms) {
            struct paper_canvas *canvas = board->canvas;
            canvas->y_pt += draw_words(
                board, document_words_join(sign, i, &words),
                (struct phrase_style){SENTENCE_SIZE_PT * board->scale, true},
                (struct line_place){left_pt(board), canvas->y_pt,
                                    paper_canvas_width_pt(canvas), true},
                "P");
            canvas->y_pt += 14 * board->scale;
        } else if (kind == DOCUMENT_PARAGRAPH) {
            s = draw_foot(board, document_words_join(sign, i, &words));
        } else if (kind == DOCUMENT_TERMS) {
            has_terms = true;
            s = draw_terms(board, i);
        }
        if (s == STATUS_OK)
            s = buffer_status(&words);
    }
    buffer_deinit(&words);
    return s;
}

enum status sign_pdf(const struct document *signs, size_t count,
                     const struct sign_sheet *sheet, struct buffer *out)
{
    struct paper_canvas canvas;
    double scale = sheet->is_a3 ? PAPER_A3_WIDTH_PT / PAPER_A4_WIDTH_PT : 1;
    struct paper_sheet page = {
        .width_pt = sheet->is_a3 ? PAPER_A3_WIDTH_PT : PAPER_A4_WIDTH_PT,
        .height_pt = sheet->is_a3 ? PAPER_A3_HEIGHT_PT : PAPER_A4_HEIGHT_PT,
        .margin_pt = MARGIN_PT * scale,
        .title = sheet->title,
        .language = count > 0 ? signs[0].language : LANGUAGE_KOREAN,
        .day = sheet->day,
    };
    enum status s = paper_canvas_init(&page, &canvas);
    for (size_t i = 0; s == STATUS_OK && i < count; i++) {
        if (i > 0)
            paper_canvas_next_page(&canvas);
        s = draw_board(&(struct board){&signs[i], sheet, &canvas, scale});
    }
    if (s == STATUS_OK)
        s = paper_canvas_finish(&canvas, out);
    paper_canvas_deinit(&canvas);
    return s;
}
