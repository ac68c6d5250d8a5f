/* SPDX-License-Identifier: Apache-2.0 */
#include "support/notice_same.h"

#include <string.h>

#include "base/text.h"

static bool same_words(struct notice_words a, struct notice_words b)
{
    return text_equal(a.ko, b.ko);
}

static bool same_scope(const struct notice *a, const struct notice_scope *x,
                       const struct notice *b, const struct notice_scope *y)
{
    if (x->count != y->count ||
        (x->count > 0 && memcmp(x->groups, y->groups,
                                x->count * sizeof *x->groups) != 0))
        return false;
    /* A site without groups is last, and in it or not. */
    bool has_bare = x->site_count > 0 &&
                    x->sites[x->site_count - 1] == a->site_count - 1;
    bool also_has = y->site_count > 0 &&
                    y->sites[y->site_count - 1] == b->site_count - 1;
    return notice_scope_holds_site(a, x, a->site_count - 1) ||
           has_bare == also_has;
}

static bool same_bodies(const struct notice_bodies *a,
                        const struct notice_bodies *b)
{
    return same_words(a->owner, b->owner) &&
           same_words(a->operator, b->operator) &&
           same_words(a->storing, b->storing);
}

static const char *other_around(const struct notice *a, const struct notice *b)
{
    const struct notice_consultation *x = &a->consultation;
    const struct notice_consultation *y = &b->consultation;
    if (!same_words(a->part_of, b->part_of) ||
        !same_bodies(&a->bodies, &b->bodies))
        return "a body above or beside";
    if (a->part_count != b->part_count)
        return "how many parts";
    for (size_t i = 0; i < a->part_count; i++)
        if (!same_words(a->parts[i].name, b->parts[i].name) ||
            !text_equal(a->parts[i].homepage, b->parts[i].homepage))
            return "a part";
    return same_words(x->way, y->way) && same_words(x->result, y->result) &&
                   x->from_day == y->from_day && x->until_day == y->until_day
               ? NULL
               : "the consultation";
}

static bool same_retention(struct retention a, struct retention b)
{
    return a.unit == b.unit && a.count == b.count;
}

/* Why there is a floor is left out where the reason of the period says it. */
static bool same_period(const struct notice_group *a,
                        const struct notice_group *b)
{
    struct text why = a->retention_floor_reason.ko;
    bool is_said = why.size == 0 ||
                   memmem(a->retention_reason.ko.data,
                          a->retention_reason.ko.size, why.data, why.size);
    return same_words(a->retention_reason, b->retention_reason) &&
           same_retention(a->retention_floor, b->retention_floor) &&
           (is_said || same_words(a->retention_floor_reason,
                                  b->retention_floor_reason)) &&
           (a->retention_words.ko.size == 0 ||
            same_words(a->retention_words, b->retention_words));
}

static bool same_exclusions(const struct notice_group *a,
                            const struct notice_group *b)
{
    if (a->exclusion_count != b->exclusion_count)
        return false;
    for (size_t i = 0; i < a->exclusion_count; i++)
        if (!same_words(a->exclusions[i].what, b->exclusions[i].what) ||
            a->exclusions[i].met_by != b->exclusions[i].met_by)
            return false;
    return true;
}

/* A class that is not said is the common one. */
static bool same_beside(const struct notice_group *a,
                        const struct notice_group *b)
{
    bool is_same_class = a->camera_class == b->camera_class ||
                         (a->camera_class == NOTICE_CLASS_FIXED &&
                          b->camera_class == 0);
    return is_same_class && a->place_kind == b->place_kind &&
           a->pixels == b->pixels &&
           same_words(a->trigger, b->trigger) &&
           same_words(a->basis, b->basis) &&
           a->purpose_count == b->purpose_count &&
           memcmp(a->purposes, b->purposes,
                  a->purpose_count * sizeof *a->purposes) == 0;
}

static const char *other_groups(const struct notice *a, const struct notice *b)
{
    if (a->site_count != b->site_count || a->group_count != b->group_count)
        return "how many sites and groups";
    for (size_t i = 0; i < a->site_count; i++) {
        const struct notice_site *x = &a->sites[i];
        const struct notice_site *y = &b->sites[i];
        if (!same_words(x->name, y->name) ||
            x->also_called_count != y->also_called_count)
            return "a site";
        if (!same_bodies(&x->bodies, &y->bodies))
            return "a site's bodies";
        if (x->stated_count != y->stated_count)
            return "the sum of a site";
        for (size_t j = 0; j < x->also_called_count; j++)
            if (!text_equal(x->also_called[j], y->also_called[j]))
                return "another name of a site";
    }
    for (size_t i = 0; i < a->group_count; i++) {
        const struct notice_group *x = &a->groups[i];
        const struct notice_group *y = &b->groups[i];
        if (x->site != y->site || !same_words(x->place, y->place) ||
            !same_words(x->floor, y->floor) ||
            !same_words(x->coverage, y->coverage) ||
            !same_words(x->hours, y->hours))
            return "a group's place";
        if (x->camera_count != y->camera_count)
            return "a count";
        if (x->retention.unit != y->retention.unit ||
            x->retention.count != y->retention.count)
            return "a period";
        if (!same_period(x, y))
            return "a reason or floor";
        if (!same_exclusions(x, y))
            return "an exclusion";
        if (!same_beside(x, y))
            return "what stands beside a place";
    }
    return NULL;
}

/* Whom each stands in for. One who is in several rows is one person. */
static bool same_deputised(const struct notice *a,
                           const struct notice_person *x,
                           const struct notice *b,
                           const struct notice_person *y)
{
    const struct notice_person *first = notice_person_find(a, x->deputy_of);
    const struct notice_person *other = notice_person_find(b, y->deputy_of);
    if (first == NULL || other == NULL)
        return first == other;
    return same_words(first->name, other->name) &&
           same_words(first->post, other->post) &&
           same_words(first->department, other->department);
}

static const char *other_people(const struct notice *a, const struct notice *b)
{
    if (a->person_count != b->person_count)
        return "how many people";
    for (size_t i = 0; i < a->person_count; i++) {
        const struct notice_person *x = &a->people[i];
        const struct notice_person *y = &b->people[i];
        if (x->role != y->role || x->shift != y->shift || !same_words(x->name, y->name) ||
            !same_words(x->post, y->post) ||
            !same_words(x->department, y->department) ||
            !text_equal(x->telephone, y->telephone) ||
            x->passes_to_successor != y->passes_to_successor ||
            !same_words(x->body, y->body))
            return "a person";
        if (!same_deputised(a, x, b, y))
            return "a deputy";
        if (!same_scope(a, &x->scope, b, &y->scope))
            return "what a person is for";
    }
    return NULL;
}

/* The places of b are those of a, in any order. */
static bool same_places(const struct notice *a, const struct notice_storage *x,
                        size_t count, const struct notice *b,
                        const struct notice_storage *y)
{
    for (size_t i = 0; i < count; i++) {
        size_t found = 0;
        for (size_t j = 0; j < count; j++)
            found += same_words(x[i].place, y[j].place) &&
                     same_scope(a, &x[i].scope, b, &y[j].scope);
        if (found != 1)
            return false;
    }
    return true;
}

static const char *other_storage(const struct notice *a, const struct notice *b)
{
    if (a->storage_count != b->storage_count ||
        !same_places(a, a->storages, a->storage_count, b, b->storages))
        return "a storage";
    if (a->control_room_count != b->control_room_count ||
        !same_places(a, a->control_rooms, a->control_room_count, b,
                     b->control_rooms))
        return "a control room";
    if (a->checking_where.ko.size > 0)
        return NULL; /* the page has its words; an import reads places in them */
    return a->checking_place_count == b->checking_place_count &&
                   same_places(a, a->checking_places, a->checking_place_count,
                               b, b->checking_places)
               ? NULL
               : "a place of checking";
}

static bool same_contract(const struct notice_processor *a,
                          const struct notice_processor *b)
{
    return a->from_day == b->from_day && a->until_day == b->until_day &&
           a->contract.is_stated == b->contract.is_stated &&
           a->contract.has_purpose_and_scope ==
               b->contract.has_purpose_and_scope &&
           a->contract.has_subcontracting == b->contract.has_subcontracting &&
           a->contract.has_access_limits == b->contract.has_access_limits &&
           a->contract.has_inspection == b->contract.has_inspection &&
           a->contract.has_damages == b->contract.has_damages;
}

static const char *other_rest(const struct notice *a, const struct notice *b)
{
    if (!same_words(a->institution, b->institution) ||
        !same_words(a->basis, b->basis) || a->stated_count != b->stated_count)
        return "institution, basis or sum";
    if (a->enacted_day != b->enacted_day || a->revised_day != b->revised_day ||
        a->announced_day != b->announced_day ||
        a->effective_day != b->effective_day)
        return "a date";
    if (a->purpose_count != b->purpose_count ||
        a->processor_count != b->processor_count)
        return "how many purposes or processors";
    for (size_t i = 0; i < a->purpose_count; i++)
        if (!same_words(a->purposes[i].words, b->purposes[i].words) ||
            a->purposes[i].kind != b->purposes[i].kind)
            return "a purpose";
    for (size_t i = 0; i < a->processor_count; i++)
        if (!same_words(a->processors[i].name, b->processors[i].name) ||
            !same_words(a->processors[i].task, b->processors[i].task) ||
            !same_words(a->processors[i].contact, b->processors[i].contact) ||
            !text_equal(a->processors[i].telephone,
                        b->processors[i].telephone) ||
            !same_contract(&a->processors[i], &b->processors[i]) ||
            !same_scope(a, &a->processors[i].scope, b,
                        &b->processors[i].scope))
            return "a processor";
    return NULL;
}

static bool same_sign(const struct notice_sign *a, const struct notice_sign *b)
{
    return same_words(a->purpose, b->purpose) &&
           same_words(a->place, b->place) &&
           same_words(a->coverage, b->coverage) &&
           same_words(a->hours, b->hours) &&
           same_words(a->manager, b->manager) &&
           same_words(a->processor, b->processor) &&
           same_words(a->size, b->size) &&
           same_words(a->material, b->material) &&
           same_words(a->spot, b->spot) &&
           same_words(a->exemption, b->exemption) &&
           text_equal(a->telephone, b->telephone);
}

static const char *other_texts(const struct notice *a, const struct notice *b)
{
    if (!same_words(a->introduction, b->introduction) ||
        !same_words(a->people_introduction, b->people_introduction) ||
        !same_words(a->outsourcing, b->outsourcing) ||
        !same_words(a->remedies_introduction, b->remedies_introduction))
        return "a sentence above a table";
    if (!same_words(a->request_rule, b->request_rule) ||
        !same_words(a->request_who, b->request_who) ||
        !same_words(a->request_procedure, b->request_procedure) ||
        !same_words(a->request_ledger, b->request_ledger) ||
        !same_words(a->request_refusal, b->request_refusal) ||
        !same_words(a->request_objection, b->request_objection) ||
        !same_words(a->request_fees, b->request_fees))
        return "requests";
    if (!same_words(a->measures_technical, b->measures_technical) ||
        !same_words(a->measures_managerial, b->measures_managerial) ||
        !same_words(a->measures_physical, b->measures_physical))
        return "measures";
    if (!same_words(a->checking_how, b->checking_how) ||
        !same_words(a->checking_where, b->checking_where) ||
        !same_words(a->processing, b->processing) ||
        !same_words(a->changes, b->changes))
        return "checking, processing or changes";
    if (a->remedy_count != b->remedy_count)
        return "how many remedies";
    for (size_t i = 0; i < a->remedy_count; i++)
        if (!same_words(a->remedies[i].name, b->remedies[i].name) ||
            !text_equal(a->remedies[i].homepage, b->remedies[i].homepage) ||
            !same_words(a->remedies[i].contact, b->remedies[i].contact))
            return "a remedy";
    if (a->has_sign != b->has_sign || !same_sign(&a->sign, &b->sign))
        return "the sign";
    if (a->sign_count != b->sign_count)
        return "how many signs";
    for (size_t i = 0; i < a->sign_count; i++)
        if (!same_sign(&a->signs[i], &b->signs[i]) ||
            !same_scope(a, &a->signs[i].scope, b, &b->signs[i].scope))
            return "a sign of a place";
    return NULL;
}

const char *notice_other_fact(const struct notice *a, const struct notice *b)
{
    const char *other = other_groups(a, b);
    if (other == NULL)
        other = other_people(a, b);
    if (other == NULL)
        other = other_around(a, b);
    if (other == NULL)
        other = other_texts(a, b);
    if (other == NULL)
        other = other_storage(a, b);
    return other == NULL ? other_rest(a, b) : other;
}
