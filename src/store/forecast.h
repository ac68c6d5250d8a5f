/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/forecast - whether the disks hold what is promised, and if not, since
 * when they will not.
 *
 * A pool is the streams of one class's cameras. It grows by its rate until it is
 * as old as its promise and then stays; all pools share the disks. Where the sum
 * outgrows them, the oldest goes before its floor.
 *
 * Threads: none; no state.
 */
#ifndef STORE_FORECAST_H
#define STORE_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/policy.h"
#include "store/disk_book.h"

enum {
    FORECAST_BYTES_PER_S = 250000, /* of a camera never measured: 2 Mbit/s */
    FORECAST_MEASURED_S = 60,      /* from here on a pool counts as measured */
};

struct pool {
    uint16_t class_id;
    uint32_t cameras;
    int64_t promise_s;    /* the longest that it is kept */
    uint64_t bytes_per_s; /* of all its cameras */
    uint64_t held_bytes;  /* now */
    bool is_measured;
    int64_t holds_s; /* what the disks hold of it, all pools shrunk alike */
};

struct forecast {
    struct pool pools[POOLS_MAX];
    size_t count;
    uint64_t capacity_bytes;
    uint64_t needed_bytes; /* when every pool is as old as its promise */
    int64_t full_in_s;     /* -1: never at this rate */
};

/* The longest time between a picture and its death: the days of the period,
 * the day of filming, and one rotation. */
int64_t forecast_promise_s(struct retention retention);

/* The pool of this class, added where there is none; NULL where all are taken. */
struct pool *forecast_pool(struct forecast *forecast, uint16_t class_id);

/* The pool's rate: as measured, else assumed_bytes_per_s for each camera. */
void forecast_set_rate(struct pool *pool, const struct disk_book *book,
                       uint64_t assumed_bytes_per_s);

/* From pools and capacity_bytes, the rest. */
void forecast_run(struct forecast *forecast);

/* A measurement more: bytes in recorded_us of the pool's cameras. */
void pool_rate_measure(struct pool_rate *rate, uint32_t cameras,
                       uint64_t bytes, uint64_t recorded_us);

#endif
