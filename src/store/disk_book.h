/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/disk_book - what the vault remembers of its disks over a restart, kept
 * away from them: so that it knows a disk that was swapped, that is an old
 * copy, or that is not there; and how much each class writes.
 *
 * A small file, replaced as a whole: "HDSK", version u16 = 2, disks u16, pools
 * u16, zero u16, installation (16); per disk: slot u16, id (64, zeros behind),
 * path (512, zeros behind), uuid (16), generation u64, told u8, read only u8,
 * owes epoch u64; per pool: class u16, cameras u16, bytes per second u32,
 * observed s u32; CRC-32C of all before. Version 1, without what is owed, is
 * read too.
 *
 * Threads: none.
 */
#ifndef STORE_DISK_BOOK_H
#define STORE_DISK_BOOK_H

#include <stdbool.h>

#include "store/volume.h"

enum {
    DISKS_MAX = 32,
    DISK_ID_SIZE = 64, /* with its zero */
    DISK_PATH_SIZE = 512, /* with its zero */
    DISK_UUID_SIZE = 16,
    POOLS_MAX = 256,
};

struct disk_page {
    uint16_t slot; /* volume numbers of this disk come from here */
    char id[DISK_ID_SIZE];
    char path[DISK_PATH_SIZE]; /* where it was last */
    uint8_t uuid[DISK_UUID_SIZE];
    uint64_t generation; /* of the disk's last use: it only rises */
    uint8_t told;        /* the state that the log knows (store/disk.h) */
    bool is_read_only;   /* a stale one may be read: somebody said so */
    uint64_t owes_epoch; /* deaths since this one were not followed on all of
                            it; 0: it owes none */
};

/* How much the cameras of one class write, a mean over observed_s. */
struct pool_rate {
    uint16_t class_id;
    uint16_t cameras;
    uint32_t bytes_per_s;
    uint32_t observed_s;
};

struct disk_book {
    bool is_there; /* a file was read: this is not the set-up */
    uint8_t installation[INSTALLATION_ID_SIZE];
    struct disk_page disks[DISKS_MAX];
    size_t disk_count;
    struct pool_rate pools[POOLS_MAX];
    size_t pool_count;
};

/* A missing file is an empty book. Fails with: CORRUPT, IO, NO_MEMORY. */
MUST_USE enum status disk_book_read(struct disk_book *book,
                                    const struct file_layer *layer,
                                    const char *path);

/* Durable when it returns. Fails with: IO, NO_SPACE, NO_MEMORY. */
MUST_USE enum status disk_book_write(const struct disk_book *book,
                                     const struct file_layer *layer,
                                     const char *path);

struct disk_page *disk_book_find(struct disk_book *book, const char *id);

/* A page with a slot that no disk ever had. Fails with: LIMIT. */
MUST_USE enum status disk_book_add(struct disk_book *book, const char *id,
                                   struct disk_page **out);

/* The class's rate, added where there is none; NULL where all are taken. */
struct pool_rate *disk_book_pool(struct disk_book *book, uint16_t class_id);

#endif
