/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cookie.h"

#include "base/text.h"
#include "web/limits.h"

static const char NAME[] = "__Host-haechi";
static const char ATTRIBUTES[] = "; Path=/; Secure; HttpOnly; SameSite=Strict";

bool cookie_token_is_plain(struct text token)
{
    if (token.size == 0 || token.size > WEB_SESSION_MAX)
        return false;
    for (size_t i = 0; i < token.size; i++) {
        char c = token.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '+' ||
              c == '/' || c == '='))
            return false;
    }
    return true;
}

struct text cookie_session(struct text header)
{
    const struct text none = {NULL, 0};
    struct text found = none;
    while (header.size > 0) {
        struct text value = text_trim(text_cut(&header, ';'));
        struct text name = text_cut(&value, '=');
        if (!text_equal(name, text_of(NAME)))
            continue;
        if (found.size > 0 || !cookie_token_is_plain(value))
            return none;
        found = value;
    }
    return found;
}

void cookie_write_session(struct text token, struct buffer *out)
{
    buffer_format(out, "Set-Cookie: %s=%.*s%s\r\n", NAME, (int)token.size,
                  token.data, ATTRIBUTES);
}

void cookie_write_forget(struct buffer *out)
{
    buffer_format(out, "Set-Cookie: %s=%s; Max-Age=0\r\n", NAME, ATTRIBUTES);
}
