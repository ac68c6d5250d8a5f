/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NOTICE_RENDER_TEXT_H
#define NOTICE_RENDER_TEXT_H

#include "base/buffer.h"
#include "notice/notice.h"

/* Appends a short account of what the notice promises, for a terminal. */
void notice_render_text(const struct notice *notice, enum language language,
                        struct buffer *out);

#endif
