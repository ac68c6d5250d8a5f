/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/render_html - the public page of the notice.
 *
 * Plain HTML without script or foreign parts, in the order of the document
 * that public bodies publish: basis and purpose; number, place and coverage;
 * people; hours, period, place of storage and processing; checking;
 * outsourcing; requests; measures; changes; remedies; the sign.
 */
#ifndef NOTICE_RENDER_HTML_H
#define NOTICE_RENDER_HTML_H

#include "base/buffer.h"
#include "notice/notice.h"

/* Appends a whole UTF-8 document to out; ask buffer_status(out) too.
 * Fails with: NO_MEMORY. */
MUST_USE enum status notice_render_html(const struct notice *notice,
                                        enum language language,
                                        struct buffer *out);

#endif
