/* SPDX-License-Identifier: Apache-2.0 */
/* Who a disk says that it is. What is believed has its form and bounds. */
#include <assert.h>

#include "fuzz/one_file.h"
#include "store/disk_identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct one_file_layer disk = one_file_layer(data, size);
    struct disk_identity identity = {0};
    if (disk_identity_read(&disk.layer, "/d", &identity) == STATUS_OK)
        assert(identity.slot < DISKS_MAX && identity.generation > 0 &&
               identity.generation <= UINT32_MAX);
    return 0;
}
