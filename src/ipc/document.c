/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/document.h"

#include "ipc/channel.h"
#include "sys/sealed_memory.h"
#include "sys/socket.h"

enum status document_pack(struct channel *channel, struct bytes whole,
                          struct document *out)
{
    *out = (struct document){.inside = whole, .descriptor = -1};
    if (whole.size <= DOCUMENT_INSIDE_MAX)
        return STATUS_OK;
    out->inside = (struct bytes){NULL, 0};
    if (whole.size > DOCUMENT_MAX)
        return STATUS_LIMIT;
    if (!channel_may_lend(channel))
        return STATUS_AGAIN;
    out->outside_bytes = (uint32_t)whole.size;
    return sealed_memory_make(&whole, 1, &out->descriptor);
}

enum status document_open(struct bytes inside, uint32_t outside_bytes,
                          int *descriptor, struct bytes *mapped,
                          struct bytes *out)
{
    *mapped = (struct bytes){NULL, 0};
    *out = inside;
    enum status s = STATUS_OK;
    if (outside_bytes > DOCUMENT_MAX)
        s = STATUS_LIMIT;
    else if (outside_bytes > 0 && *descriptor < 0)
        s = STATUS_CORRUPT;
    else if (outside_bytes > 0)
        s = sealed_memory_map(*descriptor, outside_bytes, mapped);
    if (s == STATUS_OK && outside_bytes > 0)
        *out = *mapped;
    socket_close(descriptor);
    return s;
}
