/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/certificate - a self-signed certificate for the first start.
 *
 * X.509 v3 (RFC 5280), EC P-256 with ECDSA and SHA-256, ten years, names as
 * subjectAltName (DNS or IP), for servers only. Who connects compares the
 * fingerprint that the first start prints.
 *
 * Threads: any; no state.
 */
#ifndef CRYPTO_CERTIFICATE_H
#define CRYPTO_CERTIFICATE_H

#include "base/bytes.h"
#include "base/status.h"
#include "base/time.h"

enum {
    CERTIFICATE_PEM_MAX = 16384, /* as start_web in ipc/messages.def */
    CERTIFICATE_NAMES_MAX = 32,
    CERTIFICATE_NAME_MAX = 253, /* a DNS name, RFC 1035 section 2.3.4 */
    CERTIFICATE_YEARS = 10,
    /* "AB:CD:..." of SHA-256, and a zero */
    CERTIFICATE_FINGERPRINT_SIZE = 32 * 3,
};

struct certificate {
    char certificate_pem[CERTIFICATE_PEM_MAX];
    char private_key_pem[CERTIFICATE_PEM_MAX]; /* PKCS #8; wipe after use */
};

/*
 * names: 1 .. CERTIFICATE_NAMES_MAX host names or IP addresses; the first is
 * the common name too. from: valid from a day before.
 * Fails with: BAD_INPUT (a name), LIMIT (their count), INTERNAL.
 */
MUST_USE enum status certificate_make(const struct text *names, size_t count,
                                      struct wall_time from,
                                      struct certificate *out);

/* SHA-256 of the DER form, as browsers show it. Fails with: BAD_INPUT. */
MUST_USE enum status
certificate_fingerprint(struct text certificate_pem,
                        char out[CERTIFICATE_FINGERPRINT_SIZE]);

#endif
