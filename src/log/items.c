/* SPDX-License-Identifier: Apache-2.0 */
#include "log/items.h"

#include "base/alloc.h"

enum { FIRST_CAPACITY = 8 };

void items_deinit(struct items *items)
{
    alloc_free(items->list);
    *items = (struct items){.list = NULL};
}

static struct item *find(const struct items *items, uint64_t number)
{
    bool is_there = number >= 1 && number <= items->count;
    return is_there ? &items->list[number - 1] : NULL;
}

const struct item *items_find(const struct items *items, uint64_t number)
{
    return find(items, number);
}

/* Absent or negative: 0. */
static uint64_t number_of(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    bool is_good = entry_line_number(entry, member, &value) == STATUS_OK &&
                   value >= 0;
    return is_good ? (uint64_t)value : 0;
}

static bool make_room(struct items *items)
{
    if (items->count < items->capacity)
        return true;
    size_t wanted = items->capacity == 0 ? (size_t)FIRST_CAPACITY
                                         : items->capacity * 2;
    void *grown = alloc_resize(items->list, wanted, sizeof *items->list);
    if (grown == NULL) {
        items->failed = true;
        return false;
    }
    items->list = grown;
    items->capacity = wanted;
    return true;
}

static void add_item(struct items *items, const struct entry_line *entry)
{
    struct item item = {.number = (uint32_t)items->count + 1,
                        .account = (uint32_t)number_of(entry, "account"),
                        .content = entry->number,
                        .last = entry->number};
    if (items->count == ITEM_NUMBER_MAX ||
        number_of(entry, "item") != item.number ||
        entry_line_time(entry, "due", &item.due) != STATUS_OK ||
        !make_room(items))
        return;
    items->list[items->count++] = item;
}

static void correct(const struct items *items, const struct entry_line *entry)
{
    struct item *item = find(items, number_of(entry, "item"));
    struct wall_time due = {0};
    if (item == NULL || number_of(entry, "corrects") != item->last ||
        entry_line_time(entry, "due", &due) != STATUS_OK)
        return;
    item->due = due;
    item->content = item->last = entry->number;
    item->is_gone = false;
}

static void end(const struct items *items, const struct entry_line *entry)
{
    struct item *item = find(items, number_of(entry, "item"));
    if (item == NULL || item->is_gone)
        return;
    item->last = entry->number;
    item->is_gone = true;
}

void items_add(struct items *items, const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    if (entry->kind == ENTRY_LEDGER_ADDED)
        add_item(items, entry);
    else if (entry->kind == ENTRY_LEDGER_CORRECTED)
        correct(items, entry);
    else if (entry->kind == ENTRY_LEDGER_DESTROYED)
        end(items, entry);
}

size_t items_overdue(const struct items *items, struct wall_time now)
{
    size_t count = 0;
    for (size_t i = 0; i < items->count; i++)
        count += !items->list[i].is_gone && items->list[i].due.us < now.us;
    return count;
}
