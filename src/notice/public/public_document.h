/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/public/public_document - the pages beside the notice that everybody
 * may read: where to begin, versions and what the next one changes, signs, how
 * to ask for one's own picture and the form for it.
 *
 * Ownership: on success the caller releases *out with document_deinit. All
 * fail with: NO_MEMORY; then *out is empty.
 */
#ifndef NOTICE_PUBLIC_PUBLIC_DOCUMENT_H
#define NOTICE_PUBLIC_PUBLIC_DOCUMENT_H

#include "model/document.h"
#include "notice/notice.h"
#include "notice/promise/promise.h"

enum public_version_state {
    PUBLIC_VERSION_ANNOUNCED, /* not in force yet */
    PUBLIC_VERSION_IN_FORCE,
    PUBLIC_VERSION_SUPERSEDED,
};

/* A version of the notice. Texts are borrowed. */
struct public_version {
    uint32_t number; /* from 1 */
    enum public_version_state state;
    const struct notice *notice; /* NULL: its text is not at hand */
    int64_t announced_day;       /* or NOTICE_NO_DAY; so below */
    int64_t effective_day;
    struct notice_words reason; /* of the change; may be empty */
    struct text sha256;         /* hexadecimal, of its notice.yaml */
};

/* All that are known, by number. */
struct public_versions {
    const struct public_version *list;
    size_t count;
};

/* NULL: none. in_force: else the one that was announced. */
const struct public_version *
public_version_of(const struct public_versions *versions,
                  enum public_version_state state);

/* promises: empty where nothing was measured yet. site: the one of many that is
 * run here; NULL: all are. */
MUST_USE enum status public_home_document(
    const struct public_versions *versions, const struct promises *promises,
    const struct notice_site *site, enum language language,
    struct document *out);

MUST_USE enum status
public_versions_document(const struct public_versions *versions,
                         enum language language, struct document *out);

/* What was announced: its dates and reason, what it changes, its whole text. */
MUST_USE enum status
public_next_document(const struct public_versions *versions,
                     enum language language, struct document *out);

/* One version: what it is, then its text. */
MUST_USE enum status public_version_document(
    const struct public_version *version, enum language language,
    struct document *out);

MUST_USE enum status public_signs_document(const struct notice *notice,
                                           enum language language,
                                           struct document *out);

MUST_USE enum status public_request_document(const struct notice *notice,
                                             enum language language,
                                             struct document *out);

/* Form 2 of the standard guideline, to be filled in on paper. */
MUST_USE enum status public_form_document(const struct notice *notice,
                                          enum language language,
                                          struct document *out);

#endif
