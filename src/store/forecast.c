/* SPDX-License-Identifier: Apache-2.0 */
#include "store/forecast.h"

enum {
    DAY_S = 86400,
    MONTH_DAYS_MAX = 31,
    STEPS = 2000,
    STEP_S_MIN = 60,
    OBSERVED_S_MAX = 7 * DAY_S, /* older bitrates fade */
};

int64_t forecast_promise_s(struct retention retention)
{
    int64_t rotation_s = slot_grid_of(retention).rotation_s;
    int64_t count = retention.count;
    if (retention.unit == RETENTION_SECONDS)
        return count + 2 * rotation_s;
    if (retention.unit == RETENTION_MONTHS)
        count *= MONTH_DAYS_MAX;
    return (count + 1) * DAY_S + rotation_s;
}

struct pool *forecast_pool(struct forecast *forecast, uint16_t class_id)
{
    for (size_t i = 0; i < forecast->count; i++) {
        if (forecast->pools[i].class_id == class_id)
            return &forecast->pools[i];
    }
    if (forecast->count == POOLS_MAX)
        return NULL;
    struct pool *pool = &forecast->pools[forecast->count++];
    *pool = (struct pool){.class_id = class_id};
    return pool;
}

void forecast_set_rate(struct pool *pool, const struct disk_book *book,
                       uint64_t assumed_bytes_per_s)
{
    pool->is_measured = false;
    pool->bytes_per_s = pool->cameras * assumed_bytes_per_s;
    for (size_t i = 0; i < book->pool_count; i++) {
        const struct pool_rate *rate = &book->pools[i];
        if (rate->class_id != pool->class_id || rate->cameras == 0 ||
            rate->observed_s < FORECAST_MEASURED_S)
            continue;
        pool->is_measured = true;
        pool->bytes_per_s =
            (uint64_t)rate->bytes_per_s * pool->cameras / rate->cameras;
    }
}

static uint64_t full_size(const struct pool *pool)
{
    return pool->bytes_per_s * (uint64_t)pool->promise_s;
}

static uint64_t size_after(const struct forecast *forecast, int64_t after_s)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < forecast->count; i++) {
        const struct pool *pool = &forecast->pools[i];
        uint64_t grown =
            pool->held_bytes + pool->bytes_per_s * (uint64_t)after_s;
        bytes += grown < full_size(pool) ? grown : full_size(pool);
    }
    return bytes;
}

void forecast_run(struct forecast *forecast)
{
    int64_t longest_s = 0;
    forecast->needed_bytes = 0;
    forecast->full_in_s = -1;
    for (size_t i = 0; i < forecast->count; i++) {
        struct pool *pool = &forecast->pools[i];
        forecast->needed_bytes += full_size(pool);
        if (pool->promise_s > longest_s)
            longest_s = pool->promise_s;
    }
    double share = forecast->needed_bytes == 0
                       ? 1
                       : (double)forecast->capacity_bytes /
                             (double)forecast->needed_bytes;
    for (size_t i = 0; i < forecast->count; i++) {
        struct pool *pool = &forecast->pools[i];
        pool->holds_s = (int64_t)((double)pool->promise_s * share);
    }
    int64_t step_s = longest_s / STEPS;
    if (step_s < STEP_S_MIN)
        step_s = STEP_S_MIN;
    if (forecast->needed_bytes <= forecast->capacity_bytes)
        return;
    for (int64_t after_s = 0; after_s <= longest_s + step_s;
         after_s += step_s) {
        if (size_after(forecast, after_s) > forecast->capacity_bytes) {
            forecast->full_in_s = after_s;
            return;
        }
    }
}

void pool_rate_measure(struct pool_rate *rate, uint32_t cameras,
                       uint64_t bytes, uint64_t recorded_us)
{
    uint64_t period_s = recorded_us / (uint64_t)SECOND_US / cameras;
    if (period_s == 0)
        return;
    /* As if all its cameras recorded all the time. */
    uint64_t measured = bytes / period_s;
    uint64_t observed_s = rate->observed_s;
    if (rate->cameras != 0) /* to the present number of cameras */
        rate->bytes_per_s = (uint32_t)((uint64_t)rate->bytes_per_s *
                                       cameras / rate->cameras);
    uint64_t mean = (rate->bytes_per_s * observed_s + measured * period_s) /
                    (observed_s + period_s);
    rate->bytes_per_s = mean < UINT32_MAX ? (uint32_t)mean : UINT32_MAX;
    rate->cameras = (uint16_t)cameras;
    observed_s += period_s;
    rate->observed_s =
        (uint32_t)(observed_s < OBSERVED_S_MAX ? observed_s : OBSERVED_S_MAX);
}
