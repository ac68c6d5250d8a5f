/* SPDX-License-Identifier: Apache-2.0 */
#include "log/entry.h"

#include <inttypes.h>
#include <string.h>

#include "base/encoding.h"
#include "base/text.h"

#define LEAD_NUMBER(member)   ",\"" #member "\":"
#define LEAD_TIME(member)     ",\"" #member "\":\""
#define LEAD_TEXT(member)     ",\"" #member "\":\""
#define LEAD_PERSONAL(member) ",\"" #member "\":\""
#define MEMBER(member, type, since, until)                                     \
    {#member, MEMBER_##type, since,                                            \
     until,   LEAD_##type(member), sizeof LEAD_##type(member) - 1},
#define NUMBER(member)             MEMBER(member, NUMBER, 1, ENTRY_SHAPE_NOW)
#define TIME(member)               MEMBER(member, TIME, 1, ENTRY_SHAPE_NOW)
#define TEXT(member)               MEMBER(member, TEXT, 1, ENTRY_SHAPE_NOW)
#define PERSONAL(member)           MEMBER(member, PERSONAL, 1, ENTRY_SHAPE_NOW)
#define SINCE(shape, type, member) MEMBER(member, type, shape, ENTRY_SHAPE_NOW)
#define UNTIL(shape, type, member) MEMBER(member, type, 1, shape)
#define KIND(symbol, shown, list)                                              \
    [ENTRY_##symbol] = {                                                       \
        .name = shown,                                                         \
        .count = sizeof((struct entry_member[]){list}) /                       \
                 sizeof(struct entry_member),                                  \
        .members = {list},                                                     \
    },
static const struct entry_shape SHAPES[ENTRY_KIND_COUNT] = {
#include "log/entry_kinds.def"
};
#undef KIND
#undef NUMBER
#undef TIME
#undef TEXT
#undef PERSONAL
#undef SINCE
#undef UNTIL
#undef MEMBER

const struct entry_shape *entry_shape(enum entry_kind kind)
{
    return &SHAPES[kind];
}

uint8_t entry_shape_newest(enum entry_kind kind)
{
    uint8_t newest = 1;
    for (size_t i = 0; i < SHAPES[kind].count; i++) {
        const struct entry_member *member = &SHAPES[kind].members[i];
        if (member->since > newest)
            newest = member->since;
        if (member->until != ENTRY_SHAPE_NOW && member->until >= newest)
            newest = (uint8_t)(member->until + 1);
    }
    return newest;
}

/* Apart from the shapes, so that a search stays in a few cache lines. */
#define KIND(symbol, shown, list) [ENTRY_##symbol] = sizeof shown - 1,
static const uint8_t NAME_SIZES[ENTRY_KIND_COUNT] = {
#include "log/entry_kinds.def"
};
#undef KIND

enum status entry_kind_from_name(struct text name, enum entry_kind *out)
{
    for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
        if (NAME_SIZES[kind] != name.size ||
            memcmp(SHAPES[kind].name, name.data, name.size) != 0)
            continue;
        *out = (enum entry_kind)kind;
        return STATUS_OK;
    }
    return STATUS_NOT_FOUND;
}

bool entry_is_personal(enum entry_kind kind)
{
    for (size_t i = 0; i < SHAPES[kind].count; i++) {
        if (SHAPES[kind].members[i].type == MEMBER_PERSONAL)
            return true;
    }
    return false;
}

struct entry entry_of(enum entry_kind kind)
{
    return (struct entry){.kind = kind};
}

/* The member's value, to be set; NULL and a failed entry where the name, the
 * type or the moment (twice) is wrong. */
static struct entry_value *value_of(struct entry *entry, const char *member,
                                    enum entry_member_type type)
{
    const struct entry_shape *shape = &SHAPES[entry->kind];
    for (size_t i = 0; i < shape->count; i++) {
        if (strcmp(shape->members[i].name, member) != 0)
            continue;
        struct entry_value *value = &entry->values[i];
        if (shape->members[i].type != type || value->is_set ||
            !entry_member_is_in(&shape->members[i], ENTRY_SHAPE_NOW))
            break;
        value->is_set = true;
        return value;
    }
    entry->failed = true;
    return NULL;
}

void entry_number(struct entry *entry, const char *member, int64_t number)
{
    struct entry_value *value = value_of(entry, member, MEMBER_NUMBER);
    if (value != NULL)
        value->number = number;
}

void entry_time(struct entry *entry, const char *member, struct wall_time time)
{
    struct entry_value *value = value_of(entry, member, MEMBER_TIME);
    if (value != NULL)
        value->number = time.us;
}

void entry_text(struct entry *entry, const char *member, struct text text)
{
    struct entry_value *value = value_of(entry, member, MEMBER_TEXT);
    if (value != NULL)
        value->text = text;
    if (!text_is_plain(text))
        entry->failed = true;
}

void entry_personal(struct entry *entry, const char *member, struct text text)
{
    struct entry_value *value = value_of(entry, member, MEMBER_PERSONAL);
    if (value != NULL)
        value->text = text;
    if (text.size > LOG_TEXT_MAX || !text_is_plain(text))
        entry->failed = true;
}

/* Plain text needs no other escape than these two (RFC 8259 section 7). */
static void append_escaped(struct buffer *out, struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '"' || c == '\\')
            buffer_append_u8(out, '\\');
        buffer_append_u8(out, (uint8_t)c);
    }
}

static void append_commitment(struct buffer *out,
                              const struct commitment *commitment)
{
    char encoded[BASE64_SIZE(COMMITMENT_SIZE) + 1];
    base64_encode(bytes_of(commitment->digest, COMMITMENT_SIZE), encoded);
    buffer_append_text(out, COMMITMENT_PREFIX);
    buffer_append_text(out, encoded);
}

static void append_time(struct buffer *out, struct wall_time time)
{
    char formatted[TIME_TEXT_SIZE];
    wall_time_format(time, formatted);
    buffer_append_text(out, formatted);
}

static void append_value(struct buffer *out, enum entry_member_type type,
                         const struct entry_value *value,
                         const struct commitment *commitment)
{
    if (type == MEMBER_NUMBER) {
        buffer_format(out, "%" PRId64, value->number);
        return;
    }
    buffer_append_u8(out, '"');
    if (type == MEMBER_TIME)
        append_time(out, (struct wall_time){value->number});
    else if (type == MEMBER_TEXT)
        append_escaped(out, value->text);
    else
        append_commitment(out, commitment);
    buffer_append_u8(out, '"');
}

static bool is_complete(const struct entry *entry)
{
    for (size_t i = 0; i < SHAPES[entry->kind].count; i++) {
        if (!entry->values[i].is_set &&
            entry_member_is_in(&SHAPES[entry->kind].members[i],
                               ENTRY_SHAPE_NOW))
            return false;
    }
    return !entry->failed;
}

enum status entry_line_write(const struct entry *entry, uint64_t number,
                             struct wall_time time,
                             const struct commitment *commitments,
                             struct buffer *out)
{
    if (!is_complete(entry))
        return STATUS_BAD_INPUT;
    const struct entry_shape *shape = &SHAPES[entry->kind];
    size_t before = out->size;
    buffer_format(out, "{\"n\":%" PRIu64 ",\"t\":\"", number);
    append_time(out, time);
    buffer_format(out, "\",\"kind\":\"%s\"", shape->name);
    for (size_t i = 0; i < shape->count; i++) {
        enum entry_member_type type = shape->members[i].type;
        if (!entry_member_is_in(&shape->members[i], ENTRY_SHAPE_NOW))
            continue;
        buffer_format(out, ",\"%s\":", shape->members[i].name);
        append_value(out, type, &entry->values[i], commitments);
        if (type == MEMBER_PERSONAL)
            commitments++;
    }
    buffer_append_u8(out, '}');
    enum status s = buffer_status(out);
    if (s == STATUS_OK && out->size - before > LOG_LINE_MAX)
        s = STATUS_LIMIT;
    if (s != STATUS_OK)
        out->size = before;
    return s;
}
