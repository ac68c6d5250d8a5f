/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/socket_probe.h"

#include <errno.h>
#include <ifaddrs.h>

#include "base/text.h"
#include "sys/socket_address.h"
#include "sys/system_error.h"

enum status socket_probe_interface(const char *name,
                                   char out[SOCKET_ADDRESS_SIZE])
{
    struct ifaddrs *all = NULL;
    enum status s = STATUS_NOT_FOUND;
    if (getifaddrs(&all) != 0)
        return STATUS_IO;
    for (struct ifaddrs *one = all; one != NULL && s != STATUS_OK;
         one = one->ifa_next) {
        if (one->ifa_addr == NULL || one->ifa_addr->sa_family != AF_INET ||
            !text_equal(text_of(one->ifa_name), text_of(name)))
            continue;
        struct socket_address address = {.size = sizeof address.v4};
        memcpy(&address.v4, one->ifa_addr, sizeof address.v4);
        socket_address_format(&address, out);
        s = STATUS_OK;
    }
    freeifaddrs(all);
    return s;
}

enum status socket_probe_open(const char *local, int *out)
{
    struct socket_address address;
    const int hops = 1;
    *out = -1;
    enum status s = socket_address_parse(local, 0, &address);
    if (s != STATUS_OK || address.any.sa_family != AF_INET)
        return STATUS_BAD_INPUT;
    int opened = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (opened < 0)
        return system_error_status(errno);
    if (bind(opened, &address.any, address.size) != 0 ||
        setsockopt(opened, IPPROTO_IP, IP_MULTICAST_IF, &address.v4.sin_addr,
                   sizeof address.v4.sin_addr) != 0 ||
        setsockopt(opened, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops) !=
            0) {
        socket_close(&opened);
        return STATUS_IO;
    }
    *out = opened;
    return STATUS_OK;
}

enum status socket_probe_send(int socket, const char *address, uint16_t port,
                              struct bytes datagram)
{
    struct socket_address to;
    if (socket_address_parse(address, port, &to) != STATUS_OK)
        return STATUS_BAD_INPUT;
    ssize_t sent = sendto(socket, datagram.data, datagram.size, MSG_NOSIGNAL,
                          &to.any, to.size);
    return sent >= 0 && (size_t)sent == datagram.size ? STATUS_OK : STATUS_IO;
}

enum status socket_probe_receive(int socket, void *out, size_t capacity,
                                 size_t *size, char from[SOCKET_ADDRESS_SIZE])
{
    struct socket_address sender = {.size = sizeof sender.storage};
    ssize_t got = recvfrom(socket, out, capacity, 0, &sender.any, &sender.size);
    if (got < 0)
        return system_error_status(errno);
    *size = (size_t)got;
    socket_address_format(&sender, from);
    return STATUS_OK;
}
