/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/socket_probe - a question to all on one network, and who answers.
 *
 * IPv4. The datagram leaves by one chosen interface, goes no further than its
 * link (TTL 1), and answers come to a port of the moment.
 *
 * Threads: any.
 */
#ifndef SYS_SOCKET_PROBE_H
#define SYS_SOCKET_PROBE_H

#include "base/bytes.h"
#include "base/status.h"
#include "sys/socket.h"

/* The first IPv4 address of an interface, by its name. Fails with: NOT_FOUND,
 * IO. */
MUST_USE enum status socket_probe_interface(const char *name,
                                            char out[SOCKET_ADDRESS_SIZE]);

/* local: this machine's numeric address there. Fails with: BAD_INPUT, IO. */
MUST_USE enum status socket_probe_open(const char *local, int *out);

/* To a group of the link, or to one address. Fails with: BAD_INPUT, IO. */
MUST_USE enum status socket_probe_send(int socket, const char *address,
                                       uint16_t port, struct bytes datagram);

/* The next answer; one that is larger than capacity is cut off. Fails with:
 * AGAIN, IO. */
MUST_USE enum status socket_probe_receive(int socket, void *out,
                                          size_t capacity, size_t *size,
                                          char from[SOCKET_ADDRESS_SIZE]);

#endif
