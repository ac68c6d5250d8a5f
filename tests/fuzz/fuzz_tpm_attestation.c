/* SPDX-License-Identifier: Apache-2.0 */
/* What a TPM has signed, out of an entry of the log: anybody's bytes. */
#include "tpm/attestation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand_inside(struct bytes part, const uint8_t *data, size_t size)
{
    if (part.data < data || part.size > size ||
        (size_t)(part.data - data) > size - part.size)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tpm_attestation found;
    if (tpm_attestation_read(bytes_of(data, size), &found) != STATUS_OK)
        return 0;
    demand_inside(found.statement, data, size);
    demand_inside(found.public_area, data, size);
    if (found.manufacturer[sizeof found.manufacturer - 1] != 0)
        __builtin_trap(); /* it is printed */
    return 0;
}
