/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/import/draft_put - lines of the drafted notice.yaml, one key each.
 *
 * Behind a value stands the line of the published text that it came from; what
 * has no line (0) is not written. Each value is noted beside with its path.
 * Memory failures are sticky in the draft and the buffer. Threads: none; pure.
 */
#ifndef NOTICE_IMPORT_DRAFT_PUT_H
#define NOTICE_IMPORT_DRAFT_PUT_H

#include "base/buffer.h"
#include "notice/import/draft.h"
#include "notice/import/notice_import.h"

enum { DRAFT_PATH_SIZE = IMPORT_PATH_SIZE - 24 }; /* keys: 23 letters at most */

/* One map that is being written. */
struct draft_writer {
    struct draft *draft;
    struct buffer *yaml;
    struct draft_list *values; /* struct import_value */
    unsigned indent;
    bool begins_item; /* the next key stands behind a dash */
    char base[DRAFT_PATH_SIZE];
};

void draft_put(struct draft_writer *w, const char *key, struct drafted drafted);
void draft_put_number(struct draft_writer *w, const char *key, uint32_t number,
                      uint32_t line);
void draft_put_day(struct draft_writer *w, const char *key,
                   struct drafted_day day);

/* One of our words for what the text says there. */
void draft_put_choice(struct draft_writer *w, const char *key, const char *word,
                      uint32_t line);

/* A word of our own: no value of the text. */
void draft_put_word(struct draft_writer *w, const char *key, const char *word);

/* "id: site-3" for kind "site" and index 2. */
void draft_put_id(struct draft_writer *w, const char *kind, size_t index);

/* "site-3" as one of a list; returns the separator before the next. */
const char *draft_put_reference(struct draft_writer *w, const char *separator,
                                const char *kind, size_t index);

/* "for:" and "for_words:" of a scope as printed. */
void draft_put_scope(struct draft_writer *w, struct drafted scope);

/* The parts of a line: "key:", the value that the caller appends, its line. */
void draft_put_key(struct draft_writer *w, const char *key);
void draft_put_end(struct draft_writer *w, uint32_t line);

/* Notes a value of that key; NULL beyond a limit or without memory. */
struct import_value *draft_put_value(struct draft_writer *w, const char *key,
                                     uint32_t line);

/* A key whose value stands in deeper lines. */
void draft_put_open(struct draft_writer *w, const char *key);

/* The writer of one item of a list, or of a map (index SIZE_MAX). */
struct draft_writer draft_put_below(const struct draft_writer *w,
                                    const char *key, size_t index);

#endif
