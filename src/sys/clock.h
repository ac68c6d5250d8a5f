/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/clock - the time, behind a seam that tests can set.
 *
 * Threads: any, for the system's clock.
 */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdbool.h>

#include "base/time.h"

struct clock {
    struct boot_time (*boot)(const struct clock *clock);
    struct wall_time (*wall)(const struct clock *clock);
    bool (*is_synchronised)(const struct clock *clock);
};

/* CLOCK_BOOTTIME and CLOCK_REALTIME. Synchronised: the kernel says that a time
 * service steers its wall clock (adjtimex(2), STA_UNSYNC). */
extern const struct clock CLOCK_SYSTEM;

/* A clock that stands still until a test moves it: &fake.clock. */
struct fake_clock {
    struct clock clock;
    struct boot_time boot;
    struct wall_time wall;
    bool is_synchronised; /* false at first */
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

static inline bool clock_is_synchronised(const struct clock *clock)
{
    return clock->is_synchronised(clock);
}

/* The time so far ahead for a condition of CLOCK_MONOTONIC, which stands still
 * while the machine sleeps, as boot time does not. */
struct timespec;
void clock_deadline(int64_t after_us, struct timespec *out);

/* Sleeps so long, or a little less; for background threads only. */
void clock_sleep_us(int64_t us);

#endif
