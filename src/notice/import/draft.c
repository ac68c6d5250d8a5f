/* SPDX-License-Identifier: Apache-2.0 */
#include "notice/import/draft.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "notice/import/import_section.h"

enum {
    BLOCK_BYTES = 16384,
    SHORT_NAME_LETTERS_MIN = 3,
    SEPARATORS_IN_NAME_MAX = 3,
    SCOPE_ENDS_MAX = 8, /* tried in one line */
};

struct draft_memory {
    struct draft_memory *next;
    size_t used;
    char characters[BLOCK_BYTES];
};

void draft_deinit(struct draft *draft)
{
    struct draft_list *const LISTS[] = {
        &draft->purposes, &draft->sites,           &draft->groups,
        &draft->people,   &draft->periods,         &draft->storages,
        &draft->remedies, &draft->checking_places, &draft->processors,
        &draft->parts,    &draft->control_rooms,   &draft->signs};
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++)
        alloc_free(LISTS[i]->items);
    while (draft->memory != NULL) {
        struct draft_memory *next = draft->memory->next;
        alloc_free(draft->memory);
        draft->memory = next;
    }
    *draft = (struct draft){0};
}

void *draft_add(struct draft *draft, struct draft_list *list, size_t item_size,
                size_t max)
{
    if (list->count == max)
        return NULL;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
        void *items = alloc_resize(list->items, capacity, item_size);
        if (items == NULL) {
            draft->is_out_of_memory = true;
            return NULL;
        }
        list->items = items;
        list->capacity = capacity;
    }
    void *item = (char *)list->items + list->count * item_size;
    list->count++;
    memset(item, 0, item_size);
    return item;
}

struct draft_person *draft_person_at(const struct draft *draft, size_t index)
{
    return (struct draft_person *)draft->people.items + index;
}

struct draft_site *draft_site_at(const struct draft *draft, size_t index)
{
    return (struct draft_site *)draft->sites.items + index;
}

struct draft_group *draft_group_at(const struct draft *draft, size_t index)
{
    return (struct draft_group *)draft->groups.items + index;
}

static struct text letter_at(struct text text)
{
    return import_until(text, import_letter_size(text));
}

/* Whether shorter's letters stand in longer in this order. */
static bool is_within(struct text shorter, struct text longer)
{
    while (shorter.size > 0 && longer.size > 0) {
        if (text_equal(letter_at(shorter), letter_at(longer)))
            shorter = import_from(shorter, import_letter_size(shorter));
        longer = import_from(longer, import_letter_size(longer));
    }
    return shorter.size == 0;
}

static struct text last_letter(struct text text)
{
    size_t start = text.size;
    while (start > 0 && ((uint8_t)text.data[start - 1] & 0xc0) == 0x80)
        start--;
    return import_from(text, start > 0 ? start - 1 : 0);
}

/* "제주센터" for "제주근로개선지도센터": same beginning, same end, the rest left
 * out. */
static bool shortens(struct text shorter, struct text longer)
{
    if (shorter.size >= longer.size ||
        import_letter_count(shorter) < SHORT_NAME_LETTERS_MIN)
        return false;
    struct text second = import_from(shorter, import_letter_size(shorter));
    size_t head = import_letter_size(shorter) + import_letter_size(second);
    return text_equal(import_until(shorter, head),
                      import_until(longer, head)) &&
           text_equal(last_letter(shorter), last_letter(longer)) &&
           is_within(shorter, longer);
}

static bool is_name_of(const struct draft_site *site, struct text name)
{
    if (import_same_letters(site->name.text, name))
        return true;
    for (size_t i = 0; i < site->also_called_count; i++)
        if (import_same_letters(site->also_called[i].text, name))
            return true;
    return false;
}

static size_t find_exactly(const struct draft *draft, struct text name)
{
    size_t i = 0;
    while (i < draft->sites.count && !is_name_of(draft_site_at(draft, i), name))
        i++;
    return i;
}

size_t draft_site_find(const struct draft *draft, struct text name)
{
    size_t i = find_exactly(draft, name);
    if (i < draft->sites.count)
        return i;
    for (i = 0; i < draft->sites.count; i++) {
        struct text known = draft_site_at(draft, i)->name.text;
        if (shortens(name, known) || shortens(known, name))
            return i;
    }
    return i;
}

void draft_site_note_name(struct draft_site *site, struct drafted name)
{
    if (!is_name_of(site, name.text) &&
        site->also_called_count < DRAFT_NAMES_MAX)
        site->also_called[site->also_called_count++] = name;
}

size_t draft_site_named(struct draft *draft, struct drafted name)
{
    size_t index = find_exactly(draft, name.text);
    if (index < draft->sites.count)
        return index;
    struct draft_site *site =
        draft_add(draft, &draft->sites, sizeof *site, DRAFT_SITES_MAX);
    if (site == NULL)
        return DRAFT_SITES_MAX;
    site->name = name;
    return index;
}

size_t draft_site_referred(struct draft *draft, struct drafted name)
{
    size_t index = draft_site_find(draft, name.text);
    if (index == draft->sites.count)
        return draft_site_named(draft, name);
    draft_site_note_name(draft_site_at(draft, index), name);
    return index;
}

static bool holds(const struct draft_group *group, struct text name)
{
    return import_holds_letters(group->place.text, name) ||
           import_holds_letters(group->coverage.text, name);
}

/* Takes the letters off the front; blanks do not count. */
static bool cut_letters(struct text *text, struct text letters)
{
    struct text rest = text_trim(*text);
    for (letters = text_trim(letters); letters.size > 0;) {
        if (!text_equal(letter_at(rest), letter_at(letters)))
            return false;
        rest = text_trim(import_from(rest, import_letter_size(rest)));
        letters = text_trim(import_from(letters, import_letter_size(letters)));
    }
    *text = rest;
    return true;
}

static bool is_place_of(const struct draft *draft,
                        const struct draft_group *group, struct text name,
                        enum draft_naming by)
{
    struct text behind_site = name;
    bool has_floor = by == DRAFT_BY_FLOOR_AND_PLACE;
    if (group->place.line == 0)
        return false;
    if ((!has_floor || cut_letters(&name, group->floor.text)) &&
        import_same_letters(name, group->place.text))
        return true;
    return cut_letters(&behind_site,
                       draft_site_at(draft, group->site)->name.text) &&
           (!has_floor || cut_letters(&behind_site, group->floor.text)) &&
           import_same_letters(behind_site, group->place.text);
}

static bool is_some_place(const struct draft *draft, struct text name,
                          enum draft_naming by)
{
    for (size_t i = 0; i < draft->groups.count; i++)
        if (is_place_of(draft, draft_group_at(draft, i), name, by))
            return true;
    return false;
}

struct draft_reference draft_refer(const struct draft *draft, struct text name)
{
    struct draft_reference found = {.name = name,
                                    .site = find_exactly(draft, name),
                                    .by = DRAFT_BY_FLOOR_AND_PLACE};
    if (found.site < draft->sites.count)
        return found;
    while (found.by < DRAFT_BY_WORDS && !is_some_place(draft, name, found.by))
        found.by++;
    if (found.by == DRAFT_BY_WORDS)
        found.site = draft_site_find(draft, name);
    return found;
}

bool draft_refers_to(const struct draft *draft,
                     const struct draft_reference *reference,
                     const struct draft_group *group)
{
    if (reference->site < draft->sites.count)
        return reference->site == group->site;
    return reference->by == DRAFT_BY_WORDS
               ? holds(group, reference->name)
               : is_place_of(draft, group, reference->name, reference->by);
}

bool draft_resolves(const struct draft *draft, struct text name)
{
    struct draft_reference reference = draft_refer(draft, name);
    if (reference.site < draft->sites.count || reference.by < DRAFT_BY_WORDS)
        return true;
    for (size_t i = 0; i < draft->groups.count; i++)
        if (holds(draft_group_at(draft, i), name))
            return true;
    return false;
}

bool draft_next_purpose(const struct draft *draft, struct text *rest,
                        size_t *index)
{
    const struct draft_purpose *purposes = draft->purposes.items;
    size_t longest = 0;
    *rest = text_trim(*rest);
    for (size_t i = 0; i < draft->purposes.count; i++) {
        struct text words = purposes[i].words.text;
        struct text behind = import_from(*rest, words.size);
        if (words.size <= longest || !text_starts_with(*rest, words) ||
            (behind.size > 0 && behind.data[0] != ','))
            continue;
        longest = words.size;
        *index = i;
    }
    if (longest > 0)
        *rest = import_from(*rest, longest + 1);
    return longest > 0;
}

static bool is_named_in_full(const struct draft_person *person,
                             struct text words)
{
    return cut_letters(&words, person->department.text) &&
           cut_letters(&words, person->post.text) &&
           import_same_letters(words, person->name.text);
}

size_t draft_person_find(const struct draft *draft, struct text words,
                         size_t index)
{
    size_t count = draft->people.count;
    for (size_t i = 0; i < count; i++)
        if (i != index && is_named_in_full(draft_person_at(draft, i), words))
            return i;
    for (size_t i = 0; i < count; i++)
        if (i != index && draft_person_at(draft, i)->name.line != 0 &&
            import_same_letters(draft_person_at(draft, i)->name.text, words))
            return i;
    return count;
}

bool draft_all_resolve(const struct draft *draft, struct text references)
{
    struct text name = {NULL, 0};
    bool resolves = text_trim(references).size > 0;
    while (resolves && draft_next_reference(draft, &references, &name))
        resolves = draft_resolves(draft, name);
    return resolves;
}

bool draft_keyed_for(const struct draft *draft, struct text line,
                     const char *key, struct text *scope, struct text *value)
{
    size_t open = text_find(line, '(');
    size_t tried = 0;
    struct text none = {NULL, 0};
    *scope = none;
    if (import_is_keyed(line, key, value))
        return value->size > 0;
    if (!import_is_keyed(import_until(line, open), key, &none))
        return false;
    for (size_t i = open + 1; i + 1 < line.size && tried < SCOPE_ENDS_MAX;
         i++) {
        struct text inside = import_from(import_until(line, i), open + 1);
        if (line.data[i] != ')' || line.data[i + 1] != ':')
            continue;
        tried++;
        if (!draft_all_resolve(draft, inside))
            continue;
        *scope = inside;
        *value = text_trim(import_from(line, i + 2));
        return value->size > 0;
    }
    return false;
}

bool draft_next_name(struct text *rest, struct text *out)
{
    static const char OTHER_PLACES[] = "(그 밖의 장소)";
    static const char *const BETWEEN[] = {",", " 및 ", "，", " · ", "、"};
    *rest = text_trim(*rest);
    if (rest->size == 0)
        return false;
    size_t end = rest->size;
    size_t size = 0;
    for (size_t i = 0; i < sizeof BETWEEN / sizeof BETWEEN[0]; i++) {
        size_t index = import_find(*rest, BETWEEN[i]);
        if (index >= end)
            continue;
        end = index;
        size = strlen(BETWEEN[i]);
    }
    *out = text_trim(import_until(*rest, end));
    *rest = import_from(*rest, end + size);
    if (import_ends(*out, OTHER_PLACES))
        *out = text_trim(import_until(*out, out->size - strlen(OTHER_PLACES)));
    return true;
}

bool draft_next_reference(const struct draft *draft, struct text *rest,
                          struct text *out)
{
    struct text whole = text_trim(*rest);
    if (!draft_next_name(rest, out))
        return false;
    struct text longer_rest = *rest;
    struct text last = *out;
    for (size_t i = 0; i < SEPARATORS_IN_NAME_MAX &&
                       draft_next_name(&longer_rest, &last);
         i++) {
        struct text longer = {
            whole.data, (size_t)(last.data + last.size - whole.data)};
        if (find_exactly(draft, longer) == draft->sites.count &&
            !is_some_place(draft, longer, DRAFT_BY_PLACE) &&
            !is_some_place(draft, longer, DRAFT_BY_FLOOR_AND_PLACE))
            continue;
        *out = longer;
        *rest = longer_rest;
    }
    return true;
}

bool draft_set(struct drafted *value, struct text text, uint32_t line)
{
    struct text trimmed = text_trim(text);
    if (value->line != 0 || trimmed.size == 0 ||
        trimmed.size > DRAFT_TEXT_BYTES_MAX)
        return false;
    *value = (struct drafted){trimmed, line};
    return true;
}

/* Memory for size characters; NULL without. */
static char *take_memory(struct draft *draft, size_t size)
{
    if (draft->memory == NULL || draft->memory->used + size > BLOCK_BYTES) {
        struct draft_memory *block = alloc_zeroed(sizeof *block);
        if (block == NULL) {
            draft->is_out_of_memory = true;
            return NULL;
        }
        block->next = draft->memory;
        draft->memory = block;
    }
    char *at = draft->memory->characters + draft->memory->used;
    draft->memory->used += size;
    return at;
}

bool draft_append(struct draft *draft, struct drafted *value,
                  const char *separator, struct text text, uint32_t line)
{
    struct text more = text_trim(text);
    if (value->line == 0)
        return draft_set(value, more, line);
    size_t between = strlen(separator);
    size_t size = value->text.size + between + more.size;
    if (more.size == 0 || size > DRAFT_TEXT_BYTES_MAX)
        return false;
    char *joined = take_memory(draft, size);
    if (joined == NULL)
        return false;
    memcpy(joined, value->text.data, value->text.size);
    memcpy(joined + value->text.size, separator, between);
    memcpy(joined + value->text.size + between, more.data, more.size);
    for (size_t i = 0; i < size; i++)
        if (joined[i] == '\t')
            joined[i] = ' ';
    value->text = (struct text){joined, size};
    return true;
}
