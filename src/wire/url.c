/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/url.h"

#include <stdio.h>

#include "base/number.h"
#include "base/text.h"
#include "wire/limits.h"

static const char SCHEME[] = "rtsp://";
static const char SECURE_SCHEME[] = "rtsps://";

/* The plain scheme and the one over TLS. */
struct url_family {
    const char *schemes[2];
    uint16_t ports[2];
};

static const struct url_family RTSP = {{SCHEME, SECURE_SCHEME},
                                       {URL_RTSP_PORT, URL_RTSPS_PORT}};
static const struct url_family HTTP = {{"http://", "https://"},
                                       {URL_HTTP_PORT, URL_HTTPS_PORT}};

/* Characters of the scheme that text begins with; 0: neither. */
static size_t scheme_size_of(const struct url_family *family, struct text text,
                             bool *is_secure)
{
    for (size_t i = 0; i < 2; i++) {
        struct text scheme = text_of(family->schemes[i]);
        if (text.size >= scheme.size &&
            text_equal_ignore_case((struct text){text.data, scheme.size},
                                   scheme)) {
            *is_secure = i == 1;
            return scheme.size;
        }
    }
    return 0;
}

static bool is_visible(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((uint8_t)text.data[i] <= 0x20 || (uint8_t)text.data[i] >= 0x7f)
            return false;
    return true;
}

static bool is_host(struct text host)
{
    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '.' &&
            c != ':' && c != '_' && c != '%')
            return false;
    }
    return host.size > 0;
}

static struct text after(struct text text, size_t size)
{
    return (struct text){text.data + size, text.size - size};
}

/* host [":" port], without user information. */
static enum status parse_authority(struct text authority, struct url *out)
{
    struct text port = {NULL, 0};
    if (authority.size > 0 && authority.data[0] == '[') {
        size_t end = text_find(authority, ']');
        if (end == authority.size)
            return STATUS_BAD_INPUT;
        out->host = (struct text){authority.data + 1, end - 1};
        port = after(authority, end + 1);
    } else {
        size_t colon = text_find(authority, ':');
        out->host = (struct text){authority.data, colon};
        port = after(authority, colon);
    }
    if (!is_host(out->host))
        return STATUS_BAD_INPUT;
    if (out->host.size > WIRE_HOST_BYTES_MAX)
        return STATUS_LIMIT;
    if (port.size == 0)
        return STATUS_OK;
    uint64_t number = 0;
    enum status s = port.data[0] == ':'
                        ? number_parse_u64(after(port, 1), 1, 65535, &number)
                        : STATUS_BAD_INPUT;
    out->port = (uint16_t)number;
    return s;
}

static enum status parse(const struct url_family *family, struct text text,
                         struct url *out)
{
    bool is_secure = false;
    size_t scheme_size = scheme_size_of(family, text, &is_secure);
    *out = (struct url){.is_secure = is_secure,
                        .port = family->ports[is_secure]};
    if (scheme_size == 0 || !is_visible(text))
        return STATUS_BAD_INPUT;
    struct text rest = after(text, scheme_size);
    size_t end = 0;
    while (end < rest.size && rest.data[end] != '/' && rest.data[end] != '?')
        end++;
    struct text authority = {rest.data, end};
    out->path = after(rest, end);
    for (size_t at = text_find(authority, '@'); at < authority.size;
         at = text_find(authority, '@'))
        authority = after(authority, at + 1);
    if (out->path.size > WIRE_PATH_BYTES_MAX)
        return STATUS_LIMIT;
    return parse_authority(authority, out);
}

enum status url_parse(struct text text, struct url *out)
{
    return parse(&RTSP, text, out);
}

enum status url_parse_http(struct text text, struct url *out)
{
    return parse(&HTTP, text, out);
}

void url_write(struct writer *out, const struct url *url)
{
    bool is_ipv6 = text_find(url->host, ':') < url->host.size;
    writer_bytes(out, text_bytes(text_of(url->is_secure ? SECURE_SCHEME
                                                        : SCHEME)));
    writer_bytes(out, text_bytes(text_of(is_ipv6 ? "[" : "")));
    writer_bytes(out, text_bytes(url->host));
    writer_bytes(out, text_bytes(text_of(is_ipv6 ? "]" : "")));
    if (url->port != RTSP.ports[url->is_secure]) {
        char port[8];
        (void)snprintf(port, sizeof port, ":%u", url->port);
        writer_bytes(out, text_bytes(text_of(port)));
    }
    writer_bytes(out, text_bytes(url->path));
}

static enum status write_absolute(struct writer *out, struct text text)
{
    struct url url;
    enum status s = url_parse(text, &url);
    if (s == STATUS_OK)
        url_write(out, &url);
    return s;
}

enum status url_write_control(struct writer *out, const struct url *base,
                              struct text control)
{
    bool is_secure = false;
    enum status s = STATUS_OK;
    if (!is_visible(control))
        return STATUS_BAD_INPUT;
    if (control.size > WIRE_PATH_BYTES_MAX)
        return STATUS_LIMIT;
    if (control.size == 0 || text_equal(control, text_of("*"))) {
        url_write(out, base);
    } else if (scheme_size_of(&RTSP, control, &is_secure) > 0) {
        s = write_absolute(out, control);
    } else if (control.data[0] == '/') {
        struct url rooted = *base;
        rooted.path = control;
        url_write(out, &rooted);
    } else {
        url_write(out, base);
        if (base->path.size == 0 ||
            base->path.data[base->path.size - 1] != '/')
            writer_u8(out, '/');
        writer_bytes(out, text_bytes(control));
    }
    return s == STATUS_OK && out->failed ? STATUS_LIMIT : s;
}
