/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/local/json.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

enum { DEPTH_MAX = 16 };

/* ---- what a terminal may be given ---- */

/* An array or object that is being looked through. */
struct level {
    json_t *holder;
    void *member; /* of an object: the next one */
    size_t index; /* of an array: likewise */
};

struct walk {
    struct level levels[DEPTH_MAX];
    size_t depth;
};

static bool take(struct walk *walk, json_t *value)
{
    if (json_is_string(value))
        return text_is_plain((struct text){json_string_value(value),
                                           json_string_length(value)});
    if (!json_is_array(value) && !json_is_object(value))
        return true;
    if (walk->depth == DEPTH_MAX)
        return false;
    walk->levels[walk->depth++] =
        (struct level){value, json_object_iter(value), 0};
    return true;
}

/* The next value of the innermost, or NULL at its end; *is_plain: its name. */
static json_t *next_value(struct level *level, bool *is_plain)
{
    if (json_is_array(level->holder))
        return json_array_get(level->holder, level->index++);
    if (level->member == NULL)
        return NULL;
    void *member = level->member;
    level->member = json_object_iter_next(level->holder, member);
    *is_plain = text_is_plain(text_of(json_object_iter_key(member)));
    return json_object_iter_value(member);
}

bool local_is_plain(json_t *document)
{
    struct walk walk = {.depth = 0};
    bool is_good = take(&walk, document);
    while (is_good && walk.depth > 0) {
        json_t *value = next_value(&walk.levels[walk.depth - 1], &is_good);
        if (value == NULL)
            walk.depth--;
        else
            is_good = is_good && take(&walk, value);
    }
    return is_good;
}

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
    if (local_is_plain(*out))
        return STATUS_OK;
    json_decref(*out);
    *out = NULL;
    return STATUS_BAD_INPUT;
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
