/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice/notice_signature - one signature over notice.yaml, byte for byte.
 *
 * Sites that run parts of one notice can only be shown to run the same one if
 * nobody at a site can alter it. The institution signs it once; each plant.yaml
 * names the key that it trusts (notice_key).
 *
 * notice.yaml.sig holds one line: the base64 of an Ed25519 signature
 * (RFC 8032) of the file's bytes, and nothing else, so that openssl checks it:
 *     base64 -d notice.yaml.sig >s
 *     openssl pkeyutl -verify -pubin -inkey KEY.pub -rawin -in notice.yaml
 *         -sigfile s
 *
 * Threads: any; no state.
 */
#ifndef NOTICE_NOTICE_SIGNATURE_H
#define NOTICE_NOTICE_SIGNATURE_H

#include "base/encoding.h"
#include "crypto/sign.h"

enum {
    NOTICE_KEY_TEXT_SIZE = BASE64_SIZE(SIGN_PUBLIC_SIZE) + 1,
    NOTICE_SIGNATURE_BYTES_MAX = 1024, /* of the file */
    NOTICE_SIGNATURE_LINE_SIZE = BASE64_SIZE(SIGNATURE_SIZE) + 2,
};

#define NOTICE_SIGNATURE_SUFFIX ".sig"

/* The file's line, with its line feed and a terminating zero.
 * Fails with: INTERNAL. */
MUST_USE enum status
notice_signature_make(const uint8_t private_key[SIGN_PRIVATE_SIZE],
                      struct bytes notice_yaml,
                      char out[NOTICE_SIGNATURE_LINE_SIZE]);

/* Fails with: BAD_INPUT (no base64 of 32 bytes). */
MUST_USE enum status notice_key_parse(struct text base64,
                                      uint8_t out[SIGN_PUBLIC_SIZE]);

/*
 * key: as in plant.yaml; file: all of notice.yaml.sig.
 * Fails with: BAD_INPUT (key or file are none), CORRUPT (not this key's
 * signature of these bytes), INTERNAL.
 */
MUST_USE enum status notice_signature_check(struct text key,
                                            struct bytes notice_yaml,
                                            struct text file);

#endif
