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

/* One of our own pages. */
struct html_link {
    const char *path;
    const char *words; /* in the page's language */
    bool is_here;      /* the page that is being made */
};

/* What stands around a document on its page. */
struct html_frame {
    const char *other_language; /* path of the page in the other one; or NULL */
    const struct html_link *links;
    size_t link_count;
    const char *feed;      /* path of a feed of this, or NULL */
    bool is_form;          /* to be filled in on paper: rows are tall */
};

/*
 * Appends a whole UTF-8 page to out; its title is the first heading. frame:
 * NULL for a page that stands alone.
 * Fails with: NO_MEMORY (also: beyond the limit of out).
 */
MUST_USE enum status render_html(const struct document *document,
                                 const struct html_frame *frame,
                                 struct buffer *out);

/* The same for a notice, from its beginning. */
MUST_USE enum status notice_render_html(const struct notice *notice,
                                        enum language language,
                                        const struct html_frame *frame,
                                        struct buffer *out);

#endif
