/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_document_private.h"

#include <string.h>

#include "base/text.h"
#include "notice/document_say.h"

enum { PERIOD_SIZE = 40 };

/* Groups of one row of the table of periods: same hours, same period. */
static bool is_same_row(const struct notice_group *a,
                        const struct notice_group *b)
{
    return text_equal(a->hours.ko, b->hours.ko) &&
           a->retention.unit == b->retention.unit &&
           a->retention.count == b->retention.count &&
           text_equal(a->retention_words.ko, b->retention_words.ko) &&
           text_equal(a->retention_reason.ko, b->retention_reason.ko) &&
           a->retention_floor.unit == b->retention_floor.unit &&
           a->retention_floor.count == b->retention_floor.count &&
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

static void say_reason(struct document *document,
                       const struct notice_group *group)
{
    if (group->retention_reason.ko.size == 0)
        return;
    document_begin(document, DOCUMENT_BREAK);
    document_phrase(document, PHRASE_PERIOD_REASON);
    document_say(document, ": ");
    document_words_say(document, group->retention_reason);
}

/* What another rule asks for at least; why only where the reason of the period
 * does not say so. */
static void say_floor(struct document *document,
                      const struct notice_group *group)
{
    struct text reason =
        notice_words_in(group->retention_floor_reason, document->language);
    struct text said =
        notice_words_in(group->retention_reason, document->language);
    char period[PERIOD_SIZE];
    if (group->retention_floor.unit == 0)
        return;
    retention_format(group->retention_floor, document->language, period,
                     sizeof period);
    document_begin(document, DOCUMENT_BREAK);
    document_phrase(document, PHRASE_PERIOD_FLOOR);
    document_say(document, ": ");
    document_say(document, period);
    if (reason.size == 0 ||
        memmem(said.data, said.size, reason.data, reason.size) != NULL)
        return;
    document_say(document, " (");
    document_words_say(document, group->retention_floor_reason);
    document_say(document, ")");
}

static void say_period(struct document *document,
                       const struct notice_group *group)
{
    document_begin(document, DOCUMENT_CELL);
    if (group->retention_words.ko.size > 0) {
        document_words_say(document, group->retention_words);
    } else if (group->retention.unit != 0) {
        char period[PERIOD_SIZE];
        bool is_short = group->retention.unit == RETENTION_SECONDS;
        retention_format(group->retention, document->language, period,
                         sizeof period);
        document_phrase(document, is_short ? PHRASE_SECONDS_BEFORE
                                           : PHRASE_PERIOD_BEFORE);
        document_say(document, period);
        document_phrase(document, is_short ? PHRASE_SECONDS_BEHIND
                                           : PHRASE_PERIOD_BEHIND);
    }
    say_reason(document, group);
    say_floor(document, group);
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
    for (size_t i = 0; i < notice->control_room_count; i++)
        document_for(document, notice, PHRASE_CONTROL_ROOM,
                     &notice->control_rooms[i]);
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
