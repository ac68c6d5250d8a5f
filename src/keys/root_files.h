/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/root_files - erasable memory of level 0: two preallocated files that
 * are only ever overwritten in place.
 *
 *   root-0 root-1, 8192 bytes each: the root, then zeros up to 4096; the same
 *   again
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
#ifndef KEYS_ROOT_FILES_H
#define KEYS_ROOT_FILES_H

#include "keys/root_store.h"

struct file;
struct file_layer;

enum { ROOT_COPIES = 2, ROOT_FILE_SIZE = ROOT_COPIES * 4096 };

enum root_files_use {
    ROOT_FILES_MAKE,  /* for writing; made, preallocated and synced */
    ROOT_FILES_WRITE, /* for writing; NOT_FOUND where there are none */
    ROOT_FILES_READ,  /* for reading; NOT_FOUND where there are none */
};

/* The directory is the caller's to sync. Fails with: IO, DENIED, NO_SPACE,
 * NO_MEMORY, LIMIT (path), NOT_FOUND. */
MUST_USE enum status root_files_open(const struct file_layer *layer,
                                     const char *directory,
                                     enum root_files_use use,
                                     struct root_store **out);

/* One copy out of an open file. Fails with: IO, END (shorter), NO_MEMORY. */
MUST_USE enum status root_file_read(struct file *file, unsigned copy,
                                    uint8_t root[ROOT_SIZE]);

#endif
