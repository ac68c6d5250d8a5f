/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper/phrase_layout - words broken into lines, Hangul never inside a word.
 *
 * Pango breaks Hangul between any two syllables, as Chinese. Korean breaks at
 * spaces: so every word that fits into the width is marked unbreakable
 * (pango_attr_allow_breaks_new), and only one that does not is broken where
 * pango likes. Lines have one pitch, so that text flows over pages by lines.
 */
#ifndef PAPER_PHRASE_LAYOUT_H
#define PAPER_PHRASE_LAYOUT_H

#include "paper/canvas.h"

#define PAPER_FONT "NanumGothic"

struct phrase_style {
    double size_pt;
    bool is_bold;
};

struct phrase_layout {
    PangoLayout *layout;
    double pitch_pt;    /* from line to line */
    double natural_pt;  /* width without a break but its own */
    double minimum_pt;  /* width of the widest word */
    double width_pt;    /* as fitted */
    size_t line_count;
    bool is_centered;
};

struct phrase_lines {
    size_t first;
    size_t count;
};

/* Line feeds in the text begin new lines. phrase_layout_deinit releases. */
void phrase_layout_init(struct paper_canvas *canvas,
                        const struct phrase_style *style, struct text text,
                        struct phrase_layout *out);
void phrase_layout_deinit(struct phrase_layout *phrase);

/* Breaks it into lines of at most that width. */
void phrase_layout_fit(struct phrase_layout *phrase, double width_pt);

double phrase_layout_height_pt(const struct phrase_layout *phrase);

/* Draws those lines, the first with its upper edge at y. */
void phrase_layout_draw(const struct phrase_layout *phrase,
                        struct paper_canvas *canvas, double x_pt, double y_pt,
                        struct phrase_lines lines);

#endif
