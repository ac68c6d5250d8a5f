/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire/message - start line, headers and body of RTSP/1.0 and HTTP/1.x, in
 * either direction, pushed in pieces of any size.
 *
 *   start-line CRLF *(name ":" OWS value OWS CRLF) CRLF [body]
 *
 * Strict: a name is a token and touches its colon, a value holds no control
 * character, no folded lines, no bare CR, no bare LF (some cameras need the
 * latter: a flag), one Content-Length of digits only, one Host, no
 * Transfer-Encoding (chunks are not spoken: LIMIT). The body is as long as
 * Content-Length says, and empty without one. Every size has a limit.
 *
 * The parser keeps head and body in memory that grows with them; views live
 * until the next reset, init or deinit.
 *
 * Source: RFC 9112 sections 2 to 6, RFC 9110 section 5; RFC 2326 sections 4, 6
 * and 7. Threads: none of its own.
 *
 *   wire_message_init(&m, WIRE_HTTP_REQUEST, &WIRE_LIMITS_HTTP);
 *   while (in.size > 0) {
 *       size_t used = 0;
 *       s = wire_message_input(&m, in, &used);
 *       (cut used bytes off in)
 *       if (s == STATUS_AGAIN) break;       more bytes are needed
 *       if (s != STATUS_OK) (drop the peer)
 *       (answer it) ... wire_message_reset(&m);
 *   }
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/status.h"
#include "wire/limits.h"

enum wire_message_kind {
    WIRE_HTTP_REQUEST,
    WIRE_HTTP_RESPONSE,
    WIRE_RTSP_REQUEST,
    WIRE_RTSP_RESPONSE,
    WIRE_RTSP_ANY, /* a client: responses, and now and then a request */
};

/* Each at most the limit of the same name in wire/limits.h. */
struct wire_message_limits {
    size_t start_line_bytes;
    size_t header_line_bytes;
    size_t headers;
    size_t head_bytes;
    size_t body_bytes;
    bool tolerates_bare_lf; /* "\n" ends a line as "\r\n" does */
};

/* For a browser's requests: body at most 64 KiB. */
extern const struct wire_message_limits WIRE_LIMITS_HTTP;
/* For cameras and their clients: body (SDP) at most 64 KiB, bare LF taken. */
extern const struct wire_message_limits WIRE_LIMITS_RTSP;

/* Where a text stands in the head. */
struct wire_message_range {
    uint16_t from;
    uint16_t size;
};

struct wire_message_header {
    struct wire_message_range name;
    struct wire_message_range value;
};

/* Members are the parser's. */
struct wire_message {
    enum wire_message_kind kind;
    struct wire_message_limits limits;
    int stage;
    enum status failure; /* sticky */
    size_t line_from;
    size_t empty_lines;
    size_t header_count;
    size_t content_length;
    bool has_content_length;
    bool has_host;
    bool is_request;
    uint16_t status_code;
    uint8_t minor_version;
    struct wire_message_range method;
    struct wire_message_range target;
    struct wire_message_range reason;
    struct wire_message_header headers[WIRE_HEADERS_MAX];
    struct buffer head;
    struct buffer body;
};

/* limits: copied, and cut to those of wire/limits.h. */
void wire_message_init(struct wire_message *message,
                       enum wire_message_kind kind,
                       const struct wire_message_limits *limits);

/* Releases the memory of head and body. */
void wire_message_deinit(struct wire_message *message);

/* Ready for the next message; kind, limits and memory stay. */
void wire_message_reset(struct wire_message *message);

/*
 * Takes bytes from the front of input; *used says how many. OK: one message is
 * whole; what is left of the input belongs to the next (reset first).
 * Fails with: AGAIN (all used, more needed), BAD_INPUT, LIMIT, NO_MEMORY. The
 * last three are final until a reset.
 */
MUST_USE enum status wire_message_input(struct wire_message *message,
                                        struct bytes input, size_t *used);

/* Nothing of a message has been taken yet (a peer may close now). */
bool wire_message_is_empty(const struct wire_message *message);

/* The head is whole: the accessors below hold, the body may be missing. */
bool wire_message_has_head(const struct wire_message *message);

/* Request or response: only WIRE_RTSP_ANY needs to ask. */
bool wire_message_is_request(const struct wire_message *message);

/* Of a request: token in the sender's case, and the target as sent. */
struct text wire_message_method(const struct wire_message *message);
struct text wire_message_target(const struct wire_message *message);

/* Of a response: 100..999, and its phrase (may be empty, not trusted). */
unsigned wire_message_status_code(const struct wire_message *message);
struct text wire_message_reason(const struct wire_message *message);

/* 0 or 1: HTTP/1.0, HTTP/1.1, RTSP/1.0. */
unsigned wire_message_minor_version(const struct wire_message *message);

/* The first header of this name, in any case of letters. False: none. */
MUST_USE bool wire_message_header(const struct wire_message *message,
                                  const char *name, struct text *value);

/* As above, or the empty text. */
struct text wire_message_header_or_empty(const struct wire_message *message,
                                         const char *name);

/* All headers, in order: index from 0. False beyond the last. */
MUST_USE bool wire_message_header_at(const struct wire_message *message,
                                     size_t index, struct text *name,
                                     struct text *value);

/* What Content-Length says; 0 without one. */
size_t wire_message_content_length(const struct wire_message *message);

struct bytes wire_message_body(const struct wire_message *message);

#endif
