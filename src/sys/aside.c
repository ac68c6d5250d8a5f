/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/aside.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

#include "base/alloc.h"

struct aside {
    pthread_t thread;
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t changed;
    aside_job_fn *job; /* NULL: none waits */
    void *context;
    bool is_running;
    bool is_ending;
};

static void *work(void *context)
{
    struct aside *aside = context;
    (void)pthread_mutex_lock(&aside->lock);
    while (!aside->is_ending) {
        aside_job_fn *job = aside->job;
        if (job == NULL) {
            (void)pthread_cond_wait(&aside->changed, &aside->lock);
            continue;
        }
        aside->job = NULL;
        aside->is_running = true;
        (void)pthread_mutex_unlock(&aside->lock);
        job(aside->context);
        (void)pthread_mutex_lock(&aside->lock);
        aside->is_running = false;
        (void)pthread_cond_broadcast(&aside->changed);
    }
    (void)pthread_mutex_unlock(&aside->lock);
    return NULL;
}

enum status aside_create(struct aside **out)
{
    sigset_t all;
    sigset_t before;
    struct aside *aside = alloc_zeroed(sizeof *aside);
    *out = NULL;
    if (aside == NULL)
        return STATUS_NO_MEMORY;
    (void)pthread_mutex_init(&aside->lock, NULL);
    (void)pthread_cond_init(&aside->changed, NULL);
    (void)sigfillset(&all); /* signals are the caller's */
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&aside->thread, NULL, work, aside);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result == 0) {
        *out = aside;
        return STATUS_OK;
    }
    (void)pthread_cond_destroy(&aside->changed);
    (void)pthread_mutex_destroy(&aside->lock);
    alloc_free(aside);
    return STATUS_LIMIT;
}

void aside_begin(struct aside *aside, aside_job_fn *job, void *context)
{
    if (aside == NULL)
        return;
    (void)pthread_mutex_lock(&aside->lock);
    aside->job = job;
    aside->context = context;
    (void)pthread_cond_broadcast(&aside->changed);
    (void)pthread_mutex_unlock(&aside->lock);
}

void aside_end(struct aside *aside)
{
    if (aside == NULL)
        return;
    (void)pthread_mutex_lock(&aside->lock);
    aside->job = NULL;
    while (aside->is_running)
        (void)pthread_cond_wait(&aside->changed, &aside->lock);
    (void)pthread_mutex_unlock(&aside->lock);
}

void aside_destroy(struct aside **aside)
{
    struct aside *ended = *aside;
    *aside = NULL;
    if (ended == NULL)
        return;
    (void)pthread_mutex_lock(&ended->lock);
    ended->job = NULL;
    ended->is_ending = true;
    (void)pthread_cond_broadcast(&ended->changed);
    (void)pthread_mutex_unlock(&ended->lock);
    (void)pthread_join(ended->thread, NULL);
    (void)pthread_cond_destroy(&ended->changed);
    (void)pthread_mutex_destroy(&ended->lock);
    alloc_free(ended);
}
