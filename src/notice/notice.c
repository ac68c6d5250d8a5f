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

/* How long something is kept, as a group or the whole notice says it. */
struct kept {
    struct retention period;
    struct notice_words words;
    struct notice_words reason;
    struct retention floor;
    struct notice_words floor_reason;
};

static struct retention retention_of(const struct notice_period *period)
{
    if (period->days > 0)
        return (struct retention){RETENTION_DAYS, period->days};
    if (period->months > 0)
        return (struct retention){RETENTION_MONTHS, period->months};
    if (period->seconds > 0)
        return (struct retention){RETENTION_SECONDS, period->seconds};
    return (struct retention){0};
}

/* The length of node, a map of days, months or seconds. */
static struct notice_period fill_period(struct yaml_fill *fill,
                                        const struct yaml_node *node)
{
    struct notice_period period = {0};
    yaml_fill_map(fill, node, NOTICE_PERIOD_FIELDS, &period);
    if (node->kind != YAML_MAP)
        return period;
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
    return period;
}

static struct kept fill_kept(struct yaml_fill *fill,
                             const struct yaml_node *node)
{
    struct notice_period period = fill_period(fill, node);
    struct kept kept = {.period = retention_of(&period),
                        .words = period.words,
                        .reason = period.reason};
    const struct yaml_node *floor = yaml_child(fill->tree, node, "floor");
    if (floor == NULL)
        return kept;
    struct notice_period least = fill_period(fill, floor);
    kept.floor = retention_of(&least);
    kept.floor_reason = least.reason;
    return kept;
}

static void set_notice_kept(struct notice *notice, struct kept kept)
{
    notice->retention = kept.period;
    notice->retention_words = kept.words;
    notice->retention_reason = kept.reason;
    notice->retention_floor = kept.floor;
    notice->retention_floor_reason = kept.floor_reason;
}

static void set_group_kept(struct notice_group *group, struct kept kept)
{
    group->retention = kept.period;
    group->retention_words = kept.words;
    group->retention_reason = kept.reason;
    group->retention_floor = kept.floor;
    group->retention_floor_reason = kept.floor_reason;
}

/* The period of a group that has none of its own. */
static void inherit_kept(struct yaml_fill *fill, const struct yaml_node *node,
                         const struct notice *notice,
                         struct notice_group *group)
{
    if (notice->retention.unit == 0)
        findings_add(fill->findings, FINDING_MISSING_RETENTION,
                     yaml_place(fill->tree, node),
                     "add retention: {days: 30} here, or once for all",
                     "this group has no retention period");
    set_group_kept(group, (struct kept){
                              .period = notice->retention,
                              .words = notice->retention_words,
                              .reason = notice->retention_reason,
                              .floor = notice->retention_floor,
                              .floor_reason = notice->retention_floor_reason,
                          });
}

/* What a group does not say for itself stands at the top of the notice. */
static void fill_group_rest(struct yaml_fill *fill,
                            const struct yaml_node *node,
                            const struct notice *notice,
                            struct notice_group *group)
{
    const struct yaml_node *own = yaml_child(fill->tree, node, "retention");
    if (own != NULL)
        set_group_kept(group, fill_kept(fill, own));
    else
        inherit_kept(fill, node, notice, group);
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

/* The days of a map that is not there. */
static void fill_absent_days(struct yaml_fill *fill,
                             const struct yaml_node *root,
                             struct notice *notice)
{
    if (yaml_child(fill->tree, root, "dates") == NULL) {
        notice->enacted_day = NOTICE_NO_DAY;
        notice->revised_day = NOTICE_NO_DAY;
        notice->announced_day = NOTICE_NO_DAY;
        notice->effective_day = NOTICE_NO_DAY;
    }
    if (yaml_child(fill->tree, root, "consultation") == NULL) {
        notice->consultation.from_day = NOTICE_NO_DAY;
        notice->consultation.until_day = NOTICE_NO_DAY;
    }
}

static void mark_contracts(struct yaml_fill *fill,
                           const struct yaml_node *root, struct notice *notice)
{
    const struct yaml_node *list = yaml_child(fill->tree, root, "processors");
    if (notice->processor_count == 0)
        return;
    struct notice_processor *processor = notice->processors;
    const struct yaml_node *node = yaml_first(fill->tree, list);
    for (; node != NULL; node = yaml_next(fill->tree, node), processor++)
        processor->contract.is_stated =
            yaml_child(fill->tree, node, "contract") != NULL;
}

static enum status fill_notice(struct yaml_fill *fill, struct notice *notice)
{
    const struct yaml_node *root = yaml_tree_root(fill->tree);
    yaml_fill_map(fill, root, NOTICE_FIELDS, notice);
    if (root->kind != YAML_MAP)
        return findings_status(fill->findings);
    fill_format(fill, root);
    fill_absent_days(fill, root, notice);
    fill_homepage(fill, root, notice);
    notice->has_sign = yaml_child(fill->tree, root, "sign") != NULL;
    const struct yaml_node *period = yaml_child(fill->tree, root, "retention");
    if (period != NULL)
        set_notice_kept(notice, fill_kept(fill, period));
    mark_contracts(fill, root, notice);
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
    size_t findings_before = findings->count;
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
    yaml_tree_name_paths(notice->tree, findings, findings_before);
    if (findings->out_of_memory)
        return STATUS_NO_MEMORY;
    if (findings->errors > errors_before)
        return STATUS_BAD_INPUT;
    *out = notice;
    notice = NULL;
    return STATUS_OK;
}

static void release_places(struct notice_storage *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        notice_scope_deinit(&places[i].scope);
    alloc_free(places);
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
    for (size_t i = 0; i < n->site_count; i++)
        alloc_free(n->sites[i].also_called);
    for (size_t i = 0; i < n->person_count; i++)
        notice_scope_deinit(&n->people[i].scope);
    for (size_t i = 0; i < n->processor_count; i++)
        notice_scope_deinit(&n->processors[i].scope);
    for (size_t i = 0; i < n->sign_count; i++)
        notice_scope_deinit(&n->signs[i].scope);
    release_places(n->storages, n->storage_count);
    release_places(n->control_rooms, n->control_room_count);
    release_places(n->checking_places, n->checking_place_count);
    alloc_free(n->parts);
    alloc_free(n->purposes);
    alloc_free(n->sites);
    alloc_free(n->groups);
    alloc_free(n->people);
    alloc_free(n->processors);
    alloc_free(n->remedies);
    alloc_free(n->signs);
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
    size_t first = 0;
    size_t end = scope->count;
    while (first < end) { /* they ascend */
        size_t middle = first + (end - first) / 2;
        if (scope->groups[middle] == group)
            return true;
        if (scope->groups[middle] < group)
            first = middle + 1;
        else
            end = middle;
    }
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

uint32_t notice_camera_count(const struct notice *notice)
{
    uint32_t count = 0;
    for (size_t i = 0; i < notice->group_count; i++)
        count += notice->groups[i].camera_count;
    return count;
}

/* The name of a choice, which counts from 1; "none" outside the list. */
static const char *name_in(const char *const *names, unsigned choice)
{
    for (unsigned i = 0; names[i] != NULL; i++)
        if (i + 1 == choice)
            return names[i];
    return "none";
}

const char *notice_role_name(enum notice_role role)
{
    return name_in(NOTICE_ROLE_NAMES, role);
}

const char *notice_purpose_kind_name(enum notice_purpose_kind kind)
{
    return name_in(NOTICE_PURPOSE_KIND_NAMES, kind);
}

const char *notice_place_kind_name(enum notice_place_kind kind)
{
    return name_in(NOTICE_PLACE_KIND_NAMES, kind);
}

const char *notice_camera_class_name(enum notice_camera_class camera_class)
{
    return name_in(NOTICE_CAMERA_CLASS_NAMES, camera_class);
}

const char *notice_shift_name(enum notice_shift shift)
{
    return name_in(NOTICE_SHIFT_NAMES, shift);
}

const char *notice_exclusion_means_name(enum notice_exclusion_means means)
{
    return name_in(NOTICE_EXCLUSION_MEANS_NAMES, means);
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
