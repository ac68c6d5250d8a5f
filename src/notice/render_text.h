/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/render_text - a document as plain text, in the shape in which
 * notices are copied from homepages: a block a line, an empty line between
 * blocks, cells of a table between tabs. A cell of several lines goes on in
 * rows of which only that cell is filled. What is written so is read again by
 * notice import.
 */
#ifndef NOTICE_RENDER_TEXT_H
#define NOTICE_RENDER_TEXT_H

#include "base/buffer.h"
#include "model/document.h"

/* Appends UTF-8 text. Fails with: NO_MEMORY (also: beyond the limit). */
MUST_USE enum status render_text(const struct document *document,
                                 struct buffer *out);

#endif
