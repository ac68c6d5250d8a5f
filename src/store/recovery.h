/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/recovery - what stands on the disk at a start.
 *
 * 1. A full volume that the index knows by its id: its runs come from there.
 * 2. Every other volume is scanned, header by header. Its newest records
 *    (RECOVERY_CHECK_US) are checked sector by sector; a torn one is punched:
 *    it was never durable.
 * 3. The newest volume of a class that has room goes on as its open volume;
 *    the rest is full.
 * 4. A volume without a record may be used again.
 *
 * Threads: none.
 */
#ifndef STORE_RECOVERY_H
#define STORE_RECOVERY_H

#include "base/status.h"

struct disk;
struct store;

enum { RECOVERY_CHECK_US = 30000000 };

/* Fails with: IO, NO_MEMORY. A volume that cannot be read is logged. */
MUST_USE enum status store_recover(struct store *store);

/* The same for one disk: at the start, and when it has been accepted. */
MUST_USE enum status store_recover_disk(struct store *store,
                                        struct disk *disk);

#endif
