/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local/json.h"

#include "base/alloc.h"
#include "base/cleanup.h"

enum status local_json(const char *directory, const struct local_call *call,
                       unsigned *code, json_t **out)
{
    AUTO(local_answer_deinit) struct local_answer answer = {.code = 0};
    *out = NULL;
    enum status s = local_request(directory, call, &answer);
    if (s != STATUS_OK)
        return s;
    *code = answer.code;
    *out = json_loadb((const char *)answer.body.data, answer.body.size, 0,
                      NULL);
    return STATUS_OK;
}

char *local_dump(const json_t *document, size_t flags)
{
    size_t size = document == NULL ? 0 : json_dumpb(document, NULL, 0, flags);
    char *text = size == 0 ? NULL : alloc_array(size + 1, 1);
    if (text == NULL)
        return NULL;
    (void)json_dumpb(document, text, size, flags);
    text[size] = 0;
    return text;
}

const char *local_problem(const json_t *answer)
{
    const char *sentence = json_string_value(
        json_object_get(json_object_get(answer, "error"), "en"));
    return sentence == NULL ? "no answer that can be read" : sentence;
}

long long local_number(const json_t *object, const char *name)
{
    return (long long)json_integer_value(json_object_get(object, name));
}

struct wall_time local_time(const json_t *object, const char *name)
{
    return (struct wall_time){local_number(object, name)};
}

const char *local_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text == NULL ? "" : text;
}

void local_print(const json_t *document)
{
    (void)json_dumpf(document, stdout, JSON_INDENT(1));
    (void)printf("\n");
}
