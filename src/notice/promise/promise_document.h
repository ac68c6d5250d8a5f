/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/promise/promise_document - the promises and how they stand, as a page
 * for everybody: what was promised, what was measured, the state since when,
 * and how it is measured.
 */
#ifndef NOTICE_PROMISE_PROMISE_DOCUMENT_H
#define NOTICE_PROMISE_PROMISE_DOCUMENT_H

#include "model/document.h"
#include "notice/promise/promise.h"

/*
 * figures: those of the promises, for what is said beside them.
 * Ownership: on success the caller releases *out with document_deinit.
 * Fails with: NO_MEMORY; then *out is empty.
 */
MUST_USE enum status promise_document(const struct notice *notice,
                                      const struct promises *promises,
                                      const struct promise_figures *figures,
                                      enum language language,
                                      struct document *out);

/* A paragraph: which site of many this recorder is of. */
void promise_say_site(struct document *document,
                      const struct notice_site *site);

/* "9 kept, 1 at risk, 0 broken, 2 not measured." */
void promise_say_sum(struct document *document,
                     const struct promises *promises);

#endif
