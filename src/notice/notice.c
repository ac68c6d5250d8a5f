/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "notice/notice_check.h"
#include "notice/notice_fields.h"
#include "notice/notice_refer.h"

enum { GROUPS_MAX = 4096 };

struct text notice_words_in(struct notice_words words, enum language language)
{
    return language == LANGUAGE_ENGLISH && words.en.size > 0 ? words.en
                                                             : words.ko;
}

static void fill_period(struct yaml_fill *fill, const struct yaml_node *node,
                        struct retention *retention,
                        struct notice_words *reason)
{
    struct notice_period period = {0};
    yaml_fill_map(fill, node, NOTICE_PERIOD_FIELDS, &period);
    if (node->kind != YAML_MAP)
        return;
    int units = (period.days > 0) + (period.months > 0) + (period.seconds > 0);
    if (units > 1)
        findings_add(fill->findings, FINDING_OUT_OF_RANGE,
                     yaml_place(fill->tree, node), "keep one of them",
                     "a period is in days or in months, not in both");
    else if (yaml_child(fill->tree, node, "days") == NULL &&
             yaml_child(fill->tree, node, "months") == NULL &&
             yaml_child(fill->tree, node, "seconds") == NULL)
        findings_add(fill->findings, FINDING_MISSING_KEY,
                     yaml_place(fill->tree, node), "add days or months",
                     "the period has no length");
    if (period.days > 0)
        *retention = (struct retention){RETENTION_DAYS, period.days};
    else if (period.months > 0)
        *retention = (struct retention){RETENTION_MONTHS, period.months};
    else if (period.seconds > 0)
        *retention = (struct retention){RETENTION_SECONDS, period.seconds};
    *reason = period.reason;
}

/* What a group does not say for itself stands at the top of the notice. */
static void fill_group_rest(struct yaml_fill *fill,
                            const struct yaml_node *node,
                            const struct notice *notice,
                            struct notice_group *group)
{
    const struct yaml_node *own = yaml_child(fill->tree, node, "retention");
    if (own != NULL) {
        fill_period(fill, own, &group->retention, &group->retention_reason);
    } else if (notice->retention.unit == 0) {
        findings_add(fill->findings, FINDING_MISSING_KEY,
                     yaml_place(fill->tree, node),
                     "add retention: {days: 30} here, or once for all",
                     "this group has no retention period");
    } else {
        group->retention = notice->retention;
        group->retention_reason = notice->retention_reason;
    }
    if (group->hours.ko.size == 0)
        group->hours = notice->hours;
    if (group->basis.ko.size == 0)
        group->basis = notice->basis;
    if (group->hours.ko.size == 0 || group->basis.ko.size == 0)
        findings_add(fill->findings, FINDING_MISSING_KEY,
                     yaml_place(fill->tree, node),
                     "add them here, or once at the top of the notice",
                     "this group has no hours or no legal basis");
    notice_refer_purposes(fill, node, notice, group);
}

static size_t count_groups(const struct yaml_tree *tree,
                           const struct yaml_node *sites)
{
    size_t count = 0;
    const struct yaml_node *site = yaml_first(tree, sites);
    for (; site != NULL; site = yaml_next(tree, site)) {
        const struct yaml_node *groups = yaml_child(tree, site, "groups");
        if (groups != NULL && groups->kind == YAML_LIST)
            count += groups->count;
    }
    return count;
}

static void fill_site_groups(struct yaml_fill *fill,
                             const struct yaml_node *list, size_t site,
                             struct notice *notice)
{
    if (!yaml_is_list(fill, list))
        return;
    const struct yaml_node *node = yaml_first(fill->tree, list);
    for (; node != NULL; node = yaml_next(fill->tree, node)) {
        struct notice_group *group = &notice->groups[notice->group_count++];
        yaml_fill_map(fill, node, NOTICE_GROUP_FIELDS, group);
        group->site = site;
        if (node->kind == YAML_MAP)
            fill_group_rest(fill, node, notice, group);
    }
}

static void fill_groups(struct yaml_fill *fill, const struct yaml_node *root,
                        struct notice *notice)
{
    const struct yaml_node *sites = yaml_child(fill->tree, root, "sites");
    if (notice->site_count == 0 || fill->status != STATUS_OK)
        return;
    size_t count = count_groups(fill->tree, sites);
    if (count == 0 || count > GROUPS_MAX) {
        findings_add(fill->findings, FINDING_OUT_OF_RANGE,
                     yaml_place(fill->tree, sites),
                     "write a group for each row of the table of cameras",
                     "the sites have %zu groups of cameras", count);
        return;
    }
    notice->groups = alloc_array(count, sizeof *notice->groups);
    if (notice->groups == NULL) {
        fill->status = STATUS_NO_MEMORY;
        return;
    }
    size_t index = 0;
    const struct yaml_node *site = yaml_first(fill->tree, sites);
    for (; site != NULL; site = yaml_next(fill->tree, site), index++) {
        const struct yaml_node *groups = yaml_child(fill->tree, site, "groups");
        if (groups != NULL)
            fill_site_groups(fill, groups, index, notice);
    }
}

static void fill_format(struct yaml_fill *fill, const struct yaml_node *root)
{
    const struct yaml_node *format = yaml_child(fill->tree, root, "format");
    if (format != NULL && (format->kind != YAML_SCALAR ||
                           !text_equal(format->text, text_of("1"))))
        findings_add(fill->findings, FINDING_UNKNOWN_VALUE,
                     yaml_place(fill->tree, format), "write format: 1",
                     "this version reads format 1 only");
}

static void fill_homepage(struct yaml_fill *fill, const struct yaml_node *root,
                          struct notice *notice)
{
    if (notice->homepage.size == 0)
        return;
    struct text rest = notice->homepage;
    struct text scheme = text_cut(&rest, ':');
    bool is_web = text_equal(scheme, text_of("https")) ||
                  text_equal(scheme, text_of("http"));
    if (is_web && text_starts_with(rest, text_of("//"))) {
        rest.data += 2;
        rest.size -= 2;
        notice->homepage_host = text_cut(&rest, '/');
    }
    if (notice->homepage_host.size > 0)
        return;
    const struct yaml_node *node = yaml_child(fill->tree, root, "homepage");
    findings_add(fill->findings, FINDING_WRONG_TYPE,
                 yaml_place(fill->tree, node),
                 "write it like https://www.example.org/cctv",
                 "'homepage' must be the address of a page");
}

static enum status fill_notice(struct yaml_fill *fill, struct notice *notice)
{
    const struct yaml_node *root = yaml_tree_root(fill->tree);
    yaml_fill_map(fill, root, NOTICE_FIELDS, notice);
    if (root->kind != YAML_MAP)
        return findings_status(fill->findings);
    fill_format(fill, root);
    fill_homepage(fill, root, notice);
    notice->has_sign = yaml_child(fill->tree, root, "sign") != NULL;
    const struct yaml_node *period = yaml_child(fill->tree, root, "retention");
    if (period != NULL)
        fill_period(fill, period, &notice->retention,
                    &notice->retention_reason);
    fill_groups(fill, root, notice);
    notice_refer_all(fill, root, notice);
    return fill->status;
}

enum status notice_load(const char *file_name, struct bytes yaml,
                        struct findings *findings, struct notice **out)
{
    *out = NULL;
    size_t errors_before = findings->errors;
    AUTO(notice_destroy)
    struct notice *notice = alloc_zeroed(sizeof *notice);
    if (notice == NULL)
        return STATUS_NO_MEMORY;
    enum status s = yaml_tree_parse(file_name, yaml, findings, &notice->tree);
    if (s != STATUS_OK)
        return s;
    struct yaml_fill fill = {.tree = notice->tree, .findings = findings};
    s = fill_notice(&fill, notice);
    if (s == STATUS_NO_MEMORY)
        return s;
    /* What is half read would only give findings that mislead. */
    if (findings->errors == errors_before)
        notice_check(notice, findings);
    if (findings->out_of_memory)
        return STATUS_NO_MEMORY;
    if (findings->errors > errors_before)
        return STATUS_BAD_INPUT;
    *out = notice;
    notice = NULL;
    return STATUS_OK;
}

void notice_destroy(struct notice **notice)
{
    struct notice *n = *notice;
    if (n == NULL)
        return;
    for (size_t i = 0; i < n->group_count; i++) {
        alloc_free(n->groups[i].purposes);
        alloc_free(n->groups[i].exclusions);
    }
    for (size_t i = 0; i < n->storage_count; i++)
        alloc_free(n->storages[i].scope.groups);
    for (size_t i = 0; i < n->person_count; i++)
        alloc_free(n->people[i].scope.groups);
    for (size_t i = 0; i < n->processor_count; i++)
        alloc_free(n->processors[i].scope.groups);
    alloc_free(n->purposes);
    alloc_free(n->sites);
    alloc_free(n->groups);
    alloc_free(n->storages);
    alloc_free(n->people);
    alloc_free(n->processors);
    alloc_free(n->remedies);
    yaml_tree_destroy(&n->tree);
    alloc_free(n);
    *notice = NULL;
}

uint16_t notice_class_of(const struct notice *notice,
                         struct retention retention)
{
    size_t group = 0;
    while (group < notice->group_count &&
           (notice->groups[group].retention.unit != retention.unit ||
            notice->groups[group].retention.count != retention.count))
        group++;
    return (uint16_t)(group + 1);
}

const struct notice_group *notice_group_find(const struct notice *notice,
                                             struct text id)
{
    for (size_t i = 0; i < notice->group_count; i++)
        if (text_equal(notice->groups[i].id, id))
            return &notice->groups[i];
    return NULL;
}

const struct notice_person *notice_person_find(const struct notice *notice,
                                               struct text id)
{
    for (size_t i = 0; i < notice->person_count; i++)
        if (text_equal(notice->people[i].id, id))
            return &notice->people[i];
    return NULL;
}

const struct notice_purpose *notice_purpose_find(const struct notice *notice,
                                                 struct text id)
{
    for (size_t i = 0; i < notice->purpose_count; i++)
        if (text_equal(notice->purposes[i].id, id))
            return &notice->purposes[i];
    return NULL;
}

bool notice_scope_holds(const struct notice_scope *scope, size_t group)
{
    for (size_t i = 0; i < scope->count; i++)
        if (scope->groups[i] == group)
            return true;
    return false;
}

bool notice_scope_holds_site(const struct notice *notice,
                             const struct notice_scope *scope, size_t site)
{
    bool holds_some = false;
    for (size_t i = 0; i < notice->group_count; i++) {
        if (notice->groups[i].site != site)
            continue;
        if (!notice_scope_holds(scope, i))
            return false;
        holds_some = true;
    }
    return holds_some;
}

bool notice_group_has_purpose(const struct notice_group *group, size_t purpose)
{
    for (size_t i = 0; i < group->purpose_count; i++)
        if (group->purposes[i] == purpose)
            return true;
    return false;
}

const char *notice_role_name(enum notice_role role)
{
    if (role < NOTICE_ROLE_GENERAL_MANAGER || role > NOTICE_ROLE_ACCESS_HOLDER)
        return "none";
    return NOTICE_ROLE_NAMES[role - 1];
}

const char *notice_purpose_kind_name(enum notice_purpose_kind kind)
{
    if (kind < NOTICE_PURPOSE_LAW || kind > NOTICE_PURPOSE_STATISTICS)
        return "none";
    return NOTICE_PURPOSE_KIND_NAMES[kind - 1];
}

void retention_format(struct retention retention, enum language language,
                      char *out, size_t size)
{
    static const struct {
        const char *ko;
        const char *one;
        const char *many;
    } UNITS[] = {{"", "", ""},
                 {"초", " second", " seconds"},
                 {"일", " day", " days"},
                 {"개월", " month", " months"}};
    const char *unit = UNITS[retention.unit].ko;
    if (language == LANGUAGE_ENGLISH)
        unit = retention.count == 1 ? UNITS[retention.unit].one
                                    : UNITS[retention.unit].many;
    (void)snprintf(out, size, "%u%s", retention.count, unit);
}
