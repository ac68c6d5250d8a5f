/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate/json - writes JSON (RFC 8259) into a buffer, commas included.
 *
 *   gate_put_open(&json, '{'); gate_put_name(&json, "n");
 * gate_put_number(&json, 7); gate_put_close(&json, '}');
 *
 * Failure is the buffer's, sticky. Threads: none.
 */
#ifndef ROLES_GATE_JSON_H
#define ROLES_GATE_JSON_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/time.h"

struct json {
    struct buffer *out;
    bool wants_comma;
};

static inline struct json gate_put_on(struct buffer *out)
{
    return (struct json){.out = out};
}

void gate_put_open(struct json *json, char bracket);
void gate_put_close(struct json *json, char bracket);
void gate_put_name(struct json *json, const char *name);
void gate_put_text(struct json *json, struct text text);
void gate_put_number(struct json *json, int64_t number);
/* Seconds with one decimal, from microseconds. */
void gate_put_seconds(struct json *json, int64_t us);
void gate_put_bool(struct json *json, bool value);
void gate_put_null(struct json *json);
void gate_put_time(struct json *json, struct wall_time time);
void gate_put_hex(struct json *json, struct bytes bytes);

/* A name and its value. */
static inline void gate_put_named_text(struct json *json, const char *name,
                                       struct text text)
{
    gate_put_name(json, name);
    gate_put_text(json, text);
}

static inline void gate_put_named_number(struct json *json, const char *name,
                                         int64_t number)
{
    gate_put_name(json, name);
    gate_put_number(json, number);
}

#endif
