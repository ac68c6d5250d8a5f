/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls a role may make: one table. The first column says which
 * power a line needs (0: every role has it). What no line allows, kills.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "sys/logger.h"
#include "sys/sandbox_private.h"
#include "sys/system_error.h"

/* ---- calls without conditions ------------------------------------------- */

struct plain_call {
    unsigned power;
    int call;
};

static const struct plain_call PLAIN[] = {
    /* memory; mmap and mprotect stand below */
    {0, SCMP_SYS(brk)},
    {0, SCMP_SYS(munmap)},
    {0, SCMP_SYS(mremap)},
    {0, SCMP_SYS(madvise)},
    {0, SCMP_SYS(mlock)},
    {0, SCMP_SYS(munlock)},
    {0, SCMP_SYS(getrandom)},
    /* threads that exist, signals to ourselves */
    {0, SCMP_SYS(futex)},
    {0, SCMP_SYS(rseq)},
    {0, SCMP_SYS(set_robust_list)},
    {0, SCMP_SYS(membarrier)},
    {0, SCMP_SYS(sched_yield)},
    {0, SCMP_SYS(sched_getaffinity)},
    {0, SCMP_SYS(getcpu)},
    {0, SCMP_SYS(rt_sigaction)},
    {0, SCMP_SYS(rt_sigprocmask)},
    {0, SCMP_SYS(rt_sigreturn)},
    {0, SCMP_SYS(sigaltstack)},
    {0, SCMP_SYS(restart_syscall)},
    {0, SCMP_SYS(exit)},
    {0, SCMP_SYS(exit_group)},
    /* who and when */
    {0, SCMP_SYS(getpid)},
    {0, SCMP_SYS(gettid)},
    {0, SCMP_SYS(getppid)},
    {0, SCMP_SYS(getuid)},
    {0, SCMP_SYS(geteuid)},
    {0, SCMP_SYS(getgid)},
    {0, SCMP_SYS(getegid)},
    {0, SCMP_SYS(uname)},
    {0, SCMP_SYS(sysinfo)},
    {0, SCMP_SYS(getrusage)},
    {0, SCMP_SYS(getrlimit)},
    {0, SCMP_SYS(clock_gettime)},
    {0, SCMP_SYS(clock_getres)},
    {0, SCMP_SYS(adjtimex)}, /* reads: setting needs a capability */
    {0, SCMP_SYS(clock_adjtime)},
    {0, SCMP_SYS(gettimeofday)},
    {0, SCMP_SYS(time)},
    {0, SCMP_SYS(nanosleep)},
    {0, SCMP_SYS(clock_nanosleep)},
    /* the loop */
    {0, SCMP_SYS(epoll_create1)},
    {0, SCMP_SYS(epoll_ctl)},
    {0, SCMP_SYS(epoll_wait)},
    {0, SCMP_SYS(epoll_pwait)},
    {0, SCMP_SYS(epoll_pwait2)},
    {0, SCMP_SYS(poll)},
    {0, SCMP_SYS(ppoll)},
    {0, SCMP_SYS(eventfd2)},
    {0, SCMP_SYS(pipe2)},
    {0, SCMP_SYS(timerfd_create)},
    {0, SCMP_SYS(timerfd_settime)},
    /* descriptors that it holds or is given */
    {0, SCMP_SYS(read)},
    {0, SCMP_SYS(readv)},
    {0, SCMP_SYS(pread64)},
    {0, SCMP_SYS(preadv)},
    {0, SCMP_SYS(write)},
    {0, SCMP_SYS(writev)},
    {0, SCMP_SYS(pwrite64)},
    {0, SCMP_SYS(pwritev)},
    {0, SCMP_SYS(recvmsg)},
    {0, SCMP_SYS(recvfrom)},
    {0, SCMP_SYS(recvmmsg)},
    {0, SCMP_SYS(sendmsg)},
    {0, SCMP_SYS(shutdown)},
    {0, SCMP_SYS(getsockname)},
    {0, SCMP_SYS(getpeername)},
    {0, SCMP_SYS(close)},
    {0, SCMP_SYS(dup)},
    {0, SCMP_SYS(fstat)},
    {0, SCMP_SYS(lseek)},
    {0, SCMP_SYS(fsync)},
    {0, SCMP_SYS(fdatasync)},
    {0, SCMP_SYS(fadvise64)},
    {0, SCMP_SYS(fallocate)},
    {0, SCMP_SYS(ftruncate)},

    {SANDBOX_ACCEPT, SCMP_SYS(accept4)},

    {SANDBOX_MEMFD, SCMP_SYS(memfd_create)},

    /* names: Landlock says below which directories */
    {SANDBOX_FILES, SCMP_SYS(openat)},
    {SANDBOX_FILES, SCMP_SYS(unlink)},
    {SANDBOX_FILES, SCMP_SYS(unlinkat)},
    {SANDBOX_FILES, SCMP_SYS(rename)},
    {SANDBOX_FILES, SCMP_SYS(renameat)},
    {SANDBOX_FILES, SCMP_SYS(renameat2)},
    {SANDBOX_FILES, SCMP_SYS(mkdir)},
    {SANDBOX_FILES, SCMP_SYS(mkdirat)},
    {SANDBOX_FILES, SCMP_SYS(rmdir)},
    {SANDBOX_FILES, SCMP_SYS(stat)},
    {SANDBOX_FILES, SCMP_SYS(lstat)},
    {SANDBOX_FILES, SCMP_SYS(newfstatat)},
    {SANDBOX_FILES, SCMP_SYS(statx)},
    {SANDBOX_FILES, SCMP_SYS(statfs)},
    {SANDBOX_FILES, SCMP_SYS(fstatfs)},
    {SANDBOX_FILES, SCMP_SYS(access)},
    {SANDBOX_FILES, SCMP_SYS(faccessat)},
    {SANDBOX_FILES, SCMP_SYS(faccessat2)},
    {SANDBOX_FILES, SCMP_SYS(readlink)},
    {SANDBOX_FILES, SCMP_SYS(readlinkat)},
    {SANDBOX_FILES, SCMP_SYS(getcwd)},
    {SANDBOX_FILES, SCMP_SYS(getdents64)},
    {SANDBOX_FILES, SCMP_SYS(flock)},
    {SANDBOX_FILES, SCMP_SYS(fchmod)},
    {SANDBOX_FILES, SCMP_SYS(fchown)}, /* SQLite, as root */
    {SANDBOX_FILES, SCMP_SYS(umask)},
    {SANDBOX_FILES, SCMP_SYS(sync_file_range)},
};

/* ---- calls with conditions on their arguments ---------------------------- */

enum { NO_ARGUMENT = 6 }; /* calls have arguments 0..5 */

/* argument & mask == value, and so for a second one. */
struct condition {
    unsigned argument;
    uint64_t mask;
    uint64_t value;
};

struct careful_call {
    unsigned power;
    int call;
    struct condition first;
    struct condition second;
};

#define ANY {NO_ARGUMENT, 0, 0}
#define IS(argument, value) {argument, UINT32_MAX, (uint64_t)(value)}

#define THREAD_MUST (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD)
#define THREAD_MUST_NOT                                                        \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |             \
     CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_PTRACE)

static const struct careful_call CAREFUL[] = {
    /* no memory that can be executed */
    {0, SCMP_SYS(mmap), {2, PROT_EXEC, 0}, ANY},
    {0, SCMP_SYS(mprotect), {2, PROT_EXEC, 0}, ANY},
    /* limits are read, not set */
    {0, SCMP_SYS(prlimit64), {2, UINT64_MAX, 0}, ANY},
    /* send(2), but not to an address */
    {0, SCMP_SYS(sendto), {4, UINT64_MAX, 0}, ANY},
    /* fstat(2) as glibc makes it: by descriptor */
    {0, SCMP_SYS(newfstatat), IS(3, AT_EMPTY_PATH), ANY},
    /* what libuv does to a descriptor */
    {0, SCMP_SYS(ioctl), IS(1, FIONBIO), ANY},
    {0, SCMP_SYS(fcntl), IS(1, F_GETFL), ANY},
    {0, SCMP_SYS(fcntl), IS(1, F_SETFL), ANY},
    {0, SCMP_SYS(fcntl), IS(1, F_GETFD), ANY},
    {0, SCMP_SYS(fcntl), IS(1, F_SETFD), ANY},
    {0, SCMP_SYS(fcntl), IS(1, F_DUPFD_CLOEXEC), ANY},
    {0, SCMP_SYS(fcntl), IS(1, F_GET_SEALS), ANY},
    {SANDBOX_MEMFD, SCMP_SYS(fcntl), IS(1, F_ADD_SEALS), ANY},
    {SANDBOX_FILES, SCMP_SYS(fcntl), IS(1, F_SETLK), ANY},
    {SANDBOX_FILES, SCMP_SYS(fcntl), IS(1, F_SETLKW), ANY},
    {SANDBOX_FILES, SCMP_SYS(fcntl), IS(1, F_GETLK), ANY},
    {SANDBOX_FILES, SCMP_SYS(fcntl), IS(1, F_OFD_SETLK), ANY},
    {SANDBOX_FILES, SCMP_SYS(fcntl), IS(1, F_OFD_GETLK), ANY},
    /* sockets that it was given */
    {0, SCMP_SYS(getsockopt), IS(1, SOL_SOCKET), ANY},
    {0, SCMP_SYS(setsockopt), IS(1, SOL_SOCKET), IS(2, SO_RCVLOWAT)},
    {0, SCMP_SYS(setsockopt), IS(1, SOL_SOCKET), IS(2, SO_KEEPALIVE)},
    {0, SCMP_SYS(setsockopt), IS(1, SOL_SOCKET), IS(2, SO_LINGER)},
    {0, SCMP_SYS(setsockopt), IS(1, IPPROTO_TCP), IS(2, TCP_NODELAY)},
    {SANDBOX_THREADS,
     SCMP_SYS(clone),
     {0, THREAD_MUST | THREAD_MUST_NOT, THREAD_MUST},
     ANY},
};

/* ---- calls that fail instead of killing ---------------------------------- */

struct failing_call {
    int call;
    int error_number;
    struct condition first;
};

static const struct failing_call FAILING[] = {
    /* its flags lie in memory, where no filter sees them; glibc then takes
     * clone */
    {SCMP_SYS(clone3), ENOSYS, ANY},
    /* stdio asks whether it writes to a terminal */
    {SCMP_SYS(ioctl), ENOTTY, IS(1, TCGETS)},
};

/* ---- the filter ---------------------------------------------------------- */

static unsigned comparisons(struct condition first, struct condition second,
                            struct scmp_arg_cmp out[2])
{
    unsigned count = 0;
    const struct condition both[] = {first, second};
    for (size_t i = 0; i < 2; i++)
        if (both[i].argument != NO_ARGUMENT)
            out[count++] = (struct scmp_arg_cmp){
                .arg = both[i].argument,
                .op = SCMP_CMP_MASKED_EQ,
                .datum_a = both[i].mask,
                .datum_b = both[i].value,
            };
    return count;
}

static int add_plain(scmp_filter_ctx filter, unsigned powers)
{
    int failed = 0;
    for (size_t i = 0; failed == 0 && i < sizeof PLAIN / sizeof PLAIN[0]; i++)
        if ((PLAIN[i].power & powers) == PLAIN[i].power)
            failed = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW,
                                            PLAIN[i].call, 0, NULL);
    return failed;
}

static int add_careful(scmp_filter_ctx filter, unsigned powers)
{
    int failed = 0;
    struct scmp_arg_cmp tests[2];
    for (size_t i = 0; failed == 0 && i < sizeof CAREFUL / sizeof CAREFUL[0];
         i++) {
        const struct careful_call *line = &CAREFUL[i];
        /* A line without conditions may stand above for the same call. */
        if ((line->power & powers) != line->power ||
            (line->call == SCMP_SYS(newfstatat) &&
             (powers & SANDBOX_FILES) != 0))
            continue;
        unsigned count = comparisons(line->first, line->second, tests);
        failed = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, line->call,
                                        count, tests);
    }
    return failed;
}

/* Signals only to ourselves: abort(3) must still work. */
static int add_own_signals(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp own = {
        .arg = 0,
        .op = SCMP_CMP_MASKED_EQ,
        .datum_a = UINT32_MAX,
        .datum_b = (uint64_t)getpid(),
    };
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                                  &own);
}

static int add_failing(scmp_filter_ctx filter)
{
    int failed = 0;
    struct scmp_arg_cmp tests[2];
    for (size_t i = 0; failed == 0 && i < sizeof FAILING / sizeof FAILING[0];
         i++) {
        const struct failing_call *line = &FAILING[i];
        unsigned count =
            comparisons(line->first, (struct condition)ANY, tests);
        failed = seccomp_rule_add_array(
            filter, SCMP_ACT_ERRNO((uint16_t)line->error_number), line->call,
            count, tests);
    }
    return failed;
}

static int build_and_load(scmp_filter_ctx filter, unsigned powers)
{
    /* All threads, not only this one; other architectures' calls kill too. */
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (failed == 0)
        failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
                                  SCMP_ACT_KILL_PROCESS);
    if (failed == 0)
        failed = add_plain(filter, powers);
    if (failed == 0)
        failed = add_careful(filter, powers);
    if (failed == 0)
        failed = add_own_signals(filter);
    if (failed == 0)
        failed = add_failing(filter);
    /* A binary tree instead of a list: the filter runs at every call. */
    if (failed == 0)
        failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    return failed == 0 ? seccomp_load(filter) : failed;
}

enum status sandbox_calls(const struct sandbox *sandbox)
{
    if (SANITIZER_BUILD) {
        log_line(LOG_WARNING, "sandbox: sanitizer build, calls not limited");
        return STATUS_OK;
    }
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == NULL)
        return STATUS_INTERNAL;
    int failed = build_and_load(filter, sandbox->powers);
    seccomp_release(filter);
    if (failed == 0)
        return STATUS_OK;
    log_line(LOG_ERROR, "sandbox: seccomp: %s", system_error_text(-failed));
    return STATUS_INTERNAL;
}
