/* SPDX-License-Identifier: Apache-2.0 */
/* A job beside the caller's work: ended before it is taken back, or never run. */
#include "sys/aside.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "unit/test.h"

enum { ROUNDS = 2000, LONG_ROUNDS = 20 };

struct job {
    atomic_int begun;
    atomic_int ended;
    atomic_bool may_end;
};

static void run(void *context)
{
    struct job *job = context;
    atomic_fetch_add(&job->begun, 1);
    while (!atomic_load(&job->may_end))
        (void)sched_yield();
    atomic_fetch_add(&job->ended, 1);
}

static void nothing_runs_behind_the_end(void **state)
{
    (void)state;
    struct aside *aside = NULL;
    struct job job = {.may_end = true};
    CHECK_OK(aside_create(&aside));
    for (int i = 0; i < ROUNDS; i++) {
        aside_begin(aside, run, &job);
        aside_end(aside);
        CHECK(atomic_load(&job.begun) == atomic_load(&job.ended));
        CHECK(atomic_load(&job.begun) <= i + 1);
    }
    int begun = atomic_load(&job.begun);
    (void)sched_yield();
    CHECK(atomic_load(&job.begun) == begun);
    aside_destroy(&aside);
    CHECK(aside == NULL && atomic_load(&job.begun) == begun);
}

/* One that has begun runs to its end, beside the caller. */
static void what_has_begun_is_waited_for(void **state)
{
    (void)state;
    struct aside *aside = NULL;
    CHECK_OK(aside_create(&aside));
    for (int i = 0; i < LONG_ROUNDS; i++) {
        struct job job = {.may_end = false};
        aside_begin(aside, run, &job);
        while (atomic_load(&job.begun) == 0)
            (void)sched_yield();
        CHECK(atomic_load(&job.ended) == 0);
        atomic_store(&job.may_end, true);
        aside_end(aside);
        CHECK(atomic_load(&job.ended) == 1);
    }
    aside_destroy(&aside);
    aside_destroy(&aside);
    aside_begin(NULL, run, NULL);
    aside_end(NULL);
}

static enum status create_once(void *context)
{
    struct aside *aside = NULL;
    (void)context;
    enum status s = aside_create(&aside);
    aside_destroy(&aside);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(create_once, NULL);
}

TEST_MAIN("sys/aside", TEST(nothing_runs_behind_the_end),
          TEST(what_has_begun_is_waited_for), TEST(every_allocation_may_fail))
