/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/socket - packets between our processes, and byte streams to others.
 *
 * All descriptors made here are nonblocking and close on exec. Nothing here
 * waits, and nothing raises SIGPIPE. Connecting: sys/socket_connect; names:
 * sys/resolve.
 *
 * Threads: any; two threads do not share a descriptor.
 */
#ifndef SYS_SOCKET_H
#define SYS_SOCKET_H

#include "base/bytes.h"
#include "base/status.h"

enum {
    SOCKET_PACKET_MAX = 128 * 1024, /* bytes; what socket_pair has room for */
    SOCKET_ADDRESS_SIZE = 56,       /* "ffff:...:255.255.255.255%scope", zero */
    SOCKET_BACKLOG = 128,           /* connections not yet accepted */
};

/* Closes *descriptor, where it is not -1, and leaves -1. */
void socket_close(int *descriptor);

/* Closes a TCP connection so that the peer sees a reset (for camsim). */
void socket_reset(int *descriptor);

/* Any descriptor: nonblocking and close on exec. Fails with: IO. */
MUST_USE enum status socket_prepare(int descriptor);

/* A copy, close on exec, of a descriptor that stays the caller's. IO. */
MUST_USE enum status socket_duplicate(int descriptor, int *copy);

/* ---- packets: SOCK_SEQPACKET between our own processes ------------------ */

/* Two connected ends. Fails with: IO. */
MUST_USE enum status socket_pair(int ends[2]);

/*
 * Sends one packet of 1..SOCKET_PACKET_MAX bytes; with descriptor, where it is
 * not -1, as a copy that belongs to the receiver (the caller's stays open).
 * Fails with: AGAIN (try when writable), LIMIT (size), IO (peer gone).
 */
MUST_USE enum status socket_send_packet(int socket, struct bytes packet,
                                        int descriptor);

/*
 * Receives one packet into out. *descriptor: the one that came along, close on
 * exec, the caller's; or -1.
 * Fails with: AGAIN, END (peer closed), LIMIT (larger than capacity; dropped),
 * BAD_INPUT (more than one descriptor; all closed), IO. Then *descriptor is -1.
 */
MUST_USE enum status socket_receive_packet(int socket, void *out,
                                           size_t capacity, size_t *size,
                                           int *descriptor);

/* Room that packets sent and not yet received take up, in bytes of the kernel;
 * 0: the peer has received all (or the kernel does not say). */
size_t socket_unreceived(int socket);

/* The user at the other end of a UNIX socket, when it connected. IO. */
MUST_USE enum status socket_peer_user(int socket, uint32_t *user_id);

/* ---- streams ----------------------------------------------------------- */

/* At least one byte on OK. Fails with: AGAIN, END, IO. */
MUST_USE enum status socket_read(int socket, void *out, size_t capacity,
                                 size_t *got);

/* Takes as much as there is room for, at least one byte on OK; an empty
 * bytes is OK with nothing. Fails with: AGAIN, IO (peer gone too). */
MUST_USE enum status socket_write(int socket, struct bytes bytes,
                                  size_t *taken);

/* Says that no more bytes follow; reading goes on. Never fails visibly. */
void socket_finish_writing(int socket);

/* Small packets at once (TCP_NODELAY). */
void socket_set_no_delay(int socket);

/* Readable only with this many bytes waiting (SO_RCVLOWAT). bytes >= 1. */
void socket_set_read_least(int socket, size_t bytes);

/*
 * Listens on a numeric IPv4 or IPv6 address; port 0 takes a free one.
 * Fails with: BAD_INPUT (not numeric), CONFLICT (port taken), DENIED
 * (port or address not ours), IO.
 */
MUST_USE enum status socket_listen_tcp(const char *address, uint16_t port,
                                       int *out);

/* A UNIX stream socket that only its owner may connect to (mode 0600); what
 * stood at path is replaced if it was a socket. Fails with: LIMIT (path too
 * long), CONFLICT (not a socket), DENIED, NOT_FOUND (directory), IO. */
MUST_USE enum status socket_listen_unix(const char *path, int *out);

/* Connects to such a socket, waiting. Fails with: LIMIT (path too long),
 * NOT_FOUND (none there), DENIED (nobody listens, or not ours), IO. */
MUST_USE enum status socket_connect_unix(const char *path, int *out);

/* Waits until there is something to read. Fails with: AGAIN (time), IO. */
MUST_USE enum status socket_wait_readable(int socket, int timeout_ms);

/*
 * The next connection and its numeric address ("" on a UNIX socket; ::ffff:
 * stripped from IPv4 addresses). Fails with: AGAIN, LIMIT (out of
 * descriptors), IO.
 */
MUST_USE enum status socket_accept(int listener,
                                   char address[SOCKET_ADDRESS_SIZE],
                                   int *out);

/*
 * The network that one peer has to itself: an IPv4 address as it is, of an IPv6
 * address its first 64 bits (RFC 7421), anything else unchanged. What is limited
 * by address is limited by this.
 */
void socket_network(const char *address, char out[SOCKET_ADDRESS_SIZE]);

/* The port a TCP socket is bound to, 0 for none. */
uint16_t socket_port(int socket);

#endif
