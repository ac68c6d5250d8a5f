/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles/listener/turn - one question to a camera over a connection that is
 * there, and its answer: HTTP, one request, then closed; over TLS only to whom
 * holds the pinned certificate. The whole takes LISTEN_ANSWER_MS at most.
 *
 * Threads: the loop's.
 */
#ifndef ROLES_LISTENER_TURN_H
#define ROLES_LISTENER_TURN_H

#include "onvif/exchange.h"

struct loop;
struct tls_client;
struct turn;

/* Runs once. exchange: whole, and borrowed; NULL: there is no answer. May
 * destroy the turn. */
typedef void turn_fn(void *context, const struct onvif_exchange *exchange);

struct turn_options {
    struct loop *loop;
    struct tls_client *tls;
    bool is_secure;
    struct bytes pin;
    turn_fn *on_done;
    void *context;
};

/*
 * Sends what stands in exchange->output. socket and exchange (which is moved
 * out of) are the turn's from here on, also on failure. Fails with: LIMIT,
 * NO_MEMORY, IO, BAD_INPUT (the pin), INTERNAL; then on_done does not run.
 */
MUST_USE enum status turn_start(const struct turn_options *options, int socket,
                                struct onvif_exchange *exchange,
                                struct turn **out);
void turn_destroy(struct turn **turn);

#endif
