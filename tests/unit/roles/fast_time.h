/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit/roles/fast_time - a role's process in a time that the test sets, so that
 * a day passes in seconds.
 *
 * The program whose test includes this has clock_gettime, fdatasync, fsync and
 * the waits on conditions of its own. The clocks are the kernel's and syncs are
 * done until fast_time_enter; from then on the clocks are the page's, and what
 * is to be synced stays in the kernel's memory: such a process may be killed,
 * the machine may not lose power. A signal wakes all who wait.
 */
#ifndef UNIT_ROLES_FAST_TIME_H
#define UNIT_ROLES_FAST_TIME_H

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "unit/test.h"

enum {
    FAST_TIME_WAITERS = 16, /* conditions */
    FAST_TIME_LOOK_US = 50,
    FAST_TIME_SETTLE_US = 60000000,
};

/* A condition, and the threads that wait on it. */
struct fast_time_waiter {
    _Atomic uintptr_t condition; /* 0: a free place */
    atomic_uint waits;           /* so many */
    atomic_uint calls;           /* ever */
    atomic_uint heard;           /* of them, when the last wait began */
    _Atomic int64_t until_us;    /* of it: boot time */
};

struct fast_time {
    _Atomic int64_t boot_us;
    _Atomic int64_t wall_us;
    struct fast_time_waiter waiters[FAST_TIME_WAITERS];
};

static struct fast_time fast_time_own;      /* in the kernel's time */
static struct fast_time *fast_time_present; /* NULL: the kernel's */
static bool fast_time_skips_syncs;

static inline struct fast_time *fast_time_make(void)
{
    struct fast_time *time = mmap(NULL, sizeof *time, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(time != MAP_FAILED);
    return time;
}

static inline void fast_time_remove(struct fast_time **time)
{
    (void)munmap(*time, sizeof **time);
    *time = NULL;
}

static inline void fast_time_set(struct fast_time *time, struct boot_time boot,
                                 struct wall_time wall)
{
    atomic_store(&time->wall_us, wall.us);
    atomic_store(&time->boot_us, boot.us);
}

/* This process lives in that time. */
static inline void fast_time_enter(struct fast_time *time)
{
    memset(time->waiters, 0, sizeof time->waiters);
    fast_time_present = time;
    fast_time_skips_syncs = true;
}

/* This process's clocks stay the kernel's, its syncs do nothing. */
static inline void fast_time_skip_syncs(void)
{
    fast_time_skips_syncs = true;
}

static inline bool fast_time_is_at_rest(const struct fast_time *time)
{
    int64_t now_us = atomic_load(&time->boot_us);
    for (size_t i = 0; i < FAST_TIME_WAITERS; i++) {
        const struct fast_time_waiter *waiter = &time->waiters[i];
        if (atomic_load(&waiter->condition) != 0 &&
            (atomic_load(&waiter->waits) == 0 ||
             atomic_load(&waiter->calls) != atomic_load(&waiter->heard) ||
             now_us >= atomic_load(&waiter->until_us)))
            return false;
    }
    return true;
}

/* Returns when all threads of the process in that time that have ever waited on
 * a condition do so, and none is called or due: they have done what there was
 * to do. Fails the test where they do not come to rest in a minute. */
static inline void fast_time_settle(const struct fast_time *time)
{
    int64_t end_us = clock_boot(&CLOCK_SYSTEM).us + FAST_TIME_SETTLE_US;
    while (!fast_time_is_at_rest(time)) {
        if (clock_boot(&CLOCK_SYSTEM).us > end_us)
            fail_msg("its threads do not come to rest");
        clock_sleep_us(FAST_TIME_LOOK_US / 2);
    }
}

/* ---- instead of the C library's ---- */

int clock_gettime(clockid_t clock, struct timespec *out)
{
    if (fast_time_present == NULL || clock == CLOCK_PROCESS_CPUTIME_ID ||
        clock == CLOCK_THREAD_CPUTIME_ID)
        return (int)syscall(SYS_clock_gettime, clock, out);
    bool is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    int64_t us = atomic_load(is_wall ? &fast_time_present->wall_us
                                     : &fast_time_present->boot_us);
    *out = (struct timespec){.tv_sec = us / SECOND_US,
                             .tv_nsec = us % SECOND_US * 1000};
    return 0;
}

int fdatasync(int descriptor)
{
    return fast_time_skips_syncs ? 0 : (int)syscall(SYS_fdatasync, descriptor);
}

int fsync(int descriptor)
{
    return fast_time_skips_syncs ? 0 : (int)syscall(SYS_fsync, descriptor);
}

static inline struct fast_time_waiter *
fast_time_waiter_on(const pthread_cond_t *condition)
{
    struct fast_time *time =
        fast_time_present == NULL ? &fast_time_own : fast_time_present;
    for (size_t i = 0; i < FAST_TIME_WAITERS; i++) {
        uintptr_t found = 0;
        if (atomic_compare_exchange_strong(&time->waiters[i].condition, &found,
                                           (uintptr_t)condition) ||
            found == (uintptr_t)condition)
            return &time->waiters[i];
    }
    abort(); /* more of them than this was made for */
}

/* The mutex is held: what calls comes before, and is seen, or after. */
static inline int fast_time_wait(pthread_cond_t *condition,
                                 pthread_mutex_t *mutex, int64_t until_us)
{
    struct fast_time_waiter *waiter = fast_time_waiter_on(condition);
    unsigned heard = atomic_load(&waiter->calls);
    atomic_store(&waiter->until_us, until_us);
    atomic_store(&waiter->heard, heard);
    atomic_fetch_add(&waiter->waits, 1);
    (void)pthread_mutex_unlock(mutex);
    while (atomic_load(&waiter->calls) == heard &&
           clock_boot(&CLOCK_SYSTEM).us < until_us)
        clock_sleep_us(FAST_TIME_LOOK_US);
    (void)pthread_mutex_lock(mutex);
    atomic_fetch_sub(&waiter->waits, 1);
    return atomic_load(&waiter->calls) == heard ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    return fast_time_wait(condition, mutex, INT64_MAX);
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                           const struct timespec *until)
{
    return fast_time_wait(condition, mutex,
                          until->tv_sec * SECOND_US + until->tv_nsec / 1000);
}

int pthread_cond_signal(pthread_cond_t *condition)
{
    atomic_fetch_add(&fast_time_waiter_on(condition)->calls, 1);
    return 0;
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
    return pthread_cond_signal(condition);
}

#endif
