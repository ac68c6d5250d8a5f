/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/loop.h"
#include "sys/signals.h"
#include "sys/socket.h"
#include "unit/test.h"

enum { CODE = 42, WAIT_MS = 60000 };

/* ---- what the children do: this binary again, with arguments ------------- */

/* Reports its descriptors, and what of the parent it has inherited. */
static int child_report(void)
{
    char report[512] = "";
    size_t size = 0;
    for (int i = 0; i < 1024; i++)
        if (fcntl(i, F_GETFD) >= 0)
            size += (size_t)snprintf(report + size, sizeof report - size,
                                     "%d ", i);
    sigset_t blocked;
    (void)sigprocmask(SIG_BLOCK, NULL, &blocked);
    struct sigaction pipe_action;
    (void)sigaction(SIGPIPE, NULL, &pipe_action);
    size += (size_t)snprintf(report + size, sizeof report - size,
                             "blocked %d ignored %d session %d",
                             sigismember(&blocked, SIGTERM),
                             pipe_action.sa_handler == SIG_IGN,
                             getsid(0) == getpid());
    return write(3, report, size) == (ssize_t)size ? CODE : 1;
}

static int child_main(const char *what)
{
    if (strcmp(what, "report") == 0)
        return child_report();
    if (strcmp(what, "abort") == 0)
        abort();
    if (write(3, "up", 2) != 2)
        return 1;
    for (;;)
        (void)pause();
}

/* A child that has a child, and is killed: the grandchild must go too. */
static int parent_main(void)
{
    struct loop *loop = NULL;
    struct process *process = NULL;
    const char *const arguments[] = {"child", "wait", NULL};
    const struct process_descriptor given = {3, 3};
    if (loop_create(&loop) != STATUS_OK ||
        process_spawn(loop, arguments, &given, 1, NULL, NULL, &process) !=
            STATUS_OK)
        return 1;
    for (;;)
        (void)pause();
}

/* ---- tests --------------------------------------------------------------- */

struct life {
    struct loop *loop;
    struct process *process;
    int wait_status;
    unsigned ends;
};

static void on_exit_stop(void *context, struct process *process,
                         int wait_status)
{
    struct life *life = context;
    CHECK(process == life->process);
    life->wait_status = wait_status;
    life->ends++;
    process_destroy(&life->process);
    loop_stop(life->loop);
}

static void a_child_gets_what_it_is_given_and_no_more(void **state)
{
    (void)state;
    struct life life = {0};
    int ends[2];
    int extra = open("/dev/null", O_RDONLY); /* without close-on-exec */
    CHECK_OK(loop_create(&life.loop));
    CHECK_OK(socket_pair(ends));
    (void)signal(SIGPIPE, SIG_IGN);
    sigset_t term;
    sigset_t before;
    (void)sigemptyset(&term);
    (void)sigaddset(&term, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &term, &before);
    /* Crosswise: each number is the other's target. */
    const struct process_descriptor given[] = {{ends[0], 3}, {ends[0], 5}};
    const char *const arguments[] = {"child", "report", NULL};
    CHECK_OK(process_spawn(life.loop, arguments, given, 2, on_exit_stop,
                           &life, &life.process));
    CHECK(process_id(life.process) > 0);
    loop_run(life.loop);
    CHECK(life.ends == 1);
    CHECK(WIFEXITED(life.wait_status));
    assert_int_equal(CODE, WEXITSTATUS(life.wait_status));
    char report[512] = "";
    size_t size = 0;
    int descriptor = -1;
    CHECK_OK(socket_receive_packet(ends[1], report, sizeof report - 1, &size,
                                   &descriptor));
    assert_string_equal("0 1 2 3 5 blocked 0 ignored 0 session 1", report);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    socket_close(&ends[0]);
    socket_close(&ends[1]);
    socket_close(&extra);
    loop_destroy(&life.loop);
}

static void an_abort_is_told_as_such(void **state)
{
    (void)state;
    struct life life = {0};
    CHECK_OK(loop_create(&life.loop));
    const char *const arguments[] = {"child", "abort", NULL};
    CHECK_OK(process_spawn(life.loop, arguments, NULL, 0, on_exit_stop, &life,
                           &life.process));
    loop_run(life.loop);
    CHECK(WIFSIGNALED(life.wait_status));
    assert_int_equal(SIGABRT, WTERMSIG(life.wait_status));
    loop_destroy(&life.loop);
}

static void wait_until_up(int end)
{
    char word[8];
    size_t size = 0;
    int descriptor = -1;
    CHECK_OK(socket_wait_readable(end, WAIT_MS));
    CHECK_OK(socket_receive_packet(end, word, sizeof word, &size,
                                   &descriptor));
}

static void a_child_is_terminated_or_killed(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct life life = {0};
        int ends[2];
        CHECK_OK(loop_create(&life.loop));
        CHECK_OK(socket_pair(ends));
        const struct process_descriptor given = {ends[0], 3};
        const char *const arguments[] = {"child", "wait", NULL};
        CHECK_OK(process_spawn(life.loop, arguments, &given, 1, on_exit_stop,
                               &life, &life.process));
        socket_close(&ends[0]);
        wait_until_up(ends[1]);
        if (i == 0)
            process_terminate(life.process);
        if (i == 1)
            process_kill(life.process);
        if (i == 2) { /* destroy kills and reaps, and tells nothing */
            process_destroy(&life.process);
            CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
        }
        loop_run(life.loop);
        CHECK(life.ends == (i < 2));
        if (i < 2)
            assert_int_equal(i == 0 ? SIGTERM : SIGKILL,
                             WTERMSIG(life.wait_status));
        socket_close(&ends[1]);
        loop_destroy(&life.loop);
    }
}

static void a_child_dies_with_its_parent(void **state)
{
    (void)state;
    struct life life = {0};
    int ends[2];
    CHECK_OK(loop_create(&life.loop));
    CHECK_OK(socket_pair(ends));
    const struct process_descriptor given = {ends[0], 3};
    const char *const arguments[] = {"parent", NULL};
    CHECK_OK(process_spawn(life.loop, arguments, &given, 1, on_exit_stop,
                           &life, &life.process));
    socket_close(&ends[0]);
    wait_until_up(ends[1]); /* the grandchild runs */
    process_kill(life.process);
    loop_run(life.loop);
    CHECK(life.ends == 1);
    char byte;
    size_t size = 0;
    int descriptor = -1;
    CHECK_OK(socket_wait_readable(ends[1], WAIT_MS));
    CHECK_STATUS(STATUS_END, socket_receive_packet(ends[1], &byte, 1, &size,
                                                   &descriptor));
    socket_close(&ends[1]);
    loop_destroy(&life.loop);
}

static void impossible_numbers_are_refused(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    CHECK_OK(loop_create(&loop));
    const char *const arguments[] = {"child", "wait", NULL};
    const struct process_descriptor bad[][2] = {
        {{0, 2}, {0, 3}},
        {{0, 3}, {0, 3}},
        {{0, 3}, {0, PROCESS_DESCRIPTOR_LAST + 1}},
    };
    for (size_t i = 0; i < 3; i++) {
        struct process *process = NULL;
        CHECK_STATUS(STATUS_LIMIT,
                     process_spawn(loop, arguments, bad[i], 2, NULL, NULL,
                                   &process));
        CHECK(process == NULL);
    }
}

static enum status spawn_and_kill(void *context)
{
    (void)context;
    AUTO(loop_destroy) struct loop *loop = NULL;
    struct process *process = NULL;
    const char *const arguments[] = {"child", "wait", NULL};
    enum status s = loop_create(&loop);
    if (s == STATUS_OK)
        s = process_spawn(loop, arguments, NULL, 0, NULL, NULL, &process);
    process_destroy(&process);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    test_every_allocation_fails(spawn_and_kill, NULL);
    CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

/* ---- signals ------------------------------------------------------------- */

struct heard {
    struct loop *loop;
    struct signals *signals;
    int numbers[2];
    size_t count;
};

static void on_signal(void *context, int signal_number)
{
    struct heard *heard = context;
    heard->numbers[heard->count++] = signal_number;
    if (heard->count == 2) {
        signals_destroy(&heard->signals);
        loop_stop(heard->loop);
    }
}

static void signals_arrive_in_the_loop(void **state)
{
    (void)state;
    struct heard heard = {0};
    const int numbers[] = {SIGHUP, SIGTERM};
    CHECK_OK(loop_create(&heard.loop));
    CHECK_OK(signals_create(heard.loop, numbers, 2, on_signal, &heard,
                            &heard.signals));
    CHECK(kill(getpid(), SIGHUP) == 0);
    CHECK(kill(getpid(), SIGTERM) == 0);
    loop_run(heard.loop);
    CHECK(heard.count == 2);
    CHECK(heard.numbers[0] == SIGHUP && heard.numbers[1] == SIGTERM);
    loop_destroy(&heard.loop);
}

int main(int count, char **arguments)
{
    if (count > 2 && strcmp(arguments[1], "child") == 0)
        return child_main(arguments[2]);
    if (count > 1 && strcmp(arguments[1], "parent") == 0)
        return parent_main();
    const struct CMUnitTest tests[] = {
        TEST(a_child_gets_what_it_is_given_and_no_more),
        TEST(an_abort_is_told_as_such),
        TEST(a_child_is_terminated_or_killed),
        TEST(a_child_dies_with_its_parent),
        TEST(impossible_numbers_are_refused),
        TEST(every_allocation_may_fail),
        TEST(signals_arrive_in_the_loop),
    };
    return cmocka_run_group_tests_name("sys/process", tests, NULL, NULL);
}
