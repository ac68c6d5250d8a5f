/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper/canvas - pages of a PDF being drawn, in memory, with cairo.
 *
 * Points (1/72 inch), origin at the top left. The file has a title, a
 * language, and tags that say what is heading, paragraph, table; each page has
 * its number at its foot. The same calls give the same bytes.
 *
 * Threads: one at a time.
 */
#ifndef PAPER_CANVAS_H
#define PAPER_CANVAS_H

#include <cairo.h>
#include <pango/pangocairo.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/status.h"
#include "model/language.h"

enum { PAPER_PDF_BYTES_MAX = 64 << 20, PAPER_TAGS_MAX = 8 };

/* ISO 216, upright. */
#define PAPER_A4_WIDTH_PT 595.276
#define PAPER_A4_HEIGHT_PT 841.89
#define PAPER_A3_WIDTH_PT 841.89
#define PAPER_A3_HEIGHT_PT 1190.551
#define PAPER_POINTS(millimetres) ((millimetres) * 72.0 / 25.4)

struct paper_sheet {
    double width_pt;
    double height_pt;
    double margin_pt;
    const char *title;
    enum language language;
    int64_t day; /* of creation, since 1970-01-01; INT64_MIN: none */
    bool is_numbered;
};

struct paper_canvas {
    struct paper_sheet sheet; /* the title is not kept */
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoContext *pango;
    struct buffer pdf;
    unsigned page; /* from 1 */
    double y_pt;   /* where the next block begins */
    const char *tags[PAPER_TAGS_MAX]; /* those that are open */
    size_t tag_count;
};

/*
 * Begins the first page. Ownership: paper_canvas_deinit releases, also after a
 * failure. Fails with: NOT_FOUND (the font NanumGothic), NO_MEMORY.
 */
MUST_USE enum status paper_canvas_init(const struct paper_sheet *sheet,
                                       struct paper_canvas *canvas);

void paper_canvas_deinit(struct paper_canvas *canvas);

/* Ends the page and begins the next; y_pt is its upper margin. Tags that are
 * open end with the page and begin again on the next. */
void paper_canvas_next_page(struct paper_canvas *canvas);

/* Lower end of what may be drawn, and width between the margins. */
double paper_canvas_bottom_pt(const struct paper_canvas *canvas);
double paper_canvas_width_pt(const struct paper_canvas *canvas);

/* A page that has less than this left is ended; true where one was begun. */
bool paper_canvas_need(struct paper_canvas *canvas, double height_pt);

/* The structure of the page (ISO 32000-1 section 14.8.4): "H1", "P", "TD";
 * inside each other at most PAPER_TAGS_MAX. The name is kept: static. */
void paper_canvas_tag(struct paper_canvas *canvas, const char *name);

/* Ends the tag that was begun last. */
void paper_canvas_untag(struct paper_canvas *canvas);

/* An entry of the reader's table of contents: this page, at y_pt. */
void paper_canvas_outline(struct paper_canvas *canvas, const char *words);

/*
 * Ends the document and appends its bytes to out.
 * Fails with: NO_MEMORY, INTERNAL (cairo refused something).
 */
MUST_USE enum status paper_canvas_finish(struct paper_canvas *canvas,
                                         struct buffer *out);

#endif
