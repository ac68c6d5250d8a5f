/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equal(struct text a, struct text b)
{
    return a.size == b.size &&
           (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

bool text_equal_ignore_case(struct text a, struct text b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

bool text_starts_with(struct text text, struct text prefix)
{
    return text.size >= prefix.size &&
           text_equal((struct text){text.data, prefix.size}, prefix);
}

struct text text_trim(struct text text)
{
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && (text.data[text.size - 1] == ' ' ||
                             text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

size_t text_find(struct text text, char character)
{
    size_t at = 0;
    while (at < text.size && text.data[at] != character)
        at++;
    return at;
}

struct text text_cut(struct text *rest, char separator)
{
    size_t at = text_find(*rest, separator);
    struct text head = {rest->data, at};
    if (at < rest->size)
        at++;
    if (rest->data != NULL)
        rest->data += at;
    rest->size -= at;
    return head;
}

/* Bytes of the UTF-8 sequence at the start of text and its code point; 0 if
 * there is none. RFC 3629 section 4. */
static size_t utf8_next(struct text text, uint32_t *code_point)
{
    static const uint32_t SMALLEST[5] = {0, 0, 0x80, 0x800, 0x10000};
    uint8_t first = (uint8_t)text.data[0];
    size_t size = first < 0x80   ? 1
                  : first < 0xc2 ? 0
                  : first < 0xe0 ? 2
                  : first < 0xf0 ? 3
                  : first < 0xf5 ? 4
                                 : 0;
    if (size == 0 || size > text.size)
        return 0;
    uint32_t value = size == 1 ? first : first & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        uint8_t next = (uint8_t)text.data[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3fu);
    }
    if (value < SMALLEST[size] || value > 0x10ffff ||
        (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code_point = value;
    return size;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c ||
           c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

bool text_is_plain(struct text text)
{
    while (text.size > 0) {
        uint32_t code_point = 0;
        size_t size = utf8_next(text, &code_point);
        if (size == 0 || is_control(code_point))
            return false;
        text.data += size;
        text.size -= size;
    }
    return true;
}

bool text_copy(struct text text, char *out, size_t size)
{
    bool fits = text.size < size &&
                (text.size == 0 || memchr(text.data, 0, text.size) == NULL);
    size_t used = fits ? text.size : 0;
    if (used > 0)
        memcpy(out, text.data, used);
    out[used] = 0;
    return fits;
}
