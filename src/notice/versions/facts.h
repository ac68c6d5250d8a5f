/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/versions/facts - a notice's file as a sorted list of its values, each
 * with its path: "people[director]/telephone", "people[clerk]/for[okpo]",
 * "sites[okpo]/groups[hall]/exclusions[0]/ko".
 *
 * Threads: none; pure.
 */
#ifndef NOTICE_VERSIONS_FACTS_H
#define NOTICE_VERSIONS_FACTS_H

#include "base/buffer.h"
#include "notice/yaml_tree.h"

struct fact {
    const char *path; /* terminated; at offset of the paths */
    size_t offset;
    struct text value; /* empty for an element that is its own path */
};

struct facts {
    struct fact *list; /* by path, then value */
    size_t count;
    struct buffer paths; /* what they point into */
};

enum { FACT_PATH_MAX = 512 };

/* Values are views into the tree, which must outlive them. Fails with:
 * NO_MEMORY, LIMIT (a path beyond FACT_PATH_MAX). */
MUST_USE enum status facts_read(const struct yaml_tree *tree,
                                struct facts *out);
void facts_deinit(struct facts *facts);

/* Whether a value stands at or below this path. */
bool facts_have(const struct facts *facts, const char *path);

/* The value at exactly this path; NULL where there is none. */
const struct fact *facts_find(const struct facts *facts, const char *path);

#endif
