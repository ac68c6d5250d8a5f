/* SPDX-License-Identifier: Apache-2.0 */
#include "paper/phrase_layout.h"

#include <string.h>

#define PITCH_PER_SIZE 1.45
#define BASELINE_PER_PITCH 0.74

static double points(int pango_units)
{
    return (double)pango_units / PANGO_SCALE;
}

static bool is_space(char character)
{
    return character == ' ' || character == '\n';
}

/* The word that begins at or behind *at; false behind the last. */
static bool next_word(const char *text, size_t *at, size_t *begin, size_t *end)
{
    size_t i = *at;
    while (text[i] != 0 && is_space(text[i]))
        i++;
    *begin = i;
    while (text[i] != 0 && !is_space(text[i]))
        i++;
    *end = *at = i;
    return *end > *begin;
}

/* While the layout has no width: each line is as long as it is. */
static double word_width(PangoLayout *layout, size_t begin, size_t end)
{
    PangoRectangle first;
    PangoRectangle behind;
    pango_layout_index_to_pos(layout, (int)begin, &first);
    pango_layout_index_to_pos(layout, (int)end, &behind);
    return points(behind.x - first.x);
}

void phrase_layout_init(struct paper_canvas *canvas,
                        const struct phrase_style *style, struct text text,
                        struct phrase_layout *out)
{
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, PAPER_FONT);
    pango_font_description_set_absolute_size(font,
                                             style->size_pt * PANGO_SCALE);
    if (style->is_bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    *out = (struct phrase_layout){
        .layout = pango_layout_new(canvas->pango),
        .pitch_pt = style->size_pt * PITCH_PER_SIZE,
    };
    pango_layout_set_font_description(out->layout, font);
    pango_font_description_free(font);
    pango_layout_set_wrap(out->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(out->layout, text.data, (int)text.size);
    PangoRectangle extent;
    pango_layout_get_extents(out->layout, NULL, &extent);
    out->natural_pt = points(extent.width);
    const char *words = pango_layout_get_text(out->layout);
    size_t at = 0;
    size_t begin = 0;
    size_t end = 0;
    while (next_word(words, &at, &begin, &end)) {
        double width = word_width(out->layout, begin, end);
        if (width > out->minimum_pt)
            out->minimum_pt = width;
    }
    out->line_count = (size_t)pango_layout_get_line_count(out->layout);
}

void phrase_layout_deinit(struct phrase_layout *phrase)
{
    if (phrase->layout != NULL)
        g_object_unref(phrase->layout);
    phrase->layout = NULL;
}

void phrase_layout_fit(struct phrase_layout *phrase, double width_pt)
{
    const char *words = pango_layout_get_text(phrase->layout);
    PangoAttrList *list = pango_attr_list_new();
    size_t at = 0;
    size_t begin = 0;
    size_t end = 0;
    pango_layout_set_width(phrase->layout, -1);
    while (next_word(words, &at, &begin, &end)) {
        if (word_width(phrase->layout, begin, end) > width_pt)
            continue;
        PangoAttribute *whole = pango_attr_allow_breaks_new(FALSE);
        whole->start_index = (guint)begin;
        whole->end_index = (guint)end;
        pango_attr_list_insert(list, whole);
    }
    pango_layout_set_attributes(phrase->layout, list);
    pango_attr_list_unref(list);
    /* A unit more than the widest word needs, against rounding. */
    pango_layout_set_width(phrase->layout, (int)(width_pt * PANGO_SCALE) + 1);
    phrase->width_pt = width_pt;
    phrase->line_count = (size_t)pango_layout_get_line_count(phrase->layout);
}

double phrase_layout_height_pt(const struct phrase_layout *phrase)
{
    return (double)phrase->line_count * phrase->pitch_pt;
}

static struct text line_words(PangoLayout *layout, size_t number)
{
    PangoLayoutLine *line =
        pango_layout_get_line_readonly(layout, (int)number);
    if (line == NULL)
        return (struct text){"", 0};
    return (struct text){pango_layout_get_text(layout) + line->start_index,
                         (size_t)line->length};
}

void phrase_layout_draw(const struct phrase_layout *phrase,
                        struct paper_canvas *canvas, double x_pt, double y_pt,
                        struct phrase_lines lines)
{
    /* A line for itself: where pango has broken it, the space at its end has
     * no glyph, and cairo's note of that ends the tagged text for readers. */
    PangoLayout *alone = pango_layout_new(canvas->pango);
    pango_layout_set_font_description(
        alone, pango_layout_get_font_description(phrase->layout));
    for (size_t i = 0; i < lines.count; i++) {
        struct text words = line_words(phrase->layout, lines.first + i);
        pango_layout_set_text(alone, words.data, (int)words.size);
        PangoRectangle extent;
        pango_layout_get_extents(alone, NULL, &extent);
        double left = x_pt;
        if (phrase->is_centered)
            left += (phrase->width_pt - points(extent.width)) / 2;
        cairo_move_to(canvas->cairo, left,
                      y_pt + phrase->pitch_pt *
                                 ((double)i + BASELINE_PER_PITCH));
        pango_cairo_show_layout_line(
            canvas->cairo, pango_layout_get_line_readonly(alone, 0));
    }
    g_object_unref(alone);
}
