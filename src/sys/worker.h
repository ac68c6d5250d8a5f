/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/worker - threads for what may block: a disk, a slow hash.
 *
 * A job runs on one of the worker's threads; afterwards its done function
 * runs in the loop. A worker of one thread runs its jobs one after another, in
 * the order of their submission. A role creates it after its sandbox is entered
 * (SANDBOX_THREADS): Landlock binds only threads made later.
 *
 * Threads: all calls are the loop's.
 */
#ifndef SYS_WORKER_H
#define SYS_WORKER_H

#include <stddef.h>

#include "base/status.h"

struct loop;
struct worker;

enum {
    WORKER_THREADS_MAX = 8,
    WORKER_QUEUE_MAX = 1024, /* jobs waiting or running */
};

typedef void worker_job_fn(void *context);  /* on a thread of its own */
typedef void worker_done_fn(void *context); /* in the loop */

/* name: static storage. Fails with: NO_MEMORY, LIMIT (threads), INTERNAL. */
MUST_USE enum status worker_create(struct loop *loop, const char *name,
                                   size_t threads, struct worker **out);

/* done runs exactly once, unless the worker is destroyed before. Fails with:
 * NO_MEMORY, LIMIT (queue full). */
MUST_USE enum status worker_submit(struct worker *worker, worker_job_fn *job,
                                   worker_done_fn *done, void *context);

/* Waits for jobs that run; drops the others. No done function runs after. */
void worker_destroy(struct worker **worker);

#endif
