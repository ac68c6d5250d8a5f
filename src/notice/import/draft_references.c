/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/draft_references.h"

struct draft_references draft_references_of(const struct draft *draft,
                                       struct text scope)
{
    struct draft_references found = {.count = 0};
    struct text name = {NULL, 0};
    while (found.count < DRAFT_REFERENCES_MAX &&
           draft_next_reference(draft, &scope, &name))
        found.list[found.count++] = draft_refer(draft, name);
    return found;
}

bool draft_references_site(const struct draft_references *references, size_t site)
{
    for (size_t i = 0; i < references->count; i++)
        if (references->list[i].site == site)
            return true;
    return false;
}

bool draft_references_group(const struct draft *draft,
                        const struct draft_references *references,
                        const struct draft_group *group)
{
    for (size_t i = 0; i < references->count; i++)
        if (references->list[i].site == draft->sites.count &&
            draft_refers_to(draft, &references->list[i], group))
            return true;
    return false;
}
