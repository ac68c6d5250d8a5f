/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/socket_address.h"
#include "sys/system_error.h"

enum {
    SEND_ROOM_BYTES = 4 * SOCKET_PACKET_MAX, /* a few of the largest packets */
    DESCRIPTORS_SEEN_MAX = 8, /* more than one is refused, but closed first */
    NETWORK_BYTES = 8, /* of an IPv6 address: what comes before the host's */
};

void socket_close(int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
    *descriptor = -1;
}

void socket_reset(int *descriptor)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(*descriptor, SOL_SOCKET, SO_LINGER, &at_once,
                     sizeof at_once);
    socket_close(descriptor);
}

enum status socket_prepare(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0)
        return STATUS_IO;
    return STATUS_OK;
}

/* ---- packets ------------------------------------------------------------ */

static void raise_send_room(int socket)
{
    int bytes = SEND_ROOM_BYTES;
    if (setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &bytes,
                   sizeof bytes) != 0)
        (void)setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

enum status socket_pair(int ends[2])
{
    ends[0] = ends[1] = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                   ends) != 0)
        return STATUS_IO;
    raise_send_room(ends[0]);
    raise_send_room(ends[1]);
    return STATUS_OK;
}

/* Control data for at most so many descriptors, aligned for its header. */
union control {
    struct cmsghdr header;
    uint8_t bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS_SEEN_MAX)];
};

enum status socket_send_packet(int socket, struct bytes packet,
                               int descriptor)
{
    if (packet.size == 0 || packet.size > SOCKET_PACKET_MAX)
        return STATUS_LIMIT;
    struct iovec part = {
        /* The kernel only reads; its struct has no const. */
        .iov_base = (void *)(uintptr_t)packet.data,
        .iov_len = packet.size,
    };
    union control control = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (descriptor >= 0) {
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof descriptor);
        memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(sizeof descriptor);
    }
    ssize_t sent = 0;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0)
        return STATUS_OK;
    /* ETOOMANYREFS: the receiver is late with earlier descriptors. */
    if (errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS)
        return STATUS_AGAIN;
    return errno == EMSGSIZE ? STATUS_LIMIT : STATUS_IO;
}

/* Collects what came along; false, with all closed, for more than one. */
static bool take_descriptor(struct msghdr *message, int *descriptor)
{
    size_t count = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
         header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET ||
            header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < here; i++) {
            int got = -1;
            memcpy(&got, CMSG_DATA(header) + i * sizeof got, sizeof got);
            if (count++ == 0)
                *descriptor = got;
            else
                (void)close(got);
        }
    }
    if (count <= 1 && (message->msg_flags & MSG_CTRUNC) == 0)
        return true;
    socket_close(descriptor);
    return false;
}

enum status socket_receive_packet(int socket, void *out, size_t capacity,
                                  size_t *size, int *descriptor)
{
    *size = 0;
    *descriptor = -1;
    struct iovec part = {.iov_base = out, .iov_len = capacity};
    union control control = {0};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    ssize_t got = 0;
    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == EAGAIN       ? STATUS_AGAIN
               : errno == ECONNRESET ? STATUS_END
                                     : STATUS_IO;
    if (!take_descriptor(&message, descriptor))
        return STATUS_BAD_INPUT;
    if (got == 0) { /* nobody sends empty packets: the peer has closed */
        socket_close(descriptor);
        return STATUS_END;
    }
    if ((message.msg_flags & MSG_TRUNC) != 0) {
        socket_close(descriptor);
        return STATUS_LIMIT;
    }
    *size = (size_t)got;
    return STATUS_OK;
}

size_t socket_unreceived(int socket)
{
    uint32_t figures[SK_MEMINFO_VARS] = {0};
    socklen_t size = sizeof figures;
    return getsockopt(socket, SOL_SOCKET, SO_MEMINFO, figures, &size) == 0
               ? figures[SK_MEMINFO_WMEM_ALLOC]
               : 0;
}

enum status socket_peer_user(int socket, uint32_t *user_id)
{
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 ||
        size != sizeof peer)
        return STATUS_IO;
    *user_id = peer.uid;
    return STATUS_OK;
}

/* ---- streams ------------------------------------------------------------ */

enum status socket_read(int socket, void *out, size_t capacity, size_t *got)
{
    *got = 0;
    ssize_t received = 0;
    do
        received = recv(socket, out, capacity, MSG_DONTWAIT);
    while (received < 0 && errno == EINTR);
    if (received < 0)
        return errno == EAGAIN ? STATUS_AGAIN : STATUS_IO;
    if (received == 0)
        return STATUS_END;
    *got = (size_t)received;
    return STATUS_OK;
}

enum status socket_write(int socket, struct bytes bytes, size_t *taken)
{
    *taken = 0;
    if (bytes.size == 0)
        return STATUS_OK;
    ssize_t sent = 0;
    do
        sent = send(socket, bytes.data, bytes.size,
                    MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return errno == EAGAIN || errno == ENOBUFS ? STATUS_AGAIN : STATUS_IO;
    *taken = (size_t)sent;
    return STATUS_OK;
}

void socket_finish_writing(int socket)
{
    (void)shutdown(socket, SHUT_WR);
}

void socket_set_no_delay(int socket)
{
    int on = 1;
    (void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void socket_set_read_least(int socket, size_t bytes)
{
    int least = bytes > INT32_MAX ? INT32_MAX : (int)bytes;
    (void)setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least);
}

/* ---- listening ---------------------------------------------------------- */

static enum status bind_status(int error_number)
{
    if (error_number == EADDRINUSE)
        return STATUS_CONFLICT;
    if (error_number == EADDRNOTAVAIL)
        return STATUS_DENIED;
    return system_error_status(error_number);
}

enum status socket_listen_tcp(const char *address, uint16_t port, int *out)
{
    *out = -1;
    struct socket_address where;
    enum status s = socket_address_parse(address, port, &where);
    if (s != STATUS_OK)
        return s;
    int listener = socket(where.any.sa_family,
                          SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return STATUS_IO;
    int on = 1;
    (void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, &where.any, where.size) != 0 ||
        listen(listener, SOCKET_BACKLOG) != 0) {
        s = bind_status(errno);
        socket_close(&listener);
        return s;
    }
    *out = listener;
    return STATUS_OK;
}

static enum status remove_old_socket(const char *path)
{
    struct stat facts;
    if (lstat(path, &facts) != 0)
        return STATUS_OK;
    if (!S_ISSOCK(facts.st_mode))
        return STATUS_CONFLICT;
    return unlink(path) == 0 ? STATUS_OK : system_error_status(errno);
}

enum status socket_listen_unix(const char *path, int *out)
{
    *out = -1;
    struct sockaddr_un where = {.sun_family = AF_UNIX};
    if (!text_copy(text_of(path), where.sun_path, sizeof where.sun_path))
        return STATUS_LIMIT;
    enum status s = remove_old_socket(path);
    if (s != STATUS_OK)
        return s;
    int listener =
        socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0)
        return STATUS_IO;
    /* fchmod before bind is what the new socket's mode is made from: there is
     * no moment at which others could connect. */
    if (fchmod(listener, 0600) != 0 ||
        bind(listener, (const struct sockaddr *)&where, sizeof where) != 0 ||
        chmod(path, 0600) != 0 || listen(listener, SOCKET_BACKLOG) != 0) {
        s = bind_status(errno);
        socket_close(&listener);
        return s;
    }
    *out = listener;
    return STATUS_OK;
}

enum status socket_accept(int listener, char address[SOCKET_ADDRESS_SIZE],
                          int *out)
{
    *out = -1;
    address[0] = '\0';
    struct socket_address peer = {.size = sizeof peer.storage};
    int accepted = 0;
    do
        accepted = accept4(listener, &peer.any, &peer.size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (accepted < 0 && errno == EINTR);
    if (accepted < 0) {
        if (errno == EAGAIN || errno == ECONNABORTED)
            return STATUS_AGAIN;
        return errno == EMFILE || errno == ENFILE ? STATUS_LIMIT : STATUS_IO;
    }
    socket_address_format(&peer, address);
    *out = accepted;
    return STATUS_OK;
}

void socket_network(const char *address, char out[SOCKET_ADDRESS_SIZE])
{
    struct socket_address parsed;
    (void)text_copy(text_of(address), out, SOCKET_ADDRESS_SIZE);
    if (socket_address_parse(address, 0, &parsed) != STATUS_OK ||
        parsed.any.sa_family != AF_INET6)
        return;
    if (!IN6_IS_ADDR_V4MAPPED(&parsed.v6.sin6_addr))
        memset(parsed.v6.sin6_addr.s6_addr + NETWORK_BYTES, 0,
               sizeof parsed.v6.sin6_addr.s6_addr - NETWORK_BYTES);
    socket_address_format(&parsed, out);
}

uint16_t socket_port(int socket)
{
    struct socket_address own = {.size = sizeof own.storage};
    if (getsockname(socket, &own.any, &own.size) != 0)
        return 0;
    return socket_address_port(&own);
}

enum status socket_duplicate(int descriptor, int *copy)
{
    *copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    return *copy < 0 ? system_error_status(errno) : STATUS_OK;
}

enum status socket_connect_unix(const char *path, int *out)
{
    *out = -1;
    struct sockaddr_un where = {.sun_family = AF_UNIX};
    if (!text_copy(text_of(path), where.sun_path, sizeof where.sun_path))
        return STATUS_LIMIT;
    int connected = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connected < 0)
        return STATUS_IO;
    if (connect(connected, (const struct sockaddr *)&where, sizeof where) !=
        0) {
        enum status s = errno == ECONNREFUSED ? STATUS_DENIED
                                              : system_error_status(errno);
        socket_close(&connected);
        return s;
    }
    *out = connected;
    return socket_prepare(connected);
}

enum status socket_wait_readable(int socket, int timeout_ms)
{
    struct pollfd waiting = {.fd = socket, .events = POLLIN};
    int ready = 0;
    do {
        ready = poll(&waiting, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    if (ready == 0)
        return STATUS_AGAIN;
    return ready < 0 ? STATUS_IO : STATUS_OK;
}
