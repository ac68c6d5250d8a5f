/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_check.h"

#include "notice/lint/lint.h"
#include "notice/yaml_tree.h"

enum { ANNOUNCEMENT_DAYS = 7 };

static bool has_role(const struct notice *notice, size_t group,
                     enum notice_role role)
{
    for (size_t i = 0; i < notice->person_count; i++)
        if (notice->people[i].role == role &&
            notice_scope_holds(&notice->people[i].scope, group))
            return true;
    return false;
}

static void check_chief_managers(const struct notice *notice,
                                 struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++)
        if (notice->groups[i].camera_count > 0 &&
            !has_role(notice, i, NOTICE_ROLE_CHIEF_MANAGER))
            findings_add(findings, FINDING_MISSING_CHIEF_MANAGER,
                         lint_in_line(notice, notice->groups[i].line),
                         "add a person with role: chief_manager for it",
                         "group '%.*s' has no chief manager",
                         SHOWN(notice->groups[i].id));
}

static void check_access_holders(const struct notice *notice,
                                 struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++)
        if (notice->groups[i].camera_count > 0 &&
            !has_role(notice, i, NOTICE_ROLE_ACCESS_HOLDER))
            findings_add(findings, FINDING_MISSING_ACCESS_HOLDER,
                         lint_in_line(notice, notice->groups[i].line),
                         "add a person with role: access_holder for it",
                         "nobody may view group '%.*s'",
                         SHOWN(notice->groups[i].id));
}

static void check_storage_places(const struct notice *notice,
                                 struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++) {
        size_t j = 0;
        while (j < notice->storage_count &&
               !notice_scope_holds(&notice->storages[j].scope, i))
            j++;
        if (j == notice->storage_count && notice->groups[i].camera_count > 0)
            findings_add(findings, FINDING_MISSING_STORAGE_PLACE,
                         lint_in_line(notice, notice->groups[i].line),
                         "name it under storage",
                         "group '%.*s' has no place of storage",
                         SHOWN(notice->groups[i].id));
    }
}

static void check_statistics(const struct notice *notice,
                             struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        bool is_counting = false;
        for (size_t j = 0; j < group->purpose_count; j++)
            is_counting = is_counting ||
                          notice->purposes[group->purposes[j]].kind ==
                              NOTICE_PURPOSE_STATISTICS;
        if (is_counting && group->camera_class != NOTICE_CLASS_STATISTICS)
            findings_add(findings, FINDING_STATISTICS_STORED,
                         lint_in_line(notice, group->line),
                         "write class: statistics, and nothing of it is "
                         "fetched or stored",
                         "group '%.*s' is for statistics, whose video may "
                         "not be stored, but its class is stored",
                         SHOWN(group->id));
    }
}

static void check_dates(const struct notice *notice, struct findings *findings)
{
    if (notice->announced_day == NOTICE_NO_DAY ||
        notice->effective_day == NOTICE_NO_DAY)
        return;
    int64_t days = notice->effective_day - notice->announced_day;
    if (days < 0)
        findings_add(findings, FINDING_EFFECTIVE_BEFORE_ANNOUNCED,
                     lint_in_line(notice, notice->dates_line),
                     "set effective at least 7 days after announced",
                     "the notice takes effect before it is announced");
    else if (days < ANNOUNCEMENT_DAYS)
        findings_add(findings, FINDING_ANNOUNCED_TOO_LATE,
                     lint_in_line(notice, notice->dates_line),
                     "set effective at least 7 days after announced",
                     "only %d days lie between announcement and effect",
                     (int)days);
}

static void check_contracts(const struct notice *notice,
                            struct findings *findings)
{
    for (size_t i = 0; i < notice->processor_count; i++) {
        const struct notice_processor *p = &notice->processors[i];
        const struct notice_contract *contract = &p->contract;
        bool is_complete =
            contract->has_purpose_and_scope && contract->has_subcontracting &&
            contract->has_access_limits && contract->has_inspection &&
            contract->has_damages && p->until_day != NOTICE_NO_DAY;
        if (contract->is_stated && !is_complete)
            findings_add(findings, FINDING_CONTRACT_INCOMPLETE,
                         lint_in_line(notice, p->line),
                         "complete contract: and until:; the processor has no "
                         "account before",
                         "the contract with '%.*s' lacks one of five items "
                         "or its end",
                         SHOWN(p->id));
    }
}

static void check_sign(const struct notice *notice, struct findings *findings)
{
    if (!notice->has_sign)
        findings_add(findings, FINDING_MISSING_SIGN, lint_in_line(notice, 0),
                     "add sign: with what stands on the wall",
                     "the notice has no signboard");
    else if (notice->processor_count > 0 && notice->sign.processor.ko.size == 0)
        findings_add(findings, FINDING_SIGN_WITHOUT_PROCESSOR,
                     lint_in_line(notice, notice->sign.line),
                     "add processor: with name and telephone to the sign",
                     "the sign does not name the processor");
}

static lint_rule_fn *const CHECKS[] = {
    check_chief_managers,    check_access_holders,      check_storage_places,
    check_statistics,        check_dates,               check_contracts,
    check_sign,              lint_missing_items,        lint_closed_places,
    lint_banned_places,      lint_rows_without_place,   lint_rows_without_cameras,
    lint_counts,             lint_filed_elsewhere,      lint_basis_elsewhere,
    lint_exclusions,         lint_template_rows,        lint_empty_cells,
    lint_retention_reasons,  lint_retention_floors,     lint_retention_words,
    lint_many_periods,       lint_misspelt_period,      lint_storage_places,
    lint_telephones,         lint_posts,                lint_undefined_roles,
    lint_requesters,         lint_processors,           lint_sign_telephone,
    lint_sign_coverage,
};

void notice_check(const struct notice *notice, struct findings *findings)
{
    for (size_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0]; i++)
        CHECKS[i](notice, findings);
}
