/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/socket_datagram - UDP from one camera, for a process that may open
 * nothing.
 *
 * Two sockets on neighbouring ports, RTP on the even one (RFC 3550 section 11),
 * bound to the address on which a TCP connection stands. Each is connected to
 * the peer's address and to port 0, which for Linux means any of its ports: the
 * kernel takes datagrams of that address alone. Each is shut down for writing,
 * for good: who holds it can send nothing, to nobody.
 *
 * What must be sent (a report every few seconds) the opener sends from the
 * same port with a socket of the moment. It cannot take a datagram away: the
 * kernel prefers the connected one.
 *
 * Threads: any.
 */
#ifndef SYS_SOCKET_DATAGRAM_H
#define SYS_SOCKET_DATAGRAM_H

#include "base/bytes.h"
#include "base/status.h"
#include "sys/socket_address.h"

enum {
    SOCKET_DATAGRAM_SLOTS = 16,
    SOCKET_DATAGRAM_BYTES_MAX = 16384, /* larger ones are dropped */
    /* What the kernel keeps until they are read: two large key pictures. Where
     * it gives less (net.core.rmem_max), pictures are lost, and told. */
    SOCKET_DATAGRAM_ROOM_BYTES = 2 << 20,
};

struct socket_datagrams {
    int sockets[2]; /* RTP, RTCP; close each */
    struct socket_address local; /* its port: that of RTP */
    struct socket_address peer;  /* its port: that of the connection */
};

/* Fails with: IO, CONFLICT (no two free ports found). */
MUST_USE enum status socket_datagrams_open(int connection,
                                           struct socket_datagrams *out);
void socket_datagrams_close(struct socket_datagrams *datagrams);

/* For a simulated camera: the same pair, on a numeric address, open to all and
 * for sending. Fails with: BAD_INPUT, IO, CONFLICT. */
MUST_USE enum status socket_datagrams_serve(const char *address,
                                            struct socket_datagrams *out);
/* AGAIN: the kernel has no room. Fails with: IO. */
MUST_USE enum status socket_datagram_send_to(int socket,
                                             const struct socket_address *peer,
                                             uint16_t port,
                                             struct bytes datagram);
/* Who is at the other end of a connection. Fails with: IO. */
MUST_USE enum status socket_peer_address(int connection,
                                         struct socket_address *out);

/* Sends one from the RTCP socket's port to the peer's port. */
MUST_USE enum status
socket_datagram_send(const struct socket_datagrams *datagrams, uint16_t port,
                     struct bytes datagram);

/*
 * Takes what waits, at most SOCKET_DATAGRAM_SLOTS datagrams, each into a slot
 * of SOCKET_DATAGRAM_BYTES_MAX bytes in memory. One that is larger counts with
 * size 0. Fails with: AGAIN, IO.
 */
MUST_USE enum status
socket_datagrams_read(int socket, uint8_t *memory,
                      size_t sizes[SOCKET_DATAGRAM_SLOTS], size_t *count);

#endif
