/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper's note of what was set up in the TPM, its sum made right: it says
 * anything. */
#include <string.h>

#include "crypto/hash.h"
#include "fuzz/one_file.h"
#include "keys/tpm_setup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SUM_AT = TPM_SETUP_SIZE - SHA256_SIZE };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t content[TPM_SETUP_SIZE] = {0};
    size_t used = size < SUM_AT ? size : SUM_AT;
    if (used > 0)
        memcpy(content, data, used);
    const struct bytes checked = bytes_of(content, SUM_AT);
    if (sha256(&checked, 1, content + SUM_AT) != STATUS_OK)
        return 0;
    const struct one_file_layer disk =
        one_file_layer(content, sizeof content);
    struct tpm_setup setup;
    if (tpm_setup_read(&disk.layer, "/keys", &setup) == STATUS_OK &&
        memchr(setup.manufacturer, 0, sizeof setup.manufacturer) == NULL)
        __builtin_trap(); /* it is printed */
    return 0;
}
