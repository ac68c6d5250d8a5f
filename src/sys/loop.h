/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/loop - one event loop per process, on libuv.
 *
 * Every registration is a handle with a destroy; after destroy its callback
 * does not run again. A callback may destroy its own handle. A callback that
 * takes longer than 50 ms is logged with its name.
 *
 * Threads: one, but for loop_wake, which any thread may call.
 */
#ifndef SYS_LOOP_H
#define SYS_LOOP_H

#include <stdbool.h>

#include "base/status.h"
#include "base/time.h"

struct loop;
struct watch;
struct timer;
struct waker;

enum watch_events {
    WATCH_READ = 1,
    WATCH_WRITE = 2,
    WATCH_HANGUP = 4,
};

typedef void watch_fn(void *context, struct watch *watch, unsigned events);
typedef void timer_fn(void *context, struct timer *timer);
typedef void waker_fn(void *context, struct waker *waker);

/* Fails with: NO_MEMORY, INTERNAL. */
MUST_USE enum status loop_create(struct loop **out);

/* All handles must have been destroyed. *loop may be NULL. */
void loop_destroy(struct loop **loop);

/* Runs until loop_stop, or until no handle is left. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/*
 * Watches a descriptor, which stays the caller's and must be closed only after
 * watch_destroy. events: what to wait for, 0 for nothing yet. name: for logs,
 * static storage. Fails with: NO_MEMORY, INTERNAL.
 */
MUST_USE enum status watch_create(struct loop *loop, int descriptor,
                                  unsigned events, const char *name,
                                  watch_fn *on_event, void *context,
                                  struct watch **out);
void watch_set(struct watch *watch, unsigned events);
void watch_destroy(struct watch **watch);

/* A timer, not started; timer_create is the C library's.
 * Fails with: NO_MEMORY, INTERNAL. */
MUST_USE enum status timer_make(struct loop *loop, const char *name,
                                  timer_fn *on_time, void *context,
                                  struct timer **out);

/* First call after first_ms, then every repeat_ms (0: once). Restarts. */
void timer_start(struct timer *timer, uint64_t first_ms, uint64_t repeat_ms);
void timer_stop(struct timer *timer);
void timer_destroy(struct timer **timer);

/* Lets another thread run on_wake in the loop; many wakes may be one call. */
MUST_USE enum status waker_create(struct loop *loop, const char *name,
                                  waker_fn *on_wake, void *context,
                                  struct waker **out);
void waker_wake(struct waker *waker);
void waker_destroy(struct waker **waker);

#endif
