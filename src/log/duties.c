/* SPDX-License-Identifier: Apache-2.0 */
#include "log/duties.h"

#include "base/alloc.h"
#include "base/text.h"

enum { FIRST_CAPACITY = 8 };

void duties_deinit(struct duties *duties)
{
    alloc_free(duties->list);
    alloc_free(duties->done);
    *duties = (struct duties){.list = NULL};
}

static struct duty *find(const struct duties *duties, uint64_t number)
{
    bool is_there = number >= 1 && number <= duties->count;
    return is_there ? &duties->list[number - 1] : NULL;
}

const struct duty *duties_find(const struct duties *duties, uint64_t number)
{
    return find(duties, number);
}

/* The list with room for one more; NULL without memory, which is sticky. */
static void *with_room(struct duties *duties, void *list, size_t count,
                       size_t *capacity, size_t element)
{
    if (count < *capacity)
        return list;
    size_t wanted = *capacity == 0 ? (size_t)FIRST_CAPACITY : *capacity * 2;
    void *grown = alloc_resize(list, wanted, element);
    if (grown == NULL)
        duties->failed = true;
    else
        *capacity = wanted;
    return grown;
}

/* Absent or negative: 0. */
static uint64_t number_of(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    bool is_good = entry_line_number(entry, member, &value) == STATUS_OK &&
                   value >= 0;
    return is_good ? (uint64_t)value : 0;
}

static struct text text_in(const struct entry_line *entry, const char *member)
{
    struct text text = text_of("");
    return entry_line_text(entry, member, &text) == STATUS_OK ? text
                                                              : text_of("");
}

static void set(struct duties *duties, const struct entry_line *entry)
{
    struct duty duty = {.number = (uint32_t)duties->count + 1,
                        .months = (uint32_t)number_of(entry, "months"),
                        .set = entry->time,
                        .entry = entry->number};
    if (duties->count == DUTY_NUMBER_MAX ||
        number_of(entry, "duty") != duty.number ||
        duty_kind_from_name(text_in(entry, "what"), &duty.kind) != STATUS_OK ||
        !text_copy(text_in(entry, "subject"), duty.subject,
                   sizeof duty.subject) ||
        entry_line_time(entry, "due", &duty.due) != STATUS_OK)
        return;
    void *list = with_room(duties, duties->list, duties->count,
                           &duties->capacity, sizeof *duties->list);
    if (list == NULL)
        return;
    duties->list = list;
    duties->list[duties->count++] = duty;
}

static void done(struct duties *duties, const struct entry_line *entry)
{
    struct duty *duty = find(duties, number_of(entry, "duty"));
    struct wall_time next = {0};
    struct duty_done done = {.entered = entry->time,
                             .account = (uint32_t)number_of(entry, "account"),
                             .entry = entry->number};
    if (duty == NULL || duty->due.us == 0 ||
        duty_result_from_name(text_in(entry, "result"), &done.result) !=
            STATUS_OK ||
        entry_line_time(entry, "done", &done.done) != STATUS_OK ||
        entry_line_time(entry, "due", &next) != STATUS_OK ||
        !text_copy(text_in(entry, "person"), done.person, sizeof done.person))
        return;
    void *list = with_room(duties, duties->done, duties->done_count,
                           &duties->done_capacity, sizeof *duties->done);
    if (list == NULL)
        return;
    done.duty = duty->number;
    done.due = duty->due;
    duties->done = list;
    duties->done[duties->done_count++] = done;
    duty->due = next;
    if (done.result != DUTY_DROPPED)
        duty->last = duties->done_count;
}

void duties_add(struct duties *duties, const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    if (entry->kind == ENTRY_DUTY_SET)
        set(duties, entry);
    else if (entry->kind == ENTRY_DUTY_DONE)
        done(duties, entry);
}

const struct duty_done *duties_last(const struct duties *duties,
                                    uint32_t number)
{
    const struct duty *duty = duties_find(duties, number);
    return duty == NULL || duty->last == 0 ? NULL
                                           : &duties->done[duty->last - 1];
}

size_t duties_overdue(const struct duties *duties, struct wall_time now)
{
    size_t count = 0;
    for (size_t i = 0; i < duties->count; i++)
        count += duties->list[i].due.us != 0 &&
                 duties->list[i].due.us < now.us;
    return count;
}
