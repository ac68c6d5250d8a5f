/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/event_descriptor.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "sys/system_error.h"

enum status event_descriptor_make(int *descriptor)
{
    *descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return *descriptor < 0 ? system_error_status(errno) : STATUS_OK;
}

void event_descriptor_ring(int descriptor)
{
    const uint64_t one = 1;
    /* A full counter means that it rings already. */
    if (write(descriptor, &one, sizeof one) < 0)
        return;
}

void event_descriptor_clear(int descriptor)
{
    uint64_t rings = 0;
    if (read(descriptor, &rings, sizeof rings) < 0)
        return;
}
