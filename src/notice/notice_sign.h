/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/notice_sign - what the signboard at one place must say.
 *
 * Personal Information Protection Act (Korea), Article 25(4): purpose and
 * place, coverage and hours, whom to call; its Decree, Article 26(2): the
 * processor, where a public body has one. What the notice words for this place
 * ("signs"), or for all ("sign"), stands as worded; the rest comes from its
 * rows: place, count and coverage always do, unless a sign of "signs" words
 * them. A processor that the wording forgot is named all the same.
 */
#ifndef NOTICE_NOTICE_SIGN_H
#define NOTICE_NOTICE_SIGN_H

#include "model/document.h"
#include "notice/notice.h"

/* Why this place (an index into notice.groups) needs no sign; empty: it needs
 * one. */
struct notice_words notice_sign_exemption(const struct notice *notice,
                                          size_t group);

/*
 * The sign as a document: a heading, a sentence, then terms.
 * Ownership: on success the caller releases *out with document_deinit.
 * Fails with: NO_MEMORY; then *out is empty.
 */
MUST_USE enum status notice_sign(const struct notice *notice, size_t group,
                                 enum language language, struct document *out);

#endif
