/* SPDX-License-Identifier: Apache-2.0 */
/* A moov, as anybody may write it: every sample has a place, or it is refused. */
#include <stdlib.h>

#include "media/mp4_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mp4_index index;
    if (mp4_index_read((struct bytes){data, size}, &index) != STATUS_OK)
        return 0;
    uint64_t ticks = 0;
    for (uint32_t i = 0; i < index.count; i++) {
        const struct mp4_place *place = &index.places[i];
        if (place->config >= index.config_count || place->ticks < ticks ||
            place->offset > UINT64_MAX - place->size)
            abort();
        ticks = place->ticks;
    }
    mp4_index_deinit(&index);
    return 0;
}
