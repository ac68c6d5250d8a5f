/* SPDX-License-Identifier: Apache-2.0 */
#include "log/entry_line.h"

#include <assert.h>
#include <string.h>

#include "base/encoding.h"
#include "base/text.h"

/* ---- characters ----------------------------------------------------------- */

enum {
    CLASS_PLAIN = 1,  /* stands in a text for itself, by itself */
    CLASS_BASE64 = 2, /* a digit */
    CLASS_LAST = 4,   /* a digit whose lower two bits are zero */
    CLASS_NAME = 8,   /* of a kind or a member */
};

#define IS(c, first, last)  ((c) >= (first) && (c) <= (last))
#define EACH4(c, first, last) (IS(c, first, last) && ((c) - (first)) % 4 == 0)
#define CLASS(c)                                                               \
    ((IS(c, 0x20, 0x7e) && (c) != '"' && (c) != '\\' ? CLASS_PLAIN : 0) |      \
     (IS(c, 'A', 'Z') || IS(c, 'a', 'z') || IS(c, '0', '9') || (c) == '+' ||   \
              (c) == '/'                                                       \
          ? CLASS_BASE64                                                       \
          : 0) |                                                               \
     (EACH4(c, 'A', 'Z') || EACH4(c, 'c', 'z') || EACH4(c, '0', '9')           \
          ? CLASS_LAST                                                         \
          : 0) |                                                               \
     (IS(c, 'a', 'z') || IS(c, '0', '9') || (c) == '_' || (c) == '.'           \
          ? CLASS_NAME                                                         \
          : 0))
#define CLASS4(c)  CLASS(c), CLASS((c) + 1), CLASS((c) + 2), CLASS((c) + 3)
#define CLASS16(c) CLASS4(c), CLASS4((c) + 4), CLASS4((c) + 8), CLASS4((c) + 12)
#define CLASS64(c)                                                             \
    CLASS16(c), CLASS16((c) + 16), CLASS16((c) + 32), CLASS16((c) + 48)
static const uint8_t CLASSES[256] = {CLASS64(0), CLASS64(64), CLASS64(128),
                                     CLASS64(192)};

static inline bool is_class(char c, unsigned wanted)
{
    return (CLASSES[(uint8_t)c] & wanted) != 0;
}

/* ---- pieces --------------------------------------------------------------- */

enum { DIGITS_MAX = 19 };

/* Cursor over the line; sticky failure as in base/reader. */
struct cursor {
    struct text left;
    bool failed;
};

static inline bool next_is(const struct cursor *at, char c)
{
    return !at->failed && at->left.size > 0 && at->left.data[0] == c;
}

static inline struct text take(struct cursor *at, size_t size)
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

static inline void expect(struct cursor *at, const char *literal)
{
    size_t size = strlen(literal);
    struct text taken = take(at, size);
    if (at->failed || memcmp(taken.data, literal, size) != 0)
        at->failed = true;
}

/* Digits, perhaps with a minus, in the one way that printf writes them. */
static int64_t take_number(struct cursor *at)
{
    bool is_negative = next_is(at, '-');
    uint64_t most = (uint64_t)INT64_MAX + (is_negative ? 1 : 0);
    uint64_t value = 0;
    size_t count = 0;
    if (is_negative)
        (void)take(at, 1);
    /* Nineteen digits are below 2^64. */
    while (count < at->left.size && count < DIGITS_MAX &&
           at->left.data[count] >= '0' && at->left.data[count] <= '9')
        value = value * 10 + (uint64_t)(at->left.data[count++] - '0');
    struct text digits = take(at, count);
    if (at->failed || count == 0 || value > most ||
        (is_negative && value == 0) || (count > 1 && digits.data[0] == '0')) {
        at->failed = true;
        return 0;
    }
    return is_negative ? (int64_t)(0 - value) : (int64_t)value;
}

/* A text behind its first quotation mark; the second is consumed too. */
static struct text take_text(struct cursor *at)
{
    const char *text = at->left.data;
    size_t size = 0;
    bool is_wide = false;
    while (size < at->left.size && text[size] != '"') {
        bool is_escape = text[size] == '\\';
        if (is_escape && (at->left.size - size < 2 ||
                          (text[size + 1] != '"' && text[size + 1] != '\\')))
            break;
        is_wide |= !is_escape && !is_class(text[size], CLASS_PLAIN);
        size += is_escape ? 2 : 1;
    }
    if (size >= at->left.size || text[size] != '"' ||
        (is_wide && !text_is_plain((struct text){text, size})))
        at->failed = true;
    struct text taken = take(at, size);
    (void)take(at, 1);
    return taken;
}

/* A text of a few plain characters that needs no escape. */
static struct text take_name(struct cursor *at)
{
    size_t size = 0;
    expect(at, "\"");
    while (size < at->left.size && is_class(at->left.data[size], CLASS_NAME))
        size++;
    struct text name = take(at, size);
    expect(at, "\"");
    if (size == 0 || size > LOG_NAME_MAX)
        at->failed = true;
    return name;
}

/* ---- members of a kind that the table knows ------------------------------- */

/* A text of a known size, behind the first quotation mark. */
static struct text take_sized(struct cursor *at, size_t size)
{
    struct text taken = take(at, size);
    struct text mark = take(at, 1);
    if (!at->failed && mark.data[0] != '"')
        at->failed = true;
    return taken;
}

enum {
    COMMITMENT_DIGITS = (COMMITMENT_SIZE * 8 + 5) / 6,
    COMMITMENT_TEXT = 2 + BASE64_SIZE(COMMITMENT_SIZE),
};
static_assert(COMMITMENT_SIZE % 3 == 2, "one sign of padding, two bits");
static_assert(sizeof COMMITMENT_PREFIX - 1 == 2, "see COMMITMENT_TEXT");

/* Prefix, 43 digits of which the last ends with two zero bits, padding. */
static struct text take_commitment(struct cursor *at)
{
    struct text taken = take_sized(at, COMMITMENT_TEXT);
    if (at->failed)
        return taken;
    const char *digits = taken.data + 2;
    unsigned all = CLASS_BASE64;
    for (size_t i = 0; i < COMMITMENT_DIGITS; i++)
        all &= CLASSES[(uint8_t)digits[i]];
    if (memcmp(taken.data, COMMITMENT_PREFIX, 2) != 0 || all == 0 ||
        !is_class(digits[COMMITMENT_DIGITS - 1], CLASS_LAST) ||
        digits[COMMITMENT_DIGITS] != '=')
        at->failed = true;
    return taken;
}

static void take_time(struct cursor *at, struct text *text,
                      struct wall_time *out)
{
    *text = take_sized(at, TIME_TEXT_SIZE - 1);
    if (!at->failed && wall_time_parse_exact(*text, out) != STATUS_OK)
        at->failed = true;
}

static void take_known(struct cursor *at, const struct entry_member *wanted,
                       struct entry_line_member *out)
{
    struct wall_time time;
    struct text lead = take(at, wanted->lead_size);
    if (at->failed || memcmp(lead.data, wanted->lead, lead.size) != 0) {
        at->failed = true;
        return;
    }
    bool is_number = wanted->type == MEMBER_NUMBER;
    out->name = (struct text){lead.data + 2, lead.size - (is_number ? 4 : 5)};
    out->is_number = is_number;
    out->number = 0;
    out->text = (struct text){NULL, 0};
    switch (wanted->type) {
    case MEMBER_NUMBER:
        out->number = take_number(at);
        return;
    case MEMBER_TIME:
        take_time(at, &out->text, &time);
        return;
    case MEMBER_PERSONAL:
        out->text = take_commitment(at);
        return;
    case MEMBER_TEXT:
        break;
    }
    out->text = take_text(at);
}

static void take_shape(struct cursor *at, enum entry_kind kind, uint8_t number,
                       struct entry_line *out)
{
    const struct entry_shape *shape = entry_shape(kind);
    out->count = 0;
    for (size_t i = 0; !at->failed && i < shape->count; i++) {
        if (entry_member_is_in(&shape->members[i], number))
            take_known(at, &shape->members[i], &out->members[out->count++]);
    }
    expect(at, "}");
    if (at->left.size != 0)
        at->failed = true;
}

/* The newest shape that the line has: no line has two. */
static void take_some_shape(struct cursor *at, enum entry_kind kind,
                            struct entry_line *out)
{
    const struct cursor begin = *at;
    take_shape(at, kind, ENTRY_SHAPE_NOW, out);
    if (!at->failed || begin.failed)
        return;
    uint8_t number = entry_shape_newest(kind);
    while (at->failed && number > 1) {
        *at = begin;
        take_shape(at, kind, --number, out);
    }
}

/* ---- members of a kind that it does not ----------------------------------- */

static void take_member(struct cursor *at, struct entry_line *out)
{
    if (out->count == LOG_MEMBERS_MAX) {
        at->failed = true;
        return;
    }
    struct entry_line_member *member = &out->members[out->count++];
    *member = (struct entry_line_member){.number = 0};
    expect(at, ",");
    member->name = take_name(at);
    expect(at, ":");
    member->is_number = !next_is(at, '"');
    if (!member->is_number)
        expect(at, "\"");
    if (member->is_number)
        member->number = take_number(at);
    else
        member->text = take_text(at);
}

enum status entry_line_read(struct text line, struct entry_line *out)
{
    if (line.size > LOG_LINE_MAX)
        return STATUS_LIMIT;
    struct cursor at = {.left = line};
    struct text time;
    out->count = 0;
    expect(&at, "{\"n\":");
    int64_t number = take_number(&at);
    expect(&at, ",\"t\":\"");
    take_time(&at, &time, &out->time);
    expect(&at, ",\"kind\":");
    out->kind_name = take_name(&at);
    out->is_known =
        !at.failed &&
        entry_kind_from_name(out->kind_name, &out->kind) == STATUS_OK;
    if (out->is_known)
        take_some_shape(&at, out->kind, out);
    while (!out->is_known && next_is(&at, ','))
        take_member(&at, out);
    if (!out->is_known)
        expect(&at, "}");
    if (at.failed || at.left.size != 0 || number < 0)
        return STATUS_BAD_INPUT;
    out->number = (uint64_t)number;
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
    if (found == NULL || wall_time_parse_exact(found->text, out) != STATUS_OK)
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

struct text entry_text_plain(struct text escaped, char *out, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < escaped.size && length + 1 < size; i++) {
        if (escaped.data[i] == '\\' && i + 1 < escaped.size)
            i++;
        out[length++] = escaped.data[i];
    }
    out[length] = 0;
    return (struct text){out, length};
}
