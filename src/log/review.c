/* SPDX-License-Identifier: Apache-2.0 */
#include "log/review.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "model/camera.h"
#include "model/policy.h"

enum {
    FIRST_CAPACITY = 8,
    MONTHS_A_YEAR = 12,
    YEAR_FACTOR = 100, /* 202611 */
    HOUR_S = 3600,
    WEEK_DAYS = 7,
    THURSDAY = 3, /* 1970-01-01, counted from Monday */
    SATURDAY = 5,
};

struct rule {
    const char *name;
    uint64_t threshold;
};

static const struct rule RULES[REVIEW_FINDING_COUNT] = {
    [REVIEW_REFUSED] = {"refused", 1},
    [REVIEW_FAILED] = {"failed", 5},
    [REVIEW_ODD_HOURS] = {"odd_hours", 1},
    [REVIEW_SAME_CAMERA] = {"same_camera", 10},
    [REVIEW_DOWNLOADS] = {"downloads", 10},
    [REVIEW_NO_REQUEST] = {"no_request", 1},
};

const char *review_finding_name(enum review_finding finding)
{
    return RULES[finding].name;
}

uint64_t review_threshold(enum review_finding finding)
{
    return RULES[finding].threshold;
}

bool review_reads(enum entry_kind kind)
{
    switch ((int)kind) {
    case ENTRY_VIEW_OPEN:
    case ENTRY_LIVE_OPEN:
    case ENTRY_VIEW_DOWNLOAD:
    case ENTRY_VIEW_REFUSED:
    case ENTRY_EXPORT_DENIED:
    case ENTRY_LOGIN_FAILED:
    case ENTRY_LEDGER_ADDED:
        return true;
    default:
        return false;
    }
}

void review_deinit(struct review *review)
{
    alloc_free(review->list);
    *review = (struct review){.list = NULL};
}

/* ---- what an entry is part of ---- */

static uint32_t number_of(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    bool is_good = entry_line_number(entry, member, &value) == STATUS_OK &&
                   value >= 0 && value <= UINT32_MAX;
    return is_good ? (uint32_t)value : 0;
}

static bool says(const struct entry_line *entry, const char *member,
                 const char *expected)
{
    struct text text = text_of("");
    return entry_line_text(entry, member, &text) == STATUS_OK &&
           text_equal(text, text_of(expected));
}

static struct review_group *group_of(struct review *review,
                                     enum review_finding finding,
                                     uint32_t account, uint32_t camera)
{
    for (size_t i = 0; i < review->count; i++) {
        struct review_group *group = &review->list[i];
        if (group->finding == finding && group->account == account &&
            group->camera == camera)
            return group;
    }
    if (review->count == REVIEW_GROUPS_MAX) {
        review->is_cut = true;
        return NULL;
    }
    if (review->list == NULL)
        review->list = alloc_array(REVIEW_GROUPS_MAX, sizeof *review->list);
    if (review->list == NULL) {
        review->failed = true;
        return NULL;
    }
    struct review_group *added = &review->list[review->count++];
    *added = (struct review_group){finding, account, camera, 0, {0}};
    return added;
}

static void count_in(struct review *review, enum review_finding finding,
                     const struct entry_line *entry, uint32_t camera)
{
    struct review_group *group =
        group_of(review, finding, number_of(entry, "account"), camera);
    if (group == NULL)
        return;
    if (group->count < REVIEW_ENTRIES_MAX)
        group->entries[group->count] = entry->number;
    group->count++;
}

static bool is_odd_hour(struct wall_time time)
{
    int64_t day = civil_day(time, UTC_OFFSET_KOREA_S);
    int64_t second = (time.us - civil_day_start(day, UTC_OFFSET_KOREA_S).us) /
                     SECOND_US;
    int64_t weekday = (day + THURSDAY) % WEEK_DAYS;
    return weekday >= SATURDAY ||
           second < (int64_t)REVIEW_WORK_BEGINS_HOUR * HOUR_S ||
           second >= (int64_t)REVIEW_WORK_ENDS_HOUR * HOUR_S;
}

void review_add(struct review *review, const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    switch ((int)entry->kind) {
    case ENTRY_VIEW_OPEN:
        count_in(review, REVIEW_SAME_CAMERA, entry,
                 stream_camera((uint32_t)number_of(entry, "camera")));
        if (is_odd_hour(entry->time))
            count_in(review, REVIEW_ODD_HOURS, entry, 0);
        break;
    case ENTRY_LIVE_OPEN:
        if (is_odd_hour(entry->time))
            count_in(review, REVIEW_ODD_HOURS, entry, 0);
        break;
    case ENTRY_VIEW_DOWNLOAD:
        count_in(review, REVIEW_DOWNLOADS, entry, 0);
        break;
    case ENTRY_VIEW_REFUSED:
    case ENTRY_EXPORT_DENIED:
        count_in(review, REVIEW_REFUSED, entry, 0);
        break;
    case ENTRY_LOGIN_FAILED:
        count_in(review, REVIEW_FAILED, entry, 0);
        break;
    case ENTRY_LEDGER_ADDED:
        if (says(entry, "request", "") && !says(entry, "use", "use"))
            count_in(review, REVIEW_NO_REQUEST, entry, 0);
        break;
    default:
        break;
    }
}

/* ---- the order in which it is shown ---- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_weight(const void *left, const void *right)
{
    const struct review_group *a = left;
    const struct review_group *b = right;
    if (a->finding != b->finding)
        return compare(a->finding, b->finding);
    if (a->count != b->count)
        return compare(b->count, a->count);
    return compare(a->entries[0], b->entries[0]);
}

void review_sort(struct review *review)
{
    size_t kept = 0;
    for (size_t i = 0; i < review->count; i++) {
        if (review->list[i].count >= review_threshold(review->list[i].finding))
            review->list[kept++] = review->list[i];
    }
    review->count = kept;
    if (kept > 0)
        qsort(review->list, kept, sizeof *review->list, by_weight);
}

/* ---- months ---- */

bool review_month_span(uint32_t month, struct span *out)
{
    int64_t year = month / YEAR_FACTOR;
    unsigned number = month % YEAR_FACTOR;
    if (year < 1970 || year > 9999 || number < 1 || number > MONTHS_A_YEAR)
        return false;
    int64_t first = civil_to_day(year, number, 1);
    *out = (struct span){
        civil_day_start(first, UTC_OFFSET_KOREA_S),
        civil_day_start(civil_day_add_months(first, 1), UTC_OFFSET_KOREA_S)};
    return true;
}

uint32_t review_month_of(struct wall_time time)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day = 0;
    civil_from_day(civil_day(time, UTC_OFFSET_KOREA_S), &year, &month, &day);
    return year < 1970 || year > 9999
               ? 0
               : (uint32_t)year * YEAR_FACTOR + month;
}

uint32_t review_month_before(uint32_t month)
{
    return month % YEAR_FACTOR == 1
               ? (month / YEAR_FACTOR - 1) * YEAR_FACTOR + MONTHS_A_YEAR
               : month - 1;
}

/* ---- what has been signed ---- */

void review_list_deinit(struct review_list *list)
{
    alloc_free(list->list);
    *list = (struct review_list){.list = NULL};
}

static bool make_room(struct review_list *list)
{
    if (list->count < list->capacity)
        return true;
    size_t wanted = list->capacity == 0 ? (size_t)FIRST_CAPACITY
                                        : list->capacity * 2;
    void *grown = alloc_resize(list->list, wanted, sizeof *list->list);
    if (grown == NULL) {
        list->failed = true;
        return false;
    }
    list->list = grown;
    list->capacity = wanted;
    return true;
}

void review_list_add(struct review_list *list, const struct entry_line *entry)
{
    if (!entry->is_known || entry->kind != ENTRY_LEDGER_REVIEWED ||
        !make_room(list))
        return;
    list->list[list->count++] = (struct review_signed){
        .month = number_of(entry, "month"),
        .account = number_of(entry, "account"),
        .entry = entry->number,
        .time = entry->time,
    };
}

const struct review_signed *review_list_find(const struct review_list *list,
                                             uint32_t month)
{
    for (size_t i = list->count; i-- > 0;) {
        if (list->list[i].month == month)
            return &list->list[i];
    }
    return NULL;
}
