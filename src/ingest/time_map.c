/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/time_map.h"

#include "ingest/limits.h"

enum { REPORT_WAIT_WINDOWS = 6 };

static const int64_t JUMP_US = (int64_t)TIME_MAP_JUMP_S * SECOND_US;
static const int64_t LATE_US = (int64_t)TIME_MAP_LATE_S * SECOND_US;
static const int64_t WINDOW_US = (int64_t)TIME_MAP_WINDOW_S * SECOND_US;

void time_map_init(struct time_map *map, uint32_t rate_hz)
{
    *map = (struct time_map){.rate_hz = rate_hz};
}

void time_map_forget(struct time_map *map)
{
    time_map_init(map, map->rate_hz);
}

static void anchor(struct time_map *map, uint32_t ticks,
                   struct boot_time arrival)
{
    uint32_t rate_hz = map->rate_hz;
    *map = (struct time_map){
        .rate_hz = rate_hz,
        .is_anchored = true,
        .newest_ticks = ticks,
        .base = arrival,
        .window_from = arrival,
    };
}

/* Timestamps are compared modulo 2^32: RFC 3550 section 5.1. */
static int64_t lengthen(const struct time_map *map, uint32_t ticks)
{
    return map->newest_long + (int32_t)(ticks - map->newest_ticks);
}

static int64_t ticks_to_us(int64_t ticks, uint32_t rate_hz)
{
    int64_t rate = rate_hz;
    return ticks / rate * SECOND_US + ticks % rate * SECOND_US / rate;
}

static int64_t us_to_ticks(int64_t us, uint32_t rate_hz)
{
    return us / SECOND_US * rate_hz + us % SECOND_US * rate_hz / SECOND_US;
}

static int64_t mapped(const struct time_map *map, int64_t long_ticks)
{
    return map->base.us +
           ticks_to_us(long_ticks - map->base_long, map->rate_hz);
}

static bool is_absurd(int64_t late_us)
{
    return late_us > JUMP_US || late_us < -JUMP_US;
}

/* The end of a window: moves the map towards the least difference seen. */
static void correct(struct time_map *map, struct boot_time arrival)
{
    int64_t passed_us = arrival.us - map->window_from.us;
    if (passed_us < WINDOW_US)
        return;
    int64_t most_us = passed_us / SECOND_US * TIME_MAP_SLEW_PPM;
    int64_t step_us = map->has_least ? map->least_us : 0;
    map->is_late = step_us > LATE_US;
    if (step_us > most_us)
        step_us = most_us;
    if (step_us < -most_us)
        step_us = -most_us;
    /* The anchor moves along in whole seconds of ticks, so that numbers stay
     * small and no rounding adds up. */
    int64_t seconds =
        us_to_ticks(passed_us, map->rate_hz) / (int64_t)map->rate_hz;
    map->base.us += seconds * SECOND_US + step_us;
    map->base_long += seconds * (int64_t)map->rate_hz;
    map->window_from = arrival;
    map->has_least = false;
}

static void observe(struct time_map *map, int64_t late_us,
                    struct boot_time arrival)
{
    if (!map->has_least || late_us < map->least_us)
        map->least_us = late_us;
    map->has_least = true;
    correct(map, arrival);
}

/* What waited for us may be as old as that, until we have caught up. */
static bool is_backlog(struct time_map *map, int64_t late_us,
                       struct boot_time arrival)
{
    if (arrival.us > map->backlog_until.us)
        map->backlog_us = 0;
    return late_us > 0 && map->backlog_us > 0 &&
           late_us <= map->backlog_us + JUMP_US;
}

void time_map_stood_still(struct time_map *map, struct boot_time from,
                          struct boot_time to)
{
    if (map->backlog_us > 0 && from.us <= map->backlog_until.us)
        from.us -= map->backlog_us; /* not caught up with the last one yet */
    map->backlog_us = to.us - from.us;
    map->backlog_until.us = to.us + map->backlog_us;
}

struct boot_time time_map_picture(struct time_map *map, uint32_t ticks,
                                  struct boot_time arrival, bool *stepped)
{
    *stepped = false;
    if (!map->is_anchored) {
        anchor(map, ticks, arrival);
        return arrival;
    }
    int64_t long_ticks = lengthen(map, ticks);
    int64_t time_us = mapped(map, long_ticks);
    bool goes_back = map->newest_long - long_ticks >
                     (int64_t)TIME_MAP_BACK_S * map->rate_hz;
    int64_t late_us = arrival.us - time_us;
    bool waited = is_backlog(map, late_us, arrival);
    if (goes_back || (!waited && ((map->is_late && late_us > LATE_US) ||
                                  is_absurd(late_us)))) {
        anchor(map, ticks, arrival);
        *stepped = true;
        return arrival;
    }
    map->newest_ticks = ticks;
    map->newest_long = long_ticks;
    if (time_us > arrival.us) {
        map->base.us -= time_us - arrival.us;
        map->has_least = false; /* measured against the old map */
        time_us = arrival.us;
    }
    if (arrival.us - map->window_from.us > REPORT_WAIT_WINDOWS * WINDOW_US)
        map->has_reports = false; /* they have stopped coming */
    if (!map->has_reports && !waited)
        observe(map, arrival.us - time_us, arrival);
    return (struct boot_time){time_us};
}

void time_map_report(struct time_map *map, uint32_t ticks,
                     struct boot_time arrival)
{
    if (!map->is_anchored)
        return;
    int64_t late_us = arrival.us - mapped(map, lengthen(map, ticks));
    if (is_absurd(late_us) || is_backlog(map, late_us, arrival))
        return;
    if (!map->has_reports)
        map->has_least = false; /* what pictures said does not count */
    map->has_reports = true;
    observe(map, late_us, arrival);
}
