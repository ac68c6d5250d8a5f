/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/json_text.h"

void json_write_text(struct text text, struct buffer *out)
{
    buffer_append_u8(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t character = (uint8_t)text.data[i];
        if (character == '"' || character == '\\')
            buffer_append_u8(out, '\\');
        if (character < 0x20)
            buffer_format(out, "\\u%04x", character);
        else
            buffer_append_u8(out, character);
    }
    buffer_append_u8(out, '"');
}
