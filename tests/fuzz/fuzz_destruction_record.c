/* SPDX-License-Identifier: Apache-2.0 */
/* A record of destruction, from whoever gives one to be verified. */
#include "cmd/verify/destruction.h"
#include "fuzz/one_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct one_file_layer disk = one_file_layer(data, size);
    struct verify_result result = {0};
    struct verify_destruction check = {
        .verify = {.layer = &disk.layer, .result = &result}};
    if (verify_destruction_record(&check, "/record.json") == STATUS_OK &&
        verify_destruction_is_ok(&check) && check.lines == 0)
        __builtin_trap(); /* nothing was shown */
    verify_destruction_deinit(&check);
    return 0;
}
