/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/lint/lint.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { NAMES_ROOM = 24 /* for the last name and the dots */ };

void lint_groups_add(struct lint_groups *found,
                     const struct notice_group *group)
{
    size_t used = strlen(found->names);
    const char *separator = used == 0 ? "" : ", ";
    if (found->count == 0)
        found->line = group->line;
    found->count++;
    found->cameras += group->camera_count;
    if (used >= 3 && strcmp(found->names + used - 3, "...") == 0)
        return;
    bool fits = used + group->id.size + NAMES_ROOM < sizeof found->names;
    (void)snprintf(found->names + used, sizeof found->names - used, "%s%.*s",
                   separator, fits ? (int)group->id.size : 3,
                   fits ? group->id.data : "...");
}

bool lint_holds(struct text text, const char *word)
{
    return lint_holds_letters(text, text_of(word));
}

bool lint_holds_any(struct text text, const char *const *words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (lint_holds(text, words[i]))
            return true;
    return false;
}

/* The next character that is no blank; 0 at the end. */
static char next_letter(struct text *rest)
{
    while (rest->size > 0) {
        char letter = rest->data[0];
        rest->data++;
        rest->size--;
        if (letter != ' ')
            return letter;
    }
    return 0;
}

static bool begins_with(struct text text, struct text part, bool *is_whole)
{
    char letter = next_letter(&part);
    while (letter != 0) {
        if (next_letter(&text) != letter)
            return false;
        letter = next_letter(&part);
    }
    *is_whole = next_letter(&text) == 0;
    return true;
}

bool lint_same_letters(struct text a, struct text b)
{
    bool is_whole = false;
    return begins_with(a, b, &is_whole) && is_whole;
}

bool lint_holds_letters(struct text text, struct text part)
{
    bool is_whole = false;
    for (; text.size > 0 && part.size > 0; text.data++, text.size--)
        if (begins_with(text, part, &is_whole))
            return true;
    return false;
}

static char next_digit(struct text *rest)
{
    char letter = next_letter(rest);
    while (letter != 0 && (letter < '0' || letter > '9'))
        letter = next_letter(rest);
    return letter;
}

bool lint_same_digits(struct text a, struct text b)
{
    char digit = 0;
    do {
        digit = next_digit(&a);
        if (next_digit(&b) != digit)
            return false;
    } while (digit != 0);
    return true;
}
