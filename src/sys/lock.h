/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/lock - one process at a time, by flock(2) on a file.
 *
 * The kernel gives it back when the process ends, however it ends. The file
 * holds the process id, for people.
 */
#ifndef SYS_LOCK_H
#define SYS_LOCK_H

#include "base/status.h"

struct lock;

/* On a disk that cannot be written, a lock that is there is taken without a
 * process id. Fails with: CONFLICT (somebody has it), IO, DENIED, NOT_FOUND, NO_MEMORY. */
MUST_USE enum status lock_take(const char *path, struct lock **out);
void lock_release(struct lock **lock); /* may be NULL */

#endif
