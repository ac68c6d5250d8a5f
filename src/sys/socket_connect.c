/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/socket_connect.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "sys/loop.h"
#include "sys/socket.h"
#include "sys/socket_address.h"
#include "sys/system_error.h"
#include "sys/worker.h"

struct socket_connect {
    struct loop *loop;
    struct watch *watch;
    struct timer *timer;
    int socket;
    char host[SOCKET_HOST_MAX + 1];
    uint16_t port;
    struct socket_address address;
    enum status resolved;
    bool is_resolving; /* the worker holds this memory */
    bool is_cancelled;
    socket_connect_fn *on_done;
    void *context;
    bool (*is_allowed)(void *context, const struct socket_address *address,
                       bool is_name);
};

static void release_handles(struct socket_connect *connecting)
{
    watch_destroy(&connecting->watch);
    timer_destroy(&connecting->timer);
    socket_close(&connecting->socket);
}

/* The callee may cancel inside: nothing of ours is touched afterwards. */
static void finish(struct socket_connect *connecting, enum status status)
{
    int socket = -1;
    if (status == STATUS_OK) {
        socket = connecting->socket;
        connecting->socket = -1;
    }
    release_handles(connecting);
    connecting->on_done(connecting->context, connecting, status, socket);
}

static enum status connection_error(int error_number)
{
    if (error_number == ECONNREFUSED)
        return STATUS_DENIED;
    enum status s = system_error_status(error_number);
    return s == STATUS_NO_MEMORY ? s : STATUS_IO;
}

static void on_writable(void *context, struct watch *watch, unsigned events)
{
    struct socket_connect *connecting = context;
    int error_number = 0;
    socklen_t size = sizeof error_number;
    (void)watch;
    (void)events;
    if (getsockopt(connecting->socket, SOL_SOCKET, SO_ERROR, &error_number,
                   &size) != 0)
        error_number = errno;
    finish(connecting, error_number == 0 ? STATUS_OK
                                         : connection_error(error_number));
}

static void on_time(void *context, struct timer *timer)
{
    (void)timer;
    finish(context, STATUS_AGAIN);
}

static enum status connect_address(struct socket_connect *connecting,
                                   bool is_name)
{
    const struct socket_address *address = &connecting->address;
    if (connecting->is_allowed != NULL &&
        !connecting->is_allowed(connecting->context, address, is_name))
        return STATUS_DENIED;
    connecting->socket =
        socket(address->any.sa_family,
               SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (connecting->socket < 0)
        return system_error_status(errno);
    if (connect(connecting->socket, &address->any, address->size) != 0 &&
        errno != EINPROGRESS)
        return connection_error(errno);
    return watch_create(connecting->loop, connecting->socket, WATCH_WRITE,
                        "connect", on_writable, connecting,
                        &connecting->watch);
}

/* ---- names --------------------------------------------------------------------- */

static void resolve(void *context)
{
    struct socket_connect *connecting = context;
    const struct addrinfo wanted = {
        .ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_ADDRCONFIG,
    };
    struct addrinfo *found = NULL;
    connecting->resolved = STATUS_NOT_FOUND;
    if (getaddrinfo(connecting->host, NULL, &wanted, &found) != 0)
        return;
    char numeric[SOCKET_ADDRESS_SIZE];
    struct socket_address address = {.size = found->ai_addrlen};
    if (found->ai_addrlen <= sizeof address.storage) {
        memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
        socket_address_format(&address, numeric);
        connecting->resolved = socket_address_parse(
            numeric, connecting->port, &connecting->address);
    }
    freeaddrinfo(found);
}

static void on_resolved(void *context)
{
    struct socket_connect *connecting = context;
    connecting->is_resolving = false;
    if (connecting->is_cancelled) {
        alloc_free(connecting);
        return;
    }
    if (connecting->timer == NULL)
        return; /* the time limit came first, and was told */
    enum status s = connecting->resolved;
    if (s == STATUS_OK)
        s = connect_address(connecting, true);
    if (s != STATUS_OK)
        finish(connecting, s);
}

static enum status begin(struct socket_connect *connecting,
                         struct worker *worker)
{
    if (socket_address_parse(connecting->host, connecting->port,
                             &connecting->address) == STATUS_OK)
        return connect_address(connecting, false);
    if (worker == NULL)
        return STATUS_NOT_FOUND;
    enum status s = worker_submit(worker, resolve, on_resolved, connecting);
    connecting->is_resolving = s == STATUS_OK;
    return s;
}

enum status socket_connect_start(struct loop *loop,
                                 const struct socket_connect_options *options,
                                 socket_connect_fn *on_done, void *context,
                                 struct socket_connect **out)
{
    *out = NULL;
    struct socket_connect *connecting = alloc_zeroed(sizeof *connecting);
    if (connecting == NULL)
        return STATUS_NO_MEMORY;
    connecting->loop = loop;
    connecting->socket = -1;
    connecting->port = options->port;
    connecting->on_done = on_done;
    connecting->context = context;
    connecting->is_allowed = options->is_allowed;
    enum status s = STATUS_LIMIT;
    if (text_copy(text_of(options->host), connecting->host,
                  sizeof connecting->host))
        s = timer_make(loop, "connect", on_time, connecting,
                       &connecting->timer);
    if (s == STATUS_OK) {
        timer_start(connecting->timer, options->timeout_ms, 0);
        s = begin(connecting, options->worker);
    }
    if (s == STATUS_OK)
        *out = connecting;
    else
        socket_connect_cancel(&connecting);
    return s;
}

void socket_connect_cancel(struct socket_connect **connecting)
{
    struct socket_connect *old = *connecting;
    *connecting = NULL;
    if (old == NULL)
        return;
    release_handles(old);
    if (old->is_resolving)
        old->is_cancelled = true;
    else
        alloc_free(old);
}
