/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/courier/delivery - one HTTP POST over a connection that is there, and
 * its answer: HTTP/1.1, one request, then closed; over TLS only to whom holds
 * the pinned certificate.
 *
 * The answer must say its length; chunks are not spoken. The whole takes
 * DELIVERY_LIMIT_MS at most.
 *
 * Source: RFC 9110, RFC 9112. Threads: the loop's.
 */
#ifndef ROLES_COURIER_DELIVERY_H
#define ROLES_COURIER_DELIVERY_H

#include "base/bytes.h"
#include "base/status.h"

struct delivery;
struct loop;
struct tls_client;

enum { DELIVERY_LIMIT_MS = 20000, DELIVERY_BODY_MAX = 16384 };

/* Borrowed for the call. */
struct delivery_request {
    struct text host;
    uint16_t port;
    struct text path;
    struct text type;         /* of the body, as Content-Type has it */
    struct bytes certificate; /* empty: in the clear */
    struct bytes body;
};

/* Runs once. code 0: no answer, and detail says why. body is borrowed. May
 * destroy the delivery. */
typedef void delivery_fn(void *context, unsigned code, struct bytes body,
                         const char *detail);

/* The socket is the delivery's from here on, also on failure. Fails with:
 * LIMIT, NO_MEMORY, IO, INTERNAL; then on_done does not run. */
MUST_USE enum status delivery_start(struct loop *loop,
                                    struct tls_client *client, int socket,
                                    const struct delivery_request *request,
                                    delivery_fn *on_done, void *context,
                                    struct delivery **out);
void delivery_destroy(struct delivery **delivery);

#endif
