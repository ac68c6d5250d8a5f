/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/destruction_fetch.h"

#include <inttypes.h>
#include <stdio.h>

enum { PARTS_MAX = 4096 }; /* answers that make one record */

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
