/* SPDX-License-Identifier: Apache-2.0 */
#include "web/request.h"

#include "base/number.h"
#include "base/text.h"
#include "web/cookie.h"
#include "web/limits.h"
#include "wire/message.h"

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
           c == '~';
}

/* RFC 3986 section 3.3, without escapes, empty or hidden segments. */
static bool path_is_plain(struct text path)
{
    if (path.size == 0 || path.size > WEB_PATH_MAX || path.data[0] != '/')
        return false;
    for (size_t i = 1; i < path.size; i++) {
        bool begins = path.data[i - 1] == '/';
        if (path.data[i] == '/' ? begins : !is_unreserved(path.data[i]))
            return false;
        if (begins && path.data[i] == '.')
            return false;
    }
    return true;
}

static bool query_is_plain(struct text query)
{
    if (query.size > WEB_QUERY_MAX)
        return false;
    for (size_t i = 0; i < query.size; i++)
        if (!is_unreserved(query.data[i]) && query.data[i] != '=' &&
            query.data[i] != '&')
            return false;
    return true;
}

/* RFC 3986 section 3.2: a host and a port; no user, nothing to escape. */
static bool host_is_plain(struct text host)
{
    if (host.size == 0 || host.size > WEB_HOST_MAX)
        return false;
    for (size_t i = 0; i < host.size; i++)
        if (!is_unreserved(host.data[i]) && host.data[i] != ':' &&
            host.data[i] != '[' && host.data[i] != ']')
            return false;
    return true;
}

static bool read_method(struct text name, enum http_method *out)
{
    static const struct {
        const char *name;
        enum http_method method;
    } METHODS[] = {{"GET", METHOD_GET},
                   {"HEAD", METHOD_HEAD},
                   {"POST", METHOD_POST},
                   {"DELETE", METHOD_DELETE}};
    for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++) {
        if (!text_equal(name, text_of(METHODS[i].name)))
            continue;
        *out = METHODS[i].method;
        return true;
    }
    return false;
}

/* Whether the Origin header names the host that was asked. */
static bool origin_is_ours(struct text origin, struct text host)
{
    static const char HTTPS[] = "https://";
    const struct text https = {HTTPS, sizeof HTTPS - 1};
    if (!text_starts_with(origin, https))
        return false;
    origin.data += https.size;
    origin.size -= https.size;
    return text_equal_ignore_case(origin, host);
}

static bool is_own_page(const struct wire_message *message, struct text host)
{
    struct text value;
    if (!text_equal(wire_message_header_or_empty(message, "X-Haechi"),
                    text_of("1")))
        return false;
    if (wire_message_header(message, "Origin", &value) &&
        !origin_is_ours(value, host))
        return false;
    return !wire_message_header(message, "Sec-Fetch-Site", &value) ||
           text_equal(value, text_of("same-origin"));
}

static bool is_json(struct text type)
{
    struct text rest = type;
    return text_equal_ignore_case(text_trim(text_cut(&rest, ';')),
                                  text_of("application/json"));
}

static bool wants_close(struct text connection)
{
    while (connection.size > 0)
        if (text_equal_ignore_case(text_trim(text_cut(&connection, ',')),
                                   text_of("close")))
            return true;
    return false;
}

static enum status refuse(enum problem *why, enum problem problem)
{
    *why = problem;
    return STATUS_BAD_INPUT;
}

enum status request_read(const struct wire_message *message,
                         struct request *out, enum problem *why)
{
    *out = (struct request){.method = METHOD_GET};
    struct text value;
    if (wire_message_minor_version(message) != 1)
        return refuse(why, PROBLEM_VERSION);
    if (wire_message_header(message, "Expect", &value))
        return refuse(why, PROBLEM_EXPECTATION);
    struct text host = wire_message_header_or_empty(message, "Host");
    if (!host_is_plain(host))
        return refuse(why, PROBLEM_BAD_REQUEST);
    if (!read_method(wire_message_method(message), &out->method))
        return refuse(why, PROBLEM_NO_SUCH_METHOD);
    out->query = wire_message_target(message);
    out->path = text_cut(&out->query, '?');
    if (!path_is_plain(out->path) || !query_is_plain(out->query))
        return refuse(why, PROBLEM_NO_SUCH_PATH);
    if (wire_message_header(message, "Cookie", &value))
        out->session = cookie_session(value);
    out->known_etag = wire_message_header_or_empty(message, "If-None-Match");
    out->is_json =
        is_json(wire_message_header_or_empty(message, "Content-Type"));
    out->is_own_page = is_own_page(message, host);
    out->wants_close =
        wants_close(wire_message_header_or_empty(message, "Connection"));
    out->body = wire_message_body(message);
    return STATUS_OK;
}

bool request_query(const struct request *request, const char *name,
                   struct text *value)
{
    struct text rest = request->query;
    bool found = false;
    while (rest.size > 0) {
        struct text content = text_cut(&rest, '&');
        struct text parameter = text_cut(&content, '=');
        if (!text_equal(parameter, text_of(name)))
            continue;
        if (found)
            return false;
        *value = content;
        found = true;
    }
    return found;
}

bool request_query_number(const struct request *request, const char *name,
                          int64_t min, int64_t max, int64_t *value)
{
    struct text digits;
    if (!request_query(request, name, &digits))
        return false;
    bool is_negative = digits.size > 0 && digits.data[0] == '-';
    if (is_negative) {
        digits.data++;
        digits.size--;
    }
    uint64_t size = 0;
    if (number_parse_u64(digits, 0, INT64_MAX, &size) != STATUS_OK)
        return false;
    int64_t number = is_negative ? -(int64_t)size : (int64_t)size;
    if (number < min || number > max)
        return false;
    *value = number;
    return true;
}
