/* SPDX-License-Identifier: Apache-2.0 */
/* sys/signals - signals as callbacks of the loop, by signalfd(2). */
#ifndef SYS_SIGNALS_H
#define SYS_SIGNALS_H

#include <stddef.h>

#include "base/status.h"

struct loop;
struct signals;

typedef void signals_fn(void *context, int signal_number);

/*
 * Blocks these signals for the process and gives them to on_signal. Call it
 * before any thread is made. Fails with: NO_MEMORY, INTERNAL.
 */
MUST_USE enum status signals_create(struct loop *loop, const int *numbers,
                                    size_t count, signals_fn *on_signal,
                                    void *context, struct signals **out);

void signals_destroy(struct signals **signals); /* may be NULL */

#endif
