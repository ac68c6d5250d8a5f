/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAPER_COLUMNS_H
#define PAPER_COLUMNS_H

#include <stddef.h>

/* What the cells of a column ask for. */
struct column_wish {
    double minimum_pt; /* the widest word */
    double natural_pt; /* the longest cell in one line */
};

/*
 * Shares width_pt among the columns, as browsers share a table's: where all
 * fit in one line, in proportion; else each its widest word, and the rest by
 * how much more it asks for; where not even the words fit, in proportion to
 * them. The sum is width_pt. Nothing depends on anything else.
 */
void columns_share(const struct column_wish *wishes, size_t count,
                   double width_pt, double *out_pt);

#endif
