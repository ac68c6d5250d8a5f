/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NOTICE_JSON_TEXT_H
#define NOTICE_JSON_TEXT_H

#include "base/buffer.h"

/* Appends text as a JSON string with its quotes (RFC 8259 section 7). Text is
 * UTF-8; control characters are escaped. */
void json_write_text(struct text text, struct buffer *out);

#endif
