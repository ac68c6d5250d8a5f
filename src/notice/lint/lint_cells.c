/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about items and cells that are missing, left over or misworded. */
#include <string.h>

#include "base/text.h"
#include "notice/lint/lint.h"

/* The line of a key of the document; 0: it is not there. */
static uint32_t line_of(const struct notice *notice, const char *key)
{
    const struct yaml_node *node =
        yaml_child(notice->tree, yaml_tree_root(notice->tree), key);
    return node == NULL ? 0 : node->line;
}

void lint_missing_items(const struct notice *notice, struct findings *findings)
{
    const struct {
        const char *key;
        bool is_there;
    } ITEMS[] = {
        {"processing", notice->processing.ko.size > 0},
        {"checking", notice->checking_how.ko.size > 0 &&
                         notice->checking_where.ko.size > 0},
        {"requests", notice->request_rule.ko.size > 0},
        {"measures", notice->measures_technical.ko.size > 0 &&
                         notice->measures_managerial.ko.size > 0 &&
                         notice->measures_physical.ko.size > 0},
        {"dates", notice->announced_day != NOTICE_NO_DAY &&
                      notice->effective_day != NOTICE_NO_DAY},
    };
    for (size_t i = 0; i < sizeof ITEMS / sizeof ITEMS[0]; i++)
        if (!ITEMS[i].is_there)
            findings_add(findings, FINDING_MISSING_ITEM,
                         lint_in_line(notice, line_of(notice, ITEMS[i].key)),
                         "write it, whole",
                         "the notice lacks '%s', or a part of it",
                         ITEMS[i].key);
}

static bool is_template(struct text words)
{
    static const char *const WORDS[] = {"○○", "OO", "ㅇㅇ", "〇〇",
                                        "예시", "(예)", NULL};
    return lint_holds_any(words, WORDS) ||
           text_equal(words, text_of("홍길동"));
}

void lint_template_rows(const struct notice *notice, struct findings *findings)
{
    static const char REMEDY[] = "take the template's example out";
    for (size_t i = 0; i < notice->group_count; i++)
        if (is_template(notice->groups[i].place.ko) ||
            is_template(notice->groups[i].coverage.ko))
            findings_add(findings, FINDING_TEMPLATE_ROW,
                         lint_in_line(notice, notice->groups[i].line), REMEDY,
                         "group '%.*s' is an example row of a template",
                         SHOWN(notice->groups[i].id));
    for (size_t i = 0; i < notice->person_count; i++)
        if (is_template(notice->people[i].name.ko) ||
            is_template(notice->people[i].department.ko))
            findings_add(findings, FINDING_TEMPLATE_ROW,
                         lint_in_line(notice, notice->people[i].line), REMEDY,
                         "person '%.*s' is an example row of a template",
                         SHOWN(notice->people[i].id));
}

/* A column that some rows fill and others do not. */
static void check_coverage_cells(const struct notice *notice,
                                 struct findings *findings)
{
    struct lint_groups found = {0};
    bool is_column = false;
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        is_column = is_column || group->coverage.ko.size > 0;
        if (group->coverage.ko.size == 0 && group->camera_count > 0)
            lint_groups_add(&found, group);
    }
    if (is_column && found.count > 0)
        findings_add(findings, FINDING_EMPTY_CELL,
                     lint_in_line(notice, found.line),
                     "add coverage: to them",
                     "the coverage of %zu groups is empty: %s", found.count,
                     found.names);
}

void lint_empty_cells(const struct notice *notice, struct findings *findings)
{
    check_coverage_cells(notice, findings);
    for (size_t i = 0; i < notice->person_count; i++) {
        const struct notice_person *person = &notice->people[i];
        if (person->post.ko.size == 0 || person->department.ko.size == 0 ||
            person->telephone.size == 0)
            findings_add(findings, FINDING_EMPTY_CELL,
                         lint_in_line(notice, person->line),
                         "add what is missing",
                         "the post, department or telephone of '%.*s' is "
                         "empty",
                         SHOWN(person->id));
    }
    for (size_t i = 0; i < notice->processor_count; i++) {
        const struct notice_processor *processor = &notice->processors[i];
        if (processor->telephone.size == 0)
            findings_add(findings, FINDING_EMPTY_CELL,
                         lint_in_line(notice, processor->line),
                         "add its telephone",
                         "the telephone of '%.*s' is empty",
                         SHOWN(processor->id));
    }
}

void lint_misspelt_period(const struct notice *notice,
                          struct findings *findings)
{
    const struct {
        struct text words;
        const char *key;
    } TEXTS[] = {{notice->request_ledger.ko, "requests"},
                 {notice->retention_words.ko, "retention"},
                 {notice->processing.ko, "processing"}};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
        if (lint_holds(TEXTS[i].words, "보관기관"))
            findings_add(findings, FINDING_MISSPELT_PERIOD,
                         lint_in_line(notice, line_of(notice, TEXTS[i].key)),
                         "write 보관기간 (period); 보관기관 is a body that keeps",
                         "'%s' says 보관기관 where it means a period",
                         TEXTS[i].key);
}

static bool has_role(const struct notice *notice, enum notice_role role)
{
    for (size_t i = 0; i < notice->person_count; i++)
        if (notice->people[i].role == role)
            return true;
    return false;
}

/* Whether somebody in the table answers to this word for a manager. */
static bool is_defined(const struct notice *notice, struct text word)
{
    if (lint_same_letters(word, text_of("책임자")))
        return has_role(notice, NOTICE_ROLE_GENERAL_MANAGER) ||
               has_role(notice, NOTICE_ROLE_CHIEF_MANAGER);
    if (lint_holds(word, "총괄"))
        return has_role(notice, NOTICE_ROLE_GENERAL_MANAGER);
    if (lint_holds(word, "관리") || lint_holds(word, "보호"))
        return has_role(notice, NOTICE_ROLE_CHIEF_MANAGER);
    return false;
}

/* The word of words that ends with 책임자; empty: none. */
static struct text manager_word(struct text words)
{
    static const char END[] = "책임자";
    while (words.size > 0) {
        struct text word = text_cut(&words, ' ');
        const char *at =
            memmem(word.data, word.size, END, sizeof END - 1);
        if (at != NULL)
            return (struct text){
                word.data, (size_t)(at - word.data) + sizeof END - 1};
    }
    return (struct text){NULL, 0};
}

void lint_undefined_roles(const struct notice *notice,
                          struct findings *findings)
{
    struct text word = manager_word(notice->checking_how.ko);
    if (word.size > 0 && !is_defined(notice, word))
        findings_add(findings, FINDING_UNDEFINED_ROLE,
                     lint_in_line(notice, line_of(notice, "checking")),
                     "name a role of the table of people, or add it there",
                     "people are sent to the '%.*s', whom the notice never "
                     "names",
                     SHOWN(word));
}

void lint_requesters(const struct notice *notice, struct findings *findings)
{
    static const char *const SUBJECTS[] = {"정보주체", "본인", NULL};
    static const char *const OTHERS[] = {"관계기관", "공무원", "직원", "경찰",
                                         NULL};
    struct text who = notice->request_who.ko;
    bool leaves_out = !lint_holds_any(who, SUBJECTS);
    bool adds = lint_holds_any(who, OTHERS);
    if (who.size == 0 || (!leaves_out && !adds))
        return;
    findings_add(findings, FINDING_REQUESTERS_NOT_OF_THE_LAW,
                 lint_in_line(notice, line_of(notice, "requests")),
                 "name the person filmed and whoever acts for them; bodies "
                 "receive video as a provision, not as a request",
                 "who may ask, '%.*s', %s%s%s", SHOWN(who),
                 leaves_out ? "leaves out the person filmed" : "",
                 leaves_out && adds ? " and " : "",
                 adds ? "adds people whom the Act does not name" : "");
}
