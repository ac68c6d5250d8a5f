/* SPDX-License-Identifier: Apache-2.0 */
/* A record's header from a disk that may hold anything. */
#include <assert.h>
#include <string.h>

#include "store/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record_header header;
    if (record_header_decode(bytes_of(data, size), &header) != STATUS_OK)
        return 0;
    /* What is taken encodes to the very bytes, and fits all limits. */
    uint8_t again[RECORD_HEADER_SIZE];
    record_header_encode(&header, again);
    assert(memcmp(again, data, sizeof again) == 0);
    assert(header.sealed_size <= RECORD_SEALED_MAX);
    assert(record_stored_size(header.sealed_size) % STORE_ALIGNMENT == 0);
    return 0;
}
