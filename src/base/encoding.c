/* SPDX-License-Identifier: Apache-2.0 */
#include "base/encoding.h"

#include <string.h>

static const char HEX[] = "0123456789abcdef";
static const char BASE64[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void hex_encode(struct bytes in, char *out)
{
    for (size_t i = 0; i < in.size; i++) {
        *out++ = HEX[in.data[i] >> 4];
        *out++ = HEX[in.data[i] & 15];
    }
    *out = 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum status hex_decode(struct text in, uint8_t *out, size_t size)
{
    memset(out, 0, size);
    if (in.size % 2 != 0 || in.size / 2 != size)
        return STATUS_BAD_INPUT;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(in.data[2 * i]);
        int low = hex_digit(in.data[2 * i + 1]);
        if (high < 0 || low < 0) {
            memset(out, 0, size);
            return STATUS_BAD_INPUT;
        }
        out[i] = (uint8_t)(high << 4 | low);
    }
    return STATUS_OK;
}

void base64_encode(struct bytes in, char *out)
{
    for (size_t i = 0; i < in.size; i += 3) {
        size_t left = in.size - i;
        uint32_t three = (uint32_t)in.data[i] << 16;
        if (left > 1)
            three |= (uint32_t)in.data[i + 1] << 8;
        if (left > 2)
            three |= in.data[i + 2];
        *out++ = BASE64[three >> 18];
        *out++ = BASE64[three >> 12 & 63];
        *out++ = left > 1 ? BASE64[three >> 6 & 63] : '=';
        *out++ = left > 2 ? BASE64[three & 63] : '=';
    }
    *out = 0;
}

static uint32_t base64_digit(char c)
{
    const char *at = c == 0 ? NULL : strchr(BASE64, c);
    return at == NULL ? 64 : (uint32_t)(at - BASE64);
}

/* One group of four characters, of which the last `padding` are '='. */
static enum status decode_group(const char *in, unsigned padding,
                                uint8_t out[3])
{
    uint32_t three = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint32_t digit = i < 4 - padding ? base64_digit(in[i]) : 0;
        if (digit > 63)
            return STATUS_BAD_INPUT;
        three = three << 6 | digit;
    }
    /* Bits that no byte carries must be zero, or one value has two texts. */
    if ((padding == 1 && (three & 0xff) != 0) ||
        (padding == 2 && (three & 0xffff) != 0))
        return STATUS_BAD_INPUT;
    out[0] = (uint8_t)(three >> 16);
    out[1] = (uint8_t)(three >> 8);
    out[2] = (uint8_t)three;
    return STATUS_OK;
}

enum status base64_decode(struct text in, uint8_t *out, size_t size,
                          size_t *used)
{
    *used = 0;
    if (in.size % 4 != 0)
        return STATUS_BAD_INPUT;
    for (size_t i = 0; i < in.size; i += 4) {
        unsigned padding = 0;
        if (i + 4 == in.size && in.data[i + 3] == '=')
            padding = in.data[i + 2] == '=' ? 2 : 1;
        uint8_t three[3];
        enum status s = decode_group(in.data + i, padding, three);
        if (s != STATUS_OK)
            return s;
        size_t count = 3 - padding;
        if (count > size - *used)
            return STATUS_LIMIT;
        memcpy(out + *used, three, count);
        *used += count;
    }
    return STATUS_OK;
}
