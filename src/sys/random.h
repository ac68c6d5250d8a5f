/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYS_RANDOM_H
#define SYS_RANDOM_H

#include <stddef.h>

/* Fills from getrandom(2); ends the process where the kernel cannot. */
void random_fill(void *out, size_t size);

#endif
