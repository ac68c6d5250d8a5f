/* SPDX-License-Identifier: Apache-2.0 */
#include "store/disk_writer.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "store/limits.h"
#include "sys/clock.h"
#include "sys/logger.h"
#include "sys/loop.h"

struct disk_writer {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct waker *waker; /* NULL: without a thread */
    disk_writer_done_fn *on_done;
    void *context;
    bool has_thread;
    bool is_ending;
    bool wants_sync;
    struct write_jobs waiting;
    size_t waiting_bytes;
    struct write_jobs written;
    uint64_t next_number;
    uint64_t synced;
    int64_t busy_since_us;
    struct write_queue queue; /* the thread's */
    int64_t oldest_us;    /* the thread's: when the oldest job that is not
                           * durable was handed over, boot time */
    int64_t turn_cost_us; /* the thread's: how long the last turn with a sync
                           * took */
};

static int64_t now_us(void)
{
    return clock_boot(&CLOCK_SYSTEM).us;
}

/* When to begin, if nothing is added, so that the oldest job is durable
 * SYNC_WITHIN_US after it was handed over, if it takes as long as the last time;
 * INT64_MAX: there is nothing to do. */
static int64_t due_us(const struct disk_writer *writer)
{
    int64_t wait_us = SYNC_WITHIN_US - writer->turn_cost_us;
    if (wait_us < 0)
        wait_us = 0;
    if (writer->queue.dirty.count > 0)
        return writer->oldest_us + wait_us;
    if (writer->waiting.first != NULL)
        return writer->waiting.first->submitted_us + wait_us;
    return INT64_MAX;
}

/* Without a thread it is due when it is asked for. */
static bool is_sync_due(const struct disk_writer *writer)
{
    return writer->has_thread && writer->queue.dirty.count > 0 &&
           now_us() >= due_us(writer);
}

/* At most this long; the mutex is held. */
static void wait_for_change(struct disk_writer *writer, int64_t wait_us)
{
    struct timespec until;
    clock_deadline(wait_us, &until);
    (void)pthread_cond_timedwait(&writer->changed, &writer->mutex, &until);
}

/* Waits until there is enough to write, or it has waited long enough, or a sync
 * is due; the mutex is held. */
static void wait_for_work(struct disk_writer *writer)
{
    while (!writer->is_ending && !writer->wants_sync &&
           writer->waiting_bytes < WRITE_TAKE_BYTES) {
        int64_t due = due_us(writer);
        int64_t wait_us = due - now_us();
        if (wait_us <= 0)
            return;
        if (due == INT64_MAX)
            (void)pthread_cond_wait(&writer->changed, &writer->mutex);
        else
            wait_for_change(writer, wait_us);
    }
}

/* What is written next: never so much that a stalled disk holds it all. */
static struct write_jobs take(struct disk_writer *writer)
{
    struct write_jobs jobs = {0};
    size_t bytes = 0;
    while (writer->waiting.first != NULL && bytes < WRITE_TAKE_BYTES) {
        struct write_job *job = write_jobs_pop(&writer->waiting);
        bytes += job->size;
        write_jobs_push(&jobs, job);
    }
    writer->waiting_bytes -= bytes;
    return jobs;
}

/* The mutex is not held. */
static void set_busy(struct disk_writer *writer, bool is_busy)
{
    (void)pthread_mutex_lock(&writer->mutex);
    writer->busy_since_us = is_busy ? now_us() : 0;
    (void)pthread_mutex_unlock(&writer->mutex);
}

static void tell(struct disk_writer *writer)
{
    if (writer->waker != NULL)
        waker_wake(writer->waker);
}

static void do_write(struct disk_writer *writer, struct write_jobs *jobs)
{
    if (writer->queue.dirty.count == 0)
        writer->oldest_us = jobs->first->submitted_us;
    set_busy(writer, true);
    write_queue_write(&writer->queue, jobs);
    (void)pthread_mutex_lock(&writer->mutex);
    writer->busy_since_us = 0;
    for (struct write_job *job = write_jobs_pop(jobs); job != NULL;
         job = write_jobs_pop(jobs))
        write_jobs_push(&writer->written, job);
    (void)pthread_mutex_unlock(&writer->mutex);
}

static void do_sync(struct disk_writer *writer)
{
    set_busy(writer, true);
    enum status s = write_queue_sync(&writer->queue);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "volume cannot be synced status=%s",
                 status_name(s));
    (void)pthread_mutex_lock(&writer->mutex);
    writer->busy_since_us = 0;
    writer->synced = writer->queue.synced_job;
    (void)pthread_mutex_unlock(&writer->mutex);
}

/* One turn: a write, a sync where it is due or wanted, and the word of both. */
static void do_turn(struct disk_writer *writer, struct write_jobs *jobs,
                    bool wants_sync)
{
    int64_t begin_us = now_us();
    if (jobs->first != NULL)
        do_write(writer, jobs);
    if (wants_sync || is_sync_due(writer)) {
        bool was_dirty = writer->queue.dirty.count > 0;
        do_sync(writer);
        if (was_dirty) /* asked for with nothing to sync, it says nothing */
            writer->turn_cost_us = now_us() - begin_us;
    }
    tell(writer);
}

void disk_writer_run(struct disk_writer *writer, bool wants_sync)
{
    struct write_jobs jobs = take(writer);
    do_turn(writer, &jobs, wants_sync);
}

static void *writer_thread(void *argument)
{
    struct disk_writer *writer = argument;
    for (;;) {
        (void)pthread_mutex_lock(&writer->mutex);
        wait_for_work(writer);
        struct write_jobs jobs = take(writer);
        bool is_ending = writer->is_ending && writer->waiting.first == NULL;
        bool wants_sync = writer->wants_sync || is_ending;
        writer->wants_sync = false;
        (void)pthread_mutex_unlock(&writer->mutex);

        do_turn(writer, &jobs, wants_sync);
        if (is_ending)
            return NULL;
    }
}

static void on_wake(void *context, struct waker *waker)
{
    (void)waker;
    struct disk_writer *writer = context;
    writer->on_done(writer->context);
}

void disk_writer_destroy(struct disk_writer **writer)
{
    if (*writer == NULL)
        return;
    struct disk_writer *w = *writer;
    if (w->has_thread) {
        (void)pthread_mutex_lock(&w->mutex);
        w->is_ending = true;
        (void)pthread_cond_signal(&w->changed);
        (void)pthread_mutex_unlock(&w->mutex);
        (void)pthread_join(w->thread, NULL);
    }
    waker_destroy(&w->waker);
    write_jobs_clear(&w->waiting);
    write_jobs_clear(&w->written);
    (void)pthread_cond_destroy(&w->changed);
    (void)pthread_mutex_destroy(&w->mutex);
    alloc_free(w);
    *writer = NULL;
}

enum status disk_writer_create(struct loop *loop,
                               disk_writer_done_fn *on_done, void *context,
                               struct disk_writer **out)
{
    AUTO(disk_writer_destroy)
    struct disk_writer *writer = alloc_zeroed(sizeof *writer);
    if (writer == NULL)
        return STATUS_NO_MEMORY;
    writer->on_done = on_done;
    writer->context = context;
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&writer->changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&writer->mutex, NULL);
    enum status s = STATUS_OK;
    if (loop != NULL)
        s = waker_create(loop, "written", on_wake, writer, &writer->waker);
    if (s != STATUS_OK)
        return s;
    writer->has_thread = loop != NULL; /* before: the thread reads beside it */
    if (writer->has_thread &&
        pthread_create(&writer->thread, NULL, writer_thread, writer) != 0) {
        writer->has_thread = false;
        return STATUS_INTERNAL;
    }
    *out = writer;
    writer = NULL;
    return STATUS_OK;
}

uint64_t disk_writer_submit(struct disk_writer *writer, struct write_job *job)
{
    job->submitted_us = now_us();
    job->is_tried = false;
    (void)pthread_mutex_lock(&writer->mutex);
    uint64_t number = ++writer->next_number;
    job->number = number;
    bool is_first = writer->waiting.first == NULL;
    write_jobs_push(&writer->waiting, job);
    writer->waiting_bytes += job->size;
    bool is_enough = writer->waiting_bytes >= WRITE_TAKE_BYTES;
    (void)pthread_mutex_unlock(&writer->mutex);
    if (is_first || is_enough) /* it need not wait for the mutex */
        (void)pthread_cond_signal(&writer->changed);
    return number;
}

struct write_jobs disk_writer_collect(struct disk_writer *writer,
                                      uint64_t *synced)
{
    (void)pthread_mutex_lock(&writer->mutex);
    struct write_jobs jobs = writer->written;
    writer->written = (struct write_jobs){0};
    *synced = writer->synced;
    (void)pthread_mutex_unlock(&writer->mutex);
    return jobs;
}

struct write_jobs disk_writer_withdraw(struct disk_writer *writer)
{
    (void)pthread_mutex_lock(&writer->mutex);
    struct write_jobs jobs = writer->waiting;
    writer->waiting = (struct write_jobs){0};
    writer->waiting_bytes = 0;
    (void)pthread_mutex_unlock(&writer->mutex);
    return jobs;
}

int64_t disk_writer_busy_since_us(struct disk_writer *writer)
{
    (void)pthread_mutex_lock(&writer->mutex);
    int64_t since_us = writer->busy_since_us;
    (void)pthread_mutex_unlock(&writer->mutex);
    return since_us;
}

void disk_writer_sync_soon(struct disk_writer *writer)
{
    (void)pthread_mutex_lock(&writer->mutex);
    writer->wants_sync = true;
    (void)pthread_cond_signal(&writer->changed);
    (void)pthread_mutex_unlock(&writer->mutex);
}
