/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/clock.h"

#include <assert.h>
#include <sys/timex.h>
#include <time.h>

static int64_t now_us(clockid_t id)
{
    struct timespec now = {0};
    int failed = clock_gettime(id, &now);
    assert(failed == 0);
    (void)failed;
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

static struct boot_time system_boot(const struct clock *clock)
{
    (void)clock;
    return (struct boot_time){now_us(CLOCK_BOOTTIME)};
}

static struct wall_time system_wall(const struct clock *clock)
{
    (void)clock;
    return (struct wall_time){now_us(CLOCK_REALTIME)};
}

/* Reads only: no mode is set. */
static bool system_is_synchronised(const struct clock *clock)
{
    (void)clock;
    struct timex state = {.modes = 0};
    return adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

const struct clock CLOCK_SYSTEM = {.boot = system_boot,
                                   .wall = system_wall,
                                   .is_synchronised = system_is_synchronised};

/* The clock is the first member of the fake one. */
static struct boot_time fake_boot(const struct clock *clock)
{
    return ((const struct fake_clock *)clock)->boot;
}

static struct wall_time fake_wall(const struct clock *clock)
{
    return ((const struct fake_clock *)clock)->wall;
}

static bool fake_is_synchronised(const struct clock *clock)
{
    return ((const struct fake_clock *)clock)->is_synchronised;
}

struct fake_clock fake_clock_at(int64_t wall_us)
{
    return (struct fake_clock){
        .clock = {.boot = fake_boot,
                  .wall = fake_wall,
                  .is_synchronised = fake_is_synchronised},
        .boot = {SECOND_US},
        .wall = {wall_us},
    };
}

void fake_clock_advance(struct fake_clock *fake, int64_t us)
{
    fake->boot.us += us;
    fake->wall.us += us;
}

void clock_deadline(int64_t after_us, struct timespec *out)
{
    int64_t us = now_us(CLOCK_MONOTONIC) + after_us;
    *out = (struct timespec){.tv_sec = us / SECOND_US,
                             .tv_nsec = us % SECOND_US * 1000};
}

void clock_sleep_us(int64_t us)
{
    struct timespec nap = {.tv_sec = us / SECOND_US,
                           .tv_nsec = us % SECOND_US * 1000};
    (void)nanosleep(&nap, NULL);
}
