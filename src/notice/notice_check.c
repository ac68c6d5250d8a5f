/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_check.h"

#include "notice/yaml_tree.h"

enum {
    CEILING_DAYS = 30, /* without a reason */
    CEILING_MONTHS = 1,
    ANNOUNCEMENT_DAYS = 7,
};

static struct finding_place in_line(const struct notice *notice, uint32_t line)
{
    return (struct finding_place){notice->tree->file, line, 0};
}

/* Text arguments of a "%.*s". */
#define SHOWN(text) ((text).size > 60 ? 60 : (int)(text).size), (text).data

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
        if (!has_role(notice, i, NOTICE_ROLE_CHIEF_MANAGER))
            findings_add(findings, FINDING_MISSING_CHIEF_MANAGER,
                         in_line(notice, notice->groups[i].line),
                         "add a person with role: chief_manager for it",
                         "group '%.*s' has no chief manager",
                         SHOWN(notice->groups[i].id));
}

static void check_access_holders(const struct notice *notice,
                                 struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++)
        if (!has_role(notice, i, NOTICE_ROLE_ACCESS_HOLDER))
            findings_add(findings, FINDING_MISSING_ACCESS_HOLDER,
                         in_line(notice, notice->groups[i].line),
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
        if (j == notice->storage_count)
            findings_add(findings, FINDING_MISSING_STORAGE_PLACE,
                         in_line(notice, notice->groups[i].line),
                         "name it under storage",
                         "group '%.*s' has no place of storage",
                         SHOWN(notice->groups[i].id));
    }
}

static void check_retention_reasons(const struct notice *notice,
                                    struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        bool is_long = (group->retention.unit == RETENTION_DAYS &&
                        group->retention.count > CEILING_DAYS) ||
                       (group->retention.unit == RETENTION_MONTHS &&
                        group->retention.count > CEILING_MONTHS);
        char period[40];
        retention_format(group->retention, LANGUAGE_ENGLISH, period,
                         sizeof period);
        if (is_long && group->retention_reason.ko.size == 0)
            findings_add(findings, FINDING_RETENTION_WITHOUT_REASON,
                         in_line(notice, group->line),
                         "add a reason to the retention, or shorten it",
                         "group '%.*s' keeps video for %s without a reason",
                         SHOWN(group->id), period);
    }
}

static void check_statistics(const struct notice *notice,
                             struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        for (size_t j = 0; j < group->purpose_count; j++)
            if (notice->purposes[group->purposes[j]].kind ==
                NOTICE_PURPOSE_STATISTICS)
                findings_add(findings, FINDING_STATISTICS_STORED,
                             in_line(notice, group->line),
                             "take the group out of this installation",
                             "group '%.*s' is for statistics, whose video "
                             "may not be stored",
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
                     in_line(notice, notice->dates_line),
                     "set effective at least 7 days after announced",
                     "the notice takes effect before it is announced");
    else if (days < ANNOUNCEMENT_DAYS)
        findings_add(findings, FINDING_ANNOUNCED_TOO_LATE,
                     in_line(notice, notice->dates_line),
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
                         in_line(notice, p->line),
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
        findings_add(findings, FINDING_MISSING_SIGN, in_line(notice, 0),
                     "add sign: with what stands on the wall",
                     "the notice has no signboard");
    else if (notice->processor_count > 0 && notice->sign.processor.ko.size == 0)
        findings_add(findings, FINDING_SIGN_WITHOUT_PROCESSOR,
                     in_line(notice, notice->sign.line),
                     "add processor: with name and telephone to the sign",
                     "the sign does not name the processor");
}

static void (*const CHECKS[])(const struct notice *notice,
                              struct findings *findings) = {
    check_chief_managers,    check_access_holders, check_storage_places,
    check_retention_reasons, check_statistics,     check_dates,
    check_contracts,         check_sign,
};

void notice_check(const struct notice *notice, struct findings *findings)
{
    for (size_t i = 0; i < sizeof CHECKS / sizeof CHECKS[0]; i++)
        CHECKS[i](notice, findings);
}
