/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/socket_address - numeric addresses, and which networks they are of.
 *
 * No names are looked up here: sys/resolve does that.
 */
#ifndef SYS_SOCKET_ADDRESS_H
#define SYS_SOCKET_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/status.h"
#include "sys/socket.h"

struct socket_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage storage;
    };
    socklen_t size;
};

/* "192.0.2.1" or "2001:db8::1", without brackets. Fails with: BAD_INPUT. */
MUST_USE enum status socket_address_parse(const char *address, uint16_t port,
                                          struct socket_address *out);

/* Numeric; IPv4-mapped addresses as IPv4; "" for other families. */
void socket_address_format(const struct socket_address *address,
                           char out[SOCKET_ADDRESS_SIZE]);

/* 0 for families without ports. */
uint16_t socket_address_port(const struct socket_address *address);

#endif
