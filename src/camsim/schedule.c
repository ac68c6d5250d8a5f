/* SPDX-License-Identifier: Apache-2.0 */
#include "camsim/schedule.h"

#include <assert.h>

#include "base/alloc.h"

struct entry {
    int64_t due_us;
    uint32_t number;
};

struct camsim_schedule {
    struct entry *entries; /* entry i is not later than 2i + 1 and 2i + 2 */
    size_t count;
    size_t capacity;
};

enum status camsim_schedule_create(size_t count, struct camsim_schedule **out)
{
    *out = NULL;
    struct camsim_schedule *schedule = alloc_zeroed(sizeof *schedule);
    if (schedule == NULL)
        return STATUS_NO_MEMORY;
    schedule->entries = alloc_array(count, sizeof *schedule->entries);
    schedule->capacity = count;
    if (schedule->entries == NULL) {
        camsim_schedule_destroy(&schedule);
        return STATUS_NO_MEMORY;
    }
    *out = schedule;
    return STATUS_OK;
}

void camsim_schedule_destroy(struct camsim_schedule **schedule)
{
    if (*schedule == NULL)
        return;
    alloc_free((*schedule)->entries);
    alloc_free(*schedule);
    *schedule = NULL;
}

static void swap(struct camsim_schedule *schedule, size_t a, size_t b)
{
    struct entry kept = schedule->entries[a];
    schedule->entries[a] = schedule->entries[b];
    schedule->entries[b] = kept;
}

void camsim_schedule_add(struct camsim_schedule *schedule, uint32_t number,
                         int64_t due_us)
{
    assert(schedule->count < schedule->capacity);
    size_t i = schedule->count++;
    schedule->entries[i] = (struct entry){due_us, number};
    while (i > 0 && schedule->entries[(i - 1) / 2].due_us > due_us) {
        swap(schedule, i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}

uint32_t camsim_schedule_first(const struct camsim_schedule *schedule,
                               int64_t *due_us)
{
    assert(schedule->count > 0);
    *due_us = schedule->entries[0].due_us;
    return schedule->entries[0].number;
}

void camsim_schedule_delay_first(struct camsim_schedule *schedule,
                                 int64_t due_us)
{
    assert(schedule->count > 0);
    struct entry *entries = schedule->entries;
    entries[0].due_us = due_us;
    for (size_t i = 0;;) {
        size_t child = 2 * i + 1;
        if (child >= schedule->count)
            return;
        if (child + 1 < schedule->count &&
            entries[child + 1].due_us < entries[child].due_us)
            child++;
        if (entries[i].due_us <= entries[child].due_us)
            return;
        swap(schedule, i, child);
        i = child;
    }
}
