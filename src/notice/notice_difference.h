/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/notice_difference - what changes from one version of a notice to the
 * next, in plain words, as the announcement has to say it.
 */
#ifndef NOTICE_NOTICE_DIFFERENCE_H
#define NOTICE_NOTICE_DIFFERENCE_H

#include "model/document.h"
#include "notice/notice.h"

/*
 * A document of one list under the heading of each section that changes;
 * *changes: how many items. Where none: a paragraph that says so.
 * Ownership: on success the caller releases *out with document_deinit.
 * Fails with: NO_MEMORY, LIMIT; then *out is empty.
 */
MUST_USE enum status notice_difference(const struct notice *before,
                                       const struct notice *after,
                                       enum language language,
                                       struct document *out, size_t *changes);

/* The same as {"changes":[{"kind","section","subject","column","before",
 * "after"}]}, kind one of altered, added, removed. Fails with: NO_MEMORY,
 * LIMIT. */
MUST_USE enum status notice_difference_json(const struct notice *before,
                                            const struct notice *after,
                                            enum language language,
                                            struct buffer *out);

#endif
