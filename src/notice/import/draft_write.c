/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/draft_write.h"

#include <stdio.h>
#include <string.h>

#include "notice/import/draft_put.h"
#include "notice/import/draft_write_sites.h"
#include "notice/notice_phrases.h"

enum {
    DRAFT_ID_SIZE = 40,
    ROLE_COUNT = NOTICE_ROLE_ACCESS_HOLDER + 1,
    SIGN_VALUES = 11,
};

/* Other bodies: those that help, and parts with a notice of their own. */
static void write_others(struct draft_writer *w, const char *key,
                         const struct draft_list *list)
{
    const struct draft_remedy *others = list->items;
    if (list->count > 0)
        draft_put_open(w, key);
    for (size_t i = 0; i < list->count; i++) {
        struct draft_writer item = draft_put_below(w, key, i);
        draft_put(&item, "name", others[i].name);
        draft_put(&item, "homepage", others[i].homepage);
        draft_put(&item, "contact", others[i].contact);
    }
}

static void write_places(struct draft_writer *w, const char *key,
                         const struct draft_list *list)
{
    const struct draft_place *places = list->items;
    if (list->count == 0)
        return;
    draft_put_open(w, key);
    for (size_t i = 0; i < list->count; i++) {
        struct draft_writer item = draft_put_below(w, key, i);
        draft_put(&item, "place", places[i].place);
        draft_put_scope(&item, places[i].scope);
    }
}

/* The id of the person at index: "manager-1", counted by role. */
static void person_id(const struct draft *draft, size_t index,
                      char out[DRAFT_ID_SIZE])
{
    static const char *const KINDS[ROLE_COUNT] = {"person", "general-manager",
                                                  "official", "manager",
                                                  "access-holder"};
    enum notice_role role = draft_person_at(draft, index)->role;
    size_t number = 1;
    for (size_t i = 0; i < index; i++)
        number += draft_person_at(draft, i)->role == role;
    (void)snprintf(out, DRAFT_ID_SIZE, "%s-%zu", KINDS[role], number);
}

/* Whose deputy: the id beside the words that were printed. */
static void put_deputised(struct draft_writer *w, size_t index)
{
    struct drafted words = draft_person_at(w->draft, index)->deputy_of;
    size_t deputised = draft_person_find(w->draft, words.text, index);
    char id[DRAFT_ID_SIZE];
    if (words.line == 0 || deputised == w->draft->people.count)
        return;
    person_id(w->draft, deputised, id);
    draft_put_key(w, "deputy_of");
    buffer_format(w->yaml, " %s", id);
    draft_put_end(w, words.line);
    struct import_value *value = draft_put_value(w, "deputy_of", words.line);
    if (value != NULL)
        value->text = words.text;
}

static void write_people(struct draft_writer *w)
{
    draft_put(w, "people_introduction", w->draft->people_introduction);
    if (w->draft->people.count == 0)
        return;
    draft_put_open(w, "people");
    for (size_t i = 0; i < w->draft->people.count; i++) {
        const struct draft_person *person = draft_person_at(w->draft, i);
        struct draft_writer item = draft_put_below(w, "people", i);
        char id[DRAFT_ID_SIZE];
        person_id(w->draft, i, id);
        draft_put_word(&item, "id", id);
        draft_put_choice(&item, "role", notice_role_name(person->role),
                         person->role_word.line);
        if (person->shift != 0)
            draft_put_choice(&item, "shift", notice_shift_name(person->shift),
                             person->role_word.line);
        put_deputised(&item, i);
        draft_put(&item, "name", person->name);
        draft_put(&item, "post", person->post);
        draft_put(&item, "body", person->body);
        draft_put(&item, "department", person->department);
        draft_put(&item, "telephone", person->telephone);
        if (person->passes_to_successor)
            draft_put_word(&item, "successor", "true");
        draft_put_scope(&item, person->scope);
    }
}

static void write_checking(struct draft_writer *w)
{
    if (w->draft->checking_how.line == 0 &&
        w->draft->checking_where.line == 0 &&
        w->draft->checking_places.count == 0)
        return;
    draft_put_open(w, "checking");
    struct draft_writer map = draft_put_below(w, "checking", SIZE_MAX);
    draft_put(&map, "how", w->draft->checking_how);
    draft_put(&map, "where", w->draft->checking_where);
    write_places(&map, "places", &w->draft->checking_places);
}

static void put_contract(struct draft_writer *w, struct drafted printed)
{
    static const struct {
        enum phrase words;
        const char *key;
    } ITEMS[] = {{PHRASE_CONTRACT_PURPOSE, "purpose_and_scope"},
                 {PHRASE_CONTRACT_SUBCONTRACTING, "subcontracting"},
                 {PHRASE_CONTRACT_ACCESS, "access_limits"},
                 {PHRASE_CONTRACT_INSPECTION, "inspection"},
                 {PHRASE_CONTRACT_DAMAGES, "damages"}};
    const char *separator = "";
    if (printed.line == 0)
        return;
    draft_put_key(w, "contract");
    buffer_append_text(w->yaml, " {");
    for (size_t i = 0; i < sizeof ITEMS / sizeof ITEMS[0]; i++) {
        if (!import_holds(printed.text,
                          phrase_in(ITEMS[i].words, LANGUAGE_KOREAN)))
            continue;
        buffer_format(w->yaml, "%s%s: true", separator, ITEMS[i].key);
        separator = ", ";
    }
    buffer_append_text(w->yaml, "}");
    draft_put_end(w, printed.line);
    struct import_value *value = draft_put_value(w, "contract", printed.line);
    if (value != NULL)
        value->text = printed.text;
}

static void write_processors(struct draft_writer *w)
{
    const struct draft_processor *processors = w->draft->processors.items;
    draft_put(w, "outsourcing", w->draft->outsourcing);
    if (w->draft->processors.count == 0)
        return;
    draft_put_open(w, "processors");
    for (size_t i = 0; i < w->draft->processors.count; i++) {
        struct draft_writer item = draft_put_below(w, "processors", i);
        draft_put_id(&item, "processor", i);
        draft_put(&item, "name", processors[i].name);
        draft_put(&item, "task", processors[i].task);
        draft_put(&item, "contact", processors[i].contact);
        draft_put(&item, "telephone", processors[i].telephone);
        draft_put_day(&item, "from", processors[i].from);
        draft_put_day(&item, "until", processors[i].until);
        put_contract(&item, processors[i].contract);
        draft_put_scope(&item, processors[i].scope);
    }
}

/* Opens a map at its first value that is there. */
struct keyed {
    const char *key;
    struct drafted value;
};

static void write_map(struct draft_writer *w, const char *key,
                      const struct keyed *values, size_t count)
{
    bool is_open = false;
    struct draft_writer map = draft_put_below(w, key, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (values[i].value.line == 0)
            continue;
        if (!is_open)
            draft_put_open(w, key);
        is_open = true;
        draft_put(&map, values[i].key, values[i].value);
    }
}

static void write_rights(struct draft_writer *w)
{
    const struct draft *draft = w->draft;
    const struct keyed requests[] = {
        {"rule", draft->request_rule},
        {"who", draft->request_who},
        {"procedure", draft->request_procedure},
        {"ledger", draft->request_ledger},
        {"refusal", draft->request_refusal},
        {"objection", draft->request_objection},
        {"fees", draft->request_fees}};
    const struct keyed measures[] = {
        {"technical", draft->measures_technical},
        {"managerial", draft->measures_managerial},
        {"physical", draft->measures_physical}};
    write_map(w, "requests", requests, sizeof requests / sizeof requests[0]);
    write_map(w, "measures", measures, sizeof measures / sizeof measures[0]);
    draft_put(w, "changes", draft->changes);
}

static void write_dates(struct draft_writer *w)
{
    const struct draft *draft = w->draft;
    if (draft->enacted.line == 0 && draft->revised.line == 0 &&
        draft->announced.line == 0 && draft->effective.line == 0)
        return;
    draft_put_open(w, "dates");
    struct draft_writer map = draft_put_below(w, "dates", SIZE_MAX);
    draft_put_day(&map, "enacted", draft->enacted);
    draft_put_day(&map, "revised", draft->revised);
    draft_put_day(&map, "announced", draft->announced);
    draft_put_day(&map, "effective", draft->effective);
}

static void write_consultation(struct draft_writer *w)
{
    const struct draft_consultation *asked = &w->draft->consultation;
    if (asked->way.line == 0)
        return;
    draft_put_open(w, "consultation");
    struct draft_writer map = draft_put_below(w, "consultation", SIZE_MAX);
    draft_put(&map, "way", asked->way);
    draft_put_day(&map, "from", asked->from);
    draft_put_day(&map, "until", asked->until);
    draft_put(&map, "result", asked->result);
}

/* The keys of a sign. */
static size_t sign_values(const struct draft_sign *sign,
                          struct keyed out[SIGN_VALUES])
{
    const struct keyed values[SIGN_VALUES] = {
        {"purpose", sign->purpose},     {"place", sign->place},
        {"coverage", sign->coverage},   {"hours", sign->hours},
        {"manager", sign->manager},     {"telephone", sign->telephone},
        {"processor", sign->processor}, {"size", sign->size},
        {"material", sign->material},   {"spot", sign->spot},
        {"exemption", sign->exemption}};
    memcpy(out, values, sizeof values);
    return SIGN_VALUES;
}

static void write_signs(struct draft_writer *w)
{
    const struct draft_sign *signs = w->draft->signs.items;
    struct keyed values[SIGN_VALUES];
    write_map(w, "sign", values, sign_values(&w->draft->sign, values));
    if (w->draft->signs.count > 0)
        draft_put_open(w, "signs");
    for (size_t i = 0; i < w->draft->signs.count; i++) {
        struct draft_writer item = draft_put_below(w, "signs", i);
        draft_put_id(&item, "sign", i);
        size_t count = sign_values(&signs[i], values);
        for (size_t j = 0; j < count; j++)
            draft_put(&item, values[j].key, values[j].value);
        draft_put_scope(&item, signs[i].scope);
    }
}

void draft_write(struct draft *draft, struct buffer *yaml,
                 struct draft_list *values)
{
    struct draft_writer w = {.draft = draft, .yaml = yaml, .values = values};
    buffer_append_text(yaml,
                       "# 게시된 방침에서 읽은 초안. 값 뒤의 수는 원문의 줄 번호.\n"
                       "# Drafted from a published notice; behind each value "
                       "the line it came from.\n"
                       "format: 1\n");
    draft_put(&w, "institution", draft->institution);
    draft_put(&w, "part_of", draft->part_of);
    write_others(&w, "parts", &draft->parts);
    draft_write_bodies(&w, &draft->bodies);
    draft_put(&w, "introduction", draft->introduction);
    draft_put(&w, "basis", draft->basis);
    draft_write_sites(&w);
    write_places(&w, "storage", &draft->storages);
    write_places(&w, "control_rooms", &draft->control_rooms);
    draft_put(&w, "processing", draft->processing);
    write_people(&w);
    write_checking(&w);
    write_processors(&w);
    write_rights(&w);
    write_dates(&w);
    write_consultation(&w);
    draft_put(&w, "remedies_introduction", draft->remedies_introduction);
    write_others(&w, "remedies", &draft->remedies);
    write_signs(&w);
}
