/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each role's sandbox, as roles/profiles has it: a child enters it and tries
 * what it must not; the kernel must refuse or kill it. What a role is for must
 * still work, or the walls would prove nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/hash.h"
#include "roles/profiles.h"
#include "sys/file.h"
#include "sys/logger.h"
#include "sys/loop.h"
#include "sys/random.h"
#include "sys/ring.h"
#include "sys/sandbox.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"
#include "sys/worker.h"
#include "unit/test.h"

enum {
    CHILD_DID_IT = 10,   /* the attempt succeeded: a hole in the wall */
    CHILD_REFUSED = 11,  /* the kernel said no, the child lives */
    CHILD_CANNOT = 12,   /* what must work does not */
    CHILD_UNSEALED = 13, /* the sandbox could not be entered */
    SECRET_DESCRIPTOR = 50,
};

/* What every attempt may use; made before the fork. */
struct ground {
    char inside[128];
    char outside[128];
    char outside_file[160];
    int pair[2];     /* connected packets */
    int listener;    /* a TCP listener with one connection waiting */
    int connection;
    int key_file;    /* open for reading and writing */
    int unix_socket; /* bound to nothing, made before */
    int ring;
    pid_t parent;
};

typedef int attempt_fn(const struct ground *ground);

static int refused_if(bool is_refused)
{
    return is_refused ? CHILD_REFUSED : CHILD_DID_IT;
}

/* ---- what no role may ---------------------------------------------------- */

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

/* ---- what only some may --------------------------------------------------- */

static int try_open_inside(const struct ground *ground)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/new", ground->inside);
    return refused_if(open(path, O_RDWR | O_CREAT, 0600) < 0);
}

static int try_accept(const struct ground *ground)
{
    char address[SOCKET_ADDRESS_SIZE];
    int accepted = -1;
    return refused_if(socket_accept(ground->listener, address, &accepted) !=
                      STATUS_OK);
}

static void *do_nothing(void *context)
{
    return context;
}

static int try_thread(const struct ground *ground)
{
    (void)ground;
    pthread_t thread;
    if (pthread_create(&thread, NULL, do_nothing, NULL) != 0)
        return CHILD_REFUSED;
    (void)pthread_join(thread, NULL);
    return CHILD_DID_IT;
}

static int try_memfd(const struct ground *ground)
{
    (void)ground;
    int made = -1;
    struct bytes picture = bytes_of("picture", 7);
    return refused_if(sealed_memory_make(&picture, 1, &made) != STATUS_OK);
}

/* ---- what every role must be able to ------------------------------------- */

static void stop_loop(void *context, struct timer *timer)
{
    (void)timer;
    loop_stop(context);
}

static bool can_use_the_loop(void)
{
    struct loop *loop = NULL;
    struct timer *timer = NULL;
    if (loop_create(&loop) != STATUS_OK ||
        timer_make(loop, "test", stop_loop, loop, &timer) != STATUS_OK)
        return false;
    timer_start(timer, 2, 0);
    loop_run(loop);
    timer_destroy(&timer);
    loop_destroy(&loop);
    return true;
}

static bool can_use_memory(void)
{
    for (size_t size = 1; size <= 64u << 20; size *= 4) {
        uint8_t *memory = malloc(size);
        if (memory == NULL)
            return false;
        memset(memory, 1, size);
        memory = realloc(memory, size * 2);
        if (memory == NULL)
            return false;
        free(memory);
    }
    return true;
}

static bool can_talk(const struct ground *ground)
{
    char got[16];
    size_t size = 0;
    int descriptor = -1;
    return socket_send_packet(ground->pair[0], bytes_of("hello", 5),
                              ground->key_file) == STATUS_OK &&
           socket_receive_packet(ground->pair[1], got, sizeof got, &size,
                                 &descriptor) == STATUS_OK &&
           size == 5 && descriptor >= 0 && close(descriptor) == 0;
}

static bool can_use_its_descriptors(const struct ground *ground)
{
    struct stat facts;
    char block[8];
    return pwrite(ground->key_file, "12345678", 8, 0) == 8 &&
           fdatasync(ground->key_file) == 0 &&
           pread(ground->key_file, block, 8, 0) == 8 &&
           fstat(ground->key_file, &facts) == 0;
}

static bool can_compute(void)
{
    uint8_t digest[SHA256_SIZE];
    uint8_t random[32];
    struct bytes part = bytes_of("abc", 3);
    random_fill(random, sizeof random);
    log_line(LOG_DEBUG, "a line %d", 1);
    return sha256(&part, 1, digest) == STATUS_OK && digest[0] == 0xba;
}

static bool can_use_the_ring(const struct ground *ground)
{
    struct ring_writer *writer = NULL;
    uint8_t *room = NULL;
    if (ring_writer_create(ground->ring, &writer) != STATUS_OK ||
        ring_reserve(writer, 1, 100, &room) != STATUS_OK)
        return false;
    ring_commit(writer);
    ring_writer_destroy(&writer);
    return true;
}

static int do_ordinary_work(const struct ground *ground)
{
    bool works = can_use_the_loop() && can_use_memory() && can_talk(ground) &&
                 can_use_its_descriptors(ground) && can_compute() &&
                 can_use_the_ring(ground);
    return works ? CHILD_DID_IT : CHILD_CANNOT;
}

static int do_abort(const struct ground *ground)
{
    (void)ground;
    abort();
}

struct job {
    struct loop *loop;
    size_t done;
};

static void allocate_much(void *context)
{
    (void)context;
    for (size_t i = 0; i < 1000; i++)
        free(malloc(i * 100));
}

static void count_done(void *context)
{
    struct job *job = context;
    if (++job->done == 32)
        loop_stop(job->loop);
}

static int do_threaded_work(const struct ground *ground)
{
    (void)ground;
    struct job job = {0};
    struct worker *worker = NULL;
    if (loop_create(&job.loop) != STATUS_OK ||
        worker_create(job.loop, "test", 4, &worker) != STATUS_OK)
        return CHILD_CANNOT;
    for (size_t i = 0; i < 32; i++)
        if (worker_submit(worker, allocate_much, count_done, &job) !=
            STATUS_OK)
            return CHILD_CANNOT;
    loop_run(job.loop);
    worker_destroy(&worker);
    loop_destroy(&job.loop);
    return CHILD_DID_IT;
}

static void ignore_name(void *context, const char *name)
{
    (void)name;
    ++*(size_t *)context;
}

static bool use_files(const char *directory)
{
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    char path[256];
    char sub[256];
    uint64_t space = 0;
    size_t names = 0;
    (void)snprintf(path, sizeof path, "%s/state", directory);
    (void)snprintf(sub, sizeof sub, "%s/sub", directory);
    if (file_replace(layer, path, bytes_of("x", 1)) != STATUS_OK ||
        layer->make_directory(layer, sub) != STATUS_OK ||
        layer->list(layer, directory, ignore_name, &names) != STATUS_OK ||
        layer->free_bytes(layer, directory, &space) != STATUS_OK)
        return false;
    struct file *file = NULL;
    static uint8_t block[4096] __attribute__((aligned(4096)));
    (void)snprintf(path, sizeof path, "%s/sub/volume", directory);
    if (file_open(layer, path, FILE_READ | FILE_WRITE | FILE_CREATE |
                                   FILE_DIRECT, &file) != STATUS_OK ||
        file_preallocate(file, 1 << 20) != STATUS_OK ||
        file_write_at(file, 0, bytes_of(block, sizeof block)) != STATUS_OK ||
        file_sync(file) != STATUS_OK ||
        file_punch(file, 0, 4096) != STATUS_OK ||
        file_truncate(file, 0) != STATUS_OK)
        return false;
    file_close(&file);
    return layer->unlink(layer, path) == STATUS_OK && names >= 2;
}

static int do_file_work(const struct ground *ground)
{
    return use_files(ground->inside) ? CHILD_DID_IT : CHILD_CANNOT;
}

/* ---- the harness ---------------------------------------------------------- */

static int enter_and_try(enum role role, const struct ground *ground,
                         attempt_fn *attempt)
{
    const char *const directories[] = {ground->inside, NULL};
    bool has_files = (role_profile(role)->powers & SANDBOX_FILES) != 0;
    (void)dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    if (role_sandbox(role, has_files ? directories : NULL) != STATUS_OK)
        return CHILD_UNSEALED;
    return attempt(ground);
}

/* The wait status of a child that tries this in this role's sandbox. */
static int outcome_of(enum role role, const struct ground *ground,
                      attempt_fn *attempt)
{
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        _exit(enter_and_try(role, ground, attempt));
    int outcome = 0;
    CHECK(waitpid(child, &outcome, 0) == child);
    return outcome;
}

static bool is_stopped(int outcome)
{
    return (WIFSIGNALED(outcome) && WTERMSIG(outcome) == SIGSYS) ||
           (WIFEXITED(outcome) && WEXITSTATUS(outcome) == CHILD_REFUSED);
}

static void must_not(enum role role, const struct ground *ground,
                     attempt_fn *attempt, const char *what)
{
    int outcome = outcome_of(role, ground, attempt);
    if (!is_stopped(outcome))
        fail_msg("%s: %s: wait status %#x", role_name(role), what,
                 (unsigned)outcome);
}

static void must(enum role role, const struct ground *ground,
                 attempt_fn *attempt, const char *what)
{
    int outcome = outcome_of(role, ground, attempt);
    if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != CHILD_DID_IT)
        fail_msg("%s: cannot %s: wait status %#x", role_name(role), what,
                 (unsigned)outcome);
}

static void ground_make(struct ground *ground)
{
    char path[256];
    *ground = (struct ground){.parent = getpid(), .key_file = -1};
    test_directory_make(ground->inside, sizeof ground->inside);
    test_directory_make(ground->outside, sizeof ground->outside);
    (void)snprintf(ground->outside_file, sizeof ground->outside_file,
                   "%s/secret", ground->outside);
    CHECK_OK(file_replace(&FILE_LAYER_SYSTEM, ground->outside_file,
                          bytes_of("secret", 6)));
    (void)snprintf(path, sizeof path, "%s/key", ground->inside);
    ground->key_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    CHECK(ground->key_file >= 0);
    CHECK(dup2(ground->key_file, SECRET_DESCRIPTOR) == SECRET_DESCRIPTOR);
    CHECK_OK(socket_pair(ground->pair));
    CHECK_OK(socket_listen_tcp("127.0.0.1", 0, &ground->listener));
    ground->connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in where = {
        .sin_family = AF_INET,
        .sin_port = htons(socket_port(ground->listener)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    CHECK(connect(ground->connection, (const struct sockaddr *)&where,
                  sizeof where) == 0);
    ground->unix_socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK_OK(ring_make(RING_DATA_MIN, &ground->ring));
}

static void ground_clear(struct ground *ground)
{
    socket_close(&ground->key_file);
    (void)close(SECRET_DESCRIPTOR);
    socket_close(&ground->pair[0]);
    socket_close(&ground->pair[1]);
    socket_close(&ground->listener);
    socket_close(&ground->connection);
    socket_close(&ground->unix_socket);
    socket_close(&ground->ring);
    test_directory_remove(ground->inside);
    test_directory_remove(ground->outside);
}

struct attempt {
    const char *what;
    attempt_fn *run;
};

static const struct attempt FORBIDDEN[] = {
    {"read a file outside", try_read_outside},
    {"create a file outside", try_create_outside},
    {"leave by dots", try_dots},
    {"link to a file outside", try_link_out},
    {"make a symbolic link", try_symlink},
    {"move a file in", try_rename_out},
    {"truncate a file outside", try_truncate_outside},
    {"open a file by the old call", try_open_by_old_call},
    {"read a neighbour's descriptor", try_neighbours_descriptor},
    {"open a neighbour's memory", try_neighbours_memory},
    {"take a neighbour's descriptor", try_pidfd_getfd},
    {"read a neighbour's memory", try_read_memory},
    {"trace its parent", try_ptrace},
    {"signal its parent", try_kill},
    {"signal its parent's thread", try_tgkill},
    {"make a TCP socket", try_socket_tcp},
    {"make a UNIX socket", try_socket_unix},
    {"make a netlink socket", try_socket_netlink},
    {"connect a socket", try_connect},
    {"bind a socket", try_bind},
    {"send to an address", try_sendto_address},
    {"execute", try_execve},
    {"execute a descriptor", try_fexecve},
    {"fork", try_fork},
    {"fork by clone3", try_clone3},
    {"map executable memory", try_map_executable},
    {"make memory executable", try_make_executable},
    {"raise its limits", try_raise_limits},
    {"become dumpable", try_dumpable},
    {"load a program into the kernel", try_bpf},
    {"use io_uring", try_io_uring},
    {"make a namespace", try_unshare},
    {"mount", try_mount},
};

static const struct {
    unsigned power;
    struct attempt attempt;
} POWERS[] = {
    {SANDBOX_FILES, {"open a file inside", try_open_inside}},
    {SANDBOX_FILES, {"work with files", do_file_work}},
    {SANDBOX_ACCEPT, {"accept", try_accept}},
    {SANDBOX_THREADS, {"make a thread", try_thread}},
    {SANDBOX_THREADS, {"work on threads", do_threaded_work}},
    {SANDBOX_MEMFD, {"make a memfd", try_memfd}},
};

static void try_all(enum role role)
{
    struct ground ground;
    ground_make(&ground);
    for (size_t i = 0; i < sizeof FORBIDDEN / sizeof FORBIDDEN[0]; i++)
        must_not(role, &ground, FORBIDDEN[i].run, FORBIDDEN[i].what);
    must(role, &ground, do_ordinary_work, "do ordinary work");
    for (size_t i = 0; i < sizeof POWERS / sizeof POWERS[0]; i++) {
        const struct attempt *attempt = &POWERS[i].attempt;
        if ((role_profile(role)->powers & POWERS[i].power) != 0)
            must(role, &ground, attempt->run, attempt->what);
        else
            must_not(role, &ground, attempt->run, attempt->what);
    }
    int aborted = outcome_of(role, &ground, do_abort);
    CHECK(WIFSIGNALED(aborted) && WTERMSIG(aborted) == SIGABRT);
    CHECK(!WCOREDUMP(aborted));
    ground_clear(&ground);
}

static void ingest(void **state)
{
    (void)state;
    try_all(ROLE_INGEST);
}

static void web(void **state)
{
    (void)state;
    try_all(ROLE_WEB);
}

static void gate(void **state)
{
    (void)state;
    try_all(ROLE_GATE);
}

static void vault(void **state)
{
    (void)state;
    try_all(ROLE_VAULT);
}

static void keeper(void **state)
{
    (void)state;
    try_all(ROLE_KEEPER);
}

/* Without a sandbox the attempts succeed: the test can tell the difference. */
static void the_attempts_are_real(void **state)
{
    (void)state;
    struct ground ground;
    ground_make(&ground);
    static const struct attempt HARMLESS[] = {
        {"read a file", try_read_outside},
        {"create a file", try_create_outside},
        {"leave by dots", try_dots},
        {"link", try_link_out},
        {"make a symbolic link", try_symlink},
        {"open by the old call", try_open_by_old_call},
        {"read a neighbour's descriptor", try_neighbours_descriptor},
        {"signal its parent", try_kill},
        {"signal its parent's thread", try_tgkill},
        {"make a TCP socket", try_socket_tcp},
        {"make a UNIX socket", try_socket_unix},
        {"bind a socket", try_bind},
        {"fork", try_fork},
        {"fork by clone3", try_clone3},
        {"map executable memory", try_map_executable},
        {"make memory executable", try_make_executable},
        {"become dumpable", try_dumpable},
        {"make a thread", try_thread},
        {"make a memfd", try_memfd},
        {"accept", try_accept},
    };
    for (size_t i = 0; i < sizeof HARMLESS / sizeof HARMLESS[0]; i++) {
        pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0)
            _exit(HARMLESS[i].run(&ground));
        int outcome = 0;
        CHECK(waitpid(child, &outcome, 0) == child);
        if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != CHILD_DID_IT)
            fail_msg("%s: wait status %#x", HARMLESS[i].what,
                     (unsigned)outcome);
    }
    ground_clear(&ground);
}

static int try_sandbox_with_threads(const struct ground *ground)
{
    (void)ground;
    return CHILD_DID_IT;
}

static void *wait_for_ever(void *context)
{
    (void)pause();
    return context;
}

/* Landlock would not bind the older thread. */
static void files_need_a_single_thread(void **state)
{
    (void)state;
    struct ground ground;
    ground_make(&ground);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        pthread_t thread;
        (void)pthread_create(&thread, NULL, wait_for_ever, NULL);
        _exit(enter_and_try(ROLE_GATE, &ground, try_sandbox_with_threads));
    }
    int outcome = 0;
    CHECK(waitpid(child, &outcome, 0) == child);
    CHECK(WIFEXITED(outcome) && WEXITSTATUS(outcome) == CHILD_UNSEALED);
    ground_clear(&ground);
}

TEST_MAIN("privilege/roles", TEST(the_attempts_are_real), TEST(ingest),
          TEST(web), TEST(gate), TEST(vault), TEST(keeper),
          TEST(files_need_a_single_thread))
