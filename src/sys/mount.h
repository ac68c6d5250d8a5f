/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/mount - what a directory stands on, and where memory may be written to:
 * for the warnings of `haechi check`.
 *
 * Sources: statfs(2), /proc/self/mountinfo (proc(5)), /proc/swaps, the dm and
 * power folders of sysfs.
 *
 * Threads: any.
 */
#ifndef SYS_MOUNT_H
#define SYS_MOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

enum { MOUNT_TYPE_SIZE = 32 };

struct mount {
    uint64_t device; /* the same number: the same file system */
    bool is_mount_point;
    bool rewrites;   /* an overwritten block stays elsewhere: copy-on-write,
                      * network, or a journal of data */
    char type[MOUNT_TYPE_SIZE]; /* such as "ext4" */
};

/* Fails with: NOT_FOUND, IO, DENIED. */
MUST_USE enum status mount_find(const char *path, struct mount *out);

/* Whether pages may be swapped out to a device that nothing encrypts. */
bool mount_has_open_swap(void);

/* Whether the machine is set up to write its memory to a disk. */
bool mount_may_hibernate(void);

#endif
