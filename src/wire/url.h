/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire/url - rtsp:// and rtsps:// addresses without credentials; and http://
 * and https:// ones, where a server is to be asked.
 *
 *   ("rtsp" | "rtsps") "://" [userinfo "@"] host [":" port] [path]
 *
 * User and password in an address are cut off and kept nowhere: what is
 * written from a struct url, a log line among it, never holds them.
 *
 * Source: RFC 3986 section 3.2, RFC 2326 sections 3.2 and C.1.1. Threads: none
 * of its own.
 */
#ifndef WIRE_URL_H
#define WIRE_URL_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/writer.h"

enum {
    URL_RTSP_PORT = 554,
    URL_RTSPS_PORT = 322, /* RFC 7826 section 22.1 */
    URL_HTTP_PORT = 80,
    URL_HTTPS_PORT = 443,
};

struct url {
    bool is_secure; /* rtsps or https: over TLS */
    struct text host; /* without the brackets of an IPv6 address */
    uint16_t port;
    struct text path; /* with its leading slash and query; may be empty */
};

/*
 * Views into text. Visible ASCII only.
 * Fails with: BAD_INPUT, LIMIT (lengths in wire/limits.h, port).
 */
MUST_USE enum status url_parse(struct text text, struct url *out);

/* The same of http:// and https://. */
MUST_USE enum status url_parse_http(struct text text, struct url *out);

/* "rtsp://host[:port]path"; port only where it is not the scheme's. Sticky
 * failure. */
void url_write(struct writer *out, const struct url *url);

/*
 * Writes what a control attribute means, seen from base: "*" and the empty
 * control are the base itself, "rtsp://..." and "rtsps://..."
 * stand for themselves, "/..." is a path
 * on base's host, all else is appended behind a slash, as cameras and clients
 * have it (also where base has a query).
 * Fails with: BAD_INPUT, LIMIT (room in out too).
 */
MUST_USE enum status url_write_control(struct writer *out,
                                       const struct url *base,
                                       struct text control);

#endif
