/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/loop.h"

#include <pthread.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/clock.h"
#include "sys/socket.h"
#include "unit/test.h"

struct story {
    struct loop *loop;
    struct timer *timer;
    struct watch *watch;
    struct waker *waker;
    int ends[2];
    unsigned calls;
    unsigned events;
};

static void stop_at_third(void *context, struct timer *timer)
{
    struct story *story = context;
    CHECK(timer == story->timer);
    if (++story->calls == 3)
        timer_destroy(&story->timer); /* the last handle: the loop ends */
}

static void a_timer_repeats_and_destroys_itself(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    CHECK_OK(loop_create(&loop));
    struct story story = {.loop = loop};
    CHECK_OK(timer_make(loop, "test", stop_at_third, &story, &story.timer));
    int64_t began_us = clock_boot(&CLOCK_SYSTEM).us;
    timer_start(story.timer, 10, 5);
    loop_run(loop);
    CHECK(story.calls == 3);
    CHECK(clock_boot(&CLOCK_SYSTEM).us - began_us >= 18000);
}

static void count_and_stop(void *context, struct timer *timer)
{
    struct story *story = context;
    if (++story->calls == 100)
        loop_stop(story->loop);
    else
        timer_start(timer, 0, 0);
}

static void set_calls(void *context, struct timer *timer)
{
    (void)timer;
    struct story *story = context;
    story->events = story->calls;
}

/* A timer that starts itself again at once leaves room for the others. */
static void a_restarting_timer_does_not_starve(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    CHECK_OK(loop_create(&loop));
    struct story story = {.loop = loop};
    struct timer *other = NULL;
    CHECK_OK(timer_make(loop, "again", count_and_stop, &story, &story.timer));
    CHECK_OK(timer_make(loop, "other", set_calls, &story, &other));
    timer_start(story.timer, 0, 0);
    timer_start(other, 20, 0);
    loop_run(loop);
    CHECK(story.calls == 100);
    CHECK(story.events > 0 && story.events < 100);
    timer_destroy(&story.timer);
    timer_destroy(&other);
}

static void never(void *context, struct timer *timer)
{
    (void)timer;
    *(bool *)context = true;
}

static void nothing_runs_after_destroy(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    CHECK_OK(loop_create(&loop));
    bool has_run = false;
    struct timer *timer = NULL;
    CHECK_OK(timer_make(loop, "test", never, &has_run, &timer));
    timer_start(timer, 1, 1);
    (void)usleep(5000);
    timer_destroy(&timer);
    timer_destroy(&timer); /* NULL is fine */
    loop_run(loop);
    CHECK(!has_run);
}

static void read_one(void *context, struct watch *watch, unsigned events)
{
    struct story *story = context;
    CHECK(watch == story->watch);
    story->events |= events;
    char byte = 0;
    size_t got = 0;
    enum status s = socket_read(story->ends[0], &byte, 1, &got);
    if (s == STATUS_OK) {
        story->calls++;
        socket_close(&story->ends[1]);
        return;
    }
    CHECK_STATUS(STATUS_END, s);
    watch_destroy(&story->watch);
}

static void a_watch_sees_bytes_and_the_end(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    CHECK_OK(loop_create(&loop));
    struct story story = {.loop = loop};
    CHECK_OK(socket_pair(story.ends));
    CHECK_OK(watch_create(loop, story.ends[0], WATCH_READ | WATCH_HANGUP,
                          "test", read_one, &story, &story.watch));
    CHECK(write(story.ends[1], "x", 1) == 1);
    loop_run(loop);
    CHECK(story.calls == 1);
    CHECK((story.events & WATCH_READ) != 0);
    CHECK((story.events & WATCH_HANGUP) != 0);
    socket_close(&story.ends[0]);
}

static void stop_writing(void *context, struct watch *watch, unsigned events)
{
    struct story *story = context;
    story->events |= events;
    if (++story->calls == 2)
        watch_set(watch, 0);
    if (story->calls == 2)
        loop_stop(story->loop);
}

static void a_watch_may_change_what_it_waits_for(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    CHECK_OK(loop_create(&loop));
    struct story story = {.loop = loop};
    CHECK_OK(socket_pair(story.ends));
    CHECK_OK(watch_create(loop, story.ends[0], 0, "test", stop_writing,
                          &story, &story.watch));
    watch_set(story.watch, WATCH_WRITE);
    loop_run(loop);
    CHECK(story.calls == 2);
    CHECK(story.events == WATCH_WRITE);
    loop_run(loop); /* nothing active is left: returns */
    CHECK(story.calls == 2);
    watch_destroy(&story.watch);
    socket_close(&story.ends[0]);
    socket_close(&story.ends[1]);
}

static void a_regular_file_cannot_be_watched(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    CHECK_OK(loop_create(&loop));
    struct watch *watch = NULL;
    CHECK_STATUS(STATUS_INTERNAL,
                 watch_create(loop, 0x7fff, WATCH_READ, "test", read_one,
                              NULL, &watch));
    CHECK(watch == NULL);
}

static void *wake_often(void *context)
{
    for (int i = 0; i < 1000; i++)
        waker_wake(context);
    return NULL;
}

static void count_wakes(void *context, struct waker *waker)
{
    (void)waker;
    struct story *story = context;
    story->calls++;
    timer_start(story->timer, 30, 0);
}

static void end_story(void *context, struct timer *timer)
{
    (void)timer;
    struct story *story = context;
    waker_destroy(&story->waker);
    timer_destroy(&story->timer);
}

static void another_thread_wakes_the_loop(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    CHECK_OK(loop_create(&loop));
    struct story story = {.loop = loop};
    CHECK_OK(timer_make(loop, "end", end_story, &story, &story.timer));
    CHECK_OK(waker_create(loop, "test", count_wakes, &story, &story.waker));
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wake_often, story.waker) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    loop_run(loop);
    CHECK(story.calls >= 1 && story.calls <= 1000);
}

static enum status whole_life(void *context)
{
    (void)context;
    AUTO(loop_destroy) struct loop *loop = NULL;
    struct story story = {0};
    enum status s = loop_create(&loop);
    if (s == STATUS_OK)
        s = timer_make(loop, "test", stop_at_third, &story, &story.timer);
    if (s == STATUS_OK)
        s = waker_create(loop, "test", count_wakes, &story, &story.waker);
    if (s == STATUS_OK)
        s = socket_pair(story.ends);
    if (s == STATUS_OK) {
        s = watch_create(loop, story.ends[0], WATCH_READ, "test", read_one,
                         &story, &story.watch);
        watch_destroy(&story.watch);
        socket_close(&story.ends[0]);
        socket_close(&story.ends[1]);
    }
    timer_destroy(&story.timer);
    waker_destroy(&story.waker);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(whole_life, NULL);
}

TEST_MAIN("sys/loop", TEST(a_timer_repeats_and_destroys_itself),
          TEST(a_restarting_timer_does_not_starve),
          TEST(nothing_runs_after_destroy),
          TEST(a_watch_sees_bytes_and_the_end),
          TEST(a_watch_may_change_what_it_waits_for),
          TEST(a_regular_file_cannot_be_watched),
          TEST(another_thread_wakes_the_loop),
          TEST(every_allocation_may_fail))
