/* SPDX-License-Identifier: Apache-2.0 */
/* sys/event_descriptor - a bell between two processes: eventfd(2). */
#ifndef SYS_EVENT_DESCRIPTOR_H
#define SYS_EVENT_DESCRIPTOR_H

#include "base/status.h"

/* Nonblocking, close on exec. Fails with: IO. */
MUST_USE enum status event_descriptor_make(int *descriptor);

/* Rings; many rings before a clear are one. */
void event_descriptor_ring(int descriptor);

/* Makes it unreadable until the next ring. */
void event_descriptor_clear(int descriptor);

#endif
