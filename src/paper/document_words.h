/* SPDX-License-Identifier: Apache-2.0 */
/* paper/document_words - blocks and tables of a document as texts to draw. */
#ifndef PAPER_DOCUMENT_WORDS_H
#define PAPER_DOCUMENT_WORDS_H

#include "model/document.h"
#include "paper/table.h"

/* Appends the words of the block at index to words, a line feed for a break.
 * The text is a view into words, until it grows; empty once that failed. */
struct text document_words_join(const struct document *document, size_t index,
                                struct buffer *words);

/* A table or terms, gathered. */
struct gathered_table {
    struct paper_table table;
    struct text *cells;
    struct buffer words;
    size_t end; /* index of the part that ends it */
};

/*
 * Gathers the table or terms at index; its size of letters is the caller's.
 * gathered_table_deinit releases, also after a failure.
 * Fails with: LIMIT (columns), NO_MEMORY.
 */
MUST_USE enum status gathered_table_init(const struct document *document,
                                         size_t index,
                                         struct gathered_table *out);
void gathered_table_deinit(struct gathered_table *gathered);

#endif
