/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paper/table - rows and columns that flow over pages.
 *
 * The header stands again on each page. A row stays whole where a page holds
 * it; a higher one goes on, line by line, on the next.
 */
#ifndef PAPER_TABLE_H
#define PAPER_TABLE_H

#include "model/document.h"
#include "paper/canvas.h"

struct paper_table {
    const struct text *cells; /* row by row, the header first */
    size_t column_count;      /* at most DOCUMENT_COLUMNS_MAX */
    size_t row_count;         /* with the header */
    double size_pt;           /* of the letters */
    const double *shares;     /* widths of the columns; NULL: by what is in
                                 them */
    bool has_header;
    bool has_terms;   /* the first column is bold, as a row's name */
    bool is_centered; /* every cell */
    double padding;   /* of the usual; 0: 1 */
};

/* How high all of it would be on one page without an end. */
double paper_table_height_pt(struct paper_canvas *canvas,
                             const struct paper_table *table);

/* Draws it from canvas->y_pt on, and leaves that behind it. */
void paper_table_draw(struct paper_canvas *canvas,
                      const struct paper_table *table);

#endif
