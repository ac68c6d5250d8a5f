/* SPDX-License-Identifier: Apache-2.0 */
/* crypto/secret - key bytes: locked, not in a core dump, wiped at the end. */
#ifndef CRYPTO_SECRET_H
#define CRYPTO_SECRET_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

/* Overwrites in a way that the compiler keeps. */
void secret_wipe(void *memory, size_t size);

/* size zeroed bytes in pages of their own, locked and not dumped (best effort
 * where limits forbid locking). Fails with: NO_MEMORY. */
MUST_USE enum status secret_create(size_t size, uint8_t **out);
void secret_destroy(uint8_t **memory); /* wipes; *memory may be NULL */

/* False once a limit (RLIMIT_MEMLOCK) has forbidden to lock a secret of this
 * process: it may then reach the swap. */
bool secret_memory_is_locked(void);

#endif
