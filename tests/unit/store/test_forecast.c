/* SPDX-License-Identifier: Apache-2.0 */
#include "store/forecast.h"

#include "unit/test.h"

enum { DAY_S = 86400, RATE = 1000000 };

static struct forecast one_pool(uint64_t capacity_days, uint64_t held_days)
{
    struct forecast forecast = {.capacity_bytes =
                                    capacity_days * DAY_S * RATE};
    struct pool *pool = forecast_pool(&forecast, 1);
    pool->cameras = 4;
    pool->promise_s = 30 * DAY_S;
    pool->bytes_per_s = RATE;
    pool->held_bytes = held_days * DAY_S * RATE;
    forecast_run(&forecast);
    return forecast;
}

static void tells_when_a_promise_breaks(void **state)
{
    (void)state;
    struct forecast forecast = one_pool(40, 10);
    CHECK(forecast.full_in_s == -1);
    CHECK(forecast.pools[0].holds_s == 40 * DAY_S);
    forecast = one_pool(20, 10);
    CHECK(forecast.pools[0].holds_s == 20 * DAY_S);
    CHECK(forecast.full_in_s > 10 * DAY_S - 3600 &&
          forecast.full_in_s < 10 * DAY_S + 3600);
    forecast = one_pool(20, 20);
    CHECK(forecast.full_in_s < 3600);
}

/* Two pools share: the short one is soon as old as its promise. */
static void pools_share_the_disks(void **state)
{
    (void)state;
    struct forecast forecast = one_pool(40, 0);
    struct pool *second = forecast_pool(&forecast, 2);
    CHECK(forecast.count == 2 && forecast_pool(&forecast, 2) == second);
    second->promise_s = 7 * DAY_S;
    second->bytes_per_s = 2 * RATE;
    forecast_run(&forecast);
    CHECK(forecast.needed_bytes == (uint64_t)44 * DAY_S * RATE);
    CHECK(forecast.full_in_s > 25 * DAY_S && forecast.full_in_s < 27 * DAY_S);
    CHECK(second->holds_s < 7 * DAY_S && second->holds_s > 6 * DAY_S);
}

static void rates_are_means(void **state)
{
    (void)state;
    struct disk_book book = {0};
    struct pool_rate *rate = disk_book_pool(&book, 3);
    struct pool pool = {.class_id = 3, .cameras = 10};
    forecast_set_rate(&pool, &book, 250000);
    CHECK(!pool.is_measured && pool.bytes_per_s == 2500000);
    /* Two cameras, each for 1,000 s, 1 MB/s in all. */
    pool_rate_measure(rate, 2, 1000 * UINT64_C(1000000),
                      2000 * (uint64_t)SECOND_US);
    CHECK(rate->bytes_per_s == 1000000 && rate->observed_s == 1000);
    pool_rate_measure(rate, 2, 3000 * UINT64_C(1000000),
                      2000 * (uint64_t)SECOND_US);
    CHECK(rate->bytes_per_s == 2000000 && rate->observed_s == 2000);
    forecast_set_rate(&pool, &book, 250000);
    CHECK(pool.is_measured && pool.bytes_per_s == 10000000);
    /* A camera that was away half the time does not make it cheaper. */
    pool_rate_measure(rate, 2, 2000 * UINT64_C(1000000) / 2,
                      1000 * (uint64_t)SECOND_US);
    CHECK(rate->bytes_per_s == 2000000);
    for (int i = 0; i < 2000; i++)
        pool_rate_measure(rate, 2, 1000 * UINT64_C(500000),
                          2000 * (uint64_t)SECOND_US);
    CHECK(rate->bytes_per_s < 510000 && rate->observed_s == 7 * DAY_S);
}

static void a_promise_counts_whole_days(void **state)
{
    (void)state;
    struct retention retention = {RETENTION_DAYS, 30};
    CHECK(forecast_promise_s(retention) == 31 * DAY_S + 3600);
    retention = (struct retention){RETENTION_MONTHS, 1};
    CHECK(forecast_promise_s(retention) == 32 * DAY_S + 3600);
    retention = (struct retention){RETENTION_SECONDS, 60};
    CHECK(forecast_promise_s(retention) == 70);
}

TEST_MAIN("store/forecast", TEST(tells_when_a_promise_breaks),
          TEST(pools_share_the_disks), TEST(rates_are_means),
          TEST(a_promise_counts_whole_days))
