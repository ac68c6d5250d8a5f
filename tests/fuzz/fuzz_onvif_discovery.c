/* SPDX-License-Identifier: Apache-2.0 */
/* A datagram on the port from which a probe went out. */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "onvif/discovery.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct discovery_matches matches;
    if (discovery_matches_read(bytes_of(data, size), "urn:uuid:1", &matches) !=
        STATUS_OK)
        return 0;
    for (size_t i = 0; i < matches.count; i++)
        if (matches.list[i].address[0] == 0 ||
            !text_is_plain(text_of(matches.list[i].name)))
            __builtin_trap();
    return 0;
}
