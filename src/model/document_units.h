/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/document_units - a document as the list of its statements: each
 * paragraph, item, row, or term with its detail, under its heading.
 *
 * Threads: none while it is made; then any may read.
 */
#ifndef MODEL_DOCUMENT_UNITS_H
#define MODEL_DOCUMENT_UNITS_H

#include "model/document.h"

struct document_unit {
    enum document_kind kind; /* PARAGRAPH, ITEM, ROW or TERM */
    struct text section;     /* heading without its number */
    size_t cell_count;       /* 1, but for rows; TERM: term and detail */
    struct text cells[DOCUMENT_COLUMNS_MAX];
    struct text columns[DOCUMENT_COLUMNS_MAX]; /* names; rows only */
    bool is_matched;         /* the comparison's */
};

struct document_units {
    struct document_unit *units;
    size_t count;
    struct buffer words; /* what the texts point into */
};

/* The caller releases *out with document_units_deinit. Fails with: NO_MEMORY,
 * LIMIT (more than max). */
MUST_USE enum status document_units_make(const struct document *document,
                                         size_t max,
                                         struct document_units *out);

void document_units_deinit(struct document_units *units);

#endif
