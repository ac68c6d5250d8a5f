/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/verify/leaves - the leaf files against the log, the records and
 * themselves (docs/design/records.md).
 *
 *   verify/leaves.c   chains, batches, roots: needs no key
 *   verify/groups.c   a leaf's records, which needs no key, and its pictures
 */
#ifndef CMD_VERIFY_LEAVES_H
#define CMD_VERIFY_LEAVES_H

#include "cmd/verify/private.h"
#include "store/leaf_file.h"

/* A file of a disk, by number. */
struct numbered_file {
    uint32_t number;
    uint16_t class_id;
    size_t disk; /* in numbered_files.disks */
};

struct numbered_files {
    char (*disks)[PATH_SIZE]; /* directories */
    size_t disk_count;
    struct numbered_file *list;
    size_t count;
    size_t capacity;
};

struct group_check;

/* Fails with: NO_MEMORY. */
MUST_USE enum status group_check_create(struct verify *verify,
                                        const struct numbered_files *volumes,
                                        struct group_check **out);
void group_check_destroy(struct group_check **check);

/*
 * The leaf's records and, where its keys live, its pictures. near: the volume
 * beside which the leaf stands. What is wrong becomes a problem at `where`.
 * Fails with: NO_MEMORY.
 */
MUST_USE enum status group_check_leaf(struct group_check *check,
                                      const struct gop_leaf *leaf,
                                      uint32_t near, const char *where);

/* Whether the camera's pictures of this time were destroyed or lost, by the
 * log or the key table. */
bool verify_is_gone(struct verify *verify, uint32_t camera, struct span span);

#endif
