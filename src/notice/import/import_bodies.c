/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies beside the institution: above it, below it, who owns, operates and
 * stores; and the opinions that were gathered. Lines with a key of their own,
 * in the sections where notices have them. */
#include <string.h>

#include "base/text.h"
#include "notice/import/import_readers.h"
#include "notice/import/import_section.h"
#include "notice/import/import_value.h"

static bool take(struct draft *draft, struct import_line *line,
                 const char *key, struct drafted *out)
{
    struct text value = {NULL, 0};
    if (!import_is_keyed(line->body, key, &value) || value.size == 0)
        return false;
    line->is_understood = draft_set(out, value, line->number);
    (void)draft;
    return line->is_understood;
}

static bool take_bodies(struct draft *draft, struct import_line *line,
                        struct draft_bodies *out)
{
    return take(draft, line, "소유기관", &out->owner) ||
           take(draft, line, "운영기관", &out->operator) ||
           take(draft, line, "보관기관", &out->storing);
}

/* "설명회 (2023년 1월 2일 ~ 2023년 1월 9일)": the bracket only where it has days. */
static void split_days(struct draft_consultation *asked)
{
    struct text words = asked->way.text;
    int64_t day = 0;
    size_t open = words.size;
    for (size_t i = 0; i < words.size; i++)
        if (words.data[i] == '(')
            open = i;
    struct text inside = import_from(words, open);
    size_t end = 0;
    if (open == words.size || !import_ends(words, ")") ||
        !import_day(inside, &day, &end))
        return;
    asked->from = (struct drafted_day){day, asked->way.line};
    if (import_day(import_from(inside, end), &day, NULL))
        asked->until = (struct drafted_day){day, asked->way.line};
    asked->way.text = text_trim(import_until(words, open));
}

/* "남부지소: https://…"; the address may be missing. */
static void read_part(struct draft *draft, struct import_line *line)
{
    struct text words = import_unbullet(line->body, NULL);
    size_t address = import_find(words, ": http");
    struct draft_remedy *part =
        draft_add(draft, &draft->parts, sizeof *part, DRAFT_PARTS_MAX);
    if (part == NULL)
        return;
    if (address == SIZE_MAX)
        address = words.size;
    line->is_understood =
        draft_set(&part->name, import_until(words, address), line->number);
    if (address < words.size)
        (void)draft_set(&part->homepage,
                        import_from(words, address + strlen(": ")),
                        line->number);
}

void import_read_bodies(struct import_text *text, struct draft *draft)
{
    struct draft_bodies *of_site = NULL;
    for (size_t i = 0; i < text->count; i++) {
        struct import_line *line = &text->lines[i];
        struct text title = {NULL, 0};
        if (line->body.size == 0 || line->is_heading)
            continue;
        if (line->section == IMPORT_SECTION_HEAD) {
            if (!take(draft, line, "상위기관", &draft->part_of))
                (void)take_bodies(draft, line, &draft->bodies);
        } else if (line->section == IMPORT_SECTION_PURPOSES) {
            if (take(draft, line, "의견수렴", &draft->consultation.way))
                split_days(&draft->consultation);
            else
                (void)take(draft, line, "의견수렴결과",
                           &draft->consultation.result);
        } else if (line->section == IMPORT_SECTION_CAMERAS) {
            if (import_is_subheading(line->text, &title)) {
                size_t site = draft_site_find(draft, title);
                of_site = site < draft->sites.count
                              ? &draft_site_at(draft, site)->bodies
                              : NULL;
            } else if (of_site != NULL) {
                (void)take_bodies(draft, line, of_site);
            }
        } else if (line->section == IMPORT_SECTION_PARTS &&
                   !line->is_understood) {
            read_part(draft, line);
        }
    }
}
