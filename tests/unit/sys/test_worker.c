/* SPDX-License-Identifier: Apache-2.0 */
#include <stdatomic.h>

#include "sys/loop.h"
#include "sys/worker.h"
#include "unit/test.h"

enum { JOBS = 50 };

struct counting {
    struct worker *worker;
    atomic_int running;
    atomic_int most_running;
    atomic_int order[JOBS];
    atomic_int run;
    int done;
    int wanted;
};

static void count(void *context)
{
    struct counting *counting = context;
    int running = atomic_fetch_add(&counting->running, 1) + 1;
    if (running > atomic_load(&counting->most_running))
        atomic_store(&counting->most_running, running);
    (void)atomic_fetch_add(&counting->run, 1);
    (void)atomic_fetch_sub(&counting->running, 1);
}

static void on_done(void *context)
{
    struct counting *counting = context;
    counting->done++;
    /* A done function may end its worker; then the loop has nothing left. */
    if (counting->done == counting->wanted)
        worker_destroy(&counting->worker);
}

static void run_jobs(size_t threads)
{
    struct loop *loop = NULL;
    struct counting counting = {.wanted = JOBS};
    CHECK_OK(loop_create(&loop));
    CHECK_OK(worker_create(loop, "test", threads, &counting.worker));
    for (int i = 0; i < JOBS; i++)
        CHECK_OK(worker_submit(counting.worker, count, on_done, &counting));
    loop_run(loop);
    assert_int_equal(JOBS, counting.done);
    assert_int_equal(JOBS, atomic_load(&counting.run));
    CHECK(atomic_load(&counting.most_running) <= (int)threads);
    CHECK(counting.worker == NULL);
    loop_destroy(&loop);
}

static void every_job_is_done_once(void **state)
{
    (void)state;
    run_jobs(1);
    run_jobs(3);
}

static void destroy_drops_what_waits(void **state)
{
    (void)state;
    struct loop *loop = NULL;
    struct counting counting = {.wanted = -1};
    CHECK_OK(loop_create(&loop));
    CHECK_OK(worker_create(loop, "test", 1, &counting.worker));
    for (int i = 0; i < JOBS; i++)
        CHECK_OK(worker_submit(counting.worker, count, on_done, &counting));
    worker_destroy(&counting.worker);
    loop_run(loop);
    assert_int_equal(0, counting.done);
    loop_destroy(&loop);
}

static void a_full_queue_says_so(void **state)
{
    (void)state;
    struct loop *loop = NULL;
    struct counting counting = {.wanted = WORKER_QUEUE_MAX};
    CHECK_OK(loop_create(&loop));
    CHECK_OK(worker_create(loop, "test", 1, &counting.worker));
    for (int i = 0; i < WORKER_QUEUE_MAX; i++)
        CHECK_OK(worker_submit(counting.worker, count, on_done, &counting));
    CHECK_STATUS(STATUS_LIMIT,
                 worker_submit(counting.worker, count, on_done, &counting));
    loop_run(loop);
    assert_int_equal(WORKER_QUEUE_MAX, counting.done);
    loop_destroy(&loop);
}

static void threads_are_limited(void **state)
{
    (void)state;
    struct loop *loop = NULL;
    struct worker *worker = NULL;
    CHECK_OK(loop_create(&loop));
    CHECK_STATUS(STATUS_LIMIT, worker_create(loop, "test", 0, &worker));
    CHECK_STATUS(STATUS_LIMIT,
                 worker_create(loop, "test", WORKER_THREADS_MAX + 1, &worker));
    loop_destroy(&loop);
}

TEST_MAIN("sys/worker", TEST(every_job_is_done_once),
          TEST(destroy_drops_what_waits), TEST(a_full_queue_says_so),
          TEST(threads_are_limited))
