/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/cookie - the session's token on its way to the browser and back.
 *
 * RFC 6265bis: the `__Host-` prefix binds the cookie to this very host, path /
 * and TLS; HttpOnly keeps it from scripts, SameSite=Strict from requests that
 * other sites start.
 */
#ifndef WEB_COOKIE_H
#define WEB_COOKIE_H

#include <stdbool.h>

#include "base/buffer.h"

/* The token in a Cookie header; empty where there is none, more than one, or
 * one that we cannot have made. Points into the header. */
struct text cookie_session(struct text header);

/* 1..WEB_SESSION_MAX characters of base64, hexadecimal or base64url. */
bool cookie_token_is_plain(struct text token);

/* A whole Set-Cookie line with CRLF. token: plain. */
void cookie_write_session(struct text token, struct buffer *out);

/* The line that makes the browser forget it. */
void cookie_write_forget(struct buffer *out);

#endif
