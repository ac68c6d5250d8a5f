/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/socket_connect - a TCP connection that comes about in its own time.
 *
 * A numeric host is connected at once; a name is looked up first, on the
 * worker, and its first address is taken. One time limit covers both.
 *
 * Threads: the loop's.
 */
#ifndef SYS_SOCKET_CONNECT_H
#define SYS_SOCKET_CONNECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct loop;
struct socket_address;
struct socket_connect;
struct worker;

enum { SOCKET_HOST_MAX = 255 }; /* characters of a name; RFC 1035 */

/*
 * Runs once: OK with the connected socket, which is the callee's; or with
 * socket -1: NOT_FOUND (no such name), AGAIN (time limit), DENIED (refused),
 * IO (no route and the like), NO_MEMORY. May cancel the connection.
 */
typedef void socket_connect_fn(void *context,
                               struct socket_connect *connecting,
                               enum status status, int socket);

struct socket_connect_options {
    const char *host; /* borrowed for the call */
    uint16_t port;
    uint64_t timeout_ms;
    struct worker *worker; /* for names; NULL: numeric addresses only */
    /* Whether this address may be connected to: the very one that will be, so
     * that a name cannot mean another a moment later. Refused: DENIED. NULL: all.
     * Runs at once, or before on_done. is_name: it was looked up. */
    bool (*is_allowed)(void *context, const struct socket_address *address,
                       bool is_name);
};

/* Fails with: NO_MEMORY, LIMIT, NOT_FOUND (a name and no worker), IO,
 * INTERNAL; then on_done does not run. */
MUST_USE enum status
socket_connect_start(struct loop *loop,
                     const struct socket_connect_options *options,
                     socket_connect_fn *on_done, void *context,
                     struct socket_connect **out);

/* Must be called once for each start, also after on_done. May be NULL. */
void socket_connect_cancel(struct socket_connect **connecting);

#endif
