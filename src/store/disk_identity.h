/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/disk_identity - who a disk says that it is: DISK/identity, one line
 *
 *   haechi-disk 1 INSTALLATION UUID SLOT GENERATION
 *
 * with the first two in hex, the others decimal. The disk may be anybody's, so
 * the file may say anything.
 *
 * Threads: none.
 */
#ifndef STORE_DISK_IDENTITY_H
#define STORE_DISK_IDENTITY_H

#include "store/disk_book.h"

struct disk_identity {
    uint8_t installation[INSTALLATION_ID_SIZE];
    uint8_t uuid[DISK_UUID_SIZE];
    uint16_t slot;       /* below DISKS_MAX */
    uint64_t generation; /* from 1 */
};

/* Fails with: NOT_FOUND, CORRUPT (another form), LIMIT (too long), IO,
 * NO_MEMORY. */
MUST_USE enum status disk_identity_read(const struct file_layer *layer,
                                        const char *directory,
                                        struct disk_identity *out);

/* Durable when it returns. Fails with: IO, NO_SPACE, LIMIT, NO_MEMORY. */
MUST_USE enum status
disk_identity_write(const struct file_layer *layer, const char *directory,
                    const struct disk_identity *identity);

#endif
