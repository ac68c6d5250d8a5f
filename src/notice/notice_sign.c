/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_sign.h"

#include <stdio.h>

#include "base/text.h"
#include "notice/document_say.h"

/* Where the words of one sign come from. */
struct sources {
    const struct notice *notice;
    const struct notice_group *group;
    size_t index;                   /* of the group */
    const struct notice_sign *own;  /* of this place; NULL: none */
    const struct notice_sign *any;  /* of all places; NULL: none */
    struct document *document;
};

static const struct notice_sign *own_sign(const struct notice *notice,
                                          size_t group)
{
    for (size_t i = 0; i < notice->sign_count; i++)
        if (notice_scope_holds(&notice->signs[i].scope, group))
            return &notice->signs[i];
    return NULL;
}

static struct notice_words first_of(struct notice_words a,
                                    struct notice_words b)
{
    return a.ko.size > 0 ? a : b;
}

struct notice_words notice_sign_exemption(const struct notice *notice,
                                          size_t group)
{
    const struct notice_sign *own = own_sign(notice, group);
    struct notice_words none = {{NULL, 0}, {NULL, 0}};
    if (own != NULL)
        return own->exemption;
    return notice->has_sign ? notice->sign.exemption : none;
}

static void term(struct sources *from, enum phrase which)
{
    document_begin(from->document, DOCUMENT_TERM);
    document_phrase(from->document, which);
    document_begin(from->document, DOCUMENT_DETAIL);
}

static void purpose(struct sources *from)
{
    struct notice_words none = {{NULL, 0}, {NULL, 0}};
    struct notice_words worded =
        first_of(from->own != NULL ? from->own->purpose : none,
                 from->any != NULL ? from->any->purpose : none);
    term(from, PHRASE_PURPOSE);
    document_words_say(from->document, worded);
    size_t said = 0;
    for (size_t i = 0; worded.ko.size == 0 && i < from->group->purpose_count;
         i++)
        document_next(from->document, &said,
                      from->notice->purposes[from->group->purposes[i]].words);
}

static void place(struct sources *from)
{
    struct document *document = from->document;
    const struct notice_group *group = from->group;
    term(from, PHRASE_PLACE_AND_COUNT);
    if (from->own != NULL && from->own->place.ko.size > 0) {
        document_words_say(document, from->own->place);
        return;
    }
    char count[24];
    document_words_say(document, group->floor);
    if (group->floor.ko.size > 0)
        document_say(document, " ");
    document_words_say(document, group->place);
    bool is_korean = document->language == LANGUAGE_KOREAN;
    (void)snprintf(count, sizeof count, is_korean ? " %u대" : " (%u)",
                   group->camera_count);
    document_say(document, count);
}

static void coverage(struct sources *from)
{
    const struct notice_group *group = from->group;
    term(from, PHRASE_COVERAGE);
    if (from->own != NULL && from->own->coverage.ko.size > 0) {
        document_words_say(from->document, from->own->coverage);
        return;
    }
    document_words_say(from->document, first_of(group->coverage, group->place));
    document_exclusions(from->document, group, false);
}

static void hours(struct sources *from)
{
    term(from, PHRASE_HOURS);
    struct notice_words own = {{NULL, 0}, {NULL, 0}};
    if (from->own != NULL)
        own = from->own->hours;
    document_words_say(from->document, first_of(own, from->group->hours));
    if (from->group->trigger.ko.size > 0) {
        document_say(from->document, " (");
        document_words_say(from->document, from->group->trigger);
        document_say(from->document, ")");
    }
}

static const struct notice_person *chief_of(const struct sources *from)
{
    for (size_t i = 0; i < from->notice->person_count; i++) {
        const struct notice_person *person = &from->notice->people[i];
        if (person->role == NOTICE_ROLE_CHIEF_MANAGER &&
            notice_scope_holds(&person->scope, from->index))
            return person;
    }
    return NULL;
}

/* The post, as a wall outlives who holds it. */
static void manager(struct sources *from)
{
    struct document *document = from->document;
    const struct notice_sign *worded = from->own;
    if (worded == NULL || worded->manager.ko.size == 0)
        worded = from->any;
    const struct notice_person *chief = chief_of(from);
    struct text telephone = chief != NULL ? chief->telephone : text_of("");
    term(from, PHRASE_MANAGER);
    if (worded != NULL && worded->manager.ko.size > 0) {
        document_words_say(document, worded->manager);
        if (worded->telephone.size > 0)
            telephone = worded->telephone;
    } else if (chief != NULL) {
        document_words_say(document, chief->department);
        document_say(document, " ");
        document_words_say(document, chief->post);
    }
    if (telephone.size == 0)
        return;
    document_begin(document, DOCUMENT_BREAK);
    document_phrase(document, PHRASE_TELEPHONE);
    document_say(document, ": ");
    document_text(document, telephone, document->language);
}

static void processor(struct sources *from)
{
    struct document *document = from->document;
    struct notice_words none = {{NULL, 0}, {NULL, 0}};
    struct notice_words worded =
        first_of(from->own != NULL ? from->own->processor : none,
                 from->any != NULL ? from->any->processor : none);
    if (worded.ko.size > 0) {
        term(from, PHRASE_PROCESSOR);
        document_words_say(document, worded);
        return;
    }
    size_t said = 0;
    for (size_t i = 0; i < from->notice->processor_count; i++) {
        const struct notice_processor *named = &from->notice->processors[i];
        if (!notice_scope_holds(&named->scope, from->index))
            continue;
        if (said++ == 0)
            term(from, PHRASE_PROCESSOR);
        else
            document_begin(document, DOCUMENT_BREAK);
        document_words_say(document, named->name);
        document_say(document, named->telephone.size > 0 ? " " : "");
        document_text(document, named->telephone, document->language);
    }
}

enum status notice_sign(const struct notice *notice, size_t group,
                        enum language language, struct document *out)
{
    *out = document_in(language);
    struct sources from = {
        .notice = notice,
        .group = &notice->groups[group],
        .index = group,
        .own = own_sign(notice, group),
        .any = notice->has_sign ? &notice->sign : NULL,
        .document = out,
    };
    document_heading(out, 1);
    document_phrase(out, PHRASE_SIGN_TITLE);
    document_begin(out, DOCUMENT_PARAGRAPH);
    document_phrase(out, PHRASE_SIGN_SENTENCE);
    document_begin(out, DOCUMENT_TERMS);
    purpose(&from);
    place(&from);
    coverage(&from);
    hours(&from);
    manager(&from);
    processor(&from);
    document_begin(out, DOCUMENT_TERMS_END);
    document_begin(out, DOCUMENT_PARAGRAPH);
    document_words_say(out, notice->institution);
    enum status s = document_status(out);
    if (s != STATUS_OK)
        document_deinit(out);
    return s;
}
