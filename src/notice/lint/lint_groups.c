/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about the table of cameras. */
#include "base/text.h"
#include "notice/lint/lint.h"

static bool is_about(const struct notice_group *group, const char *const *words)
{
    return lint_holds_any(group->place.ko, words) ||
           lint_holds_any(group->coverage.ko, words);
}

static bool is_closed(const struct notice_group *group)
{
    static const char *const WORDS[] = {"사무실", "상담실", "수사", NULL};
    if (group->place_kind != 0)
        return group->place_kind == NOTICE_PLACE_CLOSED;
    return is_about(group, WORDS);
}

void lint_closed_places(const struct notice *notice, struct findings *findings)
{
    struct lint_groups found = {0};
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        if (group->camera_count > 0 && is_closed(group) &&
            lint_holds(group->basis.ko, "25조"))
            lint_groups_add(&found, group);
    }
    if (found.count > 0)
        findings_add(findings, FINDING_CLOSED_PLACE,
                     lint_in_line(notice, found.line),
                     "give these groups another basis, and say place_kind: "
                     "closed; or say place_kind: open where anybody may enter",
                     "%zu groups with %u cameras are rooms that are not open "
                     "to the public, but stand on Article 25: %s",
                     found.count, found.cameras, found.names);
}

/* Inside, not in front of it. */
static bool looks_into(struct text words)
{
    static const char *const ROOMS[] = {"화장실", "목욕", "욕실", "탈의실",
                                        "발한실", NULL};
    static const char *const OUTSIDE[] = {"입구", "앞", "복도", "제외",
                                          "외부", NULL};
    return lint_holds_any(words, ROOMS) && !lint_holds_any(words, OUTSIDE);
}

void lint_banned_places(const struct notice *notice, struct findings *findings)
{
    struct lint_groups found = {0};
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        if (group->camera_count > 0 && (looks_into(group->place.ko) ||
                                        looks_into(group->coverage.ko)))
            lint_groups_add(&found, group);
    }
    if (found.count > 0)
        findings_add(findings, FINDING_BANNED_PLACE,
                     lint_in_line(notice, found.line),
                     "take these cameras away, or say what they really see",
                     "%zu groups look into a bath, toilet or changing room: %s",
                     found.count, found.names);
}

void lint_rows_without_place(const struct notice *notice,
                             struct findings *findings)
{
    struct lint_groups found = {0};
    for (size_t i = 0; i < notice->group_count; i++)
        if (notice->groups[i].place.ko.size == 0)
            lint_groups_add(&found, &notice->groups[i]);
    if (found.count > 0)
        findings_add(findings, FINDING_ROW_WITHOUT_PLACE,
                     lint_in_line(notice, found.line),
                     "add place: to them",
                     "%zu rows have a number of cameras and no place: %s",
                     found.count, found.names);
}

void lint_rows_without_cameras(const struct notice *notice,
                               struct findings *findings)
{
    struct lint_groups found = {0};
    for (size_t i = 0; i < notice->group_count; i++)
        if (notice->groups[i].camera_count == 0)
            lint_groups_add(&found, &notice->groups[i]);
    if (found.count > 0)
        findings_add(findings, FINDING_ROW_WITHOUT_CAMERAS,
                     lint_in_line(notice, found.line),
                     "leave the row out, or count its cameras",
                     "%zu rows have no cameras (0대): %s", found.count,
                     found.names);
}

static void check_sum(const struct notice *notice, struct findings *findings,
                      uint32_t line, uint32_t stated, uint32_t sum)
{
    if (stated != 0 && stated != sum)
        findings_add(findings, FINDING_COUNTS_DO_NOT_ADD_UP,
                     lint_in_line(notice, line),
                     "correct the rows, or the sum",
                     "the notice states %u cameras in all, its rows sum to %u",
                     stated, sum);
}

void lint_counts(const struct notice *notice, struct findings *findings)
{
    const struct yaml_node *node = yaml_child(
        notice->tree, yaml_tree_root(notice->tree), "stated_count");
    check_sum(notice, findings, node == NULL ? 0 : node->line,
              notice->stated_count, notice_camera_count(notice));
    for (size_t i = 0; i < notice->site_count; i++) {
        uint32_t sum = 0;
        for (size_t j = 0; j < notice->group_count; j++)
            if (notice->groups[j].site == i)
                sum += notice->groups[j].camera_count;
        check_sum(notice, findings, notice->sites[i].line,
                  notice->sites[i].stated_count, sum);
    }
}

static bool names_site(struct text words, const struct notice_site *site)
{
    if (lint_holds_letters(words, site->name.ko))
        return true;
    for (size_t i = 0; i < site->also_called_count; i++)
        if (lint_holds_letters(words, site->also_called[i]))
            return true;
    return false;
}

static bool has_own_storage(const struct notice *notice, size_t site)
{
    for (size_t i = 0; i < notice->storage_count; i++) {
        const struct notice_scope *scope = &notice->storages[i].scope;
        for (size_t j = 0; j < scope->site_count; j++)
            if (scope->sites[j] == site &&
                scope->site_count < notice->site_count)
                return true;
    }
    return false;
}

void lint_filed_elsewhere(const struct notice *notice,
                          struct findings *findings)
{
    for (size_t i = 0; i < notice->site_count; i++) {
        struct lint_groups found = {0};
        if (!has_own_storage(notice, i))
            continue;
        size_t under = 0;
        for (size_t j = 0; j < notice->group_count; j++) {
            const struct notice_group *group = &notice->groups[j];
            if (group->site == i ||
                !names_site(group->place.ko, &notice->sites[i]))
                continue;
            lint_groups_add(&found, group);
            under = group->site;
        }
        if (found.count > 0)
            findings_add(findings, FINDING_FILED_UNDER_ANOTHER_SITE,
                         lint_in_line(notice, found.line),
                         "put these groups under their own site",
                         "%u cameras of '%.*s', which has its own store, are "
                         "filed under '%.*s': %s",
                         found.cameras, SHOWN(notice->sites[i].name.ko),
                         SHOWN(notice->sites[under].name.ko), found.names);
    }
}

void lint_basis_elsewhere(const struct notice *notice,
                          struct findings *findings)
{
    static const char *const PARKING[] = {"주차", NULL};
    struct lint_groups found = {0};
    for (size_t i = 0; i < notice->group_count; i++)
        if (lint_holds(notice->groups[i].basis.ko, "주차장법") &&
            !is_about(&notice->groups[i], PARKING))
            lint_groups_add(&found, &notice->groups[i]);
    if (found.count > 0)
        findings_add(findings, FINDING_BASIS_ELSEWHERE,
                     lint_in_line(notice, found.line),
                     "give the car park's groups that basis, the others "
                     "their own",
                     "%zu groups that are no car park stand on the rule for "
                     "car parks: %s",
                     found.count, found.names);
}

void lint_exclusions(const struct notice *notice, struct findings *findings)
{
    struct lint_groups found = {0};
    struct text what = {NULL, 0};
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        size_t j = 0;
        while (j < group->exclusion_count && group->exclusions[j].met_by != 0)
            j++;
        if (j == group->exclusion_count)
            continue;
        lint_groups_add(&found, group);
        what = what.size == 0 ? group->exclusions[j].what.ko : what;
    }
    if (found.count > 0)
        findings_add(findings, FINDING_EXCLUSION_WITHOUT_MASK,
                     lint_in_line(notice, found.line),
                     "add met_by: aim, camera_mask or display_mask",
                     "%zu groups exclude '%.*s' without a mask or another aim: "
                     "%s",
                     found.count, SHOWN(what), found.names);
}
