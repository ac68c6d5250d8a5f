/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/exchange - one SOAP request over HTTP, without a socket.
 *
 * Asked as HTTP/1.0, so that the answer comes in one piece, without chunks, and
 * ends with Content-Length or with the connection. A 401 with a Digest
 * challenge is left in challenge: ask once more, on a new connection, with it.
 *
 * Source: RFC 9112, RFC 7616. Threads: none of its own.
 */
#ifndef ONVIF_EXCHANGE_H
#define ONVIF_EXCHANGE_H

#include "wire/digest.h"
#include "wire/message.h"

struct onvif_exchange {
    struct wire_message head;
    struct buffer output;
    struct buffer rest; /* a body that ends with the connection */
    bool is_open_ended;
    bool is_done;
};

struct onvif_exchange_options {
    struct text host; /* as written in the plant */
    uint16_t port;
    struct text path;
    struct text body; /* the envelope */
    /* NULL: without Authorization. */
    const struct digest_challenge *challenge;
    struct digest_credentials credentials;
    struct text cnonce;
};

/* The request waits in output. Everything in options is borrowed for the call.
 * Deinit on failure too. Fails with: NO_MEMORY, LIMIT, BAD_INPUT, INTERNAL. */
MUST_USE enum status
onvif_exchange_init(struct onvif_exchange *exchange,
                    const struct onvif_exchange_options *options);
void onvif_exchange_deinit(struct onvif_exchange *exchange);

/* Fails with: AGAIN (more must come), BAD_INPUT, LIMIT, NO_MEMORY. */
MUST_USE enum status onvif_exchange_input(struct onvif_exchange *exchange,
                                          struct bytes input);
/* The connection has ended. Fails with: BAD_INPUT (in the middle). */
MUST_USE enum status onvif_exchange_closed(struct onvif_exchange *exchange);

/* Of a whole answer. Borrowed. */
unsigned onvif_exchange_code(const struct onvif_exchange *exchange);
struct bytes onvif_exchange_body(const struct onvif_exchange *exchange);
/* Algorithm NONE: none that we speak. */
void onvif_exchange_challenge(const struct onvif_exchange *exchange,
                              struct digest_challenge *out);

#endif
