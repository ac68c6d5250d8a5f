/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/time_map - a stream's RTP timestamps as boot time.
 *
 *   time(ticks) = base_time + (ticks - base_ticks) / rate
 *
 * Anchored at the first arrival. A camera's crystal is not ours, so the map is
 * corrected by at most 500 ppm of the time that has passed: each window of 10 s
 * keeps the least difference between arrival and map (the packet that waited
 * least), and the map moves towards it. Once sender reports come, only they
 * count: a report names an instant and travels without being encoded first.
 * Timestamps wrap at 32 bits. No picture is taken after its arrival: a map that
 * says so is set back to the arrival (a burst of old pictures at first).
 * A clock has stepped, and the map is anchored anew and says so, where a time is
 * more than 10 s from its arrival, where it goes back by more than a second, and
 * where a whole window was more than 5 s late (so does a clock that is 1,000 ppm
 * slow in three hours). Where we stood still, what was sent meanwhile is late
 * by our doing: it keeps its times.
 *
 * Source: RFC 3550 section 6.4.1 (sender report). Threads: none of its own; the
 * time comes as a parameter.
 */
#ifndef INGEST_TIME_MAP_H
#define INGEST_TIME_MAP_H

#include <stdbool.h>

#include "base/time.h"

struct time_map {
    uint32_t rate_hz;
    bool is_anchored;
    bool has_reports;
    bool has_least;
    uint32_t newest_ticks;  /* as sent */
    int64_t newest_long;    /* the same, without wrapping */
    int64_t base_long;      /* the anchor, moved forward at each correction */
    struct boot_time base;
    struct boot_time window_from;
    int64_t least_us; /* arrival minus map, the least of this window */
    bool is_late;     /* a whole window was */
    int64_t backlog_us; /* as old may a picture be for having waited for us, */
    struct boot_time backlog_until;
};

/* rate_hz: at least 1. */
void time_map_init(struct time_map *map, uint32_t rate_hz);

/* Forgets the anchor: the next timestamps have no relation to earlier ones. */
void time_map_forget(struct time_map *map);

/* When the picture with this timestamp, just arrived, was taken. *stepped: the
 * map had to be anchored anew. */
struct boot_time time_map_picture(struct time_map *map, uint32_t ticks,
                                  struct boot_time arrival, bool *stepped);

/* Nobody looked at what arrived between the two. */
void time_map_stood_still(struct time_map *map, struct boot_time from,
                          struct boot_time to);

/* A sender report said: now it is ticks. Absurd ones are passed over. */
void time_map_report(struct time_map *map, uint32_t ticks,
                     struct boot_time arrival);

#endif
