/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/json_body - request bodies: one flat JSON object.
 *
 *   {"name": text | integer | array of integers, ...}
 *
 * Nothing else is read: no nesting, no fractions, no null, no name twice, at
 * most WEB_JSON_MEMBERS_MAX members. Depth is counted before the library sees
 * the bytes, so that its recursion is bounded. Source: RFC 8259.
 */
#ifndef WEB_JSON_BODY_H
#define WEB_JSON_BODY_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/status.h"

struct json_t;

struct json_body {
    struct json_t *root;
};

/* Once, before the sandbox: the library reads its random seed from a file. */
void json_body_prepare(void);

/* Fails with: BAD_INPUT (not such an object), LIMIT. Then *out is empty. */
MUST_USE enum status json_body_read(struct bytes body, struct json_body *out);
void json_body_deinit(struct json_body *body);

/* True if no member stands outside names (ended by NULL). */
MUST_USE bool json_body_has_only(const struct json_body *body,
                                 const char *const *names);

/* Both: the body is such an object, of these members and no other. */
MUST_USE bool json_body_only(struct bytes body, const char *const *names,
                             struct json_body *out);

/* Whether the member is there, whatever it is. */
MUST_USE bool json_body_has(const struct json_body *body, const char *name);

/* True if the member is there with at most most bytes; it lives as long as
 * the body. */
MUST_USE bool json_body_text(const struct json_body *body, const char *name,
                             size_t most, struct text *out);

/* As above, and 1 byte at least of plain text (text_is_plain). */
MUST_USE bool json_body_plain(const struct json_body *body, const char *name,
                              size_t most, struct text *out);

MUST_USE bool json_body_number(const struct json_body *body, const char *name,
                               int64_t min, int64_t max, int64_t *out);

/* Appends each as u32 big-endian; 1..most numbers between min and max. */
MUST_USE bool json_body_numbers(const struct json_body *body, const char *name,
                                int64_t min, int64_t max, size_t most,
                                struct buffer *out);

#endif
