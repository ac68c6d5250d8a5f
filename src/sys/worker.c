/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/worker.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "base/alloc.h"
#include "sys/loop.h"

struct job {
    struct job *next;
    worker_job_fn *run;
    worker_done_fn *done;
    void *context;
};

/* First in, first out. */
struct job_list {
    struct job *head;
    struct job **tail;
};

struct worker {
    struct waker *waker;
    pthread_t threads[WORKER_THREADS_MAX];
    size_t thread_count;

    /* The lock guards all that follows. */
    pthread_mutex_t lock;
    pthread_cond_t has_work;
    struct job_list waiting;
    struct job_list finished;
    bool is_ending;

    /* The loop's own. */
    size_t unfinished;
    bool is_delivering;
    bool is_destroyed; /* by a done function: delivery frees it */
};

static void list_init(struct job_list *list)
{
    list->head = NULL;
    list->tail = &list->head;
}

static void list_add(struct job_list *list, struct job *job)
{
    job->next = NULL;
    *list->tail = job;
    list->tail = &job->next;
}

static struct job *list_take(struct job_list *list)
{
    struct job *job = list->head;
    if (job == NULL)
        return NULL;
    list->head = job->next;
    if (list->head == NULL)
        list->tail = &list->head;
    return job;
}

static void list_drop(struct job_list *list)
{
    struct job *job = list_take(list);
    while (job != NULL) {
        alloc_free(job);
        job = list_take(list);
    }
}

static void *thread_main(void *context)
{
    struct worker *worker = context;
    (void)pthread_mutex_lock(&worker->lock);
    while (!worker->is_ending) {
        struct job *job = list_take(&worker->waiting);
        if (job == NULL) {
            (void)pthread_cond_wait(&worker->has_work, &worker->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&worker->lock);
        job->run(job->context);
        (void)pthread_mutex_lock(&worker->lock);
        list_add(&worker->finished, job);
        waker_wake(worker->waker);
    }
    (void)pthread_mutex_unlock(&worker->lock);
    return NULL;
}

static void release(struct worker *worker)
{
    (void)pthread_cond_destroy(&worker->has_work);
    (void)pthread_mutex_destroy(&worker->lock);
    alloc_free(worker);
}

static struct job *take_finished(struct worker *worker)
{
    (void)pthread_mutex_lock(&worker->lock);
    struct job *job = list_take(&worker->finished);
    (void)pthread_mutex_unlock(&worker->lock);
    return job;
}

static void on_wake(void *context, struct waker *waker)
{
    (void)waker;
    struct worker *worker = context;
    worker->is_delivering = true;
    struct job *job = take_finished(worker);
    while (job != NULL) {
        worker_done_fn *done = job->done;
        void *done_context = job->context;
        alloc_free(job);
        worker->unfinished--;
        done(done_context);
        if (worker->is_destroyed) {
            release(worker);
            return;
        }
        job = take_finished(worker);
    }
    worker->is_delivering = false;
}

/* Signals are for the loop's thread; the others inherit this mask. */
static int start_thread(struct worker *worker)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&worker->threads[worker->thread_count], NULL,
                                thread_main, worker);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed == 0)
        worker->thread_count++;
    return failed;
}

enum status worker_create(struct loop *loop, const char *name, size_t threads,
                          struct worker **out)
{
    *out = NULL;
    if (threads == 0 || threads > WORKER_THREADS_MAX)
        return STATUS_LIMIT;
    struct worker *worker = alloc_zeroed(sizeof *worker);
    if (worker == NULL)
        return STATUS_NO_MEMORY;
    list_init(&worker->waiting);
    list_init(&worker->finished);
    (void)pthread_mutex_init(&worker->lock, NULL);
    (void)pthread_cond_init(&worker->has_work, NULL);
    enum status s = waker_create(loop, name, on_wake, worker, &worker->waker);
    for (size_t i = 0; s == STATUS_OK && i < threads; i++) {
        if (start_thread(worker) != 0)
            s = STATUS_INTERNAL;
    }
    if (s != STATUS_OK) {
        worker_destroy(&worker);
        return s;
    }
    *out = worker;
    return STATUS_OK;
}

enum status worker_submit(struct worker *worker, worker_job_fn *job,
                          worker_done_fn *done, void *context)
{
    if (worker->unfinished >= WORKER_QUEUE_MAX)
        return STATUS_LIMIT;
    struct job *added = alloc_zeroed(sizeof *added);
    if (added == NULL)
        return STATUS_NO_MEMORY;
    *added = (struct job){.run = job, .done = done, .context = context};
    worker->unfinished++;
    (void)pthread_mutex_lock(&worker->lock);
    list_add(&worker->waiting, added);
    (void)pthread_cond_signal(&worker->has_work);
    (void)pthread_mutex_unlock(&worker->lock);
    return STATUS_OK;
}

void worker_destroy(struct worker **worker)
{
    struct worker *ended = *worker;
    if (ended == NULL)
        return;
    *worker = NULL;
    (void)pthread_mutex_lock(&ended->lock);
    ended->is_ending = true;
    (void)pthread_cond_broadcast(&ended->has_work);
    (void)pthread_mutex_unlock(&ended->lock);
    for (size_t i = 0; i < ended->thread_count; i++)
        (void)pthread_join(ended->threads[i], NULL);
    waker_destroy(&ended->waker);
    list_drop(&ended->waiting);
    list_drop(&ended->finished);
    if (ended->is_delivering)
        ended->is_destroyed = true;
    else
        release(ended);
}
