/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NOTICE_SUMMARY_H
#define NOTICE_SUMMARY_H

#include "base/buffer.h"
#include "notice/notice.h"

/* Appends a short account of what the notice promises, for a terminal. */
void notice_summarise(const struct notice *notice, enum language language,
                        struct buffer *out);

#endif
