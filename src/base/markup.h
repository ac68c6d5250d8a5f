/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/markup - words inside HTML and XML.
 *
 * Source: XML 1.0 section 2.4 (character data), HTML (text and quoted attributes).
 * Threads: any.
 */
#ifndef BASE_MARKUP_H
#define BASE_MARKUP_H

#include "base/buffer.h"

/* Appends the words so that they mark nothing up: in an element as in a quoted
 * attribute. Sticky failure in out. */
void markup_escape(struct text words, struct buffer *out);

#endif
