/* SPDX-License-Identifier: Apache-2.0 */
#include "log/entry_line.h"

#include <string.h>

#include "base/encoding.h"
#include "base/number.h"
#include "base/text.h"

/* Cursor over the line; sticky failure as in base/reader. */
struct cursor {
    struct text left;
    bool failed;
};

static bool next_is(const struct cursor *at, char c)
{
    return !at->failed && at->left.size > 0 && at->left.data[0] == c;
}

static struct text take(struct cursor *at, size_t size)
{
    if (at->failed || size > at->left.size) {
        at->failed = true;
        return (struct text){"", 0};
    }
    struct text head = {at->left.data, size};
    at->left.data += size;
    at->left.size -= size;
    return head;
}

static void expect(struct cursor *at, const char *literal)
{
    struct text wanted = text_of(literal);
    if (!text_equal(take(at, wanted.size), wanted))
        at->failed = true;
}

/* Digits, perhaps with a minus, in the one way that printf writes them. */
static int64_t take_number(struct cursor *at)
{
    bool is_negative = next_is(at, '-');
    if (is_negative)
        (void)take(at, 1);
    size_t digits = 0;
    while (digits < at->left.size && at->left.data[digits] >= '0' &&
           at->left.data[digits] <= '9')
        digits++;
    struct text shown = take(at, digits);
    uint64_t most = (uint64_t)INT64_MAX + (is_negative ? 1 : 0);
    uint64_t value = 0;
    if (at->failed ||
        number_parse_u64(shown, is_negative ? 1 : 0, most, &value) !=
            STATUS_OK ||
        (shown.size > 1 && shown.data[0] == '0')) {
        at->failed = true;
        return 0;
    }
    return is_negative ? (int64_t)(0 - value) : (int64_t)value;
}

/* What stands between quotation marks, both of which are consumed. */
static struct text take_text(struct cursor *at)
{
    expect(at, "\"");
    size_t size = 0;
    while (!at->failed && size < at->left.size && at->left.data[size] != '"') {
        bool is_escape = at->left.data[size] == '\\';
        size += is_escape ? 2 : 1;
        if (is_escape &&
            (size > at->left.size || (at->left.data[size - 1] != '"' &&
                                      at->left.data[size - 1] != '\\')))
            at->failed = true;
    }
    struct text text = take(at, size);
    expect(at, "\"");
    if (!text_is_plain(text))
        at->failed = true;
    return text;
}

/* A text of a few plain characters that needs no escape. */
static struct text take_name(struct cursor *at)
{
    struct text name = take_text(at);
    if (name.size == 0 || name.size > LOG_NAME_MAX)
        at->failed = true;
    for (size_t i = 0; !at->failed && i < name.size; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
              c == '.'))
            at->failed = true;
    }
    return name;
}

/* Only what wall_time_format writes. */
static enum status parse_time(struct text text, struct wall_time *out)
{
    char again[TIME_TEXT_SIZE];
    enum status s = wall_time_parse(text, out);
    if (s != STATUS_OK)
        return s;
    wall_time_format(*out, again);
    return text_equal(text, text_of(again)) ? STATUS_OK : STATUS_BAD_INPUT;
}

static bool is_commitment(struct text text)
{
    struct text prefix = text_of(COMMITMENT_PREFIX);
    if (!text_starts_with(text, prefix))
        return false;
    uint8_t digest[COMMITMENT_SIZE];
    size_t used = 0;
    struct text encoded = {text.data + prefix.size, text.size - prefix.size};
    return base64_decode(encoded, digest, sizeof digest, &used) == STATUS_OK &&
           used == sizeof digest;
}

static bool fits(const struct entry_line_member *member,
                 const struct entry_member *wanted)
{
    struct wall_time time;
    if (!text_equal(member->name, text_of(wanted->name)))
        return false;
    switch (wanted->type) {
    case MEMBER_NUMBER:
        return member->is_number;
    case MEMBER_TIME:
        return !member->is_number &&
               parse_time(member->text, &time) == STATUS_OK;
    case MEMBER_PERSONAL:
        return !member->is_number && is_commitment(member->text);
    case MEMBER_TEXT:
        break;
    }
    return !member->is_number;
}

static bool has_its_shape(const struct entry_line *entry)
{
    const struct entry_shape *shape = entry_shape(entry->kind);
    if (entry->count != shape->count)
        return false;
    for (size_t i = 0; i < shape->count; i++) {
        if (!fits(&entry->members[i], &shape->members[i]))
            return false;
    }
    return true;
}

static void take_member(struct cursor *at, struct entry_line *out)
{
    if (out->count == LOG_MEMBERS_MAX) {
        at->failed = true;
        return;
    }
    struct entry_line_member *member = &out->members[out->count++];
    expect(at, ",");
    member->name = take_name(at);
    expect(at, ":");
    member->is_number = !next_is(at, '"');
    if (member->is_number)
        member->number = take_number(at);
    else
        member->text = take_text(at);
}

enum status entry_line_read(struct text line, struct entry_line *out)
{
    if (line.size > LOG_LINE_MAX)
        return STATUS_LIMIT;
    *out = (struct entry_line){.number = 0};
    struct cursor at = {.left = line};
    expect(&at, "{\"n\":");
    int64_t number = take_number(&at);
    expect(&at, ",\"t\":");
    struct text time = take_text(&at);
    expect(&at, ",\"kind\":");
    out->kind_name = take_name(&at);
    while (next_is(&at, ','))
        take_member(&at, out);
    expect(&at, "}");
    if (at.failed || at.left.size != 0 || number < 0 ||
        parse_time(time, &out->time) != STATUS_OK)
        return STATUS_BAD_INPUT;
    out->number = (uint64_t)number;
    out->is_known =
        entry_kind_from_name(out->kind_name, &out->kind) == STATUS_OK;
    if (out->is_known && !has_its_shape(out))
        return STATUS_BAD_INPUT;
    return STATUS_OK;
}

static const struct entry_line_member *find(const struct entry_line *entry,
                                            const char *member, bool is_number)
{
    for (size_t i = 0; i < entry->count; i++) {
        if (entry->members[i].is_number == is_number &&
            text_equal(entry->members[i].name, text_of(member)))
            return &entry->members[i];
    }
    return NULL;
}

enum status entry_line_number(const struct entry_line *entry,
                              const char *member, int64_t *out)
{
    const struct entry_line_member *found = find(entry, member, true);
    if (found == NULL)
        return STATUS_NOT_FOUND;
    *out = found->number;
    return STATUS_OK;
}

enum status entry_line_time(const struct entry_line *entry, const char *member,
                            struct wall_time *out)
{
    const struct entry_line_member *found = find(entry, member, false);
    if (found == NULL || parse_time(found->text, out) != STATUS_OK)
        return STATUS_NOT_FOUND;
    return STATUS_OK;
}

enum status entry_line_text(const struct entry_line *entry, const char *member,
                            struct text *out)
{
    const struct entry_line_member *found = find(entry, member, false);
    if (found == NULL)
        return STATUS_NOT_FOUND;
    *out = found->text;
    return STATUS_OK;
}
