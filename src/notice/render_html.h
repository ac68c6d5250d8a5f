/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/render_html - a document as a page: plain HTML without script or
 * foreign parts, readable by a screen reader, ready to be printed.
 */
#ifndef NOTICE_RENDER_HTML_H
#define NOTICE_RENDER_HTML_H

#include "base/buffer.h"
#include "model/document.h"
#include "notice/notice.h"

/*
 * Appends a whole UTF-8 page to out; its title is the first heading.
 * other_language: address of the page in the other language, or NULL.
 * Fails with: NO_MEMORY (also: beyond the limit of out).
 */
MUST_USE enum status render_html(const struct document *document,
                                 const char *other_language,
                                 struct buffer *out);

/* The same for a notice, from its beginning. */
MUST_USE enum status notice_render_html(const struct notice *notice,
                                        enum language language,
                                        const char *other_language,
                                        struct buffer *out);

#endif
