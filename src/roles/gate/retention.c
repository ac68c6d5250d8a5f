/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long each group's video is kept: the floor (24:00 of the last civil day,
 * the day of filming not counted) before which nothing goes without an entry,
 * and the ceiling (one rotation later) by which the keeper has killed the key,
 * whoever else is there or not.
 *
 * A change of a period is an entry. A shorter one lowers what is recorded with
 * the next rotation; a longer one is for what is recorded from now on only.
 */
#include <stdio.h>

#include "base/number.h"
#include "base/text.h"
#include "notice/plant_site.h"
#include "roles/gate/gate.h"
#include "roles/gate/json.h"

static const char *const UNITS[] = {
    [RETENTION_SECONDS] = "seconds",
    [RETENTION_DAYS] = "days",
    [RETENTION_MONTHS] = "months",
};

static void format_period(struct retention retention,
                          char out[HISTORY_PERIOD_SIZE])
{
    (void)snprintf(out, HISTORY_PERIOD_SIZE, "%s %u", UNITS[retention.unit],
                   retention.count % 100000u);
}

static bool parse_period(struct text text, struct retention *out)
{
    struct text unit = text_cut(&text, ' ');
    uint64_t count = 0;
    for (unsigned i = RETENTION_SECONDS; i <= RETENTION_MONTHS; i++) {
        if (!text_equal(unit, text_of(UNITS[i])))
            continue;
        out->unit = (enum retention_unit)i;
        bool is_good = number_parse_u64(text, 1, RETENTION_COUNT_MAX,
                                        &count) == STATUS_OK;
        out->count = (uint32_t)count;
        return is_good;
    }
    return false;
}

/* What is recorded now would end earlier or later than before. */
static const char *effect_of(const struct gate *gate, const char *before,
                             struct retention now)
{
    struct retention old;
    struct wall_time start = gate_now(gate);
    if (before == NULL || !parse_period(text_of(before), &old))
        return "first";
    int64_t difference_us =
        retention_die_at(now, start, UTC_OFFSET_KOREA_S).us -
        retention_die_at(old, start, UTC_OFFSET_KOREA_S).us;
    return difference_us < 0 ? "shortened" : "lengthened";
}

void gate_periods_note(struct gate *gate)
{
    const struct notice *notice = gate->configuration.notice;
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        if (!plant_stores_group(gate->configuration.plant, notice, i))
            continue;
        const char *before = history_period(&gate->history, group->id);
        char period[HISTORY_PERIOD_SIZE];
        format_period(group->retention, period);
        if (before != NULL && text_equal(text_of(before), text_of(period)))
            continue;
        struct entry entry = entry_of(ENTRY_RETENTION_SET);
        entry_text(&entry, "group", group->id);
        entry_text(&entry, "before", text_of(before == NULL ? "" : before));
        entry_text(&entry, "period", text_of(period));
        entry_text(&entry, "effect",
                   text_of(effect_of(gate, before, group->retention)));
        gate_note(gate, &entry);
    }
}

void gate_periods_write(const struct gate *gate, struct json *json)
{
    const struct notice *notice = gate->configuration.notice;
    struct wall_time now = gate_now(gate);
    gate_put_name(json, "groups");
    gate_put_open(json, '[');
    for (size_t i = 0; i < notice->group_count; i++) {
        const struct notice_group *group = &notice->groups[i];
        if (!plant_stores_group(gate->configuration.plant, notice, i))
            continue;
        struct slot_grid grid = slot_grid_of(group->retention);
        struct wall_time floor =
            retention_die_at(group->retention, slot_start(now, grid.slot_s),
                             UTC_OFFSET_KOREA_S);
        gate_put_open(json, '{');
        gate_put_named_text(json, "id", group->id);
        gate_put_named_text(json, "unit",
                            text_of(UNITS[group->retention.unit]));
        gate_put_named_number(json, "count", group->retention.count);
        gate_put_named_text(json, "reason_ko", group->retention_reason.ko);
        gate_put_named_text(
            json, "reason_en",
            notice_words_in(group->retention_reason, LANGUAGE_ENGLISH));
        gate_put_named_number(json, "floor_us", floor.us);
        gate_put_named_number(json, "ceiling_us",
                              floor.us + grid.rotation_s *
                                             (int64_t)SECOND_US);
        gate_put_named_number(json, "rotation_s", grid.rotation_s);
        gate_put_close(json, '}');
    }
    gate_put_close(json, ']');
}
