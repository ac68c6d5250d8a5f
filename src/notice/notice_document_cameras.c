/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_document_private.h"

#include <stdio.h>

#include "base/text.h"
#include "notice/document_say.h"

enum { TEN_THOUSAND = 10000 };

/* Which columns the table of a site needs: those that say something. */
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

static struct camera_columns columns_of(const struct notice *notice,
                                        size_t site)
{
    struct camera_columns columns = {0};
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        if (group->site != site)
            continue;
        columns.has_floor |= group->floor.ko.size > 0;
        columns.has_coverage |= group->coverage.ko.size > 0;
        columns.has_purpose |=
            group->purpose_count != notice->purpose_count ||
            has_own_basis(notice, group);
        columns.has_remark |=
            class_phrase(group->camera_class) != PHRASE_COUNT ||
            group->place_kind != 0 || group->pixels > 0 ||
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
        document_phrase(document, PHRASE_BASIS);
        document_say(document, ": ");
        document_words_say(document, group->basis);
    }
}

static void next_phrase(struct document *document, size_t *said,
                        enum phrase which)
{
    document_say(document, (*said)++ > 0 ? ", " : "");
    document_phrase(document, which);
}

/* "200만 화소 이상", "2000000 pixels or more". */
static void next_pixels(struct document *document, size_t *said,
                        uint32_t pixels)
{
    bool is_even = document->language == LANGUAGE_KOREAN &&
                   pixels % TEN_THOUSAND == 0;
    char number[16];
    (void)snprintf(number, sizeof number, "%u",
                   is_even ? pixels / TEN_THOUSAND : pixels);
    document_say(document, (*said)++ > 0 ? ", " : "");
    document_say(document, number);
    document_either(document, is_even ? "만 화소 이상" : " 화소 이상",
                    " pixels or more");
}

/* The trigger last: its words are free. */
static void say_remark(struct document *document,
                       const struct notice_group *group)
{
    static const enum phrase KINDS[] = {PHRASE_COUNT, PHRASE_PLACE_OPEN,
                                        PHRASE_PLACE_CLOSED,
                                        PHRASE_PLACE_BANNED_NEARBY};
    enum phrase class_words = class_phrase(group->camera_class);
    size_t said = 0;
    document_begin(document, DOCUMENT_CELL);
    if (class_words != PHRASE_COUNT)
        next_phrase(document, &said, class_words);
    if (group->place_kind != 0)
        next_phrase(document, &said, KINDS[group->place_kind]);
    if (group->pixels > 0)
        next_pixels(document, &said, group->pixels);
    if (group->trigger.ko.size == 0)
        return;
    next_phrase(document, &said, PHRASE_TRIGGER);
    document_say(document, ": ");
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
    document_exclusions(document, group, true);
    if (columns.has_purpose)
        say_purposes(document, notice, group);
    if (columns.has_remark)
        say_remark(document, group);
}

static void say_sum(struct document *document, enum phrase what,
                    uint32_t count)
{
    if (count == 0)
        return;
    document_begin(document, DOCUMENT_PARAGRAPH);
    document_phrase(document, what);
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
    unsigned number = 0;
    for (size_t site = 0; site < notice->site_count; site++) {
        if (!site_has_groups(notice, site))
            continue;
        struct camera_columns columns = columns_of(notice, site);
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
        say_sum(document, PHRASE_SITE_SUM, notice->sites[site].stated_count);
        notice_document_bodies(document, &notice->sites[site].bodies);
    }
    say_other_names(document, notice);
    say_sum(document, PHRASE_SUM, notice->stated_count);
}
