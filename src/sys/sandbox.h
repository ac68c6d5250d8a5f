/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/sandbox - the one ritual that strips a role before it reads a byte of
 * anybody's.
 *
 * Order: (sandbox_begin, at the start of the process, and again here: core
 * dumps off, not dumpable,) resource limits, capabilities dropped
 * (but those that let root use files and locked memory), no_new_privs,
 * Landlock (best effort: absent on old kernels, said in the log), seccomp
 * (compulsory).
 *
 * After it no call opens a socket, connects, executes, traces, signals another
 * process or maps executable memory. What is not in the table of
 * sandbox_calls.c ends the process with SIGSYS. Warm up before it whatever
 * opens files at its first use (OpenSSL reads its configuration).
 *
 * Threads: Landlock binds the calling thread and those it makes later, so a
 * role with SANDBOX_FILES enters with one thread and makes workers afterwards.
 */
#ifndef SYS_SANDBOX_H
#define SYS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

/* What a role may still do; the rest kills it (SIGSYS). */
enum sandbox_power {
    SANDBOX_FILES = 1,        /* open, create, unlink below its directories */
    SANDBOX_ACCEPT = 2,       /* accept on listening sockets it was given   */
    SANDBOX_THREADS = 4,      /* further threads of its own                 */
    SANDBOX_MEMFD = 8,        /* memfd_create, to hand pictures over        */
};

struct sandbox {
    const char *name;
    unsigned powers;                /* enum sandbox_power */
    const char *const *directories; /* for SANDBOX_FILES; NULL-terminated;
                                     * NULL: none */
    size_t descriptors_max;         /* RLIMIT_NOFILE */
};

/*
 * The first thing of a process that will hold secrets: no core dump and no
 * tracing from here on, and as much memory may be locked as the hard limit
 * says. dies_first: as in struct sandbox, which needs a file that a process
 * which cannot be dumped may not open. Logs what is refused.
 */
void sandbox_begin(bool dies_first);

/* Fails with: INTERNAL (refused, or too many threads: the role must exit). */
MUST_USE enum status sandbox_enter(const struct sandbox *sandbox);

#endif
