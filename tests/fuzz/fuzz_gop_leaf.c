/* SPDX-License-Identifier: Apache-2.0 */
/* A leaf of the log, as anybody may write it: what decodes, encodes to a leaf
 * that decodes to the same. */
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "model/gop_leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(const struct gop_leaf *leaf, uint8_t out[GOP_LEAF_SIZE])
{
    struct writer w = writer_on(out, GOP_LEAF_SIZE);
    gop_leaf_encode(leaf, &w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader in = reader_on(bytes_of(data, size));
    struct gop_leaf leaf;
    if (gop_leaf_decode(&in, &leaf) != STATUS_OK)
        return 0;
    uint8_t first[GOP_LEAF_SIZE];
    uint8_t second[GOP_LEAF_SIZE];
    encode(&leaf, first);
    struct reader again = reader_on(bytes_of(first, sizeof first));
    if (gop_leaf_decode(&again, &leaf) != STATUS_OK)
        abort();
    encode(&leaf, second);
    if (memcmp(first, second, sizeof first) != 0)
        abort();
    return 0;
}
