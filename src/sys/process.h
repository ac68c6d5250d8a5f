/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/process - children that are this same binary, executed again.
 *
 * A child begins with standard input from /dev/null, standard output and error
 * of its parent, the descriptors that it is given, and nothing else open; with
 * default signals; in a session of its own, so that Ctrl-C reaches only the one
 * who stops the others in order; and dies with its parent (PR_SET_PDEATHSIG).
 *
 * Threads: the loop's.
 */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include <stddef.h>

#include "base/status.h"

struct loop;
struct process;

enum {
    PROCESS_ARGUMENTS_MAX = 64,
    PROCESS_DESCRIPTORS_MAX = 8,
    PROCESS_DESCRIPTOR_LAST = 63,
};

/* Descriptor `from` of ours appears as `to` (3..LAST, each once) in the child;
 * ours stays open. */
struct process_descriptor {
    int from;
    int to;
};

/* wait_status: as waitpid(2) gives it. May call process_destroy. */
typedef void process_exit_fn(void *context, struct process *process,
                             int wait_status);

/*
 * Executes /proc/self/exe with arguments (NULL-terminated, without argv[0]).
 * Fails with: NO_MEMORY, LIMIT, INTERNAL, IO (no further process).
 */
MUST_USE enum status process_spawn(struct loop *loop,
                                   const char *const *arguments,
                                   const struct process_descriptor *given,
                                   size_t given_count,
                                   process_exit_fn *on_exit, void *context,
                                   struct process **out);

int process_id(const struct process *process);

/* SIGTERM and SIGKILL; nothing where it has ended already. */
void process_terminate(struct process *process);
void process_kill(struct process *process);

/* Forgets it; one that still runs is killed and waited for. May be NULL. */
void process_destroy(struct process **process);

#endif
