/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ingest/secure_link - TLS to a camera, or another server, whose certificate is
 * known, without a
 * socket.
 *
 * Nothing is written, and nothing that was read is shown, before the camera has
 * proven to hold the certificate whose fingerprint is pinned. Without a pin the
 * link tells the fingerprint and goes no further: whoever stores it makes it
 * durable, then connects again.
 *
 *   socket -> secure_link_receive -> secure_link_read  -> session
 *   socket <- secure_link_output  <- secure_link_write <- session
 *
 * Threads: none of its own.
 */
#ifndef INGEST_SECURE_LINK_H
#define INGEST_SECURE_LINK_H

#include "crypto/tls.h"

struct secure_link;

/*
 * pin: TLS_FINGERPRINT_SIZE bytes, copied; empty: none is known yet. client
 * outlives it. Fails with: BAD_INPUT (size of pin), NO_MEMORY, INTERNAL.
 */
MUST_USE enum status secure_link_create(struct tls_client *client,
                                        struct bytes pin,
                                        struct secure_link **out);
void secure_link_destroy(struct secure_link **link);

/* Fails with: LIMIT (read first), NO_MEMORY. */
MUST_USE enum status secure_link_receive(struct secure_link *link,
                                         struct bytes received);

/*
 * Fails with: AGAIN (more must come), END (orderly close), BAD_INPUT (no TLS, or
 * one that is too old), DENIED (not the pinned certificate, or none is pinned:
 * secure_link_seen). Each but AGAIN is for good.
 */
MUST_USE enum status secure_link_read(struct secure_link *link, void *out,
                                      size_t size, size_t *used);

/* Encrypts all of plain. Fails with: AGAIN (before trust), INTERNAL. */
MUST_USE enum status secure_link_write(struct secure_link *link,
                                       struct bytes plain);

struct bytes secure_link_output(struct secure_link *link);
void secure_link_output_consume(struct secure_link *link, size_t size);

/* The pinned certificate has been proven. */
bool secure_link_is_trusted(const struct secure_link *link);

/* The fingerprint that the camera has shown and proven; empty: not yet. */
struct bytes secure_link_seen(const struct secure_link *link);

#endif
