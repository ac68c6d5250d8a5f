/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/network - which addresses a camera may have.
 *
 * A network is "192.0.2.0/24" or "2001:db8::/32", or a lone address. Special
 * addresses are those that no name should lead to: unspecified, loopback,
 * link-local, multicast, broadcast, and this machine's own.
 *
 * Source: RFC 4632, RFC 4291, RFC 6890. Threads: any.
 */
#ifndef SYS_NETWORK_H
#define SYS_NETWORK_H

#include <stdbool.h>

#include "sys/socket_address.h"

struct network {
    struct socket_address address;
    unsigned bits; /* of the address that count */
};

enum { NETWORK_TEXT_SIZE = 64 };

/* Bits behind the prefix must be zero. Fails with: BAD_INPUT. */
MUST_USE enum status network_parse(struct text text, struct network *out);

bool network_holds(const struct network *network,
                   const struct socket_address *address);

/*
 * This machine's, of whatever interface: loopback, unspecified, mapped ones and
 * those of local routes too. Asks the kernel: binds, and lets go again. Where
 * net.ipv4.ip_nonlocal_bind is set, every address is taken for an own one; so is
 * one that cannot be asked for, such as a link-local one without its interface.
 */
bool network_is_own(const struct socket_address *address);

/* The own ones among them. */
bool network_is_special(const struct socket_address *address);

#endif
