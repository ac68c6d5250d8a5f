/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NOTICE_YAML_SUGGEST_H
#define NOTICE_YAML_SUGGEST_H

#include "base/bytes.h"

enum { YAML_SUGGEST_MAX = 2 }; /* further away is no misspelling */

/*
 * Insertions, deletions and replacements between two words (Levenshtein), up
 * to YAML_SUGGEST_MAX; more, or words too long to be keys, give
 * YAML_SUGGEST_MAX + 1.
 */
size_t yaml_suggest_distance(struct text a, struct text b);

#endif
