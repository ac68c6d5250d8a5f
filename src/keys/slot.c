/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/slot.h"

#include "model/hold.h"
#include "model/policy.h"

static int64_t month_of(struct wall_time time)
{
    int64_t year = 0;
    unsigned month = 0;
    unsigned day = 0;
    civil_from_day(civil_day(time, UTC_OFFSET_KOREA_S), &year, &month, &day);
    return (year - 1970) * 12 + (int64_t)month - 1;
}

static struct wall_time month_start(int64_t number)
{
    int64_t year = 1970 + floor_divide(number, 12);
    unsigned month = (unsigned)(number - floor_divide(number, 12) * 12) + 1;
    return civil_day_start(civil_to_day(year, month, 1), UTC_OFFSET_KOREA_S);
}

struct key_slot key_slot_at(uint32_t subject, uint32_t length_s,
                            struct wall_time time)
{
    struct key_slot slot = {.subject = subject, .length_s = length_s};
    if (length_s == 0)
        slot.number = month_of(time);
    else
        slot.number = floor_divide(time.us, (int64_t)length_s * SECOND_US);
    return slot;
}

static const enum retention_unit GRIDS[] = {RETENTION_SECONDS, RETENTION_DAYS};

uint32_t key_slot_length_of_unit(uint32_t unit_s)
{
    for (size_t i = 0; i < sizeof GRIDS / sizeof GRIDS[0]; i++) {
        struct slot_grid grid = slot_grid_of((struct retention){GRIDS[i], 1});
        if (grid.unit_s == unit_s)
            return grid.slot_s;
    }
    return 0;
}

uint32_t key_slot_unit_s(uint32_t length_s)
{
    for (size_t i = 0; i < sizeof GRIDS / sizeof GRIDS[0]; i++) {
        struct slot_grid grid = slot_grid_of((struct retention){GRIDS[i], 1});
        if (grid.slot_s == length_s)
            return grid.unit_s;
    }
    return 0;
}

bool key_slot_is_sane(const struct key_slot *slot)
{
    /* Of a chunk: 380 years of the shortest slots, and no overflow. */
    const int64_t most = 100000000;
    bool is_known = slot->length_s == 0 ||
                    key_slot_unit_s(slot->length_s) != 0 ||
                    key_slot_length_of_unit(slot->length_s) != 0;
    return is_known && (slot->subject <= SUBJECT_TEXT_MONTH ||
            subject_is_hold(slot->subject)) &&
           slot->number < most && slot->number > -most;
}

struct span key_slot_span(const struct key_slot *slot)
{
    if (slot->length_s == 0)
        return (struct span){month_start(slot->number),
                             month_start(slot->number + 1)};
    int64_t length_us = (int64_t)slot->length_s * SECOND_US;
    return (struct span){{slot->number * length_us},
                         {(slot->number + 1) * length_us}};
}
