/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_refer.h"

#include "base/alloc.h"
#include "base/text.h"

static int shown(struct text text)
{
    return text.size > 60 ? 60 : (int)text.size;
}

/* A group that states no purposes serves all that the notice states. */
static void take_all_purposes(struct yaml_fill *fill,
                              const struct notice *notice,
                              struct notice_group *group)
{
    group->purposes =
        alloc_array(notice->purpose_count, sizeof *group->purposes);
    if (group->purposes == NULL) {
        fill->status = STATUS_NO_MEMORY;
        return;
    }
    for (size_t i = 0; i < notice->purpose_count; i++)
        group->purposes[group->purpose_count++] = i;
}

void notice_refer_purposes(struct yaml_fill *fill, const struct yaml_node *node,
                           const struct notice *notice,
                           struct notice_group *group)
{
    const struct yaml_node *list = yaml_child(fill->tree, node, "purposes");
    if (list == NULL && notice->purpose_count > 0) {
        take_all_purposes(fill, notice, group);
        return;
    }
    if (list == NULL || (list->kind == YAML_LIST && list->count == 0)) {
        findings_add(fill->findings, FINDING_MISSING_PURPOSE,
                     yaml_place(fill->tree, node),
                     "add purposes: [id, ...] from the list at the top",
                     "group '%.*s' states no purpose", shown(group->id),
                     group->id.data);
        return;
    }
    if (!yaml_is_list(fill, list))
        return;
    group->purposes = alloc_array(list->count, sizeof *group->purposes);
    if (group->purposes == NULL) {
        fill->status = STATUS_NO_MEMORY;
        return;
    }
    const struct yaml_node *child = yaml_first(fill->tree, list);
    for (; child != NULL; child = yaml_next(fill->tree, child)) {
        const struct notice_purpose *purpose =
            notice_purpose_find(notice, child->text);
        if (purpose == NULL || child->text.size == 0)
            findings_add(fill->findings, FINDING_UNKNOWN_REFERENCE,
                         yaml_place(fill->tree, child),
                         "use an id of the notice's purposes",
                         "there is no purpose '%.*s'", shown(child->text),
                         child->text.data);
        else
            group->purposes[group->purpose_count++] =
                (size_t)(purpose - notice->purposes);
    }
}

/* What a "for:" names: one mark for each group and site of the notice. */
struct marks {
    bool *groups;
    bool *sites;
};

static bool mark(const struct notice *notice, struct text id,
                 struct marks *marks)
{
    bool is_known = false;
    for (size_t i = 0; i < notice->site_count; i++) {
        if (!text_equal(notice->sites[i].id, id))
            continue;
        marks->sites[i] = true;
        is_known = true;
    }
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        if (!text_equal(group->id, id) &&
            !text_equal(notice->sites[group->site].id, id))
            continue;
        marks->groups[i] = true;
        is_known = true;
    }
    return is_known;
}

static void mark_all(struct yaml_fill *fill, const struct yaml_node *list,
                     const struct notice *notice, struct marks *marks)
{
    if (!yaml_is_list(fill, list))
        return;
    const struct yaml_node *child = yaml_first(fill->tree, list);
    for (; child != NULL; child = yaml_next(fill->tree, child))
        if (child->text.size == 0 || !mark(notice, child->text, marks))
            findings_add(fill->findings, FINDING_UNKNOWN_REFERENCE,
                         yaml_place(fill->tree, child),
                         "use an id of a site or of a group with cameras",
                         "there is no site or group '%.*s'", shown(child->text),
                         child->text.data);
}

static void take_marks(const struct notice *notice, bool takes_all,
                       const struct marks *marks, struct notice_scope *scope)
{
    for (size_t i = 0; i < notice->group_count; i++)
        if (takes_all || marks->groups[i])
            scope->groups[scope->count++] = i;
    for (size_t i = 0; i < notice->site_count; i++)
        if (takes_all || marks->sites[i])
            scope->sites[scope->site_count++] = i;
}

/* node: the map that may hold "for". */
static void refer_scope(struct yaml_fill *fill, const struct yaml_node *node,
                        const struct notice *notice, struct notice_scope *scope)
{
    if (notice->group_count == 0 || fill->status != STATUS_OK)
        return;
    const struct yaml_node *list = yaml_child(fill->tree, node, "for");
    scope->groups = alloc_array(notice->group_count, sizeof *scope->groups);
    scope->sites = alloc_array(notice->site_count, sizeof *scope->sites);
    struct marks marks = {
        .groups = alloc_array(notice->group_count, sizeof *marks.groups),
        .sites = alloc_array(notice->site_count, sizeof *marks.sites),
    };
    if (scope->groups == NULL || scope->sites == NULL || marks.groups == NULL ||
        marks.sites == NULL) {
        fill->status = STATUS_NO_MEMORY;
    } else {
        if (list != NULL)
            mark_all(fill, list, notice, &marks);
        take_marks(notice, list == NULL, &marks, scope);
    }
    alloc_free(marks.groups);
    alloc_free(marks.sites);
}

void notice_scope_deinit(struct notice_scope *scope)
{
    alloc_free(scope->groups);
    alloc_free(scope->sites);
    *scope = (struct notice_scope){0};
}

/* The scopes of a list of structs that lie element_size bytes apart. */
static void refer_scopes(struct yaml_fill *fill, const struct yaml_node *list,
                         const struct notice *notice, void *first_scope,
                         size_t element_size)
{
    unsigned char *at = first_scope;
    const struct yaml_node *child = yaml_first(fill->tree, list);
    for (; child != NULL; child = yaml_next(fill->tree, child)) {
        refer_scope(fill, child, notice, (struct notice_scope *)(void *)at);
        at += element_size;
    }
}

/* One id and the line of what it names. */
struct named {
    struct text id;
    uint32_t line;
};

static void refuse_twice(struct yaml_fill *fill, const struct named *names,
                         size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t j = 0;
        while (j < i && !text_equal(names[i].id, names[j].id))
            j++;
        if (j == i || names[i].id.size == 0)
            continue;
        findings_add(fill->findings, FINDING_DUPLICATE_ID,
                     (struct finding_place){fill->tree->file, names[i].line, 0},
                     "give one of them another id",
                     "the id '%.*s' stands in line %u already",
                     shown(names[i].id), names[i].id.data, names[j].line);
    }
}

/* Ids name one thing each: sites and groups together, the others by kind. */
static void refuse_duplicate_ids(struct yaml_fill *fill,
                                 const struct notice *notice)
{
    size_t most = notice->site_count + notice->group_count +
                  notice->person_count + notice->processor_count +
                  notice->purpose_count;
    struct named *names = alloc_array(most, sizeof *names);
    if (names == NULL) {
        fill->status = STATUS_NO_MEMORY;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < notice->site_count; i++)
        names[count++] =
            (struct named){notice->sites[i].id, notice->sites[i].line};
    for (size_t i = 0; i < notice->group_count; i++)
        names[count++] =
            (struct named){notice->groups[i].id, notice->groups[i].line};
    refuse_twice(fill, names, count);
    count = 0;
    for (size_t i = 0; i < notice->person_count; i++)
        names[count++] =
            (struct named){notice->people[i].id, notice->people[i].line};
    refuse_twice(fill, names, count);
    count = 0;
    for (size_t i = 0; i < notice->processor_count; i++)
        names[count++] = (struct named){notice->processors[i].id,
                                        notice->processors[i].line};
    refuse_twice(fill, names, count);
    count = 0;
    for (size_t i = 0; i < notice->purpose_count; i++)
        names[count++] =
            (struct named){notice->purposes[i].id, notice->purposes[i].line};
    refuse_twice(fill, names, count);
    alloc_free(names);
}

/* Nobody is the deputy of nobody, or of themselves. */
static void refer_deputies(struct yaml_fill *fill, const struct yaml_node *list,
                           const struct notice *notice)
{
    const struct yaml_node *node = yaml_first(fill->tree, list);
    for (size_t i = 0; i < notice->person_count && node != NULL;
         i++, node = yaml_next(fill->tree, node)) {
        struct text id = notice->people[i].deputy_of;
        const struct notice_person *other = notice_person_find(notice, id);
        if (id.size > 0 && (other == NULL || other == &notice->people[i]))
            findings_add(fill->findings, FINDING_UNKNOWN_REFERENCE,
                         yaml_place(fill->tree,
                                    yaml_child(fill->tree, node, "deputy_of")),
                         "use the id of another person of the list",
                         "there is nobody else '%.*s' to be the deputy of",
                         shown(id), id.data);
    }
}

void notice_refer_all(struct yaml_fill *fill, const struct yaml_node *root,
                      struct notice *notice)
{
    if (fill->status != STATUS_OK)
        return;
    refuse_duplicate_ids(fill, notice);
    const struct yaml_node *checking =
        yaml_child(fill->tree, root, "checking");
    if (notice->storage_count > 0)
        refer_scopes(fill, yaml_child(fill->tree, root, "storage"), notice,
                     &notice->storages[0].scope, sizeof *notice->storages);
    if (notice->control_room_count > 0)
        refer_scopes(fill, yaml_child(fill->tree, root, "control_rooms"),
                     notice, &notice->control_rooms[0].scope,
                     sizeof *notice->control_rooms);
    if (notice->checking_place_count > 0)
        refer_scopes(fill, yaml_child(fill->tree, checking, "places"), notice,
                     &notice->checking_places[0].scope,
                     sizeof *notice->checking_places);
    if (notice->person_count > 0) {
        const struct yaml_node *people =
            yaml_child(fill->tree, root, "people");
        refer_scopes(fill, people, notice, &notice->people[0].scope,
                     sizeof *notice->people);
        refer_deputies(fill, people, notice);
    }
    if (notice->processor_count > 0)
        refer_scopes(fill, yaml_child(fill->tree, root, "processors"), notice,
                     &notice->processors[0].scope, sizeof *notice->processors);
    if (notice->sign_count > 0)
        refer_scopes(fill, yaml_child(fill->tree, root, "signs"), notice,
                     &notice->signs[0].scope, sizeof *notice->signs);
}
