/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tpm/attestation - what a TPM has signed, read without a TPM.
 *
 * Takes the bytes of tpm_certify (tpm/tpm.h) apart: the statement, its
 * signature, the key. Verifying the signature is crypto/sign's.
 *
 * Source: TPM 2.0 Library Part 2, 10.12 (TPMS_ATTEST), 11.3 (TPMT_SIGNATURE),
 * 12.2 (TPMT_PUBLIC); docs/design/tpm.md.
 *
 * Threads: any; no state.
 */
#ifndef TPM_ATTESTATION_H
#define TPM_ATTESTATION_H

#include "base/bytes.h"
#include "base/status.h"

enum {
    ATTESTATION_NUMBER_SIZE = 32, /* of P-256 */
    ATTESTATION_COMMITMENT_SIZE = 32,
};

struct tpm_attestation {
    char manufacturer[5]; /* terminated; nobody has signed it */
    struct bytes statement; /* TPMS_ATTEST: what is signed */
    struct bytes public_area; /* TPMT_PUBLIC; its SHA-256 is the key's name */
    uint64_t clock_ms; /* of the TPM, since it was cleared */
    uint32_t resets;
    uint64_t epoch;
    uint8_t commitment[ATTESTATION_COMMITMENT_SIZE]; /* to the epoch's root */
    uint8_t r[ATTESTATION_NUMBER_SIZE];
    uint8_t s[ATTESTATION_NUMBER_SIZE];
    uint8_t x[ATTESTATION_NUMBER_SIZE];
    uint8_t y[ATTESTATION_NUMBER_SIZE];
};

/*
 * Borrows from blob. The key is a restricted one that cannot leave its TPM, as
 * far as its public area says. Fails with: BAD_INPUT.
 */
MUST_USE enum status tpm_attestation_read(struct bytes blob,
                                          struct tpm_attestation *out);

#endif
