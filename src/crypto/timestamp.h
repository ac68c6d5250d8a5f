/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/timestamp - what a time-stamping service is asked and what it answers:
 * that these bytes existed at a time.
 *
 * Questions and answers are DER (RFC 3161 section 2.4). The imprint is SHA-256;
 * the service is asked to send its certificate along, so that an answer can be
 * checked by whoever holds the authority's.
 *
 * Threads: any; no state.
 */
#ifndef CRYPTO_TIMESTAMP_H
#define CRYPTO_TIMESTAMP_H

#include "base/buffer.h"
#include "base/bytes.h"
#include "base/status.h"
#include "base/time.h"
#include "crypto/hash.h"

enum {
    TIMESTAMP_NONCE_SIZE = 8,
    TIMESTAMP_ANSWER_MAX = 16384,
    TIMESTAMP_AUTHORITY_MAX = 262144, /* PEM, of all authorities */
};

/* A question. Its nonce ties the answer to it. */
struct timestamp_question {
    uint8_t digest[SHA256_SIZE];
    uint8_t nonce[TIMESTAMP_NONCE_SIZE];
};

/* DER is appended to out. Fails with: NO_MEMORY, LIMIT, INTERNAL. */
MUST_USE enum status
timestamp_question_write(const struct timestamp_question *question,
                         struct buffer *out);

/*
 * Whether an answer is to this question, and the time that it tells. Who has
 * signed is not looked at: whoever believes it must (timestamp_verify).
 * Fails with: BAD_INPUT (no answer as RFC 3161 has it), DENIED (the service has
 * refused), CORRUPT (of other bytes, or to another question), INTERNAL.
 */
MUST_USE enum status
timestamp_answer_read(struct bytes answer,
                      const struct timestamp_question *question,
                      struct wall_time *out);

/* The time that an answer which was kept tells about these bytes' digest. Fails
 * with: as timestamp_answer_read. */
MUST_USE enum status timestamp_time(struct bytes answer,
                                    const uint8_t digest[SHA256_SIZE],
                                    struct wall_time *out);

/*
 * Whether an answer that was kept is about these bytes' digest, and signed by a
 * service whose certificate leads to one of the authorities and is for
 * time-stamping. authorities: PEM.
 * Fails with: BAD_INPUT (the answer, or no authority in PEM), CORRUPT (it does
 * not hold), INTERNAL.
 */
MUST_USE enum status timestamp_verify(struct bytes answer,
                                      const uint8_t digest[SHA256_SIZE],
                                      struct text authorities,
                                      struct wall_time *out);

#endif
