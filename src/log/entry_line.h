/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/entry_line - reading the line that log/entry wrote.
 *
 * Not a JSON parser: only the canonical form is accepted, byte by byte, and
 * for a kind of the table only the members of one of its shapes in their order
 * and types; of an older shape, what came later is not found. A kind
 * that the table does not know (a later version's) is read as it stands.
 *
 * Everything points into the line. Threads: none; pure.
 */
#ifndef LOG_ENTRY_LINE_H
#define LOG_ENTRY_LINE_H

#include "log/entry.h"

struct entry_line_member {
    struct text name;
    bool is_number;
    int64_t number;
    struct text text; /* as it stands, with its escapes */
};

struct entry_line {
    uint64_t number;
    struct wall_time time;
    struct text kind_name;
    bool is_known;        /* kind is in the table */
    enum entry_kind kind; /* where it is */
    size_t count;
    struct entry_line_member members[LOG_MEMBERS_MAX];
};

/* line: without the line feed. Fails with: BAD_INPUT, LIMIT. */
MUST_USE enum status entry_line_read(struct text line, struct entry_line *out);

/* A member by name and type. Fails with: NOT_FOUND. */
MUST_USE enum status entry_line_number(const struct entry_line *entry,
                                       const char *member, int64_t *out);
MUST_USE enum status entry_line_time(const struct entry_line *entry,
                                     const char *member, struct wall_time *out);
/* With its escapes. */
MUST_USE enum status entry_line_text(const struct entry_line *entry,
                                     const char *member, struct text *out);

/* A text as it was before its quotation marks and backslashes were escaped,
 * with a zero behind it; cut to size. */
struct text entry_text_plain(struct text escaped, char *out, size_t size);

#endif
