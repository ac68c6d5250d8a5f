/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/draft_put.h"

#include <assert.h>
#include <stdio.h>

#include "base/text.h"
#include "base/time.h"
#include "notice/import/draft_references.h"
#include "notice/json_text.h"

enum { VALUES_MAX = 200000 };

void draft_put_key(struct draft_writer *w, const char *key)
{
    unsigned blanks = w->begins_item ? w->indent - 2 : w->indent;
    buffer_format(w->yaml, "%*s%s%s:", (int)blanks, "",
                  w->begins_item ? "- " : "", key);
    w->begins_item = false;
}

struct import_value *draft_put_value(struct draft_writer *w, const char *key,
                                      uint32_t line)
{
    struct import_value *value = draft_add(w->draft, w->values, sizeof *value,
                                           VALUES_MAX);
    if (value == NULL)
        return NULL;
    value->line = line;
    (void)snprintf(value->path, sizeof value->path, "%s%s%s", w->base,
                   w->base[0] == 0 ? "" : ".", key);
    return value;
}

void draft_put_end(struct draft_writer *w, uint32_t line)
{
    buffer_format(w->yaml, "  # %u\n", line);
}

void draft_put(struct draft_writer *w, const char *key, struct drafted drafted)
{
    if (drafted.line == 0)
        return;
    draft_put_key(w, key);
    buffer_append_text(w->yaml, " ");
    json_write_text(drafted.text, w->yaml);
    draft_put_end(w, drafted.line);
    struct import_value *value = draft_put_value(w, key, drafted.line);
    if (value != NULL)
        value->text = drafted.text;
}

void draft_put_number(struct draft_writer *w, const char *key, uint32_t number,
                       uint32_t line)
{
    if (line == 0)
        return;
    draft_put_key(w, key);
    buffer_format(w->yaml, " %u", number);
    draft_put_end(w, line);
    struct import_value *value = draft_put_value(w, key, line);
    if (value == NULL)
        return;
    value->is_number = true;
    (void)snprintf(value->number, sizeof value->number, "%u", number);
}

void draft_put_day(struct draft_writer *w, const char *key, struct drafted_day day)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    char shown[IMPORT_NUMBER_SIZE];
    if (day.line == 0)
        return;
    civil_from_day(day.day, &year, &month, &day_of_month);
    (void)snprintf(shown, sizeof shown, "%04u-%02u-%02u",
                   (unsigned)year % 10000, month % 100, day_of_month % 100);
    draft_put_key(w, key);
    buffer_format(w->yaml, " %s", shown);
    draft_put_end(w, day.line);
    struct import_value *value = draft_put_value(w, key, day.line);
    if (value != NULL)
        (void)snprintf(value->number, sizeof value->number, "%s", shown);
}

void draft_put_word(struct draft_writer *w, const char *key, const char *word)
{
    draft_put_key(w, key);
    buffer_format(w->yaml, " %s\n", word);
}

void draft_put_choice(struct draft_writer *w, const char *key, const char *word,
                       uint32_t line)
{
    draft_put_key(w, key);
    buffer_format(w->yaml, " %s", word);
    draft_put_end(w, line);
    struct import_value *value = draft_put_value(w, key, line);
    if (value != NULL)
        value->text = text_of(word);
}

void draft_put_open(struct draft_writer *w, const char *key)
{
    draft_put_key(w, key);
    buffer_append_text(w->yaml, "\n");
}

struct draft_writer draft_put_below(const struct draft_writer *w, const char *key,
                           size_t index)
{
    struct draft_writer inner = *w;
    inner.indent = w->indent + (index == SIZE_MAX ? 2 : 4);
    inner.begins_item = index != SIZE_MAX;
    const char *dot = w->base[0] == 0 ? "" : ".";
    char number[IMPORT_NUMBER_SIZE + 8] = "";
    if (index != SIZE_MAX)
        (void)snprintf(number, sizeof number, "[%u]", (unsigned)index);
    int used = snprintf(inner.base, sizeof inner.base, "%s%s%s%s", w->base, dot,
                        key, number);
    assert(used > 0 && used < DRAFT_PATH_SIZE);
    return inner;
}

void draft_put_id(struct draft_writer *w, const char *kind, size_t index)
{
    draft_put_key(w, "id");
    buffer_format(w->yaml, " %s-%zu\n", kind, index + 1);
}

const char *draft_put_reference(struct draft_writer *w, const char *separator,
                                const char *kind, size_t index)
{
    buffer_format(w->yaml, "%s%s-%zu", separator, kind, index + 1);
    return ", ";
}

void draft_put_scope(struct draft_writer *w, struct drafted scope)
{
    const struct draft *draft = w->draft;
    if (scope.line == 0)
        return;
    struct draft_references named = draft_references_of(draft, scope.text);
    draft_put_key(w, "for");
    buffer_append_text(w->yaml, " [");
    const char *separator = "";
    for (size_t i = 0; i < draft->sites.count; i++)
        if (draft_references_site(&named, i))
            separator = draft_put_reference(w, separator, "site", i);
    for (size_t i = 0; i < draft->groups.count; i++)
        if (draft_references_group(draft, &named, draft_group_at(draft, i)))
            separator = draft_put_reference(w, separator, "group", i);
    buffer_append_text(w->yaml, "]");
    draft_put_end(w, scope.line);
    struct import_value *value = draft_put_value(w, "for", scope.line);
    if (value != NULL)
        value->text = scope.text;
    draft_put(w, "for_words", scope);
}
