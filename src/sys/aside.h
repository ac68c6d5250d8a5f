/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/aside - one thread beside the caller's, for work of which the caller does
 * a part itself: it begins a job, works, and takes it back. A job that has not
 * been begun by then is not waited for: on a busy machine nothing is slower than
 * without it.
 *
 *   aside_begin(aside, job, context);
 *   ... the caller's part ...
 *   aside_end(aside);      job is not running any more, and perhaps never ran
 *
 * Threads: the calls are the caller's; job runs on either.
 */
#ifndef SYS_ASIDE_H
#define SYS_ASIDE_H

#include "base/status.h"

struct aside;

typedef void aside_job_fn(void *context);

/* Fails with: NO_MEMORY, LIMIT (no thread to be had). */
MUST_USE enum status aside_create(struct aside **out);

/* NULL: nothing runs aside. */
void aside_begin(struct aside *aside, aside_job_fn *job, void *context);
void aside_end(struct aside *aside);

/* Ends its thread. */
void aside_destroy(struct aside **aside);

#endif
