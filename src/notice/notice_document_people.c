/* SPDX-License-Identifier: Apache-2.0 */
/* The table of people, and that of processors. */
#include "base/text.h"
#include "notice/document_say.h"
#include "notice/notice_document_private.h"

enum { COLUMNS_MAX = 8 };

/* "홍길동"; one of several of that name, and who has none, by the post:
 * "총무과 과장 홍길동". */
static void say_who(struct document *document, const struct notice *notice,
                    const struct notice_person *person)
{
    const struct notice_words words[] = {person->department, person->post,
                                         person->name};
    size_t same = 0;
    size_t said = 0;
    for (size_t i = 0; i < notice->person_count; i++)
        same += text_equal(notice->people[i].name.ko, person->name.ko);
    bool is_alone = same == 1 && person->name.ko.size > 0;
    for (size_t i = is_alone ? 2 : 0; i < 3; i++) {
        if (words[i].ko.size == 0)
            continue;
        document_say(document, said++ > 0 ? " " : "");
        document_words_say(document, words[i]);
    }
}

static void say_role(struct document *document, const struct notice *notice,
                     const struct notice_person *person)
{
    static const enum phrase ROLES[] = {
        PHRASE_ROLE, PHRASE_GENERAL_MANAGER, PHRASE_SUPERVISING_OFFICIAL,
        PHRASE_CHIEF_MANAGER, PHRASE_ACCESS_HOLDER};
    const struct notice_person *deputised =
        notice_person_find(notice, person->deputy_of);
    document_begin(document, DOCUMENT_CELL);
    document_phrase(document, ROLES[person->role]);
    if (deputised != NULL) {
        document_phrase(document, PHRASE_DEPUTY_BEFORE);
        say_who(document, notice, deputised);
        document_phrase(document, PHRASE_DEPUTY_BEHIND);
    }
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
                       const struct notice_person *person, bool has_body)
{
    document_begin(document, DOCUMENT_ROW);
    document_begin(document, DOCUMENT_CELL);
    document_scope(document, notice, &person->scope);
    say_role(document, notice, person);
    say_name(document, person);
    document_block(document, DOCUMENT_CELL, person->post);
    if (has_body)
        document_block(document, DOCUMENT_CELL, person->body);
    document_block(document, DOCUMENT_CELL, person->department);
    document_cell(document, person->telephone);
}

void notice_document_people(struct document *document,
                            const struct notice *notice)
{
    static const enum phrase COLUMNS[] = {
        PHRASE_PLACE,      PHRASE_ROLE,      PHRASE_NAME, PHRASE_POST,
        PHRASE_DEPARTMENT, PHRASE_TELEPHONE, PHRASE_COUNT};
    static const enum phrase WITH_BODY[] = {
        PHRASE_PLACE, PHRASE_ROLE,       PHRASE_NAME,      PHRASE_POST,
        PHRASE_BODY,  PHRASE_DEPARTMENT, PHRASE_TELEPHONE, PHRASE_COUNT};
    bool has_body = false;
    if (notice->person_count == 0)
        return;
    for (size_t i = 0; i < notice->person_count; i++)
        has_body |= notice->people[i].body.ko.size > 0;
    document_begin(document, DOCUMENT_TABLE);
    document_columns(document, has_body ? WITH_BODY : COLUMNS);
    for (size_t i = 0; i < notice->person_count; i++)
        say_person(document, notice, &notice->people[i], has_body);
    document_begin(document, DOCUMENT_TABLE_END);
}

/* ---- processors */

/* Which columns say something. */
struct processor_columns {
    bool has_task;
    bool has_scope;
    bool has_days;
    bool has_contract;
};

static bool has_days(const struct notice_processor *processor)
{
    return processor->from_day != NOTICE_NO_DAY ||
           processor->until_day != NOTICE_NO_DAY;
}

static struct processor_columns columns_of(const struct notice *notice)
{
    struct processor_columns which = {0};
    for (size_t i = 0; i < notice->processor_count; i++) {
        const struct notice_processor *processor = &notice->processors[i];
        which.has_task |= processor->task.ko.size > 0;
        which.has_scope |= !document_scope_is_all(notice, &processor->scope);
        which.has_days |= has_days(processor);
        which.has_contract |= processor->contract.is_stated;
    }
    return which;
}

static void say_columns(struct document *document,
                        struct processor_columns which)
{
    enum phrase columns[COLUMNS_MAX] = {PHRASE_PROCESSOR};
    size_t count = 1;
    if (which.has_task)
        columns[count++] = PHRASE_TASK;
    if (which.has_scope)
        columns[count++] = PHRASE_PLACE;
    if (which.has_days)
        columns[count++] = PHRASE_OUTSOURCED_FROM_UNTIL;
    if (which.has_contract)
        columns[count++] = PHRASE_CONTRACT;
    columns[count++] = PHRASE_CONTACT;
    columns[count++] = PHRASE_TELEPHONE;
    columns[count] = PHRASE_COUNT;
    document_columns(document, columns);
}

static void say_days(struct document *document,
                     const struct notice_processor *processor)
{
    document_begin(document, DOCUMENT_CELL);
    if (!has_days(processor))
        return;
    if (processor->from_day != NOTICE_NO_DAY) {
        document_day(document, processor->from_day);
        document_say(document, " ");
    }
    document_say(document, "~");
    if (processor->until_day != NOTICE_NO_DAY) {
        document_say(document, " ");
        document_day(document, processor->until_day);
    }
}

static void say_contract(struct document *document,
                         const struct notice_contract *contract)
{
    const struct {
        bool is_there;
        enum phrase words;
    } ITEMS[] = {
        {contract->has_purpose_and_scope, PHRASE_CONTRACT_PURPOSE},
        {contract->has_subcontracting, PHRASE_CONTRACT_SUBCONTRACTING},
        {contract->has_access_limits, PHRASE_CONTRACT_ACCESS},
        {contract->has_inspection, PHRASE_CONTRACT_INSPECTION},
        {contract->has_damages, PHRASE_CONTRACT_DAMAGES}};
    size_t said = 0;
    document_begin(document, DOCUMENT_CELL);
    for (size_t i = 0; i < sizeof ITEMS / sizeof ITEMS[0]; i++) {
        if (!ITEMS[i].is_there)
            continue;
        document_say(document, said++ > 0 ? ", " : "");
        document_phrase(document, ITEMS[i].words);
    }
    if (said == 0 && contract->is_stated)
        document_phrase(document, PHRASE_NOTHING);
}

static void say_processor(struct document *document,
                          const struct notice *notice,
                          const struct notice_processor *processor,
                          struct processor_columns which)
{
    document_begin(document, DOCUMENT_ROW);
    document_block(document, DOCUMENT_CELL, processor->name);
    if (which.has_task)
        document_block(document, DOCUMENT_CELL, processor->task);
    if (which.has_scope) {
        document_begin(document, DOCUMENT_CELL);
        document_scope(document, notice, &processor->scope);
    }
    if (which.has_days)
        say_days(document, processor);
    if (which.has_contract)
        say_contract(document, &processor->contract);
    document_block(document, DOCUMENT_CELL, processor->contact);
    document_cell(document, processor->telephone);
}

void notice_document_processors(struct document *document,
                                const struct notice *notice)
{
    struct processor_columns which = columns_of(notice);
    if (notice->processor_count == 0)
        return;
    document_begin(document, DOCUMENT_TABLE);
    say_columns(document, which);
    for (size_t i = 0; i < notice->processor_count; i++)
        say_processor(document, notice, &notice->processors[i], which);
    document_begin(document, DOCUMENT_TABLE_END);
}
