/* SPDX-License-Identifier: Apache-2.0 */
#include "base/markup.h"

void markup_escape(struct text words, struct buffer *out)
{
    for (size_t i = 0; i < words.size; i++) {
        switch (words.data[i]) {
        case '&':
            buffer_append_text(out, "&amp;");
            break;
        case '<':
            buffer_append_text(out, "&lt;");
            break;
        case '>':
            buffer_append_text(out, "&gt;");
            break;
        case '"':
            buffer_append_text(out, "&quot;");
            break;
        case '\'':
            buffer_append_text(out, "&#39;");
            break;
        default:
            buffer_append_u8(out, (uint8_t)words.data[i]);
        }
    }
}
