/* SPDX-License-Identifier: Apache-2.0 */
/* What witnesses have said of a log, held against it. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "log/log_check_private.h"
#include "log/witness/cosigned.h"

static enum status read_keys(struct check *check)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < check->request->witness_count;
         i++) {
        struct note_key *key = &check->witnesses[i];
        if (key->name[0] != 0)
            continue;
        s = note_key_parse(text_of(check->request->witnesses[i]), key);
        if (s == STATUS_BAD_INPUT || (s == STATUS_OK &&
                                      key->type != NOTE_KEY_COSIGNATURE)) {
            check_find(check, "a witness's key", "is no sound key of one");
            (void)snprintf(key->name, sizeof key->name, "?");
            s = STATUS_OK;
        }
    }
    return s;
}

enum status check_witnesses_take(struct check *check, struct text note,
                                 const char *where)
{
    enum status s = read_keys(check);
    for (size_t i = 0; s == STATUS_OK && i < check->request->witness_count;
         i++) {
        struct cosigned said;
        s = cosigned_open(note, &check->result->key, &check->witnesses[i],
                          &said);
        if (s == STATUS_OK) {
            check->has_word[i] = true;
            if (said.checkpoint.size > check->result->witnessed_size)
                check->result->witnessed_size = said.checkpoint.size;
        } else if (s == STATUS_CORRUPT) {
            check_find(check, where, "a witness's cosignature is not right");
            s = STATUS_OK;
        } else if (s == STATUS_NOT_FOUND) {
            s = STATUS_OK;
        }
    }
    return s;
}

struct names {
    struct check *check;
    enum status status;
};

static void take_name(void *context, const char *name)
{
    struct names *names = context;
    struct check *check = names->check;
    char path[LOG_PATH_SIZE];
    char where[LOG_PATH_SIZE];
    struct text text = text_of(name);
    const struct text new_end = text_of(".new");
    bool is_unfinished =
        text.size > new_end.size &&
        text_equal((struct text){text.data + text.size - new_end.size,
                                 new_end.size},
                   new_end);
    if (names->status != STATUS_OK || is_unfinished ||
        check->result->cosigned == LOG_WITNESSES_MAX ||
        !cosigned_path(check->request->directory, text, path, sizeof path))
        return;
    (void)snprintf(where, sizeof where, "cosigned/%.*s", COSIGNED_NAME_MAX,
                   name);
    check->result->cosigned++;
    names->status = check_mark_read(check, path, where, false);
}

enum status check_cosigned_read(struct check *check)
{
    char path[LOG_PATH_SIZE];
    struct names names = {.check = check};
    int size = snprintf(path, sizeof path, "%s/cosigned",
                        check->request->directory);
    if (size < 0 || (size_t)size >= sizeof path)
        return STATUS_LIMIT;
    enum status s = check->request->layer->list(check->request->layer, path,
                                                take_name, &names);
    if (s == STATUS_NOT_FOUND)
        return STATUS_OK;
    return s == STATUS_OK ? names.status : s;
}

void check_witnesses_say(struct check *check)
{
    for (size_t i = 0; i < check->request->witness_count; i++) {
        char where[LOG_PATH_SIZE];
        if (check->has_word[i])
            continue;
        (void)snprintf(where, sizeof where, "witness %s",
                       check->witnesses[i].name);
        check_find(check, where, "nothing here bears its cosignature");
    }
}
