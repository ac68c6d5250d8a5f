/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/random.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

void random_fill(void *out, size_t size)
{
    uint8_t *at = out;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            abort(); /* without random numbers nothing here is safe */
        at += got;
        size -= (size_t)got;
    }
}
