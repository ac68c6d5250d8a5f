/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/notice_document - the notice as a document, in the order and shape in
 * which public bodies publish it: basis and purposes; number, place and
 * coverage; people; hours, period, place of storage and processing; checking;
 * outsourcing; requests; measures; changes; remedies; the sign. What the
 * notice does not say is left out, and the numbers of the headings close up.
 */
#ifndef NOTICE_NOTICE_DOCUMENT_H
#define NOTICE_NOTICE_DOCUMENT_H

#include "model/document.h"
#include "notice/notice.h"

/*
 * Ownership: on success the caller releases *out with document_deinit.
 * Fails with: NO_MEMORY; then *out is empty.
 */
MUST_USE enum status notice_document(const struct notice *notice,
                                     enum language language,
                                     struct document *out);

#endif
