/* SPDX-License-Identifier: Apache-2.0 */
/* notice/import/draft_references - which sites and groups a printed scope
 * names: "상담실, 공동육아나눔터". Threads: none; pure. */
#ifndef NOTICE_IMPORT_DRAFT_REFERENCES_H
#define NOTICE_IMPORT_DRAFT_REFERENCES_H

#include "notice/import/draft.h"

/* What a printed scope names. */
struct draft_references {
    struct draft_reference list[DRAFT_REFERENCES_MAX];
    size_t count;
};

struct draft_references draft_references_of(const struct draft *draft,
                                            struct text scope);

bool draft_references_site(const struct draft_references *references,
                           size_t site);

/* Whether it names the group by its own words, not by its site. */
bool draft_references_group(const struct draft *draft,
                            const struct draft_references *references,
                            const struct draft_group *group);

#endif
