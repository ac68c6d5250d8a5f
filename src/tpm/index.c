/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NV indices: memory of the TPM that can be overwritten.
 *
 * Attributes: read and written with its own auth value only, not with the
 * owner's, so that another program of this machine which holds the owner's
 * (empty) password does not read a root; written whole; synchronous (not
 * orderly: an orderly index may stand in RAM only); NO_DA: its auth value is 32
 * random bytes, needs no protection against guessing, and must neither lock the
 * TPM nor be locked by what others guessed wrongly.
 */
#include <string.h>

#include "tpm/tpm_private.h"

enum {
    ATTRIBUTES = TPMA_NV_AUTHREAD | TPMA_NV_AUTHWRITE | TPMA_NV_WRITEALL |
                 TPMA_NV_NO_DA,
};

static TPM2B_AUTH auth_of(const struct tpm_index *index)
{
    TPM2B_AUTH auth = {.size = TPM_AUTH_SIZE};
    memcpy(auth.buffer, index->auth, TPM_AUTH_SIZE);
    return auth;
}

static bool has_our_shape(const TPMS_NV_PUBLIC *found,
                          const struct tpm_index *index)
{
    return found->nvIndex == index->handle &&
           found->nameAlg == TPM2_ALG_SHA256 &&
           (found->attributes & ~TPMA_NV_WRITTEN) == ATTRIBUTES &&
           found->authPolicy.size == 0 && found->dataSize == index->size;
}

static enum status check_shape(struct tpm *tpm, ESYS_TR handle,
                               const struct tpm_index *index)
{
    TPM2B_NV_PUBLIC *found = NULL;
    TPM2B_NAME *name = NULL;
    enum status s = tpm_outcome(
        tpm, Esys_NV_ReadPublic(tpm->esys, handle, ESYS_TR_NONE, ESYS_TR_NONE,
                                ESYS_TR_NONE, &found, &name));
    if (s == STATUS_OK && !has_our_shape(&found->nvPublic, index))
        s = STATUS_CONFLICT;
    Esys_Free(found);
    Esys_Free(name);
    return s;
}

enum status tpm_index_reach(struct tpm *tpm, const struct tpm_index *index,
                            ESYS_TR *out)
{
    *out = ESYS_TR_NONE;
    enum status s = tpm_outcome(
        tpm, Esys_TR_FromTPMPublic(tpm->esys, index->handle, ESYS_TR_NONE,
                                   ESYS_TR_NONE, ESYS_TR_NONE, out));
    if (s != STATUS_OK)
        return s;
    s = check_shape(tpm, *out, index);
    TPM2B_AUTH auth = auth_of(index);
    if (s == STATUS_OK)
        s = tpm_outcome(tpm, Esys_TR_SetAuth(tpm->esys, *out, &auth));
    explicit_bzero(&auth, sizeof auth);
    if (s != STATUS_OK)
        (void)Esys_TR_Close(tpm->esys, out);
    return s;
}

enum status tpm_index_find(struct tpm *tpm, const struct tpm_index *index)
{
    ESYS_TR handle = ESYS_TR_NONE;
    enum status s = tpm_index_reach(tpm, index, &handle);
    if (s == STATUS_OK)
        (void)Esys_TR_Close(tpm->esys, &handle);
    return s;
}

enum status tpm_index_define(struct tpm *tpm, const struct tpm_index *index)
{
    const TPM2B_NV_PUBLIC shape = {
        .nvPublic = {.nvIndex = index->handle,
                     .nameAlg = TPM2_ALG_SHA256,
                     .attributes = ATTRIBUTES,
                     .dataSize = index->size},
    };
    TPM2B_AUTH auth = auth_of(index);
    ESYS_TR handle = ESYS_TR_NONE;
    enum status s = tpm_session_for(tpm, SESSION_WRITES);
    if (s == STATUS_OK)
        s = tpm_outcome(tpm, Esys_NV_DefineSpace(tpm->esys, ESYS_TR_RH_OWNER,
                                                 tpm->session, ESYS_TR_NONE,
                                                 ESYS_TR_NONE, &auth, &shape,
                                                 &handle));
    explicit_bzero(&auth, sizeof auth);
    if (s == STATUS_OK)
        (void)Esys_TR_Close(tpm->esys, &handle);
    return s;
}

enum status tpm_index_read(struct tpm *tpm, const struct tpm_index *index,
                           uint8_t *out)
{
    ESYS_TR handle = ESYS_TR_NONE;
    TPM2B_MAX_NV_BUFFER *found = NULL;
    enum status s = tpm_index_reach(tpm, index, &handle);
    if (s != STATUS_OK)
        return s;
    s = tpm_session_for(tpm, SESSION_READS);
    if (s == STATUS_OK)
        s = tpm_outcome(tpm, Esys_NV_Read(tpm->esys, handle, handle,
                                          tpm->session, ESYS_TR_NONE,
                                          ESYS_TR_NONE, index->size, 0,
                                          &found));
    if (s == STATUS_OK && found->size != index->size)
        s = STATUS_INTERNAL;
    if (s == STATUS_OK)
        memcpy(out, found->buffer, index->size);
    if (found != NULL)
        explicit_bzero(found, sizeof *found);
    Esys_Free(found);
    (void)Esys_TR_Close(tpm->esys, &handle);
    return s;
}

enum status tpm_index_write(struct tpm *tpm, const struct tpm_index *index,
                            const uint8_t *content)
{
    ESYS_TR handle = ESYS_TR_NONE;
    TPM2B_MAX_NV_BUFFER data = {.size = index->size};
    if (index->size > TPM_INDEX_MAX)
        return STATUS_INTERNAL;
    enum status s = tpm_index_reach(tpm, index, &handle);
    if (s != STATUS_OK)
        return s;
    memcpy(data.buffer, content, index->size);
    s = tpm_session_for(tpm, SESSION_WRITES);
    if (s == STATUS_OK)
        s = tpm_outcome(tpm, Esys_NV_Write(tpm->esys, handle, handle,
                                           tpm->session, ESYS_TR_NONE,
                                           ESYS_TR_NONE, &data, 0));
    explicit_bzero(&data, sizeof data);
    (void)Esys_TR_Close(tpm->esys, &handle);
    return s;
}
