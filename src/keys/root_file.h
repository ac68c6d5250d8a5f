/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/root_file - erasable memory of level 0: a preallocated file that is
 * only ever overwritten in place.
 *
 *   8192 bytes: the root, then zeros up to 4096; the same again
 *
 * Opened O_DIRECT | O_DSYNC. Twice, so that one bad sector does not cost the
 * installation; erased when both have been overwritten and read back. Never
 * renamed, copied, truncated or punched.
 *
 * "Erased" means what level 0 can promise: the file system's blocks hold
 * something else. On SSD, copy-on-write, network and journalled-data file
 * systems the old bytes may live on below it.
 *
 * Threads: one.
 */
#ifndef KEYS_ROOT_FILE_H
#define KEYS_ROOT_FILE_H

#include "keys/table_codec.h"

struct file;

enum { ROOT_COPIES = 2, ROOT_FILE_SIZE = ROOT_COPIES * 4096 };

/* Fails with: IO, END (shorter), NO_MEMORY. */
MUST_USE enum status root_file_read(struct file *file, unsigned copy,
                                    uint8_t root[ROOT_SIZE]);

/* Both copies, read back and compared. Fails with: IO, CORRUPT (something else
 * was read back), NO_SPACE, NO_MEMORY; what the file then holds is unknown. */
MUST_USE enum status root_file_write(struct file *file,
                                     const uint8_t root[ROOT_SIZE]);

/* Writes a copy that is not (or no longer) root. Fails as root_file_write. */
MUST_USE enum status root_file_heal(struct file *file,
                                    const uint8_t root[ROOT_SIZE]);

#endif
