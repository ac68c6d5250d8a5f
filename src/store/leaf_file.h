/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/leaf_file - the leaves of one volume, in a file beside it.
 *
 *   DISK/class-CCCCC-NNNNNN.vol    DISK/class-CCCCC-NNNNNN.leaf
 *
 * Blocks (store/leaf_block.h) at multiples of 256, appended and never changed.
 * A leaf stands with the volume in which the last of its GOP's records was
 * written, and goes with it. A block never straddles a sector, so a power cut
 * leaves it whole or none; what begins with one that is none was not synced.
 *
 * Threads: none.
 */
#ifndef STORE_LEAF_FILE_H
#define STORE_LEAF_FILE_H

#include "store/leaf_block.h"
#include "store/limits.h"
#include "sys/file.h"

enum { LEAF_FILE_BYTES_MAX = 1024 * 1024 * 1024 };

/* "class-00001-000042.leaf" below directory. Fails with: LIMIT. */
MUST_USE enum status leaf_file_path(const char *directory, uint16_t class_id,
                                    uint32_t number, char out[PATH_SIZE]);

/* The reverse, on the name alone. Fails with: BAD_INPUT. */
MUST_USE enum status leaf_file_name_parse(const char *name,
                                          uint16_t *class_id,
                                          uint32_t *number);

/* Makes it, empty, whatever stood there; the caller syncs the directory. Fails
 * with: IO, NO_SPACE, LIMIT, NO_MEMORY. */
MUST_USE enum status leaf_file_create(const struct file_layer *layer,
                                      const char *directory,
                                      uint16_t class_id, uint32_t number);

/* One block, decoded where it is a leaf or a batch. */
struct leaf_block {
    enum leaf_block_kind kind;
    uint64_t offset;
    const uint8_t *bytes; /* LEAF_BLOCK_SIZE, borrowed */
    struct gop_leaf leaf;
    struct leaf_batch batch;
};

/* False ends the reading. */
typedef bool leaf_block_fn(void *context, const struct leaf_block *block);

/* All blocks in order. *end: behind the last one that is one. Fails with: IO,
 * NO_MEMORY. */
MUST_USE enum status leaf_file_read(struct file *file,
                                    leaf_block_fn *on_block, void *context,
                                    uint64_t *end);

#endif
