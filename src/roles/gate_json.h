/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/gate_json - writes JSON (RFC 8259) into a buffer, commas included.
 *
 *   json_open(&json, '{'); json_name(&json, "n"); json_number(&json, 7);
 *   json_close(&json, '}');
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

static inline struct json json_on(struct buffer *out)
{
    return (struct json){.out = out};
}

void json_open(struct json *json, char bracket);
void json_close(struct json *json, char bracket);
void json_name(struct json *json, const char *name);
void json_text(struct json *json, struct text text);
void json_number(struct json *json, int64_t number);
/* Seconds with one decimal, from microseconds. */
void json_seconds(struct json *json, int64_t us);
void json_bool(struct json *json, bool value);
void json_null(struct json *json);
void json_time(struct json *json, struct wall_time time);
void json_hex(struct json *json, struct bytes bytes);

/* A name and its value. */
static inline void json_named_text(struct json *json, const char *name,
                                   struct text text)
{
    json_name(json, name);
    json_text(json, text);
}

static inline void json_named_number(struct json *json, const char *name,
                                     int64_t number)
{
    json_name(json, name);
    json_number(json, number);
}

#endif
