/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_document_private.h"

#include <stdio.h>

#include "base/text.h"
#include "notice/document_say.h"

/* Which columns the table of cameras needs: those that say something. */
struct camera_columns {
    bool has_floor;
    bool has_coverage;
    bool has_purpose;
    bool has_remark;
};

/* What a class other than the common one is called; PHRASE_COUNT: common. */
static enum phrase class_phrase(enum notice_camera_class camera_class)
{
    static const enum phrase PHRASES[] = {
        PHRASE_COUNT,       PHRASE_COUNT,        PHRASE_CLASS_PTZ,
        PHRASE_CLASS_PLATE, PHRASE_CLASS_MOBILE, PHRASE_CLASS_STATISTICS};
    return PHRASES[camera_class];
}

static bool has_own_basis(const struct notice *notice,
                          const struct notice_group *group)
{
    return !text_equal(group->basis.ko, notice->basis.ko);
}

static struct camera_columns columns_of(const struct notice *notice)
{
    struct camera_columns columns = {0};
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        columns.has_floor |= group->floor.ko.size > 0;
        columns.has_coverage |= group->coverage.ko.size > 0;
        columns.has_purpose |=
            group->purpose_count != notice->purpose_count ||
            has_own_basis(notice, group);
        columns.has_remark |=
            class_phrase(group->camera_class) != PHRASE_COUNT ||
            group->trigger.ko.size > 0;
    }
    return columns;
}

static void say_columns(struct document *document, struct camera_columns which)
{
    enum phrase columns[7] = {PHRASE_COUNT_OF_CAMERAS};
    size_t count = 1;
    if (which.has_floor)
        columns[count++] = PHRASE_FLOOR;
    columns[count++] =
        which.has_coverage ? PHRASE_SPOT : PHRASE_SPOT_AND_COVERAGE;
    if (which.has_coverage)
        columns[count++] = PHRASE_COVERAGE;
    if (which.has_purpose)
        columns[count++] = PHRASE_PURPOSE;
    if (which.has_remark)
        columns[count++] = PHRASE_REMARK;
    columns[count] = PHRASE_COUNT;
    document_columns(document, columns);
}

static void say_purposes(struct document *document, const struct notice *notice,
                         const struct notice_group *group)
{
    size_t said = 0;
    document_begin(document, DOCUMENT_CELL);
    for (size_t i = 0; i < group->purpose_count; i++)
        document_next(document, &said,
                      notice->purposes[group->purposes[i]].words);
    /* Only what the first section does not say for all. */
    if (has_own_basis(notice, group) && group->basis.ko.size > 0) {
        document_begin(document, DOCUMENT_BREAK);
        document_words_say(document, group->basis);
    }
}

static void say_remark(struct document *document,
                       const struct notice_group *group)
{
    enum phrase class_words = class_phrase(group->camera_class);
    document_begin(document, DOCUMENT_CELL);
    if (class_words != PHRASE_COUNT)
        document_phrase(document, class_words);
    if (class_words != PHRASE_COUNT && group->trigger.ko.size > 0)
        document_say(document, ", ");
    document_words_say(document, group->trigger);
}

static void say_count(struct document *document, uint32_t count)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%u", count);
    document_say(document, number);
    document_phrase(document, PHRASE_COUNTER);
}

static void say_group(struct document *document, const struct notice *notice,
                      const struct notice_group *group,
                      struct camera_columns columns)
{
    document_begin(document, DOCUMENT_ROW);
    document_begin(document, DOCUMENT_CELL);
    say_count(document, group->camera_count);
    if (columns.has_floor)
        document_block(document, DOCUMENT_CELL, group->floor);
    document_block(document, DOCUMENT_CELL, group->place);
    if (columns.has_coverage)
        document_block(document, DOCUMENT_CELL, group->coverage);
    document_exclusions(document, group);
    if (columns.has_purpose)
        say_purposes(document, notice, group);
    if (columns.has_remark)
        say_remark(document, group);
}

static void say_sum(struct document *document, uint32_t count)
{
    if (count == 0)
        return;
    document_begin(document, DOCUMENT_PARAGRAPH);
    document_phrase(document, PHRASE_SUM);
    document_say(document, " ");
    say_count(document, count);
}

void notice_document_bodies(struct document *document,
                            const struct notice_bodies *bodies)
{
    if (bodies->owner.ko.size == 0 && bodies->operator.ko.size == 0 &&
        bodies->storing.ko.size == 0)
        return;
    document_begin(document, DOCUMENT_LIST);
    document_labelled(document, PHRASE_OWNER, bodies->owner);
    document_labelled(document, PHRASE_OPERATOR, bodies->operator);
    document_labelled(document, PHRASE_STORING_BODY, bodies->storing);
    document_begin(document, DOCUMENT_LIST_END);
}

static bool site_has_groups(const struct notice *notice, size_t site)
{
    for (size_t i = 0; i < notice->group_count; i++)
        if (notice->groups[i].site == site)
            return true;
    return false;
}

/* "제주센터의 다른 이름: 제주개선지도센터": each site that has one. */
static void say_other_names(struct document *document,
                            const struct notice *notice)
{
    size_t sites = 0;
    for (size_t i = 0; i < notice->site_count; i++) {
        const struct notice_site *site = &notice->sites[i];
        if (site->also_called_count == 0)
            continue;
        if (sites++ == 0)
            document_begin(document, DOCUMENT_LIST);
        document_block(document, DOCUMENT_ITEM, site->name);
        document_phrase(document, PHRASE_OTHER_NAME);
        document_say(document, ": ");
        size_t said = 0;
        for (size_t j = 0; j < site->also_called_count; j++)
            document_next(document, &said,
                          (struct notice_words){.ko = site->also_called[j]});
    }
    if (sites > 0)
        document_begin(document, DOCUMENT_LIST_END);
}

void notice_document_cameras(struct document *document,
                             const struct notice *notice, unsigned section)
{
    struct camera_columns columns = columns_of(notice);
    unsigned number = 0;
    for (size_t site = 0; site < notice->site_count; site++) {
        if (!site_has_groups(notice, site))
            continue;
        char label[24];
        (void)snprintf(label, sizeof label, "%u-%u. ", section, ++number);
        document_heading(document, 3);
        document_say(document, label);
        document_words_say(document, notice->sites[site].name);
        document_begin(document, DOCUMENT_TABLE);
        say_columns(document, columns);
        for (size_t i = 0; i < notice->group_count; i++)
            if (notice->groups[i].site == site)
                say_group(document, notice, &notice->groups[i], columns);
        document_begin(document, DOCUMENT_TABLE_END);
        say_sum(document, notice->sites[site].stated_count);
        notice_document_bodies(document, &notice->sites[site].bodies);
    }
    say_other_names(document, notice);
    say_sum(document, notice->stated_count);
}

static void say_role(struct document *document,
                     const struct notice_person *person)
{
    static const enum phrase ROLES[] = {
        PHRASE_ROLE, PHRASE_GENERAL_MANAGER, PHRASE_SUPERVISING_OFFICIAL,
        PHRASE_CHIEF_MANAGER, PHRASE_ACCESS_HOLDER};
    document_begin(document, DOCUMENT_CELL);
    document_phrase(document, ROLES[person->role]);
    if (person->deputy_of.size > 0)
        document_phrase(document, PHRASE_DEPUTY);
    if (person->shift == NOTICE_SHIFT_DAY)
        document_phrase(document, PHRASE_SHIFT_DAY);
    if (person->shift == NOTICE_SHIFT_NIGHT)
        document_phrase(document, PHRASE_SHIFT_NIGHT);
}

static void say_name(struct document *document,
                     const struct notice_person *person)
{
    document_block(document, DOCUMENT_CELL, person->name);
    if (person->passes_to_successor)
        document_phrase(document, person->name.ko.size == 0
                                      ? PHRASE_SUCCESSOR_ALONE
                                      : PHRASE_SUCCESSOR);
}

static void say_person(struct document *document, const struct notice *notice,
                       const struct notice_person *person)
{
    document_begin(document, DOCUMENT_ROW);
    document_begin(document, DOCUMENT_CELL);
    document_scope(document, notice, &person->scope);
    say_role(document, person);
    say_name(document, person);
    document_block(document, DOCUMENT_CELL, person->post);
    document_block(document, DOCUMENT_CELL, person->body);
    if (person->body.ko.size > 0 && person->department.ko.size > 0)
        document_say(document, " ");
    document_words_say(document, person->department);
    document_cell(document, person->telephone);
}

void notice_document_people(struct document *document,
                            const struct notice *notice)
{
    static const enum phrase COLUMNS[] = {
        PHRASE_PLACE,      PHRASE_ROLE,      PHRASE_NAME, PHRASE_POST,
        PHRASE_DEPARTMENT, PHRASE_TELEPHONE, PHRASE_COUNT};
    if (notice->person_count == 0)
        return;
    document_begin(document, DOCUMENT_TABLE);
    document_columns(document, COLUMNS);
    for (size_t i = 0; i < notice->person_count; i++)
        say_person(document, notice, &notice->people[i]);
    document_begin(document, DOCUMENT_TABLE_END);
}

/* Groups of one row of the table of periods: same hours, same period. */
static bool is_same_row(const struct notice_group *a,
                        const struct notice_group *b)
{
    return text_equal(a->hours.ko, b->hours.ko) &&
           a->retention.unit == b->retention.unit &&
           a->retention.count == b->retention.count &&
           text_equal(a->retention_words.ko, b->retention_words.ko) &&
           text_equal(a->retention_reason.ko, b->retention_reason.ko) &&
           text_equal(a->retention_floor_reason.ko,
                      b->retention_floor_reason.ko);
}

static bool is_first_of_row(const struct notice *notice, size_t group)
{
    for (size_t i = 0; i < group; i++)
        if (is_same_row(&notice->groups[i], &notice->groups[group]))
            return false;
    return true;
}

/* Groups of that site, and those of them in the row of this group. */
static void count_of_site(const struct notice *notice, size_t site,
                          const struct notice_group *row, size_t *all,
                          size_t *in_row)
{
    *all = *in_row = 0;
    for (size_t i = 0; i < notice->group_count; i++) {
        if (notice->groups[i].site != site)
            continue;
        ++*all;
        *in_row += is_same_row(&notice->groups[i], row);
    }
}

static void say_row_places(struct document *document,
                           const struct notice *notice,
                           const struct notice_group *row)
{
    size_t said = 0;
    document_begin(document, DOCUMENT_CELL);
    for (size_t site = 0; site < notice->site_count; site++) {
        size_t all = 0;
        size_t in_row = 0;
        count_of_site(notice, site, row, &all, &in_row);
        if (in_row == 0)
            continue;
        if (in_row > all / 2) {
            document_next(document, &said, notice->sites[site].name);
            if (in_row < all)
                document_phrase(document, PHRASE_OTHER_PLACES);
            continue;
        }
        for (size_t i = 0; i < notice->group_count; i++)
            if (notice->groups[i].site == site &&
                is_same_row(&notice->groups[i], row))
                document_next_group(document, notice, &said,
                                    &notice->groups[i]);
    }
}

static void say_period(struct document *document,
                       const struct notice_group *group)
{
    document_begin(document, DOCUMENT_CELL);
    if (group->retention_words.ko.size > 0) {
        document_words_say(document, group->retention_words);
    } else if (group->retention.unit != 0) {
        char period[40];
        bool is_short = group->retention.unit == RETENTION_SECONDS;
        retention_format(group->retention, document->language, period,
                         sizeof period);
        document_phrase(document, is_short ? PHRASE_SECONDS_BEFORE
                                           : PHRASE_PERIOD_BEFORE);
        document_say(document, period);
        document_phrase(document, is_short ? PHRASE_SECONDS_BEHIND
                                           : PHRASE_PERIOD_BEHIND);
    }
    const struct notice_words reasons[] = {group->retention_reason,
                                           group->retention_floor_reason};
    for (size_t i = 0; i < 2; i++) {
        if (reasons[i].ko.size == 0)
            continue;
        document_say(document, " (");
        document_words_say(document, reasons[i]);
        document_say(document, ")");
    }
}

/* Whether the row of this group has video there; one without any group is
 * everywhere's. */
static bool storage_is_in_row(const struct notice *notice,
                              const struct notice_storage *storage,
                              const struct notice_group *row)
{
    for (size_t i = 0; i < storage->scope.count; i++)
        if (is_same_row(&notice->groups[storage->scope.groups[i]], row))
            return true;
    return storage->scope.count == 0;
}

static void say_storages(struct document *document, const struct notice *notice,
                         const struct notice_group *row)
{
    size_t said = 0;
    document_begin(document, DOCUMENT_CELL);
    for (size_t i = 0; i < notice->storage_count; i++) {
        const struct notice_storage *storage = &notice->storages[i];
        if (!storage_is_in_row(notice, storage, row))
            continue;
        if (said++ > 0)
            document_begin(document, DOCUMENT_BREAK);
        if (!document_scope_is_all(notice, &storage->scope)) {
            document_scope(document, notice, &storage->scope);
            document_say(document, ": ");
        }
        document_words_say(document, storage->place);
    }
}

static void say_control_rooms(struct document *document,
                              const struct notice *notice)
{
    if (notice->control_room_count == 0)
        return;
    document_begin(document, DOCUMENT_LIST);
    for (size_t i = 0; i < notice->control_room_count; i++) {
        const struct notice_storage *room = &notice->control_rooms[i];
        document_labelled(document, PHRASE_CONTROL_ROOM, room->place);
        if (document_scope_is_all(notice, &room->scope))
            continue;
        document_say(document, " (");
        document_scope(document, notice, &room->scope);
        document_say(document, ")");
    }
    document_begin(document, DOCUMENT_LIST_END);
}

void notice_document_retention(struct document *document,
                               const struct notice *notice)
{
    static const enum phrase COLUMNS[] = {PHRASE_PLACE, PHRASE_HOURS,
                                          PHRASE_PERIOD, PHRASE_STORAGE,
                                          PHRASE_COUNT};
    size_t rows = 0;
    for (size_t i = 0; i < notice->group_count; i++)
        rows += is_first_of_row(notice, i);
    if (rows > 0) {
        document_begin(document, DOCUMENT_TABLE);
        document_columns(document, rows > 1 ? COLUMNS : COLUMNS + 1);
    }
    for (size_t i = 0; i < notice->group_count; i++) {
        if (!is_first_of_row(notice, i))
            continue;
        document_begin(document, DOCUMENT_ROW);
        if (rows > 1)
            say_row_places(document, notice, &notice->groups[i]);
        document_block(document, DOCUMENT_CELL, notice->groups[i].hours);
        say_period(document, &notice->groups[i]);
        say_storages(document, notice, &notice->groups[i]);
    }
    if (rows > 0)
        document_begin(document, DOCUMENT_TABLE_END);
    say_control_rooms(document, notice);
}
