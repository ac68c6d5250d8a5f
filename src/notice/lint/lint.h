/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/lint/lint - rules about what published notices get wrong.
 *
 * A rule is one function in the table of notice_check.c and one line in
 * finding_codes.def. One that many groups break gives one finding, in the line
 * of the first, that counts them. Words are judged by lists of words: a rule
 * speaks where they are plain and is silent where they are not.
 *
 * Threads: none; pure.
 */
#ifndef NOTICE_LINT_LINT_H
#define NOTICE_LINT_LINT_H

#include "notice/finding.h"
#include "notice/notice.h"
#include "notice/yaml_tree.h"

enum {
    LINT_NAMES_SIZE = 160, /* characters of a list of ids in a message */
};

/* Text arguments of a "%.*s". */
#define SHOWN(text) ((text).size > 60 ? 60 : (int)(text).size), (text).data

static inline struct finding_place lint_in_line(const struct notice *notice,
                                                uint32_t line)
{
    return (struct finding_place){notice->tree->file, line, 0};
}

/* Groups that break one rule. */
struct lint_groups {
    size_t count;
    uint32_t cameras;
    uint32_t line; /* of the first */
    char names[LINT_NAMES_SIZE]; /* "group-1, group-2, ..." */
};

void lint_groups_add(struct lint_groups *found,
                     const struct notice_group *group);

/* Whether the text holds one of words, a list that ends with NULL. */
bool lint_holds_any(struct text text, const char *const *words);
bool lint_holds(struct text text, const char *word);

/* Whether both, but for blanks, are the same. */
bool lint_same_letters(struct text a, struct text b);

/* Whether text holds part, blanks not counting; part is not empty. */
bool lint_holds_letters(struct text text, struct text part);

/* The digits of a telephone number are the same. */
bool lint_same_digits(struct text a, struct text b);

typedef void lint_rule_fn(const struct notice *notice,
                          struct findings *findings);

/* lint_groups.c */
lint_rule_fn lint_closed_places;
lint_rule_fn lint_banned_places;
lint_rule_fn lint_rows_without_place;
lint_rule_fn lint_rows_without_cameras;
lint_rule_fn lint_counts;
lint_rule_fn lint_filed_elsewhere;
lint_rule_fn lint_basis_elsewhere;
lint_rule_fn lint_exclusions;

/* lint_cells.c */
lint_rule_fn lint_missing_items;
lint_rule_fn lint_template_rows;
lint_rule_fn lint_empty_cells;
lint_rule_fn lint_misspelt_period;
lint_rule_fn lint_undefined_roles;
lint_rule_fn lint_requesters;

/* lint_periods.c */
lint_rule_fn lint_retention_reasons;
lint_rule_fn lint_retention_floors;
lint_rule_fn lint_retention_words;
lint_rule_fn lint_many_periods;
lint_rule_fn lint_storage_places;

/* lint_people.c */
lint_rule_fn lint_telephones;
lint_rule_fn lint_posts;
lint_rule_fn lint_processors;
lint_rule_fn lint_sign_telephone;
lint_rule_fn lint_sign_coverage;

#endif
