/* SPDX-License-Identifier: Apache-2.0 */
#include "web/json_body.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"
#include "web/limits.h"

/* Whether brackets never stand deeper than WEB_JSON_DEPTH_MAX. */
static bool is_shallow(struct bytes body)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < body.size; i++) {
        uint8_t c = body.data[i];
        if (in_string && c == '\\') {
            i++;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '{' || c == '[')) {
            if (++depth > WEB_JSON_DEPTH_MAX)
                return false;
        } else if (!in_string && (c == '}' || c == ']') && depth > 0) {
            depth--;
        }
    }
    return true;
}

static bool is_numbers(const json_t *array)
{
    for (size_t i = 0; i < json_array_size(array); i++)
        if (!json_is_integer(json_array_get(array, i)))
            return false;
    return true;
}

static enum status check_members(json_t *root)
{
    if (!json_is_object(root))
        return STATUS_BAD_INPUT;
    if (json_object_size(root) > WEB_JSON_MEMBERS_MAX)
        return STATUS_LIMIT;
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(root, name, value) {
        if (json_is_string(value) || json_is_integer(value))
            continue;
        if (!json_is_array(value) || !is_numbers(value))
            return STATUS_BAD_INPUT;
        if (json_array_size(value) > WEB_JSON_NUMBERS_MAX)
            return STATUS_LIMIT;
    }
    return STATUS_OK;
}

void json_body_prepare(void)
{
    json_object_seed(0);
}

enum status json_body_read(struct bytes body, struct json_body *out)
{
    out->root = NULL;
    if (body.size > WEB_BODY_MAX)
        return STATUS_LIMIT;
    if (body.size == 0 || !is_shallow(body))
        return STATUS_BAD_INPUT;
    json_error_t error;
    json_t *root = json_loadb((const char *)body.data, body.size,
                              JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        return STATUS_BAD_INPUT;
    enum status s = check_members(root);
    if (s == STATUS_OK)
        out->root = root;
    else
        json_decref(root);
    return s;
}

void json_body_deinit(struct json_body *body)
{
    json_decref(body->root);
    body->root = NULL;
}

bool json_body_has_only(const struct json_body *body, const char *const *names)
{
    size_t known = 0;
    for (size_t i = 0; names[i] != NULL; i++)
        known += json_object_get(body->root, names[i]) != NULL;
    return known == json_object_size(body->root);
}

bool json_body_only(struct bytes body, const char *const *names,
                    struct json_body *out)
{
    return json_body_read(body, out) == STATUS_OK &&
           json_body_has_only(out, names);
}

bool json_body_has(const struct json_body *body, const char *name)
{
    return json_object_get(body->root, name) != NULL;
}

bool json_body_text(const struct json_body *body, const char *name, size_t most,
                    struct text *out)
{
    const json_t *value = json_object_get(body->root, name);
    if (!json_is_string(value) || json_string_length(value) > most)
        return false;
    *out = (struct text){json_string_value(value), json_string_length(value)};
    return true;
}

bool json_body_plain(const struct json_body *body, const char *name,
                     size_t most, struct text *out)
{
    struct text text;
    if (!json_body_text(body, name, most, &text) || !text_is_plain(text) ||
        text_trim(text).size == 0)
        return false;
    *out = text_trim(text);
    return true;
}

bool json_body_number(const struct json_body *body, const char *name,
                      int64_t min, int64_t max, int64_t *out)
{
    const json_t *value = json_object_get(body->root, name);
    if (!json_is_integer(value))
        return false;
    int64_t number = json_integer_value(value);
    if (number < min || number > max)
        return false;
    *out = number;
    return true;
}

bool json_body_numbers(const struct json_body *body, const char *name,
                       int64_t min, int64_t max, size_t most,
                       struct buffer *out)
{
    const json_t *array = json_object_get(body->root, name);
    size_t count = json_array_size(array);
    if (!json_is_array(array) || count == 0 || count > most)
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t number = json_integer_value(json_array_get(array, i));
        if (number < min || number > max)
            return false;
        buffer_append_u32be(out, (uint32_t)number);
    }
    return !out->failed;
}
