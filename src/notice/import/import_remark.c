/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/import_remark.h"

#include <string.h>

#include "base/text.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"
#include "notice/notice_phrases.h"

static const char *korean(enum phrase phrase)
{
    return phrase_in(phrase, LANGUAGE_KOREAN);
}

/* Cuts the phrase off the front, where "," or the end follows it. */
static bool cut_phrase(struct text *rest, enum phrase phrase)
{
    size_t size = strlen(korean(phrase));
    struct text behind = text_trim(import_from(*rest, size));
    if (!import_starts(*rest, korean(phrase)) ||
        (behind.size > 0 && behind.data[0] != ','))
        return false;
    *rest = text_trim(import_from(behind, 1));
    return true;
}

static bool cut_class(struct text *rest, struct draft_group *group)
{
    static const struct {
        enum phrase phrase;
        enum notice_camera_class camera_class;
    } CLASSES[] = {{PHRASE_CLASS_PTZ, NOTICE_CLASS_PTZ},
                   {PHRASE_CLASS_PLATE, NOTICE_CLASS_PLATE},
                   {PHRASE_CLASS_MOBILE, NOTICE_CLASS_MOBILE},
                   {PHRASE_CLASS_STATISTICS, NOTICE_CLASS_STATISTICS}};
    for (size_t i = 0; i < sizeof CLASSES / sizeof CLASSES[0]; i++) {
        if (!cut_phrase(rest, CLASSES[i].phrase))
            continue;
        group->camera_class = CLASSES[i].camera_class;
        return true;
    }
    return false;
}

static bool cut_place_kind(struct text *rest, struct draft_group *group)
{
    static const struct {
        enum phrase phrase;
        enum notice_place_kind kind;
    } KINDS[] = {{PHRASE_PLACE_OPEN, NOTICE_PLACE_OPEN},
                 {PHRASE_PLACE_CLOSED, NOTICE_PLACE_CLOSED},
                 {PHRASE_PLACE_BANNED_NEARBY, NOTICE_PLACE_BANNED_NEARBY}};
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (!cut_phrase(rest, KINDS[i].phrase))
            continue;
        group->place_kind = KINDS[i].kind;
        return true;
    }
    return false;
}

static bool cut_pixels(struct text *rest, uint32_t line,
                       struct draft_group *group)
{
    struct text behind = *rest;
    uint32_t pixels = 0;
    if (!import_pixels(&behind, &pixels))
        return false;
    behind = text_trim(behind);
    if (behind.size > 0 && behind.data[0] != ',')
        return false;
    group->pixels = (struct drafted_number){pixels, line};
    *rest = text_trim(import_from(behind, 1));
    return true;
}

bool import_remark(struct text cell, uint32_t line, struct draft_group *group)
{
    struct text rest = text_trim(cell);
    struct text trigger = {NULL, 0};
    while (rest.size > 0) {
        if (import_is_keyed(rest, "촬영조건", &trigger))
            return draft_set(&group->trigger, trigger, line);
        if (!cut_class(&rest, group) && !cut_place_kind(&rest, group) &&
            !cut_pixels(&rest, line, group))
            return false;
        group->remark_line = line;
    }
    return true;
}

bool import_group_purposes(const struct draft *draft, struct text cell,
                           uint32_t line, struct draft_group *group)
{
    struct text basis = {NULL, 0};
    struct text rest = text_trim(cell);
    size_t index = 0;
    if (rest.size == 0)
        return true;
    if (import_is_keyed(cell, "설치근거", &basis))
        return draft_set(&group->basis, basis, line);
    while (draft_next_purpose(draft, &rest, &index))
        ;
    return rest.size == 0 && draft_set(&group->purposes, cell, line);
}

/* Index of the bracket that the last one of the text closes; text.size: none. */
static size_t last_bracket(struct text text)
{
    size_t depth = 0;
    for (size_t i = text.size; i > 0; i--) {
        depth += text.data[i - 1] == ')';
        if (text.data[i - 1] != '(')
            continue;
        if (depth-- == 1)
            return i - 1;
        if (depth > text.size)
            break;
    }
    return text.size;
}

static enum notice_exclusion_means means_of(struct text words)
{
    static const struct {
        enum phrase phrase;
        enum notice_exclusion_means means;
    } MEANS[] = {{PHRASE_MET_BY_AIM, NOTICE_EXCLUSION_AIM},
                 {PHRASE_MET_BY_CAMERA_MASK, NOTICE_EXCLUSION_CAMERA_MASK},
                 {PHRASE_MET_BY_DISPLAY_MASK, NOTICE_EXCLUSION_DISPLAY_MASK}};
    for (size_t i = 0; i < sizeof MEANS / sizeof MEANS[0]; i++)
        if (import_same_letters(words, text_of(korean(MEANS[i].phrase))))
            return MEANS[i].means;
    return (enum notice_exclusion_means)0;
}

/* "수유실, 탈의실 제외: 화면에서 가림"; false where it is no such thing. */
static bool take_exclusions(struct text inside, uint32_t line,
                            struct draft_group *group)
{
    size_t colon = text_find(inside, ':');
    struct text names = text_trim(import_until(inside, colon));
    struct text how = text_trim(import_from(inside, colon + 1));
    enum notice_exclusion_means means = means_of(how);
    struct text what = {NULL, 0};
    if (!import_ends(names, korean(PHRASE_EXCLUDED)) ||
        (how.size > 0 && means == 0))
        return false;
    names = text_trim(
        import_until(names, names.size - strlen(korean(PHRASE_EXCLUDED))));
    while (draft_next_name(&names, &what)) {
        struct draft_exclusion *next =
            &group->exclusions[group->exclusion_count];
        if (group->exclusion_count == DRAFT_EXCLUSIONS_MAX)
            break;
        if (draft_set(&next->what, what, line)) {
            next->met_by = means;
            group->exclusion_count++;
        }
    }
    return true;
}

struct text import_exclusions(struct text text, uint32_t line,
                              struct draft_group *group)
{
    struct text front = text_trim(text);
    size_t first = front.size;
    while (import_ends(import_until(front, first), ")")) {
        size_t open = last_bracket(import_until(front, first));
        struct draft_group probe = {0};
        struct text inside = import_from(import_until(front, first - 1), open + 1);
        if (open == first || !take_exclusions(inside, line, &probe))
            break;
        first = open;
    }
    /* From the first bracket on, in their order. */
    struct text rest = import_from(front, first);
    while (rest.size > 0) {
        size_t end = import_find(rest, ")(");
        end = end == SIZE_MAX ? rest.size - 1 : end;
        (void)take_exclusions(import_from(import_until(rest, end), 1), line,
                              group);
        rest = import_from(rest, end + 1);
    }
    return text_trim(import_until(front, first));
}
