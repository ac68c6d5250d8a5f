/* SPDX-License-Identifier: Apache-2.0 */
/* Primary keys, and the session that is salted with one. */
#include <string.h>

#include "tpm/tpm_private.h"

/* TCG's template H-2 for an ECC storage key: what others make of the same
 * owner's seed is the same key. */
static const TPMT_PUBLIC STORAGE_KEY = {
    .type = TPM2_ALG_ECC,
    .nameAlg = TPM2_ALG_SHA256,
    .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                        TPMA_OBJECT_SENSITIVEDATAORIGIN |
                        TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA |
                        TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT,
    .parameters.eccDetail = {.symmetric = {.algorithm = TPM2_ALG_AES,
                                           .keyBits.aes = 128,
                                           .mode.aes = TPM2_ALG_CFB},
                             .scheme.scheme = TPM2_ALG_NULL,
                             .curveID = TPM2_ECC_NIST_P256,
                             .kdf.scheme = TPM2_ALG_NULL},
};

static enum status check_name(struct tpm *tpm, ESYS_TR key, bool is_pinned,
                              uint8_t name[TPM_NAME_SIZE])
{
    TPM2B_NAME *found = NULL;
    enum status s = tpm_outcome(tpm, Esys_TR_GetName(tpm->esys, key, &found));
    if (s != STATUS_OK)
        return s;
    if (found->size != TPM_NAME_SIZE)
        s = STATUS_INTERNAL;
    else if (!is_pinned)
        memcpy(name, found->name, TPM_NAME_SIZE);
    else if (memcmp(name, found->name, TPM_NAME_SIZE) != 0) /* public */
        s = STATUS_CONFLICT;
    Esys_Free(found);
    return s;
}

enum status tpm_primary(struct tpm *tpm, const TPMT_PUBLIC *template,
                        bool is_pinned, uint8_t name[TPM_NAME_SIZE],
                        ESYS_TR *key, TPM2B_PUBLIC **public_area)
{
    const TPM2B_SENSITIVE_CREATE sensitive = {0};
    const TPM2B_PUBLIC wanted = {.publicArea = *template};
    const TPM2B_DATA outside = {0};
    const TPML_PCR_SELECTION no_pcr = {0};
    TPM2B_CREATION_DATA *data = NULL;
    TPM2B_DIGEST *digest = NULL;
    TPMT_TK_CREATION *ticket = NULL;
    *key = ESYS_TR_NONE;
    enum status s = tpm_outcome(
        tpm, Esys_CreatePrimary(tpm->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD,
                                ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &wanted,
                                &outside, &no_pcr, key, public_area, &data,
                                &digest, &ticket));
    Esys_Free(data);
    Esys_Free(digest);
    Esys_Free(ticket);
    if (s != STATUS_OK)
        return s;
    s = check_name(tpm, *key, is_pinned, name);
    if (s != STATUS_OK)
        (void)Esys_FlushContext(tpm->esys, *key);
    return s;
}

enum status tpm_authorize(struct tpm *tpm, bool is_pinned,
                          uint8_t name[TPM_NAME_SIZE])
{
    const TPMT_SYM_DEF aes = {.algorithm = TPM2_ALG_AES,
                              .keyBits.aes = 128,
                              .mode.aes = TPM2_ALG_CFB};
    ESYS_TR key = ESYS_TR_NONE;
    TPM2B_PUBLIC *public_area = NULL;
    enum status s =
        tpm_primary(tpm, &STORAGE_KEY, is_pinned, name, &key, &public_area);
    Esys_Free(public_area);
    if (s != STATUS_OK)
        return s;
    s = tpm_outcome(tpm, Esys_StartAuthSession(
                             tpm->esys, key, ESYS_TR_NONE, ESYS_TR_NONE,
                             ESYS_TR_NONE, ESYS_TR_NONE, NULL, TPM2_SE_HMAC,
                             &aes, TPM2_ALG_SHA256, &tpm->session));
    if (s != STATUS_OK)
        tpm->session = ESYS_TR_NONE;
    (void)Esys_FlushContext(tpm->esys, key);
    return s;
}

enum status tpm_session_for(struct tpm *tpm, enum session_use use)
{
    TPMA_SESSION wanted = TPMA_SESSION_CONTINUESESSION;
    if (use == SESSION_WRITES)
        wanted |= TPMA_SESSION_DECRYPT;
    else if (use == SESSION_READS)
        wanted |= TPMA_SESSION_ENCRYPT;
    return tpm_outcome(tpm, Esys_TRSess_SetAttributes(tpm->esys, tpm->session,
                                                      wanted, 0xff));
}
