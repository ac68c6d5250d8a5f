/* SPDX-License-Identifier: Apache-2.0 */
/* What no role may. */
#include "privilege/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static int refused_if(bool is_refused)
{
    return is_refused ? CHILD_REFUSED : CHILD_DID_IT;
}

static int try_read_outside(const struct ground *ground)
{
    return refused_if(open(ground->outside_file, O_RDONLY) < 0);
}

static int try_create_outside(const struct ground *ground)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/new", ground->outside);
    return refused_if(open(path, O_WRONLY | O_CREAT, 0600) < 0);
}

static int try_dots(const struct ground *ground)
{
    char path[400];
    (void)snprintf(path, sizeof path, "%s/../%s", ground->inside,
                   strrchr(ground->outside, '/') + 1);
    return refused_if(open(path, O_RDONLY | O_DIRECTORY) < 0);
}

static int try_link_out(const struct ground *ground)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/link", ground->inside);
    return refused_if(link(ground->outside_file, path) != 0);
}

static int try_symlink(const struct ground *ground)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/symlink", ground->inside);
    return refused_if(symlink(ground->outside_file, path) != 0);
}

static int try_rename_out(const struct ground *ground)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/stolen", ground->inside);
    return refused_if(rename(ground->outside_file, path) != 0);
}

static int try_truncate_outside(const struct ground *ground)
{
    return refused_if(truncate(ground->outside_file, 0) != 0);
}

static int try_neighbours_descriptor(const struct ground *ground)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)ground->parent,
                   SECRET_DESCRIPTOR);
    return refused_if(open(path, O_RDONLY) < 0);
}

static int try_neighbours_memory(const struct ground *ground)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%d/mem", (int)ground->parent);
    return refused_if(open(path, O_RDWR) < 0);
}

static int try_pidfd_getfd(const struct ground *ground)
{
    int pidfd = (int)syscall(SYS_pidfd_open, ground->parent, 0);
    return refused_if(
        pidfd < 0 || syscall(SYS_pidfd_getfd, pidfd, SECRET_DESCRIPTOR, 0) < 0);
}

static int try_read_memory(const struct ground *ground)
{
    char byte = 0;
    struct iovec here = {&byte, 1};
    struct iovec there = {(void *)(uintptr_t)ground, 1};
    return refused_if(process_vm_readv(ground->parent, &here, 1, &there, 1,
                                       0) != 1);
}

static int try_ptrace(const struct ground *ground)
{
    return refused_if(ptrace(PTRACE_ATTACH, ground->parent, NULL, NULL) != 0);
}

static int try_kill(const struct ground *ground)
{
    return refused_if(kill(ground->parent, 0) != 0);
}

static int try_tgkill(const struct ground *ground)
{
    return refused_if(syscall(SYS_tgkill, ground->parent, ground->parent, 0) !=
                      0);
}

static int try_socket_tcp(const struct ground *ground)
{
    (void)ground;
    return refused_if(socket(AF_INET, SOCK_STREAM, 0) < 0);
}

static int try_socket_unix(const struct ground *ground)
{
    (void)ground;
    return refused_if(socket(AF_UNIX, SOCK_STREAM, 0) < 0);
}

static int try_socket_netlink(const struct ground *ground)
{
    (void)ground;
    return refused_if(socket(AF_NETLINK, SOCK_RAW, 0) < 0);
}

static int try_connect(const struct ground *ground)
{
    struct sockaddr_un where = {.sun_family = AF_UNIX, .sun_path = "/x"};
    return refused_if(connect(ground->unix_socket,
                              (const struct sockaddr *)&where,
                              sizeof where) != 0);
}

static int try_bind(const struct ground *ground)
{
    struct sockaddr_un where = {.sun_family = AF_UNIX};
    return refused_if(bind(ground->unix_socket,
                           (const struct sockaddr *)&where,
                           sizeof(sa_family_t)) != 0);
}

static int try_execve(const struct ground *ground)
{
    (void)ground;
    char *const arguments[] = {NULL};
    (void)execve("/bin/true", arguments, arguments);
    return CHILD_REFUSED;
}

static int try_fexecve(const struct ground *ground)
{
    char *const arguments[] = {NULL};
    (void)fexecve(ground->key_file, arguments, arguments);
    return CHILD_REFUSED;
}

static int try_fork(const struct ground *ground)
{
    (void)ground;
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return refused_if(child < 0);
}

static int try_clone3(const struct ground *ground)
{
    (void)ground;
    uint64_t arguments[11] = {0}; /* struct clone_args: a plain fork */
    arguments[4] = SIGCHLD;
    long child = syscall(SYS_clone3, arguments, sizeof arguments);
    if (child == 0)
        _exit(0);
    return refused_if(child < 0);
}

static int try_map_executable(const struct ground *ground)
{
    (void)ground;
    return refused_if(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
}

static int try_make_executable(const struct ground *ground)
{
    (void)ground;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return CHILD_CANNOT;
    return refused_if(mprotect(page, 4096, PROT_READ | PROT_EXEC) != 0);
}

static int try_raise_limits(const struct ground *ground)
{
    (void)ground;
    const struct rlimit core = {1 << 20, 1 << 20};
    return refused_if(setrlimit(RLIMIT_CORE, &core) != 0);
}

static int try_dumpable(const struct ground *ground)
{
    (void)ground;
    return refused_if(syscall(SYS_prctl, 4, 1, 0, 0, 0) != 0);
}

static int try_bpf(const struct ground *ground)
{
    (void)ground;
    union bpf_attr none = {0};
    return refused_if(syscall(SYS_bpf, BPF_MAP_CREATE, &none, sizeof none) <
                      0);
}

static int try_io_uring(const struct ground *ground)
{
    (void)ground;
    uint8_t parameters[120] = {0};
    return refused_if(syscall(SYS_io_uring_setup, 4, parameters) < 0);
}

static int try_unshare(const struct ground *ground)
{
    (void)ground;
    return refused_if(unshare(CLONE_NEWUSER) != 0);
}

static int try_open_by_old_call(const struct ground *ground)
{
    return refused_if(syscall(SYS_open, ground->outside_file, O_RDONLY) < 0);
}

static int try_mount(const struct ground *ground)
{
    return refused_if(syscall(SYS_mount, "none", ground->inside, "tmpfs", 0,
                              NULL) != 0);
}

static int try_sendto_address(const struct ground *ground)
{
    struct sockaddr_un where = {.sun_family = AF_UNIX, .sun_path = "/x"};
    return refused_if(sendto(ground->pair[0], "x", 1, 0,
                             (const struct sockaddr *)&where,
                             sizeof where) < 0);
}

const struct attempt FORBIDDEN[] = {
    {"read a file outside", try_read_outside, 0, 1},
    {"create a file outside", try_create_outside, 0, 1},
    {"leave by dots", try_dots, 0, 1},
    {"link to a file outside", try_link_out, 0, 1},
    {"make a symbolic link", try_symlink, 0, 1},
    {"move a file in", try_rename_out, 0, 0},
    {"truncate a file outside", try_truncate_outside, 0, 0},
    {"open a file by the old call", try_open_by_old_call, 0, 1},
    {"read a neighbour's descriptor", try_neighbours_descriptor, 0, 1},
    {"open a neighbour's memory", try_neighbours_memory, 0, 0},
    {"take a neighbour's descriptor", try_pidfd_getfd, 0, 0},
    {"read a neighbour's memory", try_read_memory, 0, 0},
    {"trace its parent", try_ptrace, 0, 0},
    {"signal its parent", try_kill, 0, 1},
    {"signal its parent's thread", try_tgkill, 0, 1},
    {"make a TCP socket", try_socket_tcp, 0, 1},
    {"make a UNIX socket", try_socket_unix, 0, 1},
    {"make a netlink socket", try_socket_netlink, 0, 0},
    {"connect a socket", try_connect, 0, 0},
    {"bind a socket", try_bind, 0, 1},
    {"send to an address", try_sendto_address, 0, 0},
    {"execute", try_execve, 0, 0},
    {"execute a descriptor", try_fexecve, 0, 0},
    {"fork", try_fork, 0, 1},
    {"fork by clone3", try_clone3, 0, 1},
    {"map executable memory", try_map_executable, 0, 1},
    {"make memory executable", try_make_executable, 0, 1},
    {"raise its limits", try_raise_limits, 0, 0},
    {"become dumpable", try_dumpable, 0, 1},
    {"load a program into the kernel", try_bpf, 0, 0},
    {"use io_uring", try_io_uring, 0, 0},
    {"make a namespace", try_unshare, 0, 0},
    {"mount", try_mount, 0, 0},
};

const size_t FORBIDDEN_COUNT = sizeof FORBIDDEN / sizeof FORBIDDEN[0];
