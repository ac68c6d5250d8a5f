/* SPDX-License-Identifier: Apache-2.0 */
/* NV_Certify by a restricted key, and the bytes that a stranger gets. */
#include <string.h>
#include <tss2/tss2_mu.h>

#include "base/writer.h"
#include "tpm/tpm_private.h"

/* Its unique field makes it ours: another program's key is another one. */
#define KEY_LABEL "haechi attestation"

static TPMT_PUBLIC attestation_key(void)
{
    TPMT_PUBLIC key = {
        .type = TPM2_ALG_ECC,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |
                            TPMA_OBJECT_SENSITIVEDATAORIGIN |
                            TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA |
                            TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_SIGN_ENCRYPT,
        .parameters.eccDetail = {.symmetric.algorithm = TPM2_ALG_NULL,
                                 .scheme = {.scheme = TPM2_ALG_ECDSA,
                                            .details.ecdsa.hashAlg =
                                                TPM2_ALG_SHA256},
                                 .curveID = TPM2_ECC_NIST_P256,
                                 .kdf.scheme = TPM2_ALG_NULL},
        .unique.ecc.x.size = sizeof KEY_LABEL - 1,
    };
    memcpy(key.unique.ecc.x.buffer, KEY_LABEL, sizeof KEY_LABEL - 1);
    return key;
}

struct certificate_parts {
    TPM2B_ATTEST *attest;
    TPMT_SIGNATURE *signature;
    TPM2B_PUBLIC *key;
};

static void put_sized(struct writer *w, struct bytes part)
{
    writer_u16be(w, (uint16_t)part.size);
    writer_bytes(w, part);
}

static enum status put_parts(const struct tpm *tpm,
                             const struct certificate_parts *parts,
                             struct writer *w)
{
    uint8_t bytes[TPM_ATTESTATION_MAX];
    size_t size = 0;
    writer_bytes(w, bytes_of("HATT\1\0", 6));
    writer_bytes(w, bytes_of(tpm->identity.manufacturer, 4));
    put_sized(w, bytes_of(parts->attest->attestationData, parts->attest->size));
    if (Tss2_MU_TPMT_SIGNATURE_Marshal(parts->signature, bytes, sizeof bytes,
                                       &size) != TSS2_RC_SUCCESS)
        return STATUS_INTERNAL;
    put_sized(w, bytes_of(bytes, size));
    size = 0;
    if (Tss2_MU_TPMT_PUBLIC_Marshal(&parts->key->publicArea, bytes,
                                    sizeof bytes, &size) != TSS2_RC_SUCCESS)
        return STATUS_INTERNAL;
    put_sized(w, bytes_of(bytes, size));
    return w->failed ? STATUS_INTERNAL : STATUS_OK;
}

static enum status sign_index(struct tpm *tpm, const struct tpm_index *index,
                              ESYS_TR key, struct certificate_parts *parts)
{
    const TPM2B_DATA nothing = {0};
    const TPMT_SIG_SCHEME scheme = {.scheme = TPM2_ALG_NULL};
    ESYS_TR handle = ESYS_TR_NONE;
    enum status s = tpm_index_reach(tpm, index, &handle);
    if (s != STATUS_OK)
        return s;
    s = tpm_session_for(tpm, SESSION_PLAIN);
    if (s == STATUS_OK)
        s = tpm_outcome(
            tpm, Esys_NV_Certify(tpm->esys, key, handle, handle,
                                 ESYS_TR_PASSWORD, tpm->session, ESYS_TR_NONE,
                                 &nothing, &scheme, index->size, 0,
                                 &parts->attest, &parts->signature));
    (void)Esys_TR_Close(tpm->esys, &handle);
    return s;
}

enum status tpm_certify(struct tpm *tpm, const struct tpm_index *index,
                        bool is_pinned, uint8_t key_name[TPM_NAME_SIZE],
                        uint8_t *out, size_t *size)
{
    const TPMT_PUBLIC template = attestation_key();
    struct certificate_parts parts = {0};
    ESYS_TR key = ESYS_TR_NONE;
    struct writer w = writer_on(out, TPM_ATTESTATION_MAX);
    enum status s =
        tpm_primary(tpm, &template, is_pinned, key_name, &key, &parts.key);
    if (s == STATUS_OK) {
        s = sign_index(tpm, index, key, &parts);
        (void)Esys_FlushContext(tpm->esys, key);
    }
    if (s == STATUS_OK)
        s = put_parts(tpm, &parts, &w);
    Esys_Free(parts.attest);
    Esys_Free(parts.signature);
    Esys_Free(parts.key);
    *size = s == STATUS_OK ? w.used : 0;
    return s;
}
