/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/destruction_fetch.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum { PARTS_MAX = 4096 }; /* answers that make one record */

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

/* Appends what the next part has of these members, and takes its next. */
static bool join(json_t *record, const json_t *part)
{
    static const char *const LISTS[] = {"destroyed", "entries"};
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++) {
        json_t *list = json_object_get(record, LISTS[i]);
        if (json_array_extend(list, json_object_get(part, LISTS[i])) != 0)
            return false;
    }
    return json_object_set(record, "next", json_object_get(part, "next")) == 0;
}

enum status destruction_fetch(const char *directory, uint64_t entry,
                              const char *session, unsigned *code,
                              json_t **out)
{
    char path[96];
    json_t *record = NULL;
    json_t *next = NULL;
    *out = NULL;
    for (int part = 0; part < PARTS_MAX; part++) {
        json_t *answer = NULL;
        (void)snprintf(path, sizeof path,
                       "/api/v1/destructions/%" PRIu64 "?after=%lld", entry,
                       (long long)json_integer_value(next));
        const struct local_call call = {.path = path, .session = session};
        enum status s = local_json(directory, &call, code, &answer);
        if (s != STATUS_OK || *code != 200 || answer == NULL) {
            json_decref(record);
            *out = answer;
            return s;
        }
        if (record == NULL) {
            record = answer;
        } else {
            bool is_joined = join(record, answer);
            json_decref(answer);
            if (!is_joined)
                break;
        }
        next = json_object_get(record, "next");
        if (!json_is_integer(next)) {
            *out = record;
            return STATUS_OK;
        }
    }
    json_decref(record);
    return STATUS_CORRUPT;
}
