/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each role's sandbox, as roles/profiles has it: a child enters it and tries
 * what it must not; the kernel must refuse or kill it. What a role is for must
 * still work, or the walls would prove nothing.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "privilege/attempt.h"
#include "roles/profiles.h"
#include "sys/file.h"
#include "sys/ring.h"
#include "sys/sandbox.h"
#include "sys/socket.h"
#include "unit/test.h"

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
           (WIFEXITED(outcome) && (WEXITSTATUS(outcome) == CHILD_REFUSED ||
                                   WEXITSTATUS(outcome) == CHILD_CANNOT));
}

static void must_not(enum role role, const struct ground *ground,
                     const struct attempt *attempt)
{
    int outcome = outcome_of(role, ground, attempt->run);
    if (!is_stopped(outcome))
        fail_msg("%s: %s: wait status %#x", role_name(role), attempt->what,
                 (unsigned)outcome);
}

static void must(enum role role, const struct ground *ground,
                 const struct attempt *attempt)
{
    int outcome = outcome_of(role, ground, attempt->run);
    if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != CHILD_DID_IT)
        fail_msg("%s: cannot %s: wait status %#x", role_name(role), attempt->what,
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

static int do_abort(const struct ground *ground)
{
    (void)ground;
    abort();
}

static void try_all(enum role role)
{
    struct ground ground;
    ground_make(&ground);
    for (size_t i = 0; i < FORBIDDEN_COUNT; i++)
        must_not(role, &ground, &FORBIDDEN[i]);
    unsigned powers = role_profile(role)->powers;
    for (size_t i = 0; i < ALLOWED_COUNT; i++) {
        if ((powers & ALLOWED[i].power) == ALLOWED[i].power)
            must(role, &ground, &ALLOWED[i]);
        else
            must_not(role, &ground, &ALLOWED[i]);
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

static void courier(void **state)
{
    (void)state;
    try_all(ROLE_COURIER);
}

static void listener(void **state)
{
    (void)state;
    try_all(ROLE_LISTENER);
}

static void work(void **state)
{
    (void)state;
    try_all(ROLE_WORK);
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
static void succeeds_outside(const struct ground *ground,
                             const struct attempt *attempt)
{
    if (!attempt->is_plain)
        return;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0)
        _exit(attempt->run(ground));
    int outcome = 0;
    CHECK(waitpid(child, &outcome, 0) == child);
    if (!WIFEXITED(outcome) || WEXITSTATUS(outcome) != CHILD_DID_IT)
        fail_msg("%s: wait status %#x", attempt->what, (unsigned)outcome);
}

static void the_attempts_are_real(void **state)
{
    (void)state;
    struct ground ground;
    ground_make(&ground);
    for (size_t i = 0; i < FORBIDDEN_COUNT; i++)
        succeeds_outside(&ground, &FORBIDDEN[i]);
    for (size_t i = 0; i < ALLOWED_COUNT; i++)
        succeeds_outside(&ground, &ALLOWED[i]);
    ground_clear(&ground);
}

/* The child stays until we close our end. */
static int score_in_sandbox(enum role role)
{
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        uint8_t nothing;
        sandbox_begin(role_profile(role)->dies_first);
        bool is_in = role_sandbox(role, NULL) == STATUS_OK;
        (void)close(ends[0]);
        (void)!write(ends[1], is_in ? "y" : "n", 1);
        _exit(read(ends[1], &nothing, 1) == 0 ? 0 : 1);
    }
    char path[64];
    char answer = 0;
    int score = 0;
    (void)close(ends[1]);
    CHECK(read(ends[0], &answer, 1) == 1 && answer == 'y');
    (void)snprintf(path, sizeof path, "/proc/%d/oom_score_adj", (int)child);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL && fscanf(file, "%d", &score) == 1);
    (void)fclose(file);
    (void)close(ends[0]);
    CHECK(waitpid(child, NULL, 0) == child);
    return score;
}

/* A captured web may hold memory that the vault made for it: what the kernel
 * ends for it must not be the vault. */
static void web_is_the_first_without_memory(void **state)
{
    (void)state;
    int own = score_in_sandbox(ROLE_INGEST);
    CHECK(own < 1000);
    assert_int_equal(1000, score_in_sandbox(ROLE_WEB));
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
          TEST(web), TEST(courier), TEST(listener), TEST(work), TEST(gate),
          TEST(vault), TEST(keeper),
          TEST(files_need_a_single_thread),
          TEST(web_is_the_first_without_memory))
