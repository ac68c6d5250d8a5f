/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/socket_address.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

enum { V4_MAPPED_AT = 12 }; /* where the IPv4 address stands, RFC 4291 2.5.5.2 */

enum status socket_address_parse(const char *address, uint16_t port,
                                 struct socket_address *out)
{
    *out = (struct socket_address){0};
    if (inet_pton(AF_INET, address, &out->v4.sin_addr) == 1) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        out->size = sizeof out->v4;
        return STATUS_OK;
    }
    *out = (struct socket_address){0};
    if (inet_pton(AF_INET6, address, &out->v6.sin6_addr) == 1) {
        out->v6.sin6_family = AF_INET6;
        out->v6.sin6_port = htons(port);
        out->size = sizeof out->v6;
        return STATUS_OK;
    }
    return STATUS_BAD_INPUT;
}

void socket_address_format(const struct socket_address *address,
                           char out[SOCKET_ADDRESS_SIZE])
{
    const char *done = NULL;
    if (address->any.sa_family == AF_INET)
        done = inet_ntop(AF_INET, &address->v4.sin_addr, out,
                         SOCKET_ADDRESS_SIZE);
    else if (address->any.sa_family == AF_INET6 &&
             IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr))
        done = inet_ntop(AF_INET,
                         address->v6.sin6_addr.s6_addr + V4_MAPPED_AT, out,
                         SOCKET_ADDRESS_SIZE);
    else if (address->any.sa_family == AF_INET6)
        done = inet_ntop(AF_INET6, &address->v6.sin6_addr, out,
                         SOCKET_ADDRESS_SIZE);
    if (done == NULL)
        out[0] = '\0';
}

uint16_t socket_address_port(const struct socket_address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohs(address->v4.sin_port);
    if (address->any.sa_family == AF_INET6)
        return ntohs(address->v6.sin6_port);
    return 0;
}
