/* SPDX-License-Identifier: Apache-2.0 */
/* notice/document_say - a notice's words as words of a document. */
#ifndef NOTICE_DOCUMENT_SAY_H
#define NOTICE_DOCUMENT_SAY_H

#include "base/time.h"
#include "model/document.h"
#include "notice/notice.h"
#include "notice/notice_phrases.h"

/* The words in the document's language, else in Korean, marked as such. */
void document_words_say(struct document *document, struct notice_words words);

void document_phrase(struct document *document, enum phrase which);

/* One of the two, by the document's language. */
void document_either(struct document *document, const char *ko, const char *en);

/* "2026-11-22 13:40:02" in Korea's time. */
void document_time(struct document *document, struct wall_time time);

/* A block of that kind with these words. */
void document_block(struct document *document, enum document_kind kind,
                    struct notice_words words);

/* A cell of plain characters, such as a telephone number. */
void document_cell(struct document *document, struct text text);

/* Columns end with PHRASE_COUNT. */
void document_columns(struct document *document, const enum phrase *columns);

/* "label: words" as an item; nothing where there are no words. */
void document_labelled(struct document *document, enum phrase label,
                       struct notice_words words);

/* "2023년 4월 1일" or "2023-04-01". */
void document_day(struct document *document, int64_t day);

/* The next of several words in a row, with a comma before all but the first;
 * *said counts them. */
void document_next(struct document *document, size_t *said,
                   struct notice_words words);

/* Every site and every group, and no words of its own: nothing need be said.
 */
bool document_scope_is_all(const struct notice *notice,
                           const struct notice_scope *scope);

/* The next group by its place; with its site and floor where another has the
 * same place. */
void document_next_group(struct document *document, const struct notice *notice,
                         size_t *said, const struct notice_group *group);

/* The scope as the notice words it in this language, else its places in the
 * notice's order: whole sites by their names, else single groups; "all places"
 * where it holds everything. */
void document_scope(struct document *document, const struct notice *notice,
                    const struct notice_scope *scope);

/* "label (scope): place" as an item; for all places, "label: place". */
void document_for(struct document *document, const struct notice *notice,
                  enum phrase label, const struct notice_storage *place);

/* "(nursing room excluded)" behind a coverage; nothing without exclusions.
 * says_how: how that is met too, where the notice says. */
void document_exclusions(struct document *document,
                         const struct notice_group *group, bool says_how);

#endif
