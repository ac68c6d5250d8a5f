/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/socket_connect.h"

#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "sys/socket_address.h"
#include "sys/worker.h"
#include "unit/test.h"

struct outcome {
    struct loop *loop;
    struct socket_connect *attempt;
    unsigned calls;
    enum status status;
    int socket;
    bool cancels_inside;
    /* What may be connected to: the first so many addresses that are asked
     * for, as when a name meant something else the time before. */
    bool is_judging;
    unsigned allowed;
    unsigned judged;
};

static bool is_allowed(void *context, const struct socket_address *address,
                       bool is_name)
{
    struct outcome *outcome = context;
    struct socket_address here;
    CHECK_OK(socket_address_parse("127.0.0.1", 0, &here));
    CHECK(outcome->calls == 0); /* before anything is told */
    CHECK(is_name);
    CHECK(address->any.sa_family != AF_INET ||
          address->v4.sin_addr.s_addr == here.v4.sin_addr.s_addr);
    return outcome->judged++ < outcome->allowed;
}

static void on_done(void *context, struct socket_connect *attempt,
                    enum status status, int socket)
{
    struct outcome *outcome = context;
    CHECK(attempt == outcome->attempt);
    outcome->calls++;
    outcome->status = status;
    outcome->socket = socket;
    if (outcome->cancels_inside)
        socket_connect_cancel(&outcome->attempt);
    loop_stop(outcome->loop);
}

static struct outcome connect_as(struct outcome outcome, const char *host,
                                 uint16_t port, uint64_t timeout_ms)
{
    struct loop *loop = NULL;
    struct worker *worker = NULL;
    CHECK_OK(loop_create(&loop));
    CHECK_OK(worker_create(loop, "names", 1, &worker));
    outcome.loop = loop;
    outcome.socket = -1;
    struct socket_connect_options options = {
        .host = host,
        .port = port,
        .timeout_ms = timeout_ms,
        .worker = worker,
        .is_allowed = outcome.is_judging ? is_allowed : NULL,
    };
    CHECK_OK(socket_connect_start(loop, &options, on_done, &outcome,
                                  &outcome.attempt));
    loop_run(loop);
    CHECK(outcome.calls == 1);
    socket_connect_cancel(&outcome.attempt);
    worker_destroy(&worker);
    loop_destroy(&loop);
    return outcome;
}

static struct outcome connect_to(const char *host, uint16_t port,
                                 uint64_t timeout_ms, bool cancels_inside)
{
    return connect_as((struct outcome){.cancels_inside = cancels_inside},
                      host, port, timeout_ms);
}

static void connects_to_an_address_and_a_name(void **state)
{
    (void)state;
    AUTO(socket_close) int listener = -1;
    CHECK_OK(socket_listen_tcp("127.0.0.1", 0, &listener));
    const char *const hosts[] = {"127.0.0.1", "localhost"};
    for (size_t i = 0; i < 2; i++) {
        struct outcome outcome =
            connect_to(hosts[i], socket_port(listener), 60000, i == 0);
        CHECK_OK(outcome.status);
        size_t taken = 0;
        CHECK_OK(socket_write(outcome.socket, bytes_of("x", 1), &taken));
        socket_close(&outcome.socket);
    }
}

static bool somebody_came(int listener)
{
    int got = accept(listener, NULL, NULL);
    bool came = got >= 0;
    socket_close(&got);
    return came;
}

/* DNS rebinding: a name that was good a moment ago is judged anew, by the very
 * address that would be connected to; refused, no packet goes there. */
static void a_rebound_name_is_not_connected_to(void **state)
{
    (void)state;
    AUTO(socket_close) int listener = -1;
    CHECK_OK(socket_listen_tcp("127.0.0.1", 0, &listener));
    uint16_t port = socket_port(listener);
    struct outcome outcome =
        connect_as((struct outcome){.is_judging = true, .allowed = 1},
                   "localhost", port, 2000);
    CHECK_OK(outcome.status);
    CHECK(outcome.judged == 1 && somebody_came(listener));
    socket_close(&outcome.socket);
    outcome = connect_as((struct outcome){.is_judging = true}, "localhost",
                         port, 2000);
    CHECK_STATUS(STATUS_DENIED, outcome.status);
    CHECK(outcome.socket == -1 && outcome.judged >= 1);
    CHECK(!somebody_came(listener));
}

static void a_closed_port_refuses(void **state)
{
    (void)state;
    int listener = -1;
    CHECK_OK(socket_listen_tcp("127.0.0.1", 0, &listener));
    uint16_t port = socket_port(listener);
    socket_close(&listener);
    struct outcome outcome = connect_to("127.0.0.1", port, 60000, true);
    CHECK_STATUS(STATUS_DENIED, outcome.status);
    CHECK(outcome.socket == -1);
}

static void an_unknown_name_is_told(void **state)
{
    (void)state;
    struct outcome outcome = connect_to("no-such-host.invalid", 554, 10000,
                                        false);
    CHECK(outcome.status == STATUS_NOT_FOUND ||
          outcome.status == STATUS_AGAIN);
    CHECK(outcome.socket == -1);
}

/* A listener whose queue is full drops what comes: nobody answers. */
static void nobody_answers_in_time(void **state)
{
    (void)state;
    AUTO(socket_close) int deaf = socket(AF_INET, SOCK_STREAM, 0);
    struct socket_address where;
    CHECK_OK(socket_address_parse("127.0.0.1", 0, &where));
    CHECK(bind(deaf, &where.any, where.size) == 0);
    CHECK(listen(deaf, 0) == 0);
    CHECK_OK(socket_address_parse("127.0.0.1", socket_port(deaf), &where));
    int fillers[4];
    for (size_t i = 0; i < 4; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        (void)connect(fillers[i], &where.any, where.size);
    }
    (void)usleep(20000);
    struct outcome outcome =
        connect_to("127.0.0.1", socket_address_port(&where), 60, true);
    CHECK_STATUS(STATUS_AGAIN, outcome.status);
    CHECK(outcome.socket == -1);
    for (size_t i = 0; i < 4; i++)
        socket_close(&fillers[i]);
}

static void nothing(void *context)
{
    (void)context;
}

static void stop_loop(void *context)
{
    loop_stop(context);
}

static enum status start_and_cancel(void *context)
{
    const char *host = context;
    AUTO(loop_destroy) struct loop *loop = NULL;
    struct worker *worker = NULL;
    struct socket_connect *attempt = NULL;
    struct socket_connect_options options = {
        .host = host, .port = 9, .timeout_ms = 1000};
    enum status s = loop_create(&loop);
    if (s == STATUS_OK)
        s = worker_create(loop, "names", 1, &worker);
    options.worker = worker;
    if (s == STATUS_OK)
        s = socket_connect_start(loop, &options, on_done, NULL, &attempt);
    socket_connect_cancel(&attempt);
    /* The worker has one thread: its next job runs when the name is back. */
    if (s == STATUS_OK)
        s = worker_submit(worker, nothing, stop_loop, loop);
    if (s == STATUS_OK)
        loop_run(loop);
    worker_destroy(&worker);
    return s;
}

static void nothing_is_told_after_cancel(void **state)
{
    (void)state;
    char address[] = "127.0.0.1";
    char name[] = "localhost";
    CHECK_OK(start_and_cancel(address));
    CHECK_OK(start_and_cancel(name));
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char host[] = "127.0.0.1";
    test_every_allocation_fails(start_and_cancel, host);
}

static void bad_hosts_are_refused_at_once(void **state)
{
    (void)state;
    AUTO(loop_destroy) struct loop *loop = NULL;
    struct socket_connect *attempt = NULL;
    char host[SOCKET_HOST_MAX + 2];
    memset(host, 'x', sizeof host - 1);
    host[sizeof host - 1] = '\0';
    struct socket_connect_options options = {.host = host, .timeout_ms = 1};
    CHECK_OK(loop_create(&loop));
    CHECK_STATUS(STATUS_LIMIT, socket_connect_start(loop, &options, on_done,
                                                    NULL, &attempt));
    options.host = "camera.example";
    CHECK_STATUS(STATUS_NOT_FOUND,
                 socket_connect_start(loop, &options, on_done, NULL,
                                      &attempt));
    CHECK(attempt == NULL);
}

TEST_MAIN("sys/socket_connect", TEST(connects_to_an_address_and_a_name),
          TEST(a_rebound_name_is_not_connected_to),
          TEST(a_closed_port_refuses), TEST(an_unknown_name_is_told),
          TEST(nobody_answers_in_time), TEST(nothing_is_told_after_cancel),
          TEST(every_allocation_may_fail),
          TEST(bad_hosts_are_refused_at_once))
