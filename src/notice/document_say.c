/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/document_say.h"

#include <stdio.h>

#include "base/text.h"
#include "base/time.h"

void document_words_say(struct document *document, struct notice_words words)
{
    bool falls_back =
        document->language == LANGUAGE_ENGLISH && words.en.size == 0;
    document_text(document, notice_words_in(words, document->language),
                  falls_back ? LANGUAGE_KOREAN : document->language);
}

void document_phrase(struct document *document, enum phrase which)
{
    document_say(document, phrase_in(which, document->language));
}

void document_either(struct document *document, const char *ko, const char *en)
{
    document_say(document, document->language == LANGUAGE_KOREAN ? ko : en);
}

void document_time(struct document *document, struct wall_time time)
{
    char utc[TIME_TEXT_SIZE];
    wall_time_format(
        (struct wall_time){time.us + UTC_OFFSET_KOREA_S * (int64_t)SECOND_US},
        utc);
    document_text(document, (struct text){utc, 10}, document->language);
    document_say(document, " ");
    document_text(document, (struct text){utc + 11, 8}, document->language);
}

void document_block(struct document *document, enum document_kind kind,
                    struct notice_words words)
{
    document_begin(document, kind);
    document_words_say(document, words);
}

void document_cell(struct document *document, struct text text)
{
    document_begin(document, DOCUMENT_CELL);
    document_text(document, text, document->language);
}

void document_columns(struct document *document, const enum phrase *columns)
{
    for (; *columns != PHRASE_COUNT; columns++) {
        document_begin(document, DOCUMENT_COLUMN);
        document_phrase(document, *columns);
    }
}

void document_labelled(struct document *document, enum phrase label,
                       struct notice_words words)
{
    if (words.ko.size == 0)
        return;
    document_begin(document, DOCUMENT_ITEM);
    document_phrase(document, label);
    document_say(document, ": ");
    document_words_say(document, words);
}

void document_day(struct document *document, int64_t day)
{
    char text[40];
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    civil_from_day(day, &year, &month, &day_of_month);
    (void)snprintf(text, sizeof text,
                   document->language == LANGUAGE_KOREAN ? "%d년 %u월 %u일"
                                                         : "%04d-%02u-%02u",
                   (int)year, month, day_of_month);
    document_say(document, text);
}

void document_next(struct document *document, size_t *said,
                   struct notice_words words)
{
    if ((*said)++ > 0)
        document_say(document, ", ");
    document_words_say(document, words);
}

void document_for(struct document *document, const struct notice *notice,
                  enum phrase label, const struct notice_storage *place)
{
    document_begin(document, DOCUMENT_ITEM);
    document_phrase(document, label);
    if (!document_scope_is_all(notice, &place->scope)) {
        document_say(document, " (");
        document_scope(document, notice, &place->scope);
        document_say(document, ")");
    }
    document_say(document, ": ");
    document_words_say(document, place->place);
}

bool document_scope_is_all(const struct notice *notice,
                           const struct notice_scope *scope)
{
    return scope->words.ko.size == 0 && scope->count == notice->group_count &&
           scope->site_count == notice->site_count;
}

static bool has_place_alone(const struct notice *notice,
                            const struct notice_group *group)
{
    size_t same = 0;
    for (size_t i = 0; i < notice->group_count; i++)
        same += text_equal(notice->groups[i].place.ko, group->place.ko);
    return same == 1;
}

void document_next_group(struct document *document, const struct notice *notice,
                         size_t *said, const struct notice_group *group)
{
    if (has_place_alone(notice, group)) {
        document_next(document, said, group->place);
        return;
    }
    document_next(document, said, notice->sites[group->site].name);
    document_say(document, " ");
    document_words_say(document, group->floor);
    document_say(document, group->floor.ko.size == 0 ? "" : " ");
    document_words_say(document, group->place);
}

static bool scope_names_site(const struct notice *notice,
                             const struct notice_scope *scope, size_t site)
{
    for (size_t i = 0; i < scope->site_count; i++)
        if (scope->sites[i] == site)
            return true;
    return notice_scope_holds_site(notice, scope, site);
}

void document_scope(struct document *document, const struct notice *notice,
                    const struct notice_scope *scope)
{
    bool is_worded = document->language == LANGUAGE_KOREAN
                         ? scope->words.ko.size > 0
                         : scope->words.en.size > 0;
    if (is_worded) {
        document_words_say(document, scope->words);
        return;
    }
    if (document_scope_is_all(notice, scope)) {
        document_phrase(document, PHRASE_ALL_PLACES);
        return;
    }
    size_t said = 0;
    for (size_t site = 0; site < notice->site_count; site++) {
        if (scope_names_site(notice, scope, site)) {
            document_next(document, &said, notice->sites[site].name);
            continue;
        }
        for (size_t i = 0; i < notice->group_count; i++)
            if (notice->groups[i].site == site && notice_scope_holds(scope, i))
                document_next_group(document, notice, &said,
                                    &notice->groups[i]);
    }
}

void document_exclusions(struct document *document,
                         const struct notice_group *group, bool says_how)
{
    static const enum phrase MEANS[] = {PHRASE_COUNT, PHRASE_MET_BY_AIM,
                                        PHRASE_MET_BY_CAMERA_MASK,
                                        PHRASE_MET_BY_DISPLAY_MASK};
    size_t i = 0;
    while (i < group->exclusion_count) {
        enum notice_exclusion_means means =
            says_how ? group->exclusions[i].met_by
                     : (enum notice_exclusion_means)0;
        size_t said = 0;
        document_either(document, "(", " (");
        for (; i < group->exclusion_count &&
               (!says_how || group->exclusions[i].met_by == means);
             i++)
            document_next(document, &said, group->exclusions[i].what);
        document_say(document, " ");
        document_phrase(document, PHRASE_EXCLUDED);
        if (means != 0) {
            document_say(document, ": ");
            document_phrase(document, MEANS[means]);
        }
        document_say(document, ")");
    }
}
