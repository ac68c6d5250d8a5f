/* SPDX-License-Identifier: Apache-2.0 */
#include "roles/gate/json.h"

#include <inttypes.h>

#include "base/text.h"

static void comma(struct json *json)
{
    if (json->wants_comma)
        buffer_append_u8(json->out, ',');
    json->wants_comma = true;
}

void gate_put_open(struct json *json, char bracket)
{
    comma(json);
    buffer_append_u8(json->out, (uint8_t)bracket);
    json->wants_comma = false;
}

void gate_put_close(struct json *json, char bracket)
{
    buffer_append_u8(json->out, (uint8_t)bracket);
    json->wants_comma = true;
}

static void quoted(struct json *json, struct text text)
{
    buffer_append_u8(json->out, '"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = (uint8_t)text.data[i];
        if (c == '"' || c == '\\')
            buffer_append_u8(json->out, '\\');
        if (c < 0x20)
            buffer_format(json->out, "\\u%04x", c);
        else
            buffer_append_u8(json->out, c);
    }
    buffer_append_u8(json->out, '"');
}

void gate_put_name(struct json *json, const char *name)
{
    comma(json);
    quoted(json, text_of(name));
    buffer_append_u8(json->out, ':');
    json->wants_comma = false;
}

void gate_put_text(struct json *json, struct text text)
{
    comma(json);
    quoted(json, text);
}

void gate_put_number(struct json *json, int64_t number)
{
    comma(json);
    buffer_format(json->out, "%" PRId64, number);
}

void gate_put_seconds(struct json *json, int64_t us)
{
    int64_t tenths = floor_divide(us, SECOND_US / 10);
    comma(json);
    buffer_format(json->out, "%" PRId64 ".%" PRId64,
                  tenths < 0 ? 0 : tenths / 10, tenths < 0 ? 0 : tenths % 10);
}

void gate_put_bool(struct json *json, bool value)
{
    comma(json);
    buffer_append_text(json->out, value ? "true" : "false");
}

void gate_put_null(struct json *json)
{
    comma(json);
    buffer_append_text(json->out, "null");
}

void gate_put_time(struct json *json, struct wall_time time)
{
    char formatted[TIME_TEXT_SIZE];
    wall_time_format(time, formatted);
    gate_put_text(json, text_of(formatted));
}

void gate_put_hex(struct json *json, struct bytes bytes)
{
    comma(json);
    buffer_append_u8(json->out, '"');
    for (size_t i = 0; i < bytes.size; i++)
        buffer_format(json->out, "%02x", bytes.data[i]);
    buffer_append_u8(json->out, '"');
}
