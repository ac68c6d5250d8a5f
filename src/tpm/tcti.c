/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transmission interface: ours, so that nothing is loaded by name, a
 * descriptor made elsewhere is enough, and a TPM that hangs ends in an error.
 */
#include <string.h>

#include "tpm/tpm_private.h"

static const uint64_t MAGIC = 0x4841454348495450; /* "HAECHITP" */

static TSS2_RC transmit(TSS2_TCTI_CONTEXT *context, size_t size,
                        const uint8_t *command)
{
    struct tcti *tcti = (struct tcti *)(void *)context;
    if (size > sizeof tcti->copy)
        return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
    memcpy(tcti->copy, command, size);
    tcti->command = bytes_of(tcti->copy, size);
    tcti->response_size = 0;
    return TSS2_RC_SUCCESS;
}

/* The time limit is the transport's. ESYS may ask for the size first. */
static TSS2_RC receive(TSS2_TCTI_CONTEXT *context, size_t *size,
                       uint8_t *response, int32_t timeout)
{
    struct tcti *tcti = (struct tcti *)(void *)context;
    (void)timeout;
    if (tcti->response_size == 0 &&
        tcti->transport->exchange(tcti->transport->context, tcti->command,
                                  tcti->response, sizeof tcti->response,
                                  &tcti->response_size) != STATUS_OK)
        return TSS2_TCTI_RC_IO_ERROR;
    if (response == NULL) {
        *size = tcti->response_size;
        return TSS2_RC_SUCCESS;
    }
    if (*size < tcti->response_size)
        return TSS2_TCTI_RC_INSUFFICIENT_BUFFER;
    memcpy(response, tcti->response, tcti->response_size);
    *size = tcti->response_size;
    tcti->response_size = 0;
    return TSS2_RC_SUCCESS;
}

static void finalize(TSS2_TCTI_CONTEXT *context)
{
    (void)context;
}

static TSS2_RC not_here(TSS2_TCTI_CONTEXT *context)
{
    (void)context;
    return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

static TSS2_RC no_locality(TSS2_TCTI_CONTEXT *context, uint8_t locality)
{
    (void)context;
    (void)locality;
    return TSS2_TCTI_RC_NOT_IMPLEMENTED;
}

void tcti_init(struct tcti *tcti, const struct tpm_transport *transport)
{
    *tcti = (struct tcti){.transport = transport};
    tcti->common.v1 = (TSS2_TCTI_CONTEXT_COMMON_V1){
        .magic = MAGIC,
        .version = 2,
        .transmit = transmit,
        .receive = receive,
        .finalize = finalize,
        .cancel = not_here,
        .setLocality = no_locality,
    };
}
