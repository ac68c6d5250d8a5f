/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tpm/tpm - a visit to a TPM 2.0: what Haechi needs of it, and no more.
 *
 * This folder alone knows tpm2-tss (ESYS). A visit begins with nothing in the
 * TPM and leaves nothing but what NV indices hold: a bare TPM has three slots
 * for objects and three for sessions.
 *
 *   tpm_open       reach it, ask who it is, clear its slots
 *   tpm_authorize  make the storage key, begin the session
 *   tpm_index_*    define, read, write an NV index
 *   tpm_certify    let the TPM sign what an index holds
 *   tpm_close      flush everything
 *
 * The session is an HMAC session, salted with a primary storage key (ECC
 * P-256, TCG's template) whose name the caller has pinned, with parameter
 * encryption (AES-128 CFB): what is written and read never crosses the bus in
 * clear, and somebody who sits on the bus has no key to pretend with.
 *
 * Source: TPM 2.0 Library Part 1 (sections 19, 21, 37), Part 2, Part 3.
 *
 * Fails with, throughout: AGAIN (busy, limits its rate, or locked: later), IO
 * (it does not answer, or fails), NO_MEMORY, INTERNAL (an answer that should
 * not be: tpm_last_code).
 *
 * Threads: any, one visit at a time for one transport.
 */
#ifndef TPM_TPM_H
#define TPM_TPM_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

struct tpm;

enum {
    TPM_NAME_SIZE = 34, /* SHA-256 and its algorithm's number */
    TPM_AUTH_SIZE = 32,
    TPM_INDEX_MAX = 64, /* bytes of one index of ours */
    TPM_RESPONSE_MAX = 4096,
    TPM_ATTESTATION_MAX = 1024,
    /* Where owners may define indices: TCG registry of reserved handles. */
    TPM_OWNER_INDEX_FIRST = 0x01800000,
    TPM_OWNER_INDEX_LAST = 0x01bfffff,
};

/* One command, its response: the seam to the kernel, and of tests. */
struct tpm_transport {
    /* *size: of the response. Fails with: IO; the link is then of no use. */
    enum status (*exchange)(void *context, struct bytes command,
                            uint8_t *response, size_t capacity, size_t *size);
    void *context;
};

/* What it says of itself. */
struct tpm_identity {
    char manufacturer[5]; /* "INTC", "IFX ", "IBM "; terminated */
    char vendor[17];
    uint32_t firmware[2];
    bool is_software; /* an emulator: its memory is somebody's file */
};

struct tpm_index {
    uint32_t handle;
    uint16_t size; /* bytes, at most TPM_INDEX_MAX; written whole */
    const uint8_t *auth; /* TPM_AUTH_SIZE bytes, borrowed */
};

MUST_USE enum status tpm_open(const struct tpm_transport *transport,
                              struct tpm **out);
void tpm_close(struct tpm **tpm); /* *tpm may be NULL */

const struct tpm_identity *tpm_identity(const struct tpm *tpm);

/* The last response code, for the log. */
uint32_t tpm_last_code(const struct tpm *tpm);

/*
 * Makes the storage key and begins the session. name: of that key; is_pinned:
 * it must be this one, else it is written there.
 * Fails also with: CONFLICT (another TPM, or a cleared one), DENIED (the owner
 * hierarchy has a password, or is disabled).
 */
MUST_USE enum status tpm_authorize(struct tpm *tpm, bool is_pinned,
                                   uint8_t name[TPM_NAME_SIZE]);

/* Fails also with: NOT_FOUND, CONFLICT (not of our making: other attributes or
 * size). Says nothing of its auth value. */
MUST_USE enum status tpm_index_find(struct tpm *tpm,
                                    const struct tpm_index *index);

/* Fails also with: CONFLICT (it is there), NO_SPACE, DENIED (owner). */
MUST_USE enum status tpm_index_define(struct tpm *tpm,
                                      const struct tpm_index *index);

/* Fails also with: NOT_FOUND, CONFLICT as find, DENIED (auth value), END
 * (never written). */
MUST_USE enum status tpm_index_read(struct tpm *tpm,
                                    const struct tpm_index *index,
                                    uint8_t *out);

/* Fails as tpm_index_read, but for END. */
MUST_USE enum status tpm_index_write(struct tpm *tpm,
                                     const struct tpm_index *index,
                                     const uint8_t *content);

/*
 * Has the index signed by an attestation key, a restricted primary (ECC P-256,
 * ECDSA, SHA-256): it signs nothing that the TPM has not made. key_name as
 * tpm_authorize. out: TPM_ATTESTATION_MAX bytes; layout:
 *
 *   "HATT", version u8 = 1, zero u8
 *   manufacturer, 4 bytes
 *   size u16, TPMS_ATTEST: what is signed; ends with the index's content
 *   size u16, TPMT_SIGNATURE: 0018 000b, size u16, r, size u16, s
 *   size u16, TPMT_PUBLIC of the key: ends with size u16, x, size u16, y
 *
 * Fails as tpm_index_read.
 */
MUST_USE enum status tpm_certify(struct tpm *tpm, const struct tpm_index *index,
                                 bool is_pinned,
                                 uint8_t key_name[TPM_NAME_SIZE], uint8_t *out,
                                 size_t *size);

#endif
