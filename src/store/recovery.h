/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/recovery - what stands on the disk at a start.
 *
 * 1. The names of all volumes are listed. Those that the index knows are full:
 *    their rows and the cameras' runs come from there, and no file is opened.
 *    An index whose sum is wrong, or that tells of volumes which are not there,
 *    is believed in nothing and begun anew.
 * 2. Of the others the newest (RECOVERY_AT_ONCE) are read before the store
 *    opens, the rest while it runs. One that ends with its directory is full.
 *    One that does not is read from header to header; of what was written to it
 *    last every record's sector check is tried, and a torn one is punched: it
 *    was never durable. One that cannot be read is lost likewise, and told.
 * 3. The newest volume of a class, if it has no end but room, goes on as its
 *    open volume; the rest is full.
 * 4. A volume without a record is deleted.
 *
 * Rows of a disk that takes no part are kept until it does.
 *
 * Threads: none.
 */
#ifndef STORE_RECOVERY_H
#define STORE_RECOVERY_H

#include "base/status.h"

struct store;

enum {
    RECOVERY_AT_ONCE = 32, /* volumes */
    /* What may not have reached the disk: a full queue, and two syncs. */
    RECOVERY_CHECK_BYTES = 128 * 1024 * 1024,
    RECOVERY_CHECK_US = 4000000,
};

/* Opens the index, all disks being open. Fails with: IO, NO_MEMORY, INTERNAL. A
 * volume that cannot be read is logged. */
MUST_USE enum status store_recover(struct store *store);

#endif
