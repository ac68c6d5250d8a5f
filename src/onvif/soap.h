/* SPDX-License-Identifier: Apache-2.0 */
/*
 * onvif/soap - SOAP 1.2 envelopes: written with a proof of the password, read
 * down to the answer or the fault.
 *
 *   PasswordDigest = base64(SHA-1(nonce created password))
 *
 * created is in the camera's time, which is asked before: a camera refuses what
 * is seconds old. SHA-1 is what the standard has; the password stays secret as
 * long as it cannot be guessed.
 *
 * Source: SOAP 1.2 part 1; WS-Security UsernameToken Profile 1.0 section 3.1.
 * Threads: none of its own.
 */
#ifndef ONVIF_SOAP_H
#define ONVIF_SOAP_H

#include "base/buffer.h"
#include "base/time.h"
#include "onvif/xml.h"

struct soap_security {
    struct text user;
    struct text password;
    uint8_t nonce[SOAP_NONCE_SIZE]; /* random: new for each request */
    struct wall_time created;       /* by the camera's clock */
};

enum { SOAP_DIGEST_SIZE = 29 }; /* base64 of 20 bytes and a zero */

/* Fails with: INTERNAL. */
MUST_USE enum status soap_password_digest(struct bytes nonce,
                                          struct text created,
                                          struct text password,
                                          char out[SOAP_DIGEST_SIZE]);

/* "2010-09-16T07:50:45Z" */
void soap_time(struct wall_time time, char out[SOAP_CREATED_SIZE]);

/*
 * The envelope up to its open Body, with the prefixes tds trt tr2 tt tev trc
 * wsnt wsa. security NULL: none is shown. header: elements, escaped; may be
 * empty. Fails with: LIMIT (lengths), BAD_INPUT (a name or password that is no
 * plain text), INTERNAL; NO_MEMORY is left in out.
 */
MUST_USE enum status soap_begin(struct buffer *out,
                                const struct soap_security *security,
                                struct text header);
void soap_end(struct buffer *out);

/* Why a camera did not do it. Both plain ASCII or UTF-8, cut off. */
struct soap_fault {
    bool is_denied;          /* NotAuthorized, FailedAuthentication */
    bool is_unsupported;     /* ActionNotSupported and the like */
    char reason[ONVIF_FAULT_SIZE];
};

/*
 * Finds the first element of the Body; *answer is NULL where it is empty.
 * Fails with: BAD_INPUT (no envelope), DENIED or NOT_FOUND (fault: filled, and
 * says which), CONFLICT (any other fault).
 */
MUST_USE enum status soap_answer(const struct xml_tree *tree,
                                 const struct xml_node **answer,
                                 struct soap_fault *fault);

#endif
