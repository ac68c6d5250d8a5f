/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/document - a text for people, before it is HTML, PDF or plain text.
 *
 * A document is one row of parts. A block (heading, paragraph, item, column,
 * cell, term, detail, caption of a table) is a part without words; the TEXT
 * and BREAK parts behind it are its words, up to the next part of another
 * kind. Blocks do not nest but for lists, tables and terms, which have an end.
 *
 * Threads: none while it is built; then any may read.
 */
#ifndef MODEL_DOCUMENT_H
#define MODEL_DOCUMENT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/status.h"
#include "model/language.h"

enum document_kind {
    DOCUMENT_TEXT = 1, /* words of the block before */
    DOCUMENT_BREAK,    /* a new line inside the block */
    DOCUMENT_HEADING,  /* level 1 (once, the title) to 3 */
    DOCUMENT_PARAGRAPH,
    DOCUMENT_LIST,
    DOCUMENT_ITEM,
    DOCUMENT_LIST_END,
    DOCUMENT_TABLE, /* its words are the caption; columns, then rows */
    DOCUMENT_COLUMN,
    DOCUMENT_ROW,
    DOCUMENT_CELL,
    DOCUMENT_TABLE_END,
    DOCUMENT_TERMS, /* term and detail in turn, in a frame */
    DOCUMENT_TERM,
    DOCUMENT_DETAIL,
    DOCUMENT_TERMS_END,
};

enum {
    DOCUMENT_BYTES_MAX = 8 << 20,  /* of all words */
    DOCUMENT_PARTS_MAX = 1 << 18,
    DOCUMENT_COLUMNS_MAX = 12,
};

struct document_part {
    enum document_kind kind;
    uint8_t level;        /* of a heading; of a cell: its mark, or 0 */
    enum language spoken; /* of a TEXT: Korean, where English is missing */
    uint32_t offset;      /* of a TEXT, in characters */
    uint32_t size;
    uint32_t link_size;   /* of its address, right before offset; 0: none */
};

/* How a cell is to be seen, beside its words. */
enum document_mark {
    DOCUMENT_MARK_NONE = 0,
    DOCUMENT_MARK_GOOD,
    DOCUMENT_MARK_DOUBTFUL,
    DOCUMENT_MARK_BAD,
};

struct document {
    enum language language;
    struct buffer characters;
    struct document_part *parts;
    size_t count;
    size_t capacity;
    bool failed; /* out of memory, or beyond a limit */
};

/* An empty document; nothing is allocated. */
struct document document_in(enum language language);

void document_deinit(struct document *document);

/* Appends a part without words. Errors are sticky: ask document_status. */
void document_begin(struct document *document, enum document_kind kind);

/* As above, a heading of that level. */
void document_heading(struct document *document, uint8_t level);

/* Appends words to the block that was begun last; empty ones are left out.
 * Text is copied. */
void document_text(struct document *document, struct text words,
                   enum language spoken);

/* As above, in the document's language. */
void document_say(struct document *document, const char *terminated);

/* Words that lead to a path of our own pages, such as "/public/signs". Only a
 * page on a screen follows it; elsewhere they are words. */
void document_link(struct document *document, const char *path,
                   struct text words);

/* Appends a cell with a mark. */
void document_cell_marked(struct document *document, enum document_mark mark);

/* Copies the parts from first up to end (indices into from's) behind out's. */
void document_append(struct document *out, const struct document *from,
                     size_t first, size_t end);

/* The path of a TEXT part; empty where it leads nowhere. Borrowed likewise. */
struct text document_path(const struct document *document,
                          const struct document_part *part);

/* OK, or NO_MEMORY once anything failed. */
MUST_USE enum status document_status(const struct document *document);

/* The words of a TEXT part. Borrowed until the document changes. */
struct text document_words(const struct document *document,
                           const struct document_part *part);

/* The index behind the words of the block at index. */
size_t document_skip_words(const struct document *document, size_t index);

#endif
