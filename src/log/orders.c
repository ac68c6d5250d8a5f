/* SPDX-License-Identifier: Apache-2.0 */
#include "log/orders.h"

#include "base/alloc.h"
#include "base/text.h"
#include "model/camera.h"
#include "model/cause.h"
#include "model/policy.h"

enum { FIRST_CAPACITY = 16 };

void orders_deinit(struct orders *orders)
{
    for (size_t i = 0; i < orders->count; i++)
        alloc_free(orders->list[i].done);
    alloc_free(orders->list);
    *orders = (struct orders){.list = NULL};
}

/* The order of this entry; NULL where there is none. */
static struct order *find(const struct orders *orders, uint64_t entry)
{
    size_t low = 0;
    size_t high = orders->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (orders->list[middle].entry < entry)
            low = middle + 1;
        else
            high = middle;
    }
    bool is_there = low < orders->count && orders->list[low].entry == entry;
    return is_there ? &orders->list[low] : NULL;
}

const struct order *orders_find(const struct orders *orders, uint64_t entry)
{
    return find(orders, entry);
}

/* Room for one more in an array that doubles; false without memory. */
static bool grow(struct orders *orders, void **list, size_t count,
                 size_t *capacity, size_t element_size)
{
    if (count < *capacity)
        return true;
    size_t wanted = *capacity == 0 ? (size_t)FIRST_CAPACITY : *capacity * 2;
    void *grown = alloc_resize(*list, wanted, element_size);
    if (grown == NULL) {
        orders->failed = true;
        return false;
    }
    *list = grown;
    *capacity = wanted;
    return true;
}

/* Absent or negative: 0. */
static uint64_t number_of(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    bool is_good = entry_line_number(entry, member, &value) == STATUS_OK &&
                   value >= 0;
    return is_good ? (uint64_t)value : 0;
}

static void add_intent(struct orders *orders, const struct entry_line *entry)
{
    struct order order = {.entry = entry->number};
    uint64_t camera = number_of(entry, "camera");
    void *list = orders->list;
    order.account = (uint32_t)number_of(entry, "account");
    order.is_decommission = number_of(entry, "decommission") != 0;
    if (camera > CAMERA_NUMBER_MAX ||
        entry_line_time(entry, "from", &order.asked.from) != STATUS_OK ||
        entry_line_time(entry, "to", &order.asked.to) != STATUS_OK)
        return;
    order.camera = (uint32_t)camera;
    if (!grow(orders, &list, orders->count, &orders->capacity,
              sizeof *orders->list))
        return;
    orders->list = list;
    orders->list[orders->count++] = order;
}

static void add_done(struct orders *orders, struct order *order,
                     const struct entry_line *entry)
{
    void *done = order->done;
    if (!grow(orders, &done, order->done_count, &order->done_capacity,
              sizeof *order->done))
        return;
    order->done = done;
    order->done[order->done_count++] = entry->number;
    order->seeds_done += number_of(entry, "seeds");
}

static void add_answer(struct order *order, const struct entry_line *entry)
{
    order->is_answered = true;
    order->answer_entry = entry->number;
    order->epoch = number_of(entry, "epoch");
    order->seeds = number_of(entry, "seeds");
    if (entry_line_time(entry, "died", &order->died) != STATUS_OK)
        order->died = entry->time;
}

/* Months since the year 0, in Korea. */
static int64_t month_of(struct wall_time time)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day = 0;
    civil_from_day(civil_day(time, UTC_OFFSET_KOREA_S), &year, &month, &day);
    return year * 12 + (int64_t)month;
}

/* Personal texts die by order with the whole installation only; the keeper
 * counts a seed a month. */
static void add_texts(struct orders *orders, const struct entry_line *entry)
{
    struct span span;
    struct text cause = text_of("");
    struct order *last =
        orders->count == 0 ? NULL : &orders->list[orders->count - 1];
    if (last == NULL || !last->is_decommission ||
        entry_line_text(entry, "cause", &cause) != STATUS_OK ||
        !text_equal(cause, text_of(cause_name(CAUSE_ORDERED))) ||
        entry_line_time(entry, "from", &span.from) != STATUS_OK ||
        entry_line_time(entry, "to", &span.to) != STATUS_OK ||
        span_is_empty(span))
        return;
    last->seeds_done += (uint64_t)(month_of(span.to) - month_of(span.from));
}

void orders_add(struct orders *orders, const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    if (entry->kind == ENTRY_DELETION_INTENT) {
        add_intent(orders, entry);
        return;
    }
    if (entry->kind == ENTRY_TEXTS_DELETED) {
        add_texts(orders, entry);
        return;
    }
    bool is_part = entry->kind == ENTRY_DELETION_DONE ||
                   entry->kind == ENTRY_KEYS_DROPPED;
    if (!is_part && entry->kind != ENTRY_DELETION_ANSWERED)
        return;
    struct order *order = find(orders, number_of(entry, "order"));
    if (order == NULL)
        return; /* an expiry */
    if (is_part)
        add_done(orders, order, entry);
    else if (!order->is_answered)
        add_answer(order, entry);
}

bool order_is_done(const struct order *order)
{
    return order->is_answered && order->seeds_done >= order->seeds;
}

size_t orders_open(const struct orders *orders)
{
    size_t count = 0;
    for (size_t i = 0; i < orders->count; i++)
        count += !orders->list[i].is_answered;
    return count;
}
