/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/loop.h"

#include <assert.h>
#include <uv.h>

#include "base/alloc.h"
#include "sys/logger.h"

enum {
    SLOW_HANDLER_MS = 50,
    NS_IN_MS = 1000000,
};

struct loop {
    uv_loop_t uv;
};

/* The libuv handle comes first: on_closed frees by its address. */
struct watch {
    uv_poll_t uv;
    unsigned events;
    const char *name;
    watch_fn *on_event;
    void *context;
};

struct timer {
    uv_timer_t uv;
    const char *name;
    timer_fn *on_time;
    void *context;
};

struct waker {
    uv_async_t uv;
    const char *name;
    waker_fn *on_wake;
    void *context;
};

static void log_if_slow(const char *name, uint64_t began_ns)
{
    uint64_t took_ms = (uv_hrtime() - began_ns) / NS_IN_MS;
    if (took_ms > SLOW_HANDLER_MS)
        log_line(LOG_WARNING, "slow handler name=%s ms=%llu", name,
                 (unsigned long long)took_ms);
}

/* libuv needs the memory until it has called this. */
static void on_closed(uv_handle_t *handle)
{
    alloc_free(handle);
}

/* ---- loop -------------------------------------------------------------- */

enum status loop_create(struct loop **out)
{
    *out = NULL;
    struct loop *loop = alloc_zeroed(sizeof *loop);
    if (loop == NULL)
        return STATUS_NO_MEMORY;
    int failed = uv_loop_init(&loop->uv);
    if (failed != 0) {
        log_line(LOG_ERROR, "loop: cannot start: %s", uv_strerror(failed));
        alloc_free(loop);
        return STATUS_INTERNAL;
    }
    *out = loop;
    return STATUS_OK;
}

void loop_destroy(struct loop **loop)
{
    if (*loop == NULL)
        return;
    /* Two rounds: one may end at a pending stop, closing takes the other. */
    (void)uv_run(&(*loop)->uv, UV_RUN_NOWAIT);
    (void)uv_run(&(*loop)->uv, UV_RUN_NOWAIT);
    int failed = uv_loop_close(&(*loop)->uv);
    assert(failed == 0 && "a handle outlives its loop");
    (void)failed;
    alloc_free(*loop);
    *loop = NULL;
}

void loop_run(struct loop *loop)
{
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    uv_stop(&loop->uv);
}

/* ---- watch ------------------------------------------------------------- */

static int to_uv(unsigned events)
{
    return (int)(((events & WATCH_READ) != 0 ? UV_READABLE : 0u) |
                 ((events & WATCH_WRITE) != 0 ? UV_WRITABLE : 0u) |
                 ((events & WATCH_HANGUP) != 0 ? UV_DISCONNECT : 0u));
}

static unsigned from_uv(int events)
{
    unsigned bits = (unsigned)events;
    return ((bits & UV_READABLE) != 0 ? (unsigned)WATCH_READ : 0) |
           ((bits & UV_WRITABLE) != 0 ? (unsigned)WATCH_WRITE : 0) |
           ((bits & UV_DISCONNECT) != 0 ? (unsigned)WATCH_HANGUP : 0);
}

static void on_poll(uv_poll_t *handle, int failed, int events)
{
    struct watch *watch = (struct watch *)handle;
    const char *name = watch->name;
    uint64_t began_ns = uv_hrtime();
    /* libuv reports an error of the descriptor (POLLERR) without its cause and
     * stops watching; reading or writing will tell the owner. */
    unsigned happened =
        failed != 0 ? watch->events | WATCH_HANGUP : from_uv(events);
    watch->on_event(watch->context, watch, happened);
    log_if_slow(name, began_ns);
}

enum status watch_create(struct loop *loop, int descriptor, unsigned events,
                         const char *name, watch_fn *on_event, void *context,
                         struct watch **out)
{
    *out = NULL;
    struct watch *watch = alloc_zeroed(sizeof *watch);
    if (watch == NULL)
        return STATUS_NO_MEMORY;
    int failed = uv_poll_init(&loop->uv, &watch->uv, descriptor);
    if (failed != 0) {
        log_line(LOG_ERROR, "loop: cannot watch name=%s: %s", name,
                 uv_strerror(failed));
        alloc_free(watch);
        return STATUS_INTERNAL;
    }
    watch->name = name;
    watch->on_event = on_event;
    watch->context = context;
    watch_set(watch, events);
    *out = watch;
    return STATUS_OK;
}

void watch_set(struct watch *watch, unsigned events)
{
    watch->events = events;
    int failed = events == 0 ? uv_poll_stop(&watch->uv)
                             : uv_poll_start(&watch->uv, to_uv(events),
                                             on_poll);
    assert(failed == 0);
    (void)failed;
}

void watch_destroy(struct watch **watch)
{
    if (*watch == NULL)
        return;
    uv_close((uv_handle_t *)*watch, on_closed);
    *watch = NULL;
}

/* ---- timer ------------------------------------------------------------- */

enum status timer_make(struct loop *loop, const char *name, timer_fn *on_time,
                       void *context, struct timer **out)
{
    *out = NULL;
    struct timer *timer = alloc_zeroed(sizeof *timer);
    if (timer == NULL)
        return STATUS_NO_MEMORY;
    int failed = uv_timer_init(&loop->uv, &timer->uv);
    assert(failed == 0);
    (void)failed;
    timer->name = name;
    timer->on_time = on_time;
    timer->context = context;
    *out = timer;
    return STATUS_OK;
}

static void on_timer(uv_timer_t *handle)
{
    struct timer *timer = (struct timer *)handle;
    const char *name = timer->name;
    uint64_t began_ns = uv_hrtime();
    timer->on_time(timer->context, timer);
    log_if_slow(name, began_ns);
}

void timer_start(struct timer *timer, uint64_t first_ms, uint64_t repeat_ms)
{
    /* libuv counts from the beginning of this turn of the loop: add what has
     * passed since. At least 1 ms, or a timer that starts itself again would
     * never let libuv 1.44 leave its list of timers. */
    uint64_t turn_ms = uv_now(timer->uv.loop);
    uint64_t now_ms = uv_hrtime() / NS_IN_MS;
    uint64_t late_ms = now_ms > turn_ms ? now_ms - turn_ms : 0;
    uint64_t wait_ms = (first_ms == 0 ? 1 : first_ms) + late_ms;
    int failed = uv_timer_start(&timer->uv, on_timer, wait_ms, repeat_ms);
    assert(failed == 0);
    (void)failed;
}

void timer_stop(struct timer *timer)
{
    (void)uv_timer_stop(&timer->uv);
}

void timer_destroy(struct timer **timer)
{
    if (*timer == NULL)
        return;
    uv_close((uv_handle_t *)*timer, on_closed);
    *timer = NULL;
}

/* ---- waker ------------------------------------------------------------- */

static void on_async(uv_async_t *handle)
{
    struct waker *waker = (struct waker *)handle;
    const char *name = waker->name;
    uint64_t began_ns = uv_hrtime();
    waker->on_wake(waker->context, waker);
    log_if_slow(name, began_ns);
}

enum status waker_create(struct loop *loop, const char *name,
                         waker_fn *on_wake, void *context, struct waker **out)
{
    *out = NULL;
    struct waker *waker = alloc_zeroed(sizeof *waker);
    if (waker == NULL)
        return STATUS_NO_MEMORY;
    int failed = uv_async_init(&loop->uv, &waker->uv, on_async);
    if (failed != 0) {
        log_line(LOG_ERROR, "loop: cannot make waker name=%s: %s", name,
                 uv_strerror(failed));
        alloc_free(waker);
        return STATUS_INTERNAL;
    }
    waker->name = name;
    waker->on_wake = on_wake;
    waker->context = context;
    *out = waker;
    return STATUS_OK;
}

void waker_wake(struct waker *waker)
{
    int failed = uv_async_send(&waker->uv);
    assert(failed == 0);
    (void)failed;
}

void waker_destroy(struct waker **waker)
{
    if (*waker == NULL)
        return;
    uv_close((uv_handle_t *)*waker, on_closed);
    *waker = NULL;
}
