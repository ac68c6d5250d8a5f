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
    struct waker *waker;
    disk_writer_done_fn *on_done;
    void *context;
    bool has_thread;
    bool is_ending;
    bool wants_sync;
    struct write_jobs waiting;
    struct write_jobs written;
    size_t waiting_bytes; /* submitted and not written */
    uint64_t next_number;
    uint64_t synced;
    struct file *failed;
    struct write_queue queue; /* the thread's */
    int64_t synced_at_us;     /* the thread's, boot time */
};

static int64_t now_us(void)
{
    return clock_boot(&CLOCK_SYSTEM).us;
}

static size_t bytes_in(const struct write_jobs *jobs)
{
    size_t bytes = 0;
    for (const struct write_job *job = jobs->first; job != NULL;
         job = job->next)
        bytes += job->size;
    return bytes;
}

/* Waits for work, at most until a sync is due; the mutex is held. */
static void wait_for_work(struct disk_writer *writer)
{
    if (writer->waiting.first != NULL || writer->is_ending ||
        writer->wants_sync)
        return;
    if (writer->queue.dirty_count == 0) {
        (void)pthread_cond_wait(&writer->changed, &writer->mutex);
        return;
    }
    int64_t due_us = writer->synced_at_us + SYNC_EVERY_US;
    struct timespec until = {.tv_sec = due_us / SECOND_US,
                             .tv_nsec = due_us % SECOND_US * 1000};
    /* The condition runs on CLOCK_MONOTONIC: near enough to boot time, and a
     * suspended machine only syncs early. */
    (void)pthread_cond_timedwait(&writer->changed, &writer->mutex, &until);
}

static void do_sync(struct disk_writer *writer)
{
    struct file *failed = NULL;
    enum status s = write_queue_sync(&writer->queue, &failed);
    if (s != STATUS_OK)
        log_line(LOG_ERROR, "volume cannot be synced status=%s",
                 status_name(s));
    writer->synced_at_us = now_us();
    (void)pthread_mutex_lock(&writer->mutex);
    writer->synced = writer->queue.synced_job;
    if (failed != NULL)
        writer->failed = failed;
    (void)pthread_mutex_unlock(&writer->mutex);
    waker_wake(writer->waker);
}

static void *writer_thread(void *argument)
{
    struct disk_writer *writer = argument;
    for (;;) {
        (void)pthread_mutex_lock(&writer->mutex);
        wait_for_work(writer);
        struct write_jobs jobs = writer->waiting;
        writer->waiting = (struct write_jobs){0};
        bool is_ending = writer->is_ending;
        bool wants_sync = writer->wants_sync || is_ending;
        writer->wants_sync = false;
        (void)pthread_mutex_unlock(&writer->mutex);

        if (jobs.first != NULL) {
            if (writer->queue.dirty_count == 0)
                writer->synced_at_us = now_us();
            write_queue_write(&writer->queue, &jobs);
            (void)pthread_mutex_lock(&writer->mutex);
            writer->waiting_bytes -= bytes_in(&jobs);
            for (struct write_job *job = write_jobs_pop(&jobs); job != NULL;
                 job = write_jobs_pop(&jobs))
                write_jobs_push(&writer->written, job);
            (void)pthread_mutex_unlock(&writer->mutex);
            waker_wake(writer->waker);
        }
        bool is_due = writer->queue.dirty_count > 0 &&
                      now_us() - writer->synced_at_us >= SYNC_EVERY_US;
        if (wants_sync || is_due)
            do_sync(writer);
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
    write_queue_deinit(&w->queue);
    (void)pthread_cond_destroy(&w->changed);
    (void)pthread_mutex_destroy(&w->mutex);
    alloc_free(w);
    *writer = NULL;
}

enum status disk_writer_create(struct loop *loop, disk_writer_done_fn *on_done,
                          void *context, struct disk_writer **out)
{
    AUTO(disk_writer_destroy) struct disk_writer *writer = alloc_zeroed(sizeof *writer);
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
    enum status s = write_queue_init(&writer->queue);
    if (s == STATUS_OK)
        s = waker_create(loop, "written", on_wake, writer, &writer->waker);
    if (s != STATUS_OK)
        return s;
    writer->has_thread = true; /* before: the thread reads beside it */
    if (pthread_create(&writer->thread, NULL, writer_thread, writer) != 0) {
        writer->has_thread = false;
        return STATUS_INTERNAL;
    }
    *out = writer;
    writer = NULL;
    return STATUS_OK;
}

bool disk_writer_has_room(struct disk_writer *writer)
{
    (void)pthread_mutex_lock(&writer->mutex);
    bool has_room = writer->waiting_bytes < WRITE_QUEUE_BYTES;
    (void)pthread_mutex_unlock(&writer->mutex);
    return has_room;
}

uint64_t disk_writer_submit(struct disk_writer *writer, struct write_job *job)
{
    (void)pthread_mutex_lock(&writer->mutex);
    uint64_t number = ++writer->next_number;
    job->number = number;
    writer->waiting_bytes += job->size;
    write_jobs_push(&writer->waiting, job);
    (void)pthread_cond_signal(&writer->changed);
    (void)pthread_mutex_unlock(&writer->mutex);
    return number;
}

struct write_jobs disk_writer_collect(struct disk_writer *writer, uint64_t *synced,
                                 struct file **failed)
{
    (void)pthread_mutex_lock(&writer->mutex);
    struct write_jobs jobs = writer->written;
    writer->written = (struct write_jobs){0};
    *synced = writer->synced;
    *failed = writer->failed;
    writer->failed = NULL;
    (void)pthread_mutex_unlock(&writer->mutex);
    return jobs;
}

void disk_writer_sync_soon(struct disk_writer *writer)
{
    (void)pthread_mutex_lock(&writer->mutex);
    writer->wants_sync = true;
    (void)pthread_cond_signal(&writer->changed);
    (void)pthread_mutex_unlock(&writer->mutex);
}
