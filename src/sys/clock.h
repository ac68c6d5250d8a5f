/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/clock - the time, behind a seam that tests can set.
 *
 * Threads: any, for the system's clock.
 */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include "base/time.h"

struct clock {
    struct boot_time (*boot)(const struct clock *clock);
    struct wall_time (*wall)(const struct clock *clock);
};

/* CLOCK_BOOTTIME and CLOCK_REALTIME. */
extern const struct clock CLOCK_SYSTEM;

/* A clock that stands still until a test moves it: &fake.clock. */
struct fake_clock {
    struct clock clock;
    struct boot_time boot;
    struct wall_time wall;
};

struct fake_clock fake_clock_at(int64_t wall_us);
void fake_clock_advance(struct fake_clock *fake, int64_t us);

static inline struct boot_time clock_boot(const struct clock *clock)
{
    return clock->boot(clock);
}

static inline struct wall_time clock_wall(const struct clock *clock)
{
    return clock->wall(clock);
}

#endif
