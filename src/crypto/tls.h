/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/tls - both sides of TLS, without a socket.
 *
 * TLS 1.2 or 1.3 (RFC 5246, RFC 8446), AEAD suites with forward secrecy, no
 * renegotiation, no compression, no tickets and no session cache: a resumed
 * session would be a secret that outlives its connection. A server's ALPN:
 * http/1.1. A client proves to nobody who it is, and trusts no authority: whose
 * certificate it was is for the caller to judge, by its fingerprint, before a
 * byte is written.
 *
 *   socket -> tls_session_receive -> tls_session_read  -> plain text
 *   socket <- tls_session_output  <- tls_session_write <- plain text
 *
 * Threads: the loop's.
 */
#ifndef CRYPTO_TLS_H
#define CRYPTO_TLS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/status.h"

struct tls_server;
struct tls_client;
struct tls_session;

enum {
    TLS_RECORD_PLAIN_MAX = 16384, /* bytes of plain text in one record */
    TLS_PENDING_MAX = 65536,      /* received, not yet decrypted bytes */
    TLS_FINGERPRINT_SIZE = 32,    /* SHA-256 of the certificate's DER form */
};

/*
 * certificate_pem may hold a chain, its own certificate first. Nothing is
 * opened later: call it before the sandbox.
 * Fails with: BAD_INPUT (not PEM, or the key is not the certificate's),
 * NO_MEMORY, INTERNAL.
 */
MUST_USE enum status tls_server_create(struct bytes certificate_pem,
                                       struct bytes private_key_pem,
                                       struct tls_server **out);
void tls_server_destroy(struct tls_server **server); /* NULL inside is fine */

/* One connection; the server must outlive it. Fails with: NO_MEMORY. */
MUST_USE enum status tls_session_create(struct tls_server *server,
                                        struct tls_session **out);
void tls_session_destroy(struct tls_session **session);

/* For cameras. Call it before the sandbox. Fails with: NO_MEMORY, INTERNAL. */
MUST_USE enum status tls_client_create(struct tls_client **out);
void tls_client_destroy(struct tls_client **client); /* NULL inside is fine */

/* The client's end of a connection; its first message waits in the output.
 * Fails with: NO_MEMORY, INTERNAL. */
MUST_USE enum status tls_client_connect(struct tls_client *client,
                                        struct tls_session **out);

/* Of the certificate that the server has shown and proven to hold; only once
 * the session is ready. Fails with: AGAIN, INTERNAL. */
MUST_USE enum status
tls_session_fingerprint(const struct tls_session *session,
                        uint8_t out[TLS_FINGERPRINT_SIZE]);

/*
 * What came from the network; all of it is kept until read.
 * Fails with: LIMIT (TLS_PENDING_MAX: read first), NO_MEMORY.
 */
MUST_USE enum status tls_session_receive(struct tls_session *session,
                                         struct bytes received);

/*
 * Goes on with the handshake and puts at most size decrypted bytes into out.
 * Fails with: AGAIN (more must come; *used is 0), END (orderly close by the
 * peer), BAD_INPUT (the peer broke the protocol; an alert may wait in the
 * output).
 */
MUST_USE enum status tls_session_read(struct tls_session *session, void *out,
                                      size_t size, size_t *used);

/* Encrypts all of plain. Fails with: AGAIN (before the handshake), INTERNAL. */
MUST_USE enum status tls_session_write(struct tls_session *session,
                                       struct bytes plain);

/* Tells the peer that nothing more comes; the alert is left in the output. */
void tls_session_close(struct tls_session *session);

bool tls_session_is_ready(const struct tls_session *session);

/* What must go to the network. Borrowed until the next call. */
struct bytes tls_session_output(struct tls_session *session);

/* The first size bytes of the output have gone. */
void tls_session_output_consume(struct tls_session *session, size_t size);

#endif
