/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/camera/wire - a connection from a command to a camera, through TLS where
 * the plant says so.
 *
 * Connects only where the plant lets cameras be. With tls, nothing is sent
 * before the camera has proven to hold the pinned certificate; a command never
 * pins one by itself. Calls wait.
 */
#ifndef CMD_CAMERA_WIRE_H
#define CMD_CAMERA_WIRE_H

#include "cmd/camera/target.h"
#include "sys/socket_datagram.h"

struct camera_wire;

enum {
    CAMERA_CONNECT_MS = 5000,
    CAMERA_ANSWER_MS = 10000, /* for a whole answer */
};

/*
 * target is borrowed until the wire's end.
 * Fails with: NOT_FOUND (no such name), AGAIN (time), DENIED (outside the
 * camera networks), CONFLICT (its certificate is not the pinned one, or none is
 * pinned: seen says which), BAD_INPUT (it connected, but speaks no TLS, or one
 * that is too old), IO (also: refused), NO_MEMORY.
 */
MUST_USE enum status camera_wire_open(const struct camera_target *target,
                                      uint16_t port,
                                      uint8_t seen[TLS_FINGERPRINT_SIZE],
                                      struct camera_wire **out);
void camera_wire_close(struct camera_wire **wire);

/* Two sockets beside it that take the camera's datagrams; the caller closes
 * them. Fails with: as socket_datagrams_open. */
MUST_USE enum status camera_wire_datagrams(const struct camera_wire *wire,
                                           struct socket_datagrams *out);

/* All of it. Fails with: AGAIN (time), IO. */
MUST_USE enum status camera_wire_send(struct camera_wire *wire,
                                      struct bytes bytes);

/* At least one byte on OK. Fails with: AGAIN (time), END, IO. */
MUST_USE enum status camera_wire_read(struct camera_wire *wire, void *out,
                                      size_t size, int timeout_ms,
                                      size_t *used);

#endif
