/* SPDX-License-Identifier: Apache-2.0 */
/* notice/notice_document_private - sections that are mostly tables; each
 * follows its heading but the signs, which have their own. */
#ifndef NOTICE_NOTICE_DOCUMENT_PRIVATE_H
#define NOTICE_NOTICE_DOCUMENT_PRIVATE_H

#include "model/document.h"
#include "notice/notice.h"

/* section: its number, which those of the sites begin with. */
void notice_document_cameras(struct document *document,
                             const struct notice *notice, unsigned section);

/* Who owns, operates, stores, where it is said. */
void notice_document_bodies(struct document *document,
                            const struct notice_bodies *bodies);

void notice_document_people(struct document *document,
                            const struct notice *notice);

/* Nothing where there is none. */
void notice_document_processors(struct document *document,
                                const struct notice *notice);

/* The sign of the whole, and those of single places; with their heading. */
void notice_document_signs(struct document *document,
                           const struct notice *notice);

void notice_document_retention(struct document *document,
                               const struct notice *notice);

#endif
