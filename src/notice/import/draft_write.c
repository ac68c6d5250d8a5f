/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/draft_write.h"

#include <assert.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/time.h"
#include "notice/import/notice_import.h"
#include "notice/json_text.h"

enum {
    BASE_SIZE = IMPORT_PATH_SIZE - 24, /* keys below have at most 23 letters */
    ID_SIZE = 40,
    VALUES_MAX = 200000,
    ROLE_COUNT = NOTICE_ROLE_ACCESS_HOLDER + 1,
};

/* One map that is being written. */
struct draft_writer {
    struct draft *draft;
    struct buffer *yaml;
    struct draft_list *values;
    unsigned indent;
    bool begins_item; /* the next key stands behind a dash */
    char base[BASE_SIZE];
    size_t *own_periods; /* by group, an index; periods.count: none */
};

/* ---- lines */

static void begin_key(struct draft_writer *w, const char *key)
{
    unsigned blanks = w->begins_item ? w->indent - 2 : w->indent;
    buffer_format(w->yaml, "%*s%s%s:", (int)blanks, "",
                  w->begins_item ? "- " : "", key);
    w->begins_item = false;
}

static struct import_value *add_value(struct draft_writer *w, const char *key,
                                      uint32_t line)
{
    struct import_value *value = draft_add(w->draft, w->values, sizeof *value,
                                           VALUES_MAX);
    if (value == NULL)
        return NULL;
    value->line = line;
    (void)snprintf(value->path, sizeof value->path, "%s%s%s", w->base,
                   w->base[0] == 0 ? "" : ".", key);
    return value;
}

static void end_line(struct draft_writer *w, uint32_t line)
{
    buffer_format(w->yaml, "  # %u\n", line);
}

static void put(struct draft_writer *w, const char *key, struct drafted drafted)
{
    if (drafted.line == 0)
        return;
    begin_key(w, key);
    buffer_append_text(w->yaml, " ");
    json_write_text(drafted.text, w->yaml);
    end_line(w, drafted.line);
    struct import_value *value = add_value(w, key, drafted.line);
    if (value != NULL)
        value->text = drafted.text;
}

static void put_number(struct draft_writer *w, const char *key, uint32_t number,
                       uint32_t line)
{
    if (line == 0)
        return;
    begin_key(w, key);
    buffer_format(w->yaml, " %u", number);
    end_line(w, line);
    struct import_value *value = add_value(w, key, line);
    if (value == NULL)
        return;
    value->is_number = true;
    (void)snprintf(value->number, sizeof value->number, "%u", number);
}

static void put_day(struct draft_writer *w, const char *key, struct drafted_day day)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day_of_month = 0;
    char shown[IMPORT_NUMBER_SIZE];
    if (day.line == 0)
        return;
    civil_from_day(day.day, &year, &month, &day_of_month);
    (void)snprintf(shown, sizeof shown, "%04u-%02u-%02u",
                   (unsigned)year % 10000, month % 100, day_of_month % 100);
    begin_key(w, key);
    buffer_format(w->yaml, " %s", shown);
    end_line(w, day.line);
    struct import_value *value = add_value(w, key, day.line);
    if (value != NULL)
        (void)snprintf(value->number, sizeof value->number, "%s", shown);
}

/* A word of our own, such as an id: no value of the text. */
static void put_word(struct draft_writer *w, const char *key, const char *word)
{
    begin_key(w, key);
    buffer_format(w->yaml, " %s\n", word);
}

static void put_choice(struct draft_writer *w, const char *key, const char *word,
                       uint32_t line)
{
    begin_key(w, key);
    buffer_format(w->yaml, " %s", word);
    end_line(w, line);
    struct import_value *value = add_value(w, key, line);
    if (value != NULL)
        value->text = text_of(word);
}

/* A key whose value stands in deeper lines. */
static void open_key(struct draft_writer *w, const char *key)
{
    begin_key(w, key);
    buffer_append_text(w->yaml, "\n");
}

/* The writer of one item of a list, or of a map (index SIZE_MAX). */
static struct draft_writer below(const struct draft_writer *w, const char *key,
                           size_t index)
{
    struct draft_writer inner = *w;
    inner.indent = w->indent + (index == SIZE_MAX ? 2 : 4);
    inner.begins_item = index != SIZE_MAX;
    const char *dot = w->base[0] == 0 ? "" : ".";
    char number[IMPORT_NUMBER_SIZE + 8] = "";
    if (index != SIZE_MAX)
        (void)snprintf(number, sizeof number, "[%u]", (unsigned)index);
    int used = snprintf(inner.base, sizeof inner.base, "%s%s%s%s", w->base, dot,
                        key, number);
    assert(used > 0 && used < BASE_SIZE);
    return inner;
}

/* ---- ids and what refers to them */

static void group_id(size_t index, char out[ID_SIZE])
{
    (void)snprintf(out, ID_SIZE, "group-%zu", index + 1);
}

static void site_id(size_t index, char out[ID_SIZE])
{
    (void)snprintf(out, ID_SIZE, "site-%zu", index + 1);
}

static const char *put_id(struct draft_writer *w, const char *separator,
                          const char *id)
{
    buffer_format(w->yaml, "%s%s", separator, id);
    return ", ";
}

/* What a printed scope names. */
struct references {
    struct draft_reference list[DRAFT_REFERENCES_MAX];
    size_t count;
};

static struct references references_of(const struct draft *draft,
                                       struct text scope)
{
    struct references found = {.count = 0};
    struct text name = {NULL, 0};
    while (found.count < DRAFT_REFERENCES_MAX &&
           draft_next_reference(draft, &scope, &name))
        found.list[found.count++] = draft_refer(draft, name);
    return found;
}

static bool names_site(const struct references *references, size_t site)
{
    for (size_t i = 0; i < references->count; i++)
        if (references->list[i].site == site)
            return true;
    return false;
}

/* Whether it names the group by its own words, not by its site. */
static bool names_group(const struct draft *draft,
                        const struct references *references,
                        const struct draft_group *group)
{
    for (size_t i = 0; i < references->count; i++)
        if (references->list[i].site == draft->sites.count &&
            draft_refers_to(draft, &references->list[i], group))
            return true;
    return false;
}

static void put_scope(struct draft_writer *w, struct drafted scope)
{
    const struct draft *draft = w->draft;
    char id[ID_SIZE];
    if (scope.line == 0)
        return;
    struct references named = references_of(draft, scope.text);
    begin_key(w, "for");
    buffer_append_text(w->yaml, " [");
    const char *separator = "";
    for (size_t i = 0; i < draft->sites.count; i++) {
        if (!names_site(&named, i))
            continue;
        site_id(i, id);
        separator = put_id(w, separator, id);
    }
    for (size_t i = 0; i < draft->groups.count; i++) {
        if (!names_group(draft, &named, draft_group_at(draft, i)))
            continue;
        group_id(i, id);
        separator = put_id(w, separator, id);
    }
    buffer_append_text(w->yaml, "]");
    end_line(w, scope.line);
    struct import_value *value = add_value(w, "for", scope.line);
    if (value != NULL)
        value->text = scope.text;
    put(w, "for_words", scope);
}

/* ---- parts */

static void write_purposes(struct draft_writer *w)
{
    const struct draft_purpose *purposes = w->draft->purposes.items;
    if (w->draft->purposes.count == 0)
        return;
    open_key(w, "purposes");
    for (size_t i = 0; i < w->draft->purposes.count; i++) {
        struct draft_writer item = below(w, "purposes", i);
        char id[ID_SIZE];
        (void)snprintf(id, sizeof id, "purpose-%zu", i + 1);
        put_word(&item, "id", id);
        if (purposes[i].kind != 0)
            put_choice(&item, "kind", notice_purpose_kind_name(purposes[i].kind),
                       purposes[i].words.line);
        put(&item, "words", purposes[i].words);
    }
}

static void write_period(struct draft_writer *w, const struct drafted_period *period)
{
    open_key(w, "retention");
    struct draft_writer map = below(w, "retention", SIZE_MAX);
    put_number(&map,
               period->retention.unit == RETENTION_MONTHS ? "months" : "days",
               period->retention.count, period->words.line);
    put(&map, "words", period->words);
}

/* The period of everything, and the one of a group that has its own. */
static void write_common_period(struct draft_writer *w)
{
    const struct drafted_period *periods = w->draft->periods.items;
    for (size_t i = 0; i < w->draft->periods.count; i++) {
        if (periods[i].scope.line != 0)
            continue;
        write_period(w, &periods[i]);
        return;
    }
}

/* Which period each group has of its own: the first that names it, else the
 * first that names its site. */
static void find_own_periods(struct draft_writer *w)
{
    const struct draft *draft = w->draft;
    const struct drafted_period *periods = draft->periods.items;
    size_t none = draft->periods.count;
    for (size_t i = 0; i < draft->groups.count; i++)
        w->own_periods[i] = none;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < none; i++) {
            struct references named = {.count = 0};
            if (periods[i].scope.line != 0)
                named = references_of(draft, periods[i].scope.text);
            for (size_t j = 0; j < draft->groups.count; j++) {
                const struct draft_group *group = draft_group_at(draft, j);
                bool is_named = pass == 0 ? names_group(draft, &named, group)
                                          : names_site(&named, group->site);
                if (is_named && w->own_periods[j] == none)
                    w->own_periods[j] = i;
            }
        }
}

static void write_group(struct draft_writer *w, size_t index)
{
    const struct draft_group *group = draft_group_at(w->draft, index);
    char id[ID_SIZE];
    group_id(index, id);
    put_word(w, "id", id);
    put(w, "floor", group->floor);
    put(w, "place", group->place);
    put(w, "coverage", group->coverage);
    put_number(w, "count", group->count.value, group->count.line);
    const struct drafted_period *periods = w->draft->periods.items;
    if (w->own_periods[index] < w->draft->periods.count)
        write_period(w, &periods[w->own_periods[index]]);
    if (group->exclusion_count == 0)
        return;
    open_key(w, "exclusions");
    for (size_t i = 0; i < group->exclusion_count; i++) {
        struct draft_writer item = below(w, "exclusions", i);
        put(&item, "ko", group->exclusions[i]);
    }
}

static void write_site_groups(struct draft_writer *w, size_t site)
{
    size_t count = 0;
    for (size_t i = 0; i < w->draft->groups.count; i++) {
        if (draft_group_at(w->draft, i)->site != site)
            continue;
        if (count == 0)
            open_key(w, "groups");
        struct draft_writer item = below(w, "groups", count++);
        write_group(&item, i);
    }
}

static void write_names(struct draft_writer *w, const struct draft_site *site)
{
    if (site->also_called_count == 0)
        return;
    begin_key(w, "also_called");
    buffer_append_text(w->yaml, " [");
    for (size_t i = 0; i < site->also_called_count; i++) {
        buffer_append_text(w->yaml, i == 0 ? "" : ", ");
        json_write_text(site->also_called[i].text, w->yaml);
        char key[IMPORT_NUMBER_SIZE + 8];
        (void)snprintf(key, sizeof key, "also_called[%zu]", i);
        struct import_value *value =
            add_value(w, key, site->also_called[i].line);
        if (value != NULL)
            value->text = site->also_called[i].text;
    }
    buffer_append_text(w->yaml, "]");
    end_line(w, site->also_called[0].line);
}

static void write_bodies(struct draft_writer *w,
                         const struct draft_bodies *bodies)
{
    put(w, "owner", bodies->owner);
    put(w, "operator", bodies->operator);
    put(w, "storing_body", bodies->storing);
}

/* Other bodies: those that help, and parts with a notice of their own. */
static void write_others(struct draft_writer *w, const char *key,
                         const struct draft_list *list)
{
    const struct draft_remedy *others = list->items;
    if (list->count > 0)
        open_key(w, key);
    for (size_t i = 0; i < list->count; i++) {
        struct draft_writer item = below(w, key, i);
        put(&item, "name", others[i].name);
        put(&item, "homepage", others[i].homepage);
        put(&item, "contact", others[i].contact);
    }
}

static void write_sites(struct draft_writer *w)
{
    if (w->draft->sites.count == 0)
        return;
    open_key(w, "sites");
    for (size_t i = 0; i < w->draft->sites.count; i++) {
        const struct draft_site *site = draft_site_at(w->draft, i);
        struct draft_writer item = below(w, "sites", i);
        char id[ID_SIZE];
        site_id(i, id);
        put_word(&item, "id", id);
        put(&item, "name", site->name);
        write_names(&item, site);
        put_number(&item, "stated_count", site->stated_count.value,
                   site->stated_count.line);
        write_bodies(&item, &site->bodies);
        write_site_groups(&item, i);
    }
}

static void write_places(struct draft_writer *w, const char *key,
                         const struct draft_list *list)
{
    const struct draft_place *places = list->items;
    if (list->count == 0)
        return;
    open_key(w, key);
    for (size_t i = 0; i < list->count; i++) {
        struct draft_writer item = below(w, key, i);
        put(&item, "place", places[i].place);
        put_scope(&item, places[i].scope);
    }
}

static void write_people(struct draft_writer *w)
{
    static const char *const IDS[ROLE_COUNT] = {"person", "general-manager",
                                                "official", "manager",
                                                "access-holder"};
    const struct draft_person *people = w->draft->people.items;
    size_t numbers[ROLE_COUNT] = {0};
    put(w, "people_introduction", w->draft->people_introduction);
    if (w->draft->people.count == 0)
        return;
    open_key(w, "people");
    for (size_t i = 0; i < w->draft->people.count; i++) {
        const struct draft_person *person = &people[i];
        struct draft_writer item = below(w, "people", i);
        char id[ID_SIZE];
        (void)snprintf(id, sizeof id, "%s-%zu", IDS[person->role],
                       ++numbers[person->role]);
        put_word(&item, "id", id);
        put_choice(&item, "role", notice_role_name(person->role),
                   person->role_word.line);
        if (person->shift != 0)
            put_choice(&item, "shift", notice_shift_name(person->shift),
                       person->role_word.line);
        put(&item, "name", person->name);
        put(&item, "post", person->post);
        put(&item, "department", person->department);
        put(&item, "telephone", person->telephone);
        if (person->passes_to_successor)
            put_word(&item, "successor", "true");
        put_scope(&item, person->scope);
    }
}

static void write_checking(struct draft_writer *w)
{
    if (w->draft->checking_how.line == 0 && w->draft->checking_where.line == 0)
        return;
    open_key(w, "checking");
    struct draft_writer map = below(w, "checking", SIZE_MAX);
    put(&map, "how", w->draft->checking_how);
    put(&map, "where", w->draft->checking_where);
    write_places(&map, "places", &w->draft->checking_places);
}

static void write_processors(struct draft_writer *w)
{
    const struct draft_processor *processors = w->draft->processors.items;
    put(w, "outsourcing", w->draft->outsourcing);
    if (w->draft->processors.count == 0)
        return;
    open_key(w, "processors");
    for (size_t i = 0; i < w->draft->processors.count; i++) {
        struct draft_writer item = below(w, "processors", i);
        char id[ID_SIZE];
        (void)snprintf(id, sizeof id, "processor-%zu", i + 1);
        put_word(&item, "id", id);
        put(&item, "name", processors[i].name);
        put(&item, "task", processors[i].task);
        put(&item, "contact", processors[i].contact);
        put(&item, "telephone", processors[i].telephone);
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
    struct draft_writer map = below(w, key, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        if (values[i].value.line == 0)
            continue;
        if (!is_open)
            open_key(w, key);
        is_open = true;
        put(&map, values[i].key, values[i].value);
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
    put(w, "changes", draft->changes);
}

static void write_dates(struct draft_writer *w)
{
    const struct draft *draft = w->draft;
    if (draft->enacted.line == 0 && draft->revised.line == 0 &&
        draft->announced.line == 0 && draft->effective.line == 0)
        return;
    open_key(w, "dates");
    struct draft_writer map = below(w, "dates", SIZE_MAX);
    put_day(&map, "enacted", draft->enacted);
    put_day(&map, "revised", draft->revised);
    put_day(&map, "announced", draft->announced);
    put_day(&map, "effective", draft->effective);
}

static void write_consultation(struct draft_writer *w)
{
    const struct draft_consultation *asked = &w->draft->consultation;
    if (asked->way.line == 0)
        return;
    open_key(w, "consultation");
    struct draft_writer map = below(w, "consultation", SIZE_MAX);
    put(&map, "way", asked->way);
    put_day(&map, "from", asked->from);
    put_day(&map, "until", asked->until);
    put(&map, "result", asked->result);
}

static void write_sign(struct draft_writer *w)
{
    const struct draft_sign *sign = &w->draft->sign;
    const struct keyed values[] = {
        {"purpose", sign->purpose},     {"place", sign->place},
        {"coverage", sign->coverage},   {"hours", sign->hours},
        {"manager", sign->manager},     {"telephone", sign->telephone},
        {"processor", sign->processor}};
    write_map(w, "sign", values, sizeof values / sizeof values[0]);
}

void draft_write(struct draft *draft, struct buffer *yaml,
                 struct draft_list *values)
{
    struct draft_writer w = {.draft = draft, .yaml = yaml, .values = values};
    w.own_periods = alloc_array(draft->groups.count, sizeof *w.own_periods);
    if (w.own_periods == NULL && draft->groups.count > 0) {
        draft->is_out_of_memory = true;
        return;
    }
    find_own_periods(&w);
    buffer_append_text(yaml,
                       "# 게시된 방침에서 읽은 초안. 값 뒤의 수는 원문의 줄 번호.\n"
                       "# Drafted from a published notice; behind each value "
                       "the line it came from.\n"
                       "format: 1\n");
    put(&w, "institution", draft->institution);
    put(&w, "part_of", draft->part_of);
    write_others(&w, "parts", &draft->parts);
    write_bodies(&w, &draft->bodies);
    put(&w, "introduction", draft->introduction);
    put(&w, "basis", draft->basis);
    write_purposes(&w);
    put(&w, "hours", draft->hours);
    write_common_period(&w);
    put_number(&w, "stated_count", draft->stated_count.value,
               draft->stated_count.line);
    write_sites(&w);
    write_places(&w, "storage", &draft->storages);
    put(&w, "processing", draft->processing);
    write_people(&w);
    write_checking(&w);
    write_processors(&w);
    write_rights(&w);
    write_dates(&w);
    write_consultation(&w);
    put(&w, "remedies_introduction", draft->remedies_introduction);
    write_others(&w, "remedies", &draft->remedies);
    write_sign(&w);
    alloc_free(w.own_periods);
}
