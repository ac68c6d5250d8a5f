/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "sys/logger.h"
#include "sys/loop.h"

enum { HIGH_DESCRIPTOR = PROCESS_DESCRIPTOR_LAST + 1, EXEC_FAILED = 127 };

struct process {
    pid_t id;
    int descriptor; /* pidfd: readable when the process has ended */
    bool has_ended;
    struct watch *watch;
    process_exit_fn *on_exit;
    void *context;
};

static void on_event(void *context, struct watch *watch, unsigned events)
{
    struct process *process = context;
    int wait_status = 0;
    (void)watch;
    (void)events;
    if (waitpid(process->id, &wait_status, WNOHANG) != process->id)
        return;
    process->has_ended = true;
    watch_destroy(&process->watch);
    process->on_exit(process->context, process, wait_status);
}

/* ---- in the child, between fork and exec: only what is async-signal-safe ---- */

static void reset_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        (void)signal(number, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool is_given(const struct process_descriptor *given, size_t count,
                     int number)
{
    for (size_t i = 0; i < count; i++)
        if (given[i].to == number)
            return true;
    return false;
}

/* First all out of the way, then to their places: no one is overwritten. */
static bool place_descriptors(const struct process_descriptor *given,
                              size_t count)
{
    int moved[PROCESS_DESCRIPTORS_MAX];
    int last = STDERR_FILENO;
    for (size_t i = 0; i < count; i++) {
        moved[i] = fcntl(given[i].from, F_DUPFD, HIGH_DESCRIPTOR);
        if (moved[i] < 0)
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (dup2(moved[i], given[i].to) < 0)
            return false;
        if (given[i].to > last)
            last = given[i].to;
    }
    for (int number = STDERR_FILENO + 1; number < last; number++)
        if (!is_given(given, count, number))
            (void)close(number);
    return syscall(SYS_close_range, (unsigned)last + 1, ~0u, 0) == 0;
}

_Noreturn static void become(char *const *arguments, pid_t parent,
                             const struct process_descriptor *given,
                             size_t count)
{
    int null = open("/dev/null", O_RDONLY);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) /* it died before the line above */
        _exit(EXEC_FAILED);
    reset_signals();
    (void)setsid(); /* Ctrl-C is the first parent's, who stops in order */
    if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 &&
        place_descriptors(given, count))
        (void)execv("/proc/self/exe", arguments);
    _exit(EXEC_FAILED);
}

/* ---- in the parent ------------------------------------------------------------ */

static enum status start(const char *const *arguments,
                         const struct process_descriptor *given, size_t count,
                         pid_t *id)
{
    const char *list[PROCESS_ARGUMENTS_MAX + 2] = {"haechi"};
    size_t used = 1;
    while (*arguments != NULL) {
        if (used > PROCESS_ARGUMENTS_MAX)
            return STATUS_LIMIT;
        list[used++] = *arguments++;
    }
    /* execv takes char *const *, and changes nothing. */
    char *writable[PROCESS_ARGUMENTS_MAX + 2];
    memcpy(writable, list, sizeof writable);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0)
        return STATUS_IO;
    if (child == 0)
        become(writable, parent, given, count);
    *id = child;
    return STATUS_OK;
}

static bool is_possible(const struct process_descriptor *given, size_t count)
{
    if (count > PROCESS_DESCRIPTORS_MAX)
        return false;
    for (size_t i = 0; i < count; i++)
        if (given[i].to <= STDERR_FILENO ||
            given[i].to > PROCESS_DESCRIPTOR_LAST ||
            is_given(given, i, given[i].to))
            return false;
    return true;
}

static enum status watch_child(struct loop *loop, struct process *process)
{
    process->descriptor = (int)syscall(SYS_pidfd_open, process->id, 0);
    if (process->descriptor < 0)
        return STATUS_IO;
    (void)fcntl(process->descriptor, F_SETFD, FD_CLOEXEC);
    return watch_create(loop, process->descriptor, WATCH_READ, "process",
                        on_event, process, &process->watch);
}

enum status process_spawn(struct loop *loop, const char *const *arguments,
                          const struct process_descriptor *given,
                          size_t given_count, process_exit_fn *on_exit,
                          void *context, struct process **out)
{
    *out = NULL;
    if (!is_possible(given, given_count))
        return STATUS_LIMIT;
    struct process *process = alloc_zeroed(sizeof *process);
    if (process == NULL)
        return STATUS_NO_MEMORY;
    process->descriptor = -1;
    process->on_exit = on_exit;
    process->context = context;
    enum status s = start(arguments, given, given_count, &process->id);
    if (s == STATUS_OK)
        s = watch_child(loop, process);
    if (s == STATUS_OK)
        *out = process;
    else
        process_destroy(&process);
    return s;
}

int process_id(const struct process *process)
{
    return process->id;
}

static void send(const struct process *process, int signal_number)
{
    if (!process->has_ended && process->id > 0)
        (void)kill(process->id, signal_number);
}

void process_terminate(struct process *process)
{
    send(process, SIGTERM);
}

void process_kill(struct process *process)
{
    send(process, SIGKILL);
}

void process_destroy(struct process **process)
{
    struct process *old = *process;
    *process = NULL;
    if (old == NULL)
        return;
    if (!old->has_ended && old->id > 0) {
        send(old, SIGKILL);
        (void)waitpid(old->id, NULL, 0);
    }
    watch_destroy(&old->watch);
    if (old->descriptor >= 0)
        (void)close(old->descriptor);
    alloc_free(old);
}
