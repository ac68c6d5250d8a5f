/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/document_pdf.h"

#include "base/text.h"
#include "paper/canvas.h"
#include "paper/document_words.h"
#include "paper/phrase_layout.h"
#include "paper/table.h"

#define MARGIN_PT 54.0
#define TEXT_SIZE_PT 10.0
#define TABLE_SIZE_PT 9.0
#define ITEM_INDENT_PT 14.0
#define WHOLE_TABLE_SHARE 0.3 /* of a page: a smaller table is not torn */

enum { TITLE_SIZE = 512 };

struct press {
    const struct document *document;
    struct paper_canvas *canvas;
    struct buffer words; /* of the block that is drawn */
    enum status status;  /* of the first failure */
};

static struct text words_of(struct press *press, size_t index)
{
    return document_words_join(press->document, index, &press->words);
}

/* Lines from y on, over as many pages as they take. */
static void flow(struct press *press, struct phrase_layout *phrase,
                 double indent_pt, const char *tag)
{
    struct paper_canvas *canvas = press->canvas;
    size_t drawn = 0;
    while (drawn < phrase->line_count) {
        /* No single line at the foot of a page where there are more. */
        size_t together = phrase->line_count - drawn > 1 ? 2 : 1;
        (void)paper_canvas_need(canvas, (double)together * phrase->pitch_pt);
        double room = paper_canvas_bottom_pt(canvas) - canvas->y_pt;
        size_t fit = (size_t)(room / phrase->pitch_pt);
        size_t count = phrase->line_count - drawn;
        count = fit < count ? fit : count;
        count = count == 0 ? 1 : count;
        paper_canvas_tag(canvas, tag);
        phrase_layout_draw(phrase, canvas, canvas->sheet.margin_pt + indent_pt,
                           canvas->y_pt, (struct phrase_lines){drawn, count});
        paper_canvas_untag(canvas);
        drawn += count;
        canvas->y_pt += (double)count * phrase->pitch_pt;
    }
}

static void draw_words(struct press *press, struct text words,
                       const struct phrase_style *style, double indent_pt,
                       const char *tag)
{
    struct phrase_layout phrase;
    phrase_layout_init(press->canvas, style, words, &phrase);
    phrase_layout_fit(&phrase,
                      paper_canvas_width_pt(press->canvas) - indent_pt);
    phrase.is_centered = tag[0] == 'H' && tag[1] == '1';
    flow(press, &phrase, indent_pt, tag);
    phrase_layout_deinit(&phrase);
}

/* Of the table at index, where it is to stand on one page; else 0. */
static double whole_table_pt(struct press *press, size_t index)
{
    const struct document *document = press->document;
    struct gathered_table gathered;
    double height = 0;
    if (index >= document->count ||
        (document->parts[index].kind != DOCUMENT_TABLE &&
         document->parts[index].kind != DOCUMENT_TERMS))
        return 0;
    enum status s = gathered_table_init(document, index, &gathered);
    gathered.table.size_pt = TABLE_SIZE_PT;
    if (s == STATUS_OK)
        height = paper_table_height_pt(press->canvas, &gathered.table);
    else
        press->status = s;
    gathered_table_deinit(&gathered);
    double page = paper_canvas_bottom_pt(press->canvas) - MARGIN_PT;
    return height <= page * WHOLE_TABLE_SHARE ? height : 0;
}

static void draw_heading(struct press *press, size_t index)
{
    static const struct {
        const char *tag;
        double size_pt;
        double above_pt;
        double below_pt;
        double together_pt; /* with what follows */
    } LEVELS[] = {{"H1", 17, 0, 14, 0},
                  {"H2", 12, 13, 4, 70},
                  {"H3", 10.5, 7, 3, 60}};
    uint8_t level = press->document->parts[index].level;
    double table_pt = whole_table_pt(
        press, document_skip_words(press->document, index));
    struct text words = words_of(press, index);
    char title[TITLE_SIZE];
    size_t row = level >= 1 && level <= 3 ? level - 1u : 2;
    press->canvas->y_pt += LEVELS[row].above_pt;
    (void)paper_canvas_need(
        press->canvas,
        table_pt > 0 ? table_pt + 2 * LEVELS[row].size_pt + LEVELS[row].below_pt
                     : LEVELS[row].together_pt);
    if (level == 2 && text_copy(words, title, sizeof title))
        paper_canvas_outline(press->canvas, title);
    draw_words(press, words,
               &(struct phrase_style){LEVELS[row].size_pt, true}, 0,
               LEVELS[row].tag);
    press->canvas->y_pt += LEVELS[row].below_pt;
}

static void draw_paragraph(struct press *press, size_t index)
{
    draw_words(press, words_of(press, index),
               &(struct phrase_style){TEXT_SIZE_PT, false}, 0, "P");
    press->canvas->y_pt += 4;
}

static void draw_item(struct press *press, size_t index)
{
    struct paper_canvas *canvas = press->canvas;
    (void)paper_canvas_need(canvas, 2 * TEXT_SIZE_PT);
    struct phrase_layout dot;
    phrase_layout_init(canvas, &(struct phrase_style){TEXT_SIZE_PT, false},
                       text_of("•"), &dot);
    paper_canvas_tag(canvas, "LI");
    paper_canvas_tag(canvas, "Lbl");
    phrase_layout_draw(&dot, canvas, canvas->sheet.margin_pt + 4, canvas->y_pt,
                       (struct phrase_lines){0, 1});
    paper_canvas_untag(canvas);
    phrase_layout_deinit(&dot);
    draw_words(press, words_of(press, index),
               &(struct phrase_style){TEXT_SIZE_PT, false}, ITEM_INDENT_PT,
               "LBody");
    paper_canvas_untag(canvas);
    canvas->y_pt += 2;
}

/* Returns the index behind it. */
static size_t draw_table(struct press *press, size_t index)
{
    struct gathered_table gathered;
    press->status = gathered_table_init(press->document, index, &gathered);
    size_t end = gathered.end;
    struct text caption = words_of(press, index);
    if (caption.size > 0)
        draw_words(press, caption,
                   &(struct phrase_style){TABLE_SIZE_PT, true}, 0, "P");
    gathered.table.size_pt = TABLE_SIZE_PT;
    if (press->status == STATUS_OK)
        (void)paper_canvas_need(press->canvas, whole_table_pt(press, index));
    if (press->status == STATUS_OK)
        paper_table_draw(press->canvas, &gathered.table);
    gathered_table_deinit(&gathered);
    press->canvas->y_pt += 6;
    return end;
}

/* The block at index; returns the index behind it. */
static size_t draw_block(struct press *press, size_t index)
{
    enum document_kind kind = press->document->parts[index].kind;
    buffer_clear(&press->words);
    if (kind == DOCUMENT_TABLE || kind == DOCUMENT_TERMS)
        index = draw_table(press, index);
    else if (kind == DOCUMENT_HEADING)
        draw_heading(press, index);
    else if (kind == DOCUMENT_PARAGRAPH)
        draw_paragraph(press, index);
    else if (kind == DOCUMENT_LIST)
        paper_canvas_tag(press->canvas, "L");
    else if (kind == DOCUMENT_LIST_END)
        paper_canvas_untag(press->canvas);
    else if (kind == DOCUMENT_ITEM)
        draw_item(press, index);
    if (press->words.failed)
        press->status = STATUS_NO_MEMORY;
    return index < press->document->count
               ? document_skip_words(press->document, index)
               : index;
}

enum status document_pdf(const struct document *document, int64_t day,
                         struct buffer *out)
{
    struct paper_canvas canvas;
    struct press press = {
        .document = document,
        .canvas = &canvas,
        .words = buffer_with_limit(DOCUMENT_BYTES_MAX),
    };
    char title[TITLE_SIZE] = "";
    if (document->count > 0)
        (void)text_copy(words_of(&press, 0), title, sizeof title);
    struct paper_sheet sheet = {
        .width_pt = PAPER_A4_WIDTH_PT,
        .height_pt = PAPER_A4_HEIGHT_PT,
        .margin_pt = MARGIN_PT,
        .title = title,
        .language = document->language,
        .day = day,
        .is_numbered = true,
    };
    enum status s = paper_canvas_init(&sheet, &canvas);
    for (size_t i = 0; s == STATUS_OK && i < document->count;
         s = press.status)
        i = draw_block(&press, i);
    if (s == STATUS_OK)
        s = paper_canvas_finish(&canvas, out);
    paper_canvas_deinit(&canvas);
    buffer_deinit(&press.words);
    return s;
}
