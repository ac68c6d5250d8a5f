/* SPDX-License-Identifier: Apache-2.0 */
/* Purposes, hours, periods, sites and groups. */
#include "notice/import/draft_write_sites.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/text.h"
#include "notice/import/draft_references.h"
#include "notice/json_text.h"

enum { PURPOSES_OF_GROUP_MAX = DRAFT_PURPOSES_MAX };

static void write_purposes(struct draft_writer *w)
{
    const struct draft_purpose *purposes = w->draft->purposes.items;
    if (w->draft->purposes.count == 0)
        return;
    draft_put_open(w, "purposes");
    for (size_t i = 0; i < w->draft->purposes.count; i++) {
        struct draft_writer item = draft_put_below(w, "purposes", i);
        draft_put_id(&item, "purpose", i);
        if (purposes[i].kind != 0)
            draft_put_choice(&item, "kind",
                             notice_purpose_kind_name(purposes[i].kind),
                             purposes[i].words.line);
        draft_put(&item, "words", purposes[i].words);
    }
}

static void put_retention(struct draft_writer *w, struct retention retention,
                          uint32_t line)
{
    draft_put_number(w, retention.unit == RETENTION_MONTHS ? "months" : "days",
                     retention.count, line);
}

static void write_period(struct draft_writer *w,
                         const struct drafted_period *period)
{
    if (period->retention.unit == 0)
        return;
    draft_put_open(w, "retention");
    struct draft_writer map = draft_put_below(w, "retention", SIZE_MAX);
    put_retention(&map, period->retention, period->words.line);
    draft_put(&map, "words", period->words);
    draft_put(&map, "reason", period->reason);
    if (period->floor.unit == 0)
        return;
    draft_put_open(&map, "floor");
    struct draft_writer floor = draft_put_below(&map, "floor", SIZE_MAX);
    put_retention(&floor, period->floor, period->floor_words.line);
    draft_put(&floor, "reason", period->floor_reason);
}

/* The period of everything, and the one of a group that has its own. */
static void write_common_period(struct draft_writer *w)
{
    const struct drafted_period *periods = w->draft->periods.items;
    for (size_t i = 0; i < w->draft->periods.count; i++) {
        if (periods[i].scope.line != 0)
            continue;
        write_period(w, &periods[i]);
        return;
    }
}

/* Which period each group has of its own, an index: the first that names it,
 * else the first that names its site; periods.count: none. */
static void find_own_periods(const struct draft *draft, size_t *own)
{
    const struct drafted_period *periods = draft->periods.items;
    size_t none = draft->periods.count;
    for (size_t i = 0; i < draft->groups.count; i++)
        own[i] = none;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < none; i++) {
            struct draft_references named = {.count = 0};
            if (periods[i].scope.line != 0)
                named = draft_references_of(draft, periods[i].scope.text);
            for (size_t j = 0; j < draft->groups.count; j++) {
                const struct draft_group *group = draft_group_at(draft, j);
                bool is_named =
                    pass == 0 ? draft_references_group(draft, &named, group)
                              : draft_references_site(&named, group->site);
                if (is_named && own[j] == none)
                    own[j] = i;
            }
        }
}

static void write_group_purposes(struct draft_writer *w, struct drafted printed)
{
    struct text rest = printed.text;
    const char *separator = "";
    size_t index = 0;
    if (printed.line == 0)
        return;
    draft_put_key(w, "purposes");
    buffer_append_text(w->yaml, " [");
    for (size_t i = 0; i < PURPOSES_OF_GROUP_MAX &&
                       draft_next_purpose(w->draft, &rest, &index);
         i++)
        separator = draft_put_reference(w, separator, "purpose", index);
    buffer_append_text(w->yaml, "]");
    draft_put_end(w, printed.line);
    struct import_value *value =
        draft_put_value(w, "purposes", printed.line);
    if (value != NULL)
        value->text = printed.text;
}

static void write_exclusions(struct draft_writer *w,
                             const struct draft_group *group)
{
    if (group->exclusion_count > 0)
        draft_put_open(w, "exclusions");
    for (size_t i = 0; i < group->exclusion_count; i++) {
        const struct draft_exclusion *exclusion = &group->exclusions[i];
        struct draft_writer item = draft_put_below(w, "exclusions", i);
        draft_put(&item, "ko", exclusion->what);
        if (exclusion->met_by != 0)
            draft_put_choice(&item, "met_by",
                             notice_exclusion_means_name(exclusion->met_by),
                             exclusion->what.line);
    }
}

/* period: the group's own; NULL: none. */
static void write_group(struct draft_writer *w, size_t index,
                        const struct drafted_period *period)
{
    const struct draft_group *group = draft_group_at(w->draft, index);
    draft_put_id(w, "group", index);
    draft_put(w, "floor", group->floor);
    draft_put(w, "place", group->place);
    draft_put(w, "coverage", group->coverage);
    draft_put_number(w, "count", group->count.value, group->count.line);
    if (group->camera_class != 0)
        draft_put_choice(w, "class",
                         notice_camera_class_name(group->camera_class),
                         group->remark_line);
    if (group->place_kind != 0)
        draft_put_choice(w, "place_kind",
                         notice_place_kind_name(group->place_kind),
                         group->remark_line);
    draft_put_number(w, "pixels", group->pixels.value, group->pixels.line);
    draft_put(w, "trigger", group->trigger);
    write_group_purposes(w, group->purposes);
    draft_put(w, "basis", group->basis);
    if (period != NULL &&
        !text_equal(period->hours.text, w->draft->hours.text))
        draft_put(w, "hours", period->hours);
    if (period != NULL)
        write_period(w, period);
    write_exclusions(w, group);
}

static void write_site_groups(struct draft_writer *w, size_t site,
                              const size_t *own_periods)
{
    const struct drafted_period *periods = w->draft->periods.items;
    size_t count = 0;
    for (size_t i = 0; i < w->draft->groups.count; i++) {
        if (draft_group_at(w->draft, i)->site != site)
            continue;
        if (count == 0)
            draft_put_open(w, "groups");
        struct draft_writer item = draft_put_below(w, "groups", count++);
        write_group(&item, i,
                    own_periods[i] < w->draft->periods.count
                        ? &periods[own_periods[i]]
                        : NULL);
    }
}

static void write_names(struct draft_writer *w, const struct draft_site *site)
{
    if (site->also_called_count == 0)
        return;
    draft_put_key(w, "also_called");
    buffer_append_text(w->yaml, " [");
    for (size_t i = 0; i < site->also_called_count; i++) {
        buffer_append_text(w->yaml, i == 0 ? "" : ", ");
        json_write_text(site->also_called[i].text, w->yaml);
        char key[IMPORT_NUMBER_SIZE + 8];
        (void)snprintf(key, sizeof key, "also_called[%zu]", i);
        struct import_value *value =
            draft_put_value(w, key, site->also_called[i].line);
        if (value != NULL)
            value->text = site->also_called[i].text;
    }
    buffer_append_text(w->yaml, "]");
    draft_put_end(w, site->also_called[0].line);
}

void draft_write_bodies(struct draft_writer *w,
                        const struct draft_bodies *bodies)
{
    draft_put(w, "owner", bodies->owner);
    draft_put(w, "operator", bodies->operator);
    draft_put(w, "storing_body", bodies->storing);
}

static void write_sites(struct draft_writer *w, const size_t *own_periods)
{
    if (w->draft->sites.count == 0)
        return;
    draft_put_open(w, "sites");
    for (size_t i = 0; i < w->draft->sites.count; i++) {
        const struct draft_site *site = draft_site_at(w->draft, i);
        struct draft_writer item = draft_put_below(w, "sites", i);
        draft_put_id(&item, "site", i);
        draft_put(&item, "name", site->name);
        write_names(&item, site);
        draft_put_number(&item, "stated_count", site->stated_count.value,
                         site->stated_count.line);
        draft_write_bodies(&item, &site->bodies);
        write_site_groups(&item, i, own_periods);
    }
}

void draft_write_sites(struct draft_writer *w)
{
    struct draft *draft = w->draft;
    size_t *own_periods =
        alloc_array(draft->groups.count, sizeof *own_periods);
    if (own_periods == NULL && draft->groups.count > 0) {
        draft->is_out_of_memory = true;
        return;
    }
    find_own_periods(draft, own_periods);
    write_purposes(w);
    draft_put(w, "hours", draft->hours);
    write_common_period(w);
    draft_put_number(w, "stated_count", draft->stated_count.value,
                     draft->stated_count.line);
    write_sites(w, own_periods);
    alloc_free(own_periods);
}
