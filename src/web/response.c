/* SPDX-License-Identifier: Apache-2.0 */
#include "web/response.h"

static const char *phrase(int code)
{
    static const struct {
        int code;
        const char *phrase;
    } PHRASES[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {417, "Expectation Failed"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    };
    for (size_t i = 0; i < sizeof PHRASES / sizeof PHRASES[0]; i++)
        if (PHRASES[i].code == code)
            return PHRASES[i].phrase;
    return "Answer";
}

static const char *policy(enum response_kind kind)
{
    switch (kind) {
    case RESPONSE_FILE:
        return "default-src 'none'; script-src 'self'; style-src 'self'; "
               "img-src 'self' data:; font-src 'self'; media-src blob:; "
               "connect-src 'self'; base-uri 'none'; form-action 'none'; "
               "frame-ancestors 'none'; require-trusted-types-for 'script'";
    case RESPONSE_PAGE:
    case RESPONSE_PUBLIC:
        return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
               "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    case RESPONSE_API:
        break;
    }
    return "default-src 'none'; base-uri 'none'; form-action 'none'; "
           "frame-ancestors 'none'";
}

/* The console's files change with the binary only: asked for each time, with
 * an ETag, they cost a line. What is public may be as old as in limits.h. What
 * else people see is never stored. */
static const char *cache_rule(enum response_kind kind)
{
    if (kind == RESPONSE_PUBLIC)
        return "public, max-age=10";
    return kind == RESPONSE_FILE ? "no-cache" : "no-store";
}

void response_write_head(const struct response *response, struct buffer *out)
{
    buffer_format(out,
                  "HTTP/1.1 %d %s\r\n"
                  "Server: Haechi\r\n"
                  "Cache-Control: %s\r\n"
                  "Content-Security-Policy: %s\r\n"
                  "X-Content-Type-Options: nosniff\r\n"
                  "X-Frame-Options: DENY\r\n"
                  "Referrer-Policy: no-referrer\r\n"
                  "Cross-Origin-Opener-Policy: same-origin\r\n"
                  "Cross-Origin-Resource-Policy: same-origin\r\n"
                  "Permissions-Policy: camera=(), microphone=(), "
                  "geolocation=()\r\n",
                  response->code, phrase(response->code),
                  cache_rule(response->kind), policy(response->kind));
    buffer_append(out, text_bytes(response->headers));
    if (response->closes)
        buffer_append_text(out, "Connection: close\r\n");
    if (response->type != NULL)
        buffer_format(out, "Content-Type: %s\r\n", response->type);
    if (response->is_chunked)
        buffer_append_text(out, "Transfer-Encoding: chunked\r\n");
    else if (response->code != 204 && response->code != 304)
        buffer_format(out, "Content-Length: %zu\r\n", response->body_size);
    buffer_append_text(out, "\r\n");
}
