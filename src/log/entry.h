/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/entry - what a log entry is, and its one line.
 *
 *   {"n":7,"t":"2026-11-22T03:28:10.123456Z","kind":"view.open",...}
 *
 * Members stand in the order of log/entry_kinds.def; all of the kind's newest
 * shape, always; no space. Text must be plain (text_is_plain), so that only the quotation mark
 * and the backslash are escaped: one entry, one line, in one way. A personal
 * text stands as "c:BASE64", its commitment (log/commitment.h). The line is
 * hashed as it stands; it is never written again.
 *
 * An entry is made by name: entry_of(kind), then each member once. A wrong
 * name, type or text makes it fail at entry_line_write, not before.
 *
 * Threads: none; pure.
 */
#ifndef LOG_ENTRY_H
#define LOG_ENTRY_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/time.h"
#include "log/commitment.h"
#include "log/limits.h"

enum entry_kind {
#define KIND(symbol, name, members) ENTRY_##symbol,
#include "log/entry_kinds.def"
#undef KIND
    ENTRY_KIND_COUNT
};

enum entry_member_type {
    MEMBER_NUMBER,
    MEMBER_TIME,
    MEMBER_TEXT,
    MEMBER_PERSONAL,
};

enum { ENTRY_SHAPE_NOW = 255 };

struct entry_member {
    const char *name;
    enum entry_member_type type;
    uint8_t since; /* the kind's first shape that has it, from 1 */
    uint8_t until; /* its last; ENTRY_SHAPE_NOW: it is written */
    const char *lead; /* ,"name": and, of a text, its quotation mark */
    uint8_t lead_size;
};

/* One row of the table. */
struct entry_shape {
    const char *name;
    size_t count; /* members of all shapes */
    struct entry_member members[LOG_MEMBERS_MAX];
};

struct entry_value {
    bool is_set;
    int64_t number;   /* NUMBER; TIME in us */
    struct text text; /* TEXT and PERSONAL, borrowed */
};

/* An entry that is to be written. Texts are borrowed until then. */
struct entry {
    enum entry_kind kind;
    bool failed;
    struct entry_value values[LOG_MEMBERS_MAX];
};

/* Never NULL; kind < ENTRY_KIND_COUNT. */
const struct entry_shape *entry_shape(enum entry_kind kind);

/* How many shapes the kind has had: the last is what is written. */
uint8_t entry_shape_newest(enum entry_kind kind);

/* Whether lines of the kind's shape have the member: from 1, or
 * ENTRY_SHAPE_NOW for the newest. */
static inline bool entry_member_is_in(const struct entry_member *member,
                                      uint8_t shape)
{
    return member->since <= shape && shape <= member->until;
}

/* Fails with: NOT_FOUND. */
MUST_USE enum status entry_kind_from_name(struct text name,
                                          enum entry_kind *out);

struct entry entry_of(enum entry_kind kind);
void entry_number(struct entry *entry, const char *member, int64_t number);
void entry_time(struct entry *entry, const char *member, struct wall_time time);
void entry_text(struct entry *entry, const char *member, struct text text);
/* Plain text of at most LOG_TEXT_MAX bytes; may be empty. */
void entry_personal(struct entry *entry, const char *member, struct text text);

/* Whether the kind has personal members. */
bool entry_is_personal(enum entry_kind kind);

/*
 * Appends the line, without a line feed. commitments: one for each personal
 * member, in their order. On failure out is as it was.
 * Fails with: BAD_INPUT (a member missing, wrong or not plain), LIMIT (longer
 * than LOG_LINE_MAX), NO_MEMORY.
 */
MUST_USE enum status entry_line_write(const struct entry *entry,
                                      uint64_t number, struct wall_time time,
                                      const struct commitment *commitments,
                                      struct buffer *out);

#endif
