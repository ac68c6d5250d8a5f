/* SPDX-License-Identifier: Apache-2.0 */
/* tpm/tpm_private - what the files of this folder share. */
#ifndef TPM_TPM_PRIVATE_H
#define TPM_TPM_PRIVATE_H

#include <tss2/tss2_esys.h>

#include "tpm/tpm.h"

/* A transmission interface of tpm2-tss that calls a struct tpm_transport. */
struct tcti {
    TSS2_TCTI_CONTEXT_COMMON_V2 common; /* first: tpm2-tss casts */
    const struct tpm_transport *transport;
    struct bytes command; /* borrowed between transmit and receive */
    uint8_t copy[TPM_RESPONSE_MAX];
    uint8_t response[TPM_RESPONSE_MAX];
    size_t response_size; /* 0: none waits */
};

void tcti_init(struct tcti *tcti, const struct tpm_transport *transport);

struct tpm {
    struct tcti tcti;
    ESYS_CONTEXT *esys;
    ESYS_TR session; /* ESYS_TR_NONE before tpm_authorize */
    struct tpm_identity identity;
    uint32_t last_code;
};

/* What a response code means; remembers it. */
MUST_USE enum status tpm_outcome(struct tpm *tpm, TSS2_RC code);

/* The session's attributes for the next command. */
enum session_use {
    SESSION_PLAIN,   /* nothing secret crosses */
    SESSION_WRITES,  /* the first parameter of the command is encrypted */
    SESSION_READS,   /* that of the response is */
};
MUST_USE enum status tpm_session_for(struct tpm *tpm, enum session_use use);

/* An owner's primary by template, with its name pinned or given out; flush it.
 * public_area (may be NULL): Esys_Free. Fails as tpm_authorize. */
MUST_USE enum status tpm_primary(struct tpm *tpm, const TPMT_PUBLIC *template,
                                 bool is_pinned, uint8_t name[TPM_NAME_SIZE],
                                 ESYS_TR *key, TPM2B_PUBLIC **public_area);

/* The index as ESYS knows it, its shape checked and its auth value set; close
 * it with Esys_TR_Close. Fails as tpm_index_find. */
MUST_USE enum status tpm_index_reach(struct tpm *tpm,
                                     const struct tpm_index *index,
                                     ESYS_TR *out);

#endif
