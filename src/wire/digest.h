/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire/digest - proving a password without sending it, for RTSP and HTTP.
 *
 *   HA1 = H(user ":" realm ":" password)      HA2 = H(method ":" uri)
 *   response = H(HA1 ":" nonce ":" nc ":" cnonce ":" "auth" ":" HA2)  with qop
 *   response = H(HA1 ":" nonce ":" HA2)                            without
 *
 * H: SHA-256 or, for old cameras, MD5, in lower-case hexadecimal. Of several
 * challenges the strongest that we speak is answered; not the "-sess" forms,
 * nor qop "auth-int". Basic, which sends the password itself, is only noticed.
 *
 * Source: RFC 7616 sections 3.3, 3.4, 3.7; RFC 2069 (no qop). Threads: none of
 * its own.
 */
#ifndef WIRE_DIGEST_H
#define WIRE_DIGEST_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/writer.h"
#include "wire/limits.h"

enum digest_algorithm {
    DIGEST_NONE = 0, /* no challenge that we speak */
    DIGEST_MD5 = 1,
    DIGEST_SHA256 = 2, /* the larger, the stronger */
};

/* A challenge, in memory of its own: it outlives the message. */
struct digest_challenge {
    enum digest_algorithm algorithm;
    bool has_algorithm; /* the peer named it */
    bool has_qop;       /* "auth" is offered */
    bool offers_basic;  /* somewhere beside it */
    bool is_stale;      /* the nonce was too old, the password not wrong */
    bool has_opaque;
    char realm[DIGEST_FIELD_BYTES_MAX + 1];
    char nonce[DIGEST_FIELD_BYTES_MAX + 1];
    char opaque[DIGEST_FIELD_BYTES_MAX + 1];
};

struct digest_credentials {
    struct text user; /* neither quote, backslash nor control */
    struct text password;
};

/* One request to prove, or to check. */
struct digest_request {
    struct text method;
    struct text uri;    /* the target, as in the request line */
    struct text cnonce; /* client's; token characters */
    uint32_t count;     /* how often the nonce has been used, from 1 */
};

/*
 * Looks through the value of one WWW-Authenticate header, which may hold
 * several challenges; *best is replaced by a stronger one. Begin with a zeroed
 * *best. Malformed and foreign challenges are passed over.
 */
void digest_challenge_read(struct text value, struct digest_challenge *best);

/*
 * Writes the value of an Authorization header.
 * Fails with: BAD_INPUT (user), LIMIT (room), INTERNAL (hashing).
 */
MUST_USE enum status
digest_write_authorization(struct writer *out,
                           const struct digest_challenge *challenge,
                           const struct digest_credentials *credentials,
                           const struct digest_request *request);

/* Server: writes the value of a WWW-Authenticate header. Sticky failure. */
void digest_write_challenge(struct writer *out,
                            const struct digest_challenge *challenge);

/*
 * Server: checks the value of an Authorization header against the challenge
 * that was sent; of request only method and uri count. Response compared in
 * constant time. Fails with: DENIED (also where malformed), INTERNAL.
 */
MUST_USE enum status
digest_check_authorization(struct text value,
                           const struct digest_challenge *challenge,
                           const struct digest_credentials *credentials,
                           const struct digest_request *request);

#endif
