/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd/verify/leaves - the leaf files against the log, the records and
 * themselves (docs/design/records.md).
 *
 *   verify/leaves.c   chains and batches: needs no key
 *   verify/roots.c    batches against the log's roots
 *   verify/held_leaves.c  those that holds keep: proofs, salts, pictures
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

/* The pictures of a copy that a hold (subject) keeps, where it has all of
 * them, with the leaf salt that it keeps. Fails with: NO_MEMORY. */
MUST_USE enum status group_check_held(struct group_check *check,
                                      const struct gop_leaf *leaf,
                                      uint32_t subject, const uint8_t *salt,
                                      uint32_t near, const char *where);

/* Checks a leaf file of HOLD_CLASS, which is open. Fails with: NO_MEMORY, IO,
 * INTERNAL. */
MUST_USE enum status verify_held_leaf_file(struct verify *verify,
                                           struct group_check *groups,
                                           uint32_t number, struct file *file,
                                           uint64_t *end);

/* The root of a batch, as the log has it: false where it has none. */
bool verify_root_of_batch(const struct verify *verify, uint64_t batch,
                          struct merkle_hash *out);

/* The list with room for one more of `size` bytes; NULL: no memory. */
void *verify_grow(void *list, size_t count, size_t *capacity, size_t size);

/* A member of the entry, SHA-256 in hexadecimal; false: it is none. */
bool verify_read_hash(const struct entry_line *entry, const char *member,
                      uint8_t out[GOP_HASH_SIZE]);

/* Whether the camera's pictures of this time were destroyed or lost, by the
 * log or the key table. */
bool verify_is_gone(struct verify *verify, uint32_t camera, struct span span);
/* Of some camera. */
bool verify_is_any_gone(struct verify *verify, struct span span);

#endif
