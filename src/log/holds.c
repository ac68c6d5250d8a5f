/* SPDX-License-Identifier: Apache-2.0 */
#include "log/holds.h"

#include "base/alloc.h"
#include "base/text.h"
#include "model/policy.h"

enum { FIRST_CAPACITY = 8 };

void holds_deinit(struct holds *holds)
{
    alloc_free(holds->list);
    *holds = (struct holds){.list = NULL};
}

static struct hold *find(const struct holds *holds, uint64_t number)
{
    bool is_there = number >= HOLD_NUMBER_MIN && number <= holds->count;
    return is_there ? &holds->list[number - 1] : NULL;
}

const struct hold *holds_find(const struct holds *holds, uint32_t number)
{
    return find(holds, number);
}

/* Absent or negative: 0. */
static uint64_t number_of(const struct entry_line *entry, const char *member)
{
    int64_t value = 0;
    bool is_good = entry_line_number(entry, member, &value) == STATUS_OK &&
                   value >= 0;
    return is_good ? (uint64_t)value : 0;
}

static bool span_of(const struct entry_line *entry, struct span *out)
{
    return entry_line_time(entry, "from", &out->from) == STATUS_OK &&
           entry_line_time(entry, "to", &out->to) == STATUS_OK;
}

static void add_intent(struct holds *holds, const struct entry_line *entry)
{
    uint64_t camera = number_of(entry, "camera");
    struct hold hold = {.entry = entry->number,
                        .number = (uint32_t)holds->count + 1,
                        .account = (uint32_t)number_of(entry, "account"),
                        .extends = (uint32_t)number_of(entry, "extends")};
    if (number_of(entry, "hold") != hold.number ||
        camera < CAMERA_NUMBER_MIN || camera > CAMERA_NUMBER_MAX ||
        !span_of(entry, &hold.span) ||
        entry_line_time(entry, "until", &hold.until) != STATUS_OK)
        return;
    hold.camera = (uint32_t)camera;
    if (holds->count == holds->capacity) {
        size_t wanted = holds->capacity == 0 ? (size_t)FIRST_CAPACITY
                                             : holds->capacity * 2;
        void *grown = alloc_resize(holds->list, wanted, sizeof *holds->list);
        if (grown == NULL) {
            holds->failed = true;
            return;
        }
        holds->list = grown;
        holds->capacity = wanted;
    }
    holds->list[holds->count++] = hold;
}

static void add_missing(struct hold *hold, const struct entry_line *entry)
{
    struct text cause = text_of("");
    struct hold_missing *missing = &hold->missing[hold->missing_count];
    if (hold->missing_count == HOLD_MISSING_MAX || hold->made_entry != 0 ||
        !span_of(entry, &missing->span) ||
        entry_line_text(entry, "cause", &cause) != STATUS_OK ||
        !text_copy(cause, missing->cause, sizeof missing->cause))
        return;
    hold->missing_count++;
}

/* One of its seeds' deaths, of which there may be several entries: dead it is
 * with the last. */
static void add_death(struct hold *hold, const struct entry_line *entry)
{
    const int64_t slot_us = HOLD_SLOT_S * (int64_t)SECOND_US;
    int64_t from_us = slot_start(hold->span.from, HOLD_SLOT_S).us;
    int64_t slots = (hold->span.to.us - from_us + slot_us - 1) / slot_us;
    struct span dead;
    if (!span_of(entry, &dead))
        return;
    hold->dead_us += dead.to.us - dead.from.us;
    if (hold->destroyed_entry == 0 && hold->dead_us >= slots * slot_us)
        hold->destroyed_entry = entry->number;
}

void holds_add(struct holds *holds, const struct entry_line *entry)
{
    if (!entry->is_known)
        return;
    if (entry->kind == ENTRY_HOLD_INTENT) {
        add_intent(holds, entry);
        return;
    }
    if (entry->kind != ENTRY_HOLD_MISSING && entry->kind != ENTRY_HOLD_MADE &&
        entry->kind != ENTRY_HOLD_END && entry->kind != ENTRY_HOLD_DESTROYED)
        return;
    struct hold *hold = find(holds, number_of(entry, "hold"));
    if (hold == NULL)
        return;
    if (entry->kind == ENTRY_HOLD_MISSING) {
        add_missing(hold, entry);
    } else if (entry->kind == ENTRY_HOLD_MADE && hold->made_entry == 0) {
        hold->made_entry = entry->number;
        hold->records = number_of(entry, "records");
        hold->leaves = number_of(entry, "leaves");
    } else if (entry->kind == ENTRY_HOLD_END && hold->end_entry == 0) {
        hold->end_entry = entry->number;
    } else if (entry->kind == ENTRY_HOLD_DESTROYED) {
        add_death(hold, entry);
    }
}

bool hold_is_alive(const struct hold *hold, struct wall_time now)
{
    return hold->end_entry == 0 && hold->destroyed_entry == 0 &&
           hold->until.us > now.us;
}

const struct hold *holds_of(const struct holds *holds, uint32_t camera,
                            struct span span, struct wall_time now)
{
    for (size_t i = 0; i < holds->count; i++) {
        const struct hold *hold = &holds->list[i];
        if ((camera == 0 || hold->camera == camera) &&
            span_overlaps(hold->span, span) && hold_is_alive(hold, now))
            return hold;
    }
    return NULL;
}
