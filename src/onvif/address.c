/* SPDX-License-Identifier: Apache-2.0 */
#include "onvif/address.h"

#include "base/number.h"
#include "base/text.h"
#include "onvif/limits.h"
#include "wire/limits.h"

enum { HTTP_PORT = 80, HTTPS_PORT = 443, PORT_MAX = 65535 };

static struct text behind(struct text text, size_t size)
{
    return (struct text){text.data + size, text.size - size};
}

static bool is_visible(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~')
            return false;
    return true;
}

/* "[2001:db8::1]:80" or "camera:80", without user and password. */
static enum status read_authority(struct text authority,
                                  struct onvif_address *out)
{
    size_t at = text_find(authority, '@');
    while (at < authority.size) {
        authority = behind(authority, at + 1);
        at = text_find(authority, '@');
    }
    bool is_bracketed = authority.size > 0 && authority.data[0] == '[';
    if (is_bracketed) {
        authority = behind(authority, 1);
        at = text_find(authority, ']');
        if (at == authority.size)
            return STATUS_BAD_INPUT;
        out->host = (struct text){authority.data, at};
        authority = behind(authority, at + 1);
    } else {
        at = text_find(authority, ':');
        out->host = (struct text){authority.data, at};
        authority = behind(authority, at);
    }
    if (out->host.size == 0)
        return STATUS_BAD_INPUT;
    if (out->host.size > WIRE_HOST_BYTES_MAX)
        return STATUS_LIMIT;
    if (authority.size == 0)
        return STATUS_OK;
    uint64_t port = 0;
    if (authority.data[0] != ':' ||
        number_parse_u64(behind(authority, 1), 1, PORT_MAX, &port) != STATUS_OK)
        return STATUS_BAD_INPUT;
    out->port = (uint16_t)port;
    return STATUS_OK;
}

enum status onvif_address_parse(struct text text, struct onvif_address *out)
{
    static const char CLEAR[] = "http://";
    static const char SECURE[] = "https://";
    *out = (struct onvif_address){.path = text_of("/")};
    if (text.size >= ONVIF_ADDRESS_SIZE)
        return STATUS_LIMIT;
    if (!is_visible(text))
        return STATUS_BAD_INPUT;
    out->is_secure = text_starts_with(text, text_of(SECURE));
    if (!out->is_secure && !text_starts_with(text, text_of(CLEAR)))
        return STATUS_BAD_INPUT;
    out->port = out->is_secure ? HTTPS_PORT : HTTP_PORT;
    text = behind(text, out->is_secure ? sizeof SECURE - 1 : sizeof CLEAR - 1);
    size_t slash = text_find(text, '/');
    if (slash < text.size)
        out->path = behind(text, slash);
    return read_authority((struct text){text.data, slash}, out);
}
