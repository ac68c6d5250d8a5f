/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/document_compare - what differs between two documents, said block by
 * block and cell by cell, under the heading where it stands.
 *
 * Blocks (paragraphs, items, rows, terms with their details) are compared
 * within sections of the same heading, its number left aside. Their order is no
 * difference: a promise does not change by standing in another row. Rows of
 * which a cell is the same are one row that was altered.
 *
 * Threads: any; pure.
 */
#ifndef MODEL_DOCUMENT_COMPARE_H
#define MODEL_DOCUMENT_COMPARE_H

#include "model/document.h"

enum document_change_kind {
    CHANGE_ALTERED = 1,
    CHANGE_ADDED,
    CHANGE_REMOVED,
};

/* All texts are borrowed for the call; those that say nothing are empty. */
struct document_change {
    enum document_change_kind kind;
    struct text section; /* heading, without its number */
    struct text subject; /* which row, by its cells that are the same */
    struct text column;  /* of a cell, or the term */
    struct text before;
    struct text after;
};

typedef void document_change_fn(void *context,
                                const struct document_change *change);

enum { DOCUMENT_UNITS_MAX = 4096 }; /* blocks of one document */

/*
 * Tells every change: in the order of the newer document, then what is left of
 * the older one's sections that the newer has not. Both in the same language.
 * Fails with: NO_MEMORY, LIMIT (DOCUMENT_UNITS_MAX).
 */
MUST_USE enum status document_compare(const struct document *before,
                                      const struct document *after,
                                      document_change_fn *on_change,
                                      void *context);

#endif
