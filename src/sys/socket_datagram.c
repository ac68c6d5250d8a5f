/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/socket_datagram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "sys/system_error.h"

enum { ATTEMPTS = 64 };

static void set_port(struct socket_address *address, uint16_t port)
{
    if (address->any.sa_family == AF_INET6)
        address->v6.sin6_port = htons(port);
    else
        address->v4.sin_port = htons(port);
}

static void raise_room(int socket)
{
    int bytes = SOCKET_DATAGRAM_ROOM_BYTES;
    if (setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes,
                   sizeof bytes) != 0)
        (void)setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

/* A socket bound to local; port 0 takes a free one. */
static enum status bind_one(const struct socket_address *local, bool is_shared,
                            int *out)
{
    int on = 1;
    *out = socket(local->any.sa_family,
                  SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*out < 0)
        return system_error_status(errno);
    if (is_shared)
        (void)setsockopt(*out, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(*out, &local->any, local->size) == 0)
        return STATUS_OK;
    enum status s =
        errno == EADDRINUSE ? STATUS_CONFLICT : system_error_status(errno);
    socket_close(out);
    return s;
}

/* From here on it takes the peer's datagrams, and sends none. */
static enum status close_in(int socket, const struct socket_address *peer)
{
    struct socket_address any_port = *peer;
    set_port(&any_port, 0);
    raise_room(socket);
    if (connect(socket, &any_port.any, any_port.size) != 0 ||
        shutdown(socket, SHUT_WR) != 0)
        return STATUS_IO;
    return STATUS_OK;
}

static enum status bind_pair(struct socket_datagrams *datagrams)
{
    struct socket_address local = datagrams->local;
    set_port(&local, 0);
    enum status s = bind_one(&local, false, &datagrams->sockets[0]);
    if (s != STATUS_OK)
        return s;
    local.size = sizeof local.storage;
    if (getsockname(datagrams->sockets[0], &local.any, &local.size) != 0)
        return STATUS_IO;
    uint16_t port = socket_address_port(&local);
    if (port % 2 != 0)
        return STATUS_CONFLICT; /* try again: RTP has the even one */
    datagrams->local = local;
    set_port(&local, (uint16_t)(port + 1));
    return bind_one(&local, false, &datagrams->sockets[1]);
}

void socket_datagrams_close(struct socket_datagrams *datagrams)
{
    socket_close(&datagrams->sockets[0]);
    socket_close(&datagrams->sockets[1]);
}

/* Tells the one that answers reports from the same port that it may. */
static void share(int socket)
{
    int on = 1;
    (void)setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

static enum status bind_some_pair(struct socket_datagrams *out)
{
    enum status s = STATUS_CONFLICT;
    for (int i = 0; i < ATTEMPTS && s == STATUS_CONFLICT; i++) {
        socket_datagrams_close(out);
        s = bind_pair(out);
    }
    if (s != STATUS_OK)
        socket_datagrams_close(out);
    return s;
}

enum status socket_peer_address(int connection, struct socket_address *out)
{
    *out = (struct socket_address){.size = sizeof out->storage};
    return getpeername(connection, &out->any, &out->size) == 0 ? STATUS_OK
                                                                : STATUS_IO;
}

enum status socket_datagrams_serve(const char *address,
                                   struct socket_datagrams *out)
{
    *out = (struct socket_datagrams){.sockets = {-1, -1}};
    enum status s = socket_address_parse(address, 0, &out->local);
    return s == STATUS_OK ? bind_some_pair(out) : s;
}

enum status socket_datagram_send_to(int socket,
                                    const struct socket_address *peer,
                                    uint16_t port, struct bytes datagram)
{
    struct socket_address to = *peer;
    set_port(&to, port);
    if (sendto(socket, datagram.data, datagram.size,
               MSG_NOSIGNAL | MSG_DONTWAIT, &to.any, to.size) >= 0)
        return STATUS_OK;
    return errno == EAGAIN || errno == ENOBUFS ? STATUS_AGAIN : STATUS_IO;
}

enum status socket_datagrams_open(int connection, struct socket_datagrams *out)
{
    *out = (struct socket_datagrams){.sockets = {-1, -1}};
    out->local.size = sizeof out->local.storage;
    if (getsockname(connection, &out->local.any, &out->local.size) != 0)
        return STATUS_IO;
    enum status s = socket_peer_address(connection, &out->peer);
    if (s == STATUS_OK)
        s = bind_some_pair(out);
    for (int i = 0; i < 2 && s == STATUS_OK; i++)
        s = close_in(out->sockets[i], &out->peer);
    if (s == STATUS_OK)
        share(out->sockets[1]);
    else
        socket_datagrams_close(out);
    return s;
}

enum status socket_datagram_send(const struct socket_datagrams *datagrams,
                                 uint16_t port, struct bytes datagram)
{
    struct socket_address local = datagrams->local;
    int socket = -1;
    set_port(&local, (uint16_t)(socket_address_port(&local) + 1));
    enum status s = bind_one(&local, true, &socket);
    if (s == STATUS_OK)
        s = socket_datagram_send_to(socket, &datagrams->peer, port, datagram);
    socket_close(&socket);
    return s;
}

enum status socket_datagrams_read(int socket, uint8_t *memory,
                                  size_t sizes[SOCKET_DATAGRAM_SLOTS],
                                  size_t *count)
{
    struct iovec parts[SOCKET_DATAGRAM_SLOTS];
    struct mmsghdr messages[SOCKET_DATAGRAM_SLOTS];
    memset(messages, 0, sizeof messages);
    *count = 0;
    for (size_t i = 0; i < SOCKET_DATAGRAM_SLOTS; i++) {
        parts[i] = (struct iovec){
            .iov_base = memory + i * (size_t)SOCKET_DATAGRAM_BYTES_MAX,
            .iov_len = SOCKET_DATAGRAM_BYTES_MAX,
        };
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    int got = 0;
    do
        got = recvmmsg(socket, messages, SOCKET_DATAGRAM_SLOTS, MSG_DONTWAIT,
                       NULL);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == EAGAIN ? STATUS_AGAIN : STATUS_IO;
    *count = (size_t)got;
    for (size_t i = 0; i < *count; i++)
        sizes[i] = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0
                       ? 0
                       : messages[i].msg_len;
    return STATUS_OK;
}
