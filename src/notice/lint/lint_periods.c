/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about periods and places of storage. */
#include "base/text.h"
#include "notice/lint/lint.h"

enum {
    CEILING_DAYS = 30, /* without a reason */
    CEILING_MONTHS = 1,
    MONTH_DAYS_MAX = 31,
    MONTH_DAYS_MIN = 28,
    PERIODS_MAX = 3, /* different ones that a reader can keep apart */
    DEPARTMENTS_MAX = 16,
};

void lint_retention_reasons(const struct notice *notice,
                            struct findings *findings)
{
    struct lint_groups found = {0};
    char period[40] = "";
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        struct retention kept = group->retention;
        bool is_long =
            (kept.unit == RETENTION_DAYS && kept.count > CEILING_DAYS) ||
            (kept.unit == RETENTION_MONTHS && kept.count > CEILING_MONTHS);
        if (!is_long || group->retention_reason.ko.size > 0 ||
            group->camera_count == 0)
            continue;
        if (found.count == 0)
            retention_format(kept, LANGUAGE_ENGLISH, period, sizeof period);
        lint_groups_add(&found, group);
    }
    if (found.count > 0)
        findings_add(findings, FINDING_RETENTION_WITHOUT_REASON,
                     lint_in_line(notice, found.line),
                     "add a reason to the retention, or shorten it",
                     "%zu groups keep video for %s without a reason: %s",
                     found.count, period, found.names);
}

/*
 * What other rules ask for at least. Of a place where its words name it; of a
 * whole body where it is one: a street before a school is not the school's.
 */
static const struct {
    const char *word;
    bool is_body; /* in the name of the institution or site */
    struct retention floor;
} FLOORS[] = {
    {"주차장", false, {RETENTION_MONTHS, 1}},
    {"수술실", false, {RETENTION_DAYS, 30}},
    {"어린이집", true, {RETENTION_DAYS, 60}},
    {"장기요양", true, {RETENTION_DAYS, 60}},
    {"요양원", true, {RETENTION_DAYS, 60}},
    {"학교", true, {RETENTION_DAYS, 30}},
    {"아파트", true, {RETENTION_DAYS, 30}},
    {"공동주택", true, {RETENTION_DAYS, 30}},
};

static bool is_named(const struct notice *notice,
                     const struct notice_group *group, size_t rule)
{
    const char *word = FLOORS[rule].word;
    if (FLOORS[rule].is_body)
        return lint_holds(notice->institution.ko, word) ||
               lint_holds(notice->sites[group->site].name.ko, word);
    return lint_holds(group->place.ko, word) ||
           lint_holds(group->coverage.ko, word);
}

/* Its own floor goes before. */
static struct retention floor_of(const struct notice *notice,
                                 const struct notice_group *group)
{
    if (group->retention_floor.unit != 0)
        return group->retention_floor;
    for (size_t i = 0; i < sizeof FLOORS / sizeof FLOORS[0]; i++)
        if (is_named(notice, group, i))
            return FLOORS[i].floor;
    return (struct retention){0};
}

/* Whether, in some month, kept ends before floor does. */
static bool is_below(struct retention kept, struct retention floor)
{
    if (floor.unit == 0 || kept.unit == RETENTION_SECONDS)
        return false;
    if (kept.unit == floor.unit)
        return kept.count < floor.count;
    if (floor.unit == RETENTION_MONTHS)
        return kept.count / MONTH_DAYS_MAX < floor.count;
    return (uint64_t)kept.count * MONTH_DAYS_MIN < floor.count;
}

static bool is_short(const struct notice *notice, size_t group,
                     struct retention floor)
{
    struct retention own = floor_of(notice, &notice->groups[group]);
    return own.unit == floor.unit && own.count == floor.count &&
           is_below(notice->groups[group].retention, floor);
}

/* All groups from first on that are below this floor, in one finding. */
static void tell_short(const struct notice *notice, size_t first,
                       struct retention floor, struct findings *findings)
{
    struct lint_groups found = {0};
    char kept[40] = "";
    char least[40] = "";
    retention_format(notice->groups[first].retention, LANGUAGE_ENGLISH, kept,
                     sizeof kept);
    retention_format(floor, LANGUAGE_ENGLISH, least, sizeof least);
    for (size_t i = first; i < notice->group_count; i++)
        if (is_short(notice, i, floor))
            lint_groups_add(&found, &notice->groups[i]);
    findings_add(findings, FINDING_RETENTION_BELOW_FLOOR,
                 lint_in_line(notice, found.line),
                 "keep these groups for the floor, with its reason; the "
                 "notice may not be published before",
                 "%u cameras in %zu groups are kept %s under a floor of "
                 "%s: %s",
                 found.cameras, found.count, kept, least, found.names);
}

void lint_retention_floors(const struct notice *notice,
                           struct findings *findings)
{
    for (size_t i = 0; i < notice->group_count; i++) {
        struct retention floor = floor_of(notice, &notice->groups[i]);
        bool is_told = !is_short(notice, i, floor);
        for (size_t j = 0; j < i && !is_told; j++)
            is_told = is_short(notice, j, floor);
        if (!is_told)
            tell_short(notice, i, floor, findings);
    }
}

/* How many numbers stand in the words of a period. */
static size_t numbers_in(struct text words)
{
    size_t count = 0;
    bool is_inside = false;
    for (size_t i = 0; i < words.size; i++) {
        bool is_digit = words.data[i] >= '0' && words.data[i] <= '9';
        count += is_digit && !is_inside;
        is_inside = is_digit;
    }
    return count;
}

static void check_words(const struct notice *notice, struct text words,
                        uint32_t line, struct findings *findings)
{
    static const char *const OPEN_ENDS[] = {"전후", "용량에 따라",
                                            "용량에 의해", NULL};
    if (lint_holds_any(words, OPEN_ENDS))
        findings_add(findings, FINDING_RETENTION_OPEN_ENDED,
                     lint_in_line(notice, line),
                     "state one period, and keep room for it",
                     "the period ends before or after its day, as space "
                     "allows: '%.*s'",
                     words.size > 120 ? 120 : (int)words.size, words.data);
    if (numbers_in(words) > 1)
        findings_add(findings, FINDING_RETENTION_AMBIGUOUS,
                     lint_in_line(notice, line), "state one period",
                     "the period says two numbers: '%.*s'", SHOWN(words));
}

void lint_retention_words(const struct notice *notice,
                          struct findings *findings)
{
    struct text common = notice->retention_words.ko;
    const struct yaml_node *node = yaml_child(
        notice->tree, yaml_tree_root(notice->tree), "retention");
    check_words(notice, common, node == NULL ? 0 : node->line, findings);
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        if (!text_equal(group->retention_words.ko, common))
            check_words(notice, group->retention_words.ko, group->line,
                        findings);
    }
}

void lint_many_periods(const struct notice *notice, struct findings *findings)
{
    size_t periods = 0;
    for (size_t i = 0; i < notice->group_count; i++)
        periods +=
            notice_class_of(notice, notice->groups[i].retention) == i + 1;
    if (periods > PERIODS_MAX)
        findings_add(findings, FINDING_MANY_PERIODS, lint_in_line(notice, 0),
                     "join periods that need not differ",
                     "the notice has %zu different periods", periods);
}

static bool ends_with(struct text text, struct text end)
{
    return text.size > end.size &&
           text_equal((struct text){text.data + text.size - end.size, end.size},
                      end);
}

/* "나눔터 내부", "각 센터": as many places as there are groups. */
static bool is_relative(struct text place)
{
    bool has_number = false;
    for (size_t i = 0; i < place.size; i++)
        has_number =
            has_number || (place.data[i] >= '0' && place.data[i] <= '9');
    return (!has_number && ends_with(place, text_of("내부"))) ||
           text_starts_with(place, text_of("각 ")) ||
           text_starts_with(place, text_of("해당 "));
}

static const struct notice_person *chief_of(const struct notice *notice,
                                            size_t group)
{
    for (size_t i = 0; i < notice->person_count; i++)
        if (notice->people[i].role == NOTICE_ROLE_CHIEF_MANAGER &&
            notice_scope_holds(&notice->people[i].scope, group))
            return &notice->people[i];
    return NULL;
}

/* Departments whose chief managers answer for groups in the scope; counted up
 * to DEPARTMENTS_MAX. */
static size_t departments_in(const struct notice *notice,
                             const struct notice_scope *scope)
{
    struct text known[DEPARTMENTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < scope->count && count < DEPARTMENTS_MAX; i++) {
        const struct notice_person *chief = chief_of(notice, scope->groups[i]);
        if (chief == NULL)
            continue;
        size_t j = 0;
        while (j < count && !text_equal(known[j], chief->department.ko))
            j++;
        if (j == count)
            known[count++] = chief->department.ko;
    }
    return count;
}

void lint_storage_places(const struct notice *notice,
                         struct findings *findings)
{
    for (size_t i = 0; i < notice->storage_count; i++) {
        const struct notice_storage *storage = &notice->storages[i];
        size_t departments = departments_in(notice, &storage->scope);
        if (storage->scope.count > 1 && is_relative(storage->place.ko))
            findings_add(findings, FINDING_STORAGE_AMBIGUOUS,
                         lint_in_line(notice, storage->line),
                         "write one place of storage for each",
                         "'%.*s' means %zu places in one cell",
                         SHOWN(storage->place.ko), storage->scope.count);
        if (departments > 1)
            findings_add(findings, FINDING_STORAGE_SHARED,
                         lint_in_line(notice, storage->line),
                         "say who answers for the recorder, and keep the "
                         "departments' video apart",
                         "'%.*s' stores for %zu departments",
                         SHOWN(storage->place.ko), departments);
    }
}
