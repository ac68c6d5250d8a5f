/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/notice_document.h"

#include <stdio.h>

#include "base/text.h"
#include "notice/document_say.h"
#include "notice/notice_document_private.h"

/* A document being made. */
struct draft {
    const struct notice *notice;
    struct document *document;
    unsigned section; /* number of the heading that was said last */
};

static void heading(struct draft *draft, enum phrase which)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%u. ", ++draft->section);
    document_heading(draft->document, 2);
    document_say(draft->document, number);
    document_phrase(draft->document, which);
}

static void paragraph(struct draft *draft, struct notice_words words)
{
    if (words.ko.size > 0)
        document_block(draft->document, DOCUMENT_PARAGRAPH, words);
}

struct labelled {
    enum phrase label;
    struct notice_words words;
};

static bool says_something(const struct labelled *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].words.ko.size > 0)
            return true;
    return false;
}

/* Those that say something, as a list. */
static void list(struct draft *draft, const struct labelled *items,
                 size_t count)
{
    if (!says_something(items, count))
        return;
    document_begin(draft->document, DOCUMENT_LIST);
    for (size_t i = 0; i < count; i++)
        document_labelled(draft->document, items[i].label, items[i].words);
    document_begin(draft->document, DOCUMENT_LIST_END);
}

/* "label day"; nothing without a day. */
static void dated(struct draft *draft, enum phrase label, int64_t day)
{
    if (day == NOTICE_NO_DAY)
        return;
    document_begin(draft->document, DOCUMENT_PARAGRAPH);
    document_phrase(draft->document, label);
    document_say(draft->document, " ");
    document_day(draft->document, day);
}

static void title(struct draft *draft)
{
    const struct notice *notice = draft->notice;
    document_heading(draft->document, 1);
    document_words_say(draft->document, notice->institution);
    document_say(draft->document, " ");
    document_phrase(draft->document, PHRASE_TITLE);
    dated(draft, PHRASE_ENACTED, notice->enacted_day);
    dated(draft, PHRASE_REVISED, notice->revised_day);
    paragraph(draft, notice->introduction);
    list(draft, &(struct labelled){PHRASE_PART_OF, notice->part_of}, 1);
    notice_document_bodies(draft->document, &notice->bodies);
}

static bool is_sentence(struct text words)
{
    return words.size > 0 && words.data[words.size - 1] == '.';
}

static void consultation(struct draft *draft)
{
    const struct notice_consultation *asked = &draft->notice->consultation;
    if (asked->way.ko.size == 0)
        return;
    struct document *document = draft->document;
    document_begin(document, DOCUMENT_PARAGRAPH);
    document_phrase(document, PHRASE_CONSULTATION);
    document_say(document, ": ");
    document_words_say(document, asked->way);
    if (asked->from_day != NOTICE_NO_DAY) {
        document_say(document, " (");
        document_day(document, asked->from_day);
        if (asked->until_day != NOTICE_NO_DAY) {
            document_say(document, " ~ ");
            document_day(document, asked->until_day);
        }
        document_say(document, ")");
    }
    if (asked->result.ko.size > 0) {
        document_begin(document, DOCUMENT_PARAGRAPH);
        document_phrase(document, PHRASE_CONSULTATION_RESULT);
        document_say(document, ": ");
        document_words_say(document, asked->result);
    }
}

static void purposes(struct draft *draft)
{
    const struct notice *notice = draft->notice;
    heading(draft, PHRASE_BASIS_AND_PURPOSE);
    if (notice->basis.ko.size > 0) {
        document_block(draft->document, DOCUMENT_PARAGRAPH, notice->basis);
        if (!is_sentence(notice->basis.ko))
            document_phrase(draft->document, PHRASE_ON_THIS_BASIS);
    }
    document_begin(draft->document, DOCUMENT_LIST);
    for (size_t i = 0; i < notice->purpose_count; i++)
        document_block(draft->document, DOCUMENT_ITEM,
                       notice->purposes[i].words);
    document_begin(draft->document, DOCUMENT_LIST_END);
    consultation(draft);
}

static void checking(struct draft *draft)
{
    const struct notice *notice = draft->notice;
    struct document *document = draft->document;
    if (notice->checking_how.ko.size == 0 &&
        notice->checking_where.ko.size == 0 && notice->checking_place_count == 0)
        return;
    heading(draft, PHRASE_CHECKING);
    document_begin(document, DOCUMENT_LIST);
    document_labelled(document, PHRASE_HOW, notice->checking_how);
    document_labelled(document, PHRASE_WHERE, notice->checking_where);
    for (size_t i = 0; notice->checking_where.ko.size == 0 &&
                       i < notice->checking_place_count; i++)
        document_for(document, notice, PHRASE_WHERE,
                     &notice->checking_places[i]);
    document_begin(document, DOCUMENT_LIST_END);
}

static void processors(struct draft *draft)
{
    const struct notice *notice = draft->notice;
    if (notice->processor_count == 0 && notice->outsourcing.ko.size == 0)
        return;
    heading(draft, PHRASE_OUTSOURCING);
    paragraph(draft, notice->outsourcing);
    notice_document_processors(draft->document, notice);
}

static void requests_and_measures(struct draft *draft)
{
    const struct notice *notice = draft->notice;
    const struct labelled requests[] = {
        {PHRASE_WHO, notice->request_who},
        {PHRASE_PROCEDURE, notice->request_procedure},
        {PHRASE_LEDGER, notice->request_ledger},
        {PHRASE_REFUSAL, notice->request_refusal},
        {PHRASE_OBJECTION, notice->request_objection},
        {PHRASE_FEES, notice->request_fees},
    };
    const struct labelled measures[] = {
        {PHRASE_TECHNICAL, notice->measures_technical},
        {PHRASE_MANAGERIAL, notice->measures_managerial},
        {PHRASE_PHYSICAL, notice->measures_physical},
    };
    const size_t request_count = sizeof requests / sizeof requests[0];
    const size_t measure_count = sizeof measures / sizeof measures[0];
    if (notice->request_rule.ko.size > 0 ||
        says_something(requests, request_count))
        heading(draft, PHRASE_REQUESTS);
    paragraph(draft, notice->request_rule);
    list(draft, requests, request_count);
    if (says_something(measures, measure_count))
        heading(draft, PHRASE_MEASURES);
    list(draft, measures, measure_count);
}

static void changes(struct draft *draft)
{
    const struct notice *notice = draft->notice;
    struct document *document = draft->document;
    bool has_day = notice->announced_day != NOTICE_NO_DAY ||
                   notice->effective_day != NOTICE_NO_DAY;
    if (notice->changes.ko.size > 0 || has_day)
        heading(draft, PHRASE_CHANGES);
    paragraph(draft, notice->changes);
    if (!has_day)
        return;
    document_begin(document, DOCUMENT_PARAGRAPH);
    if (notice->announced_day != NOTICE_NO_DAY) {
        document_phrase(document, PHRASE_ANNOUNCED);
        document_say(document, ": ");
        document_day(document, notice->announced_day);
    }
    if (notice->effective_day != NOTICE_NO_DAY) {
        if (notice->announced_day != NOTICE_NO_DAY)
            document_say(document, " / ");
        document_phrase(document, PHRASE_EFFECTIVE);
        document_say(document, ": ");
        document_day(document, notice->effective_day);
    }
}

static void remedies(struct draft *draft)
{
    static const enum phrase COLUMNS[] = {PHRASE_INQUIRY, PHRASE_HOMEPAGE,
                                          PHRASE_TELEPHONE, PHRASE_COUNT};
    const struct notice *notice = draft->notice;
    struct document *document = draft->document;
    if (notice->remedy_count == 0 && notice->remedies_introduction.ko.size == 0)
        return;
    heading(draft, PHRASE_REMEDIES);
    paragraph(draft, notice->remedies_introduction);
    if (notice->remedy_count == 0)
        return;
    document_begin(document, DOCUMENT_TABLE);
    document_columns(document, COLUMNS);
    for (size_t i = 0; i < notice->remedy_count; i++) {
        document_begin(document, DOCUMENT_ROW);
        document_block(document, DOCUMENT_CELL, notice->remedies[i].name);
        document_cell(document, notice->remedies[i].homepage);
        document_block(document, DOCUMENT_CELL, notice->remedies[i].contact);
    }
    document_begin(document, DOCUMENT_TABLE_END);
}

static void parts(struct draft *draft)
{
    const struct notice *notice = draft->notice;
    if (notice->part_count == 0)
        return;
    heading(draft, PHRASE_PARTS);
    document_begin(draft->document, DOCUMENT_LIST);
    for (size_t i = 0; i < notice->part_count; i++) {
        document_block(draft->document, DOCUMENT_ITEM, notice->parts[i].name);
        if (notice->parts[i].homepage.size > 0)
            document_say(draft->document, ": ");
        document_text(draft->document, notice->parts[i].homepage,
                      draft->document->language);
    }
    document_begin(draft->document, DOCUMENT_LIST_END);
}

enum status notice_document(const struct notice *notice,
                            enum language language, struct document *out)
{
    *out = document_in(language);
    struct draft draft = {.notice = notice, .document = out};
    title(&draft);
    purposes(&draft);
    heading(&draft, PHRASE_CAMERAS);
    notice_document_cameras(out, notice, draft.section);
    heading(&draft, PHRASE_PEOPLE);
    paragraph(&draft, notice->people_introduction);
    notice_document_people(out, notice);
    heading(&draft, PHRASE_HOURS_AND_RETENTION);
    notice_document_retention(out, notice);
    list(&draft, &(struct labelled){PHRASE_PROCESSING, notice->processing}, 1);
    checking(&draft);
    processors(&draft);
    requests_and_measures(&draft);
    changes(&draft);
    remedies(&draft);
    parts(&draft);
    notice_document_signs(out, notice);
    enum status s = document_status(out);
    if (s != STATUS_OK)
        document_deinit(out);
    return s;
}
