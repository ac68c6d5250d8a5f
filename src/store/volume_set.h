/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/volume_set - the volumes of one disk that are in hand: which one takes
 * the next record of a class, and those whose directory is being read.
 *
 * A volume of another installation is left alone and not read.
 *
 * Volume numbers are unique over all disks: each disk gives those of its slot.
 * A number is in the volume's name. A volume in which nothing lives is deleted,
 * and its space goes to one with a larger number: so a name says all that an
 * index must know to be believed.
 *
 * Which volumes there are is the catalogue's matter (store/catalogue.h): a disk
 * may hold 100,000 of them. Here stand those that are appended to, and those
 * that are loaded: at most VOLUMES_LOADED_MAX others are kept so.
 *
 * Threads: none.
 */
#ifndef STORE_VOLUME_SET_H
#define STORE_VOLUME_SET_H

#include "store/catalogue.h"
#include "store/directory.h"
#include "store/volume.h"

enum {
    VOLUMES_LOADED_MAX = 64,
    DISK_RESERVE_MAX_BYTES = 64 * 1024 * 1024,
    SLOT_NUMBERS = 30000000, /* of one disk: one a minute for 57 years */
};

/* Never taken for volumes: what index, events and, often, the log on the same
 * disk need. A quarter of a volume, at most 64 MiB. */
static inline uint64_t volume_set_reserve_bytes(uint64_t volume_bytes)
{
    return volume_bytes / 4 < DISK_RESERVE_MAX_BYTES ? volume_bytes / 4
                                                     : DISK_RESERVE_MAX_BYTES;
}

struct volume_set;

struct volume {
    struct volume_set *set; /* the one it is in */
    uint32_t number;
    struct volume_header header;
    struct file *file;           /* NULL: not open */
    struct directory directory;  /* where is_loaded */
    uint64_t append_at;          /* where is_open */
    uint64_t last_job;           /* the newest write into it */
    uint64_t last_used;
    uint32_t in_flight;          /* records placed, not yet committed */
    bool is_loaded;
    bool is_open;   /* takes records */
    bool is_failed; /* a write or sync failed: never appended to again */
    bool is_unsynced; /* a sync failed: what was not synced is not counted on */
    bool is_headless; /* its header is damaged: read, never appended to */
    bool has_end;   /* its own directory stands at its end */
    bool wants_index; /* full, and the index does not know it yet */
};

struct volume_set {
    const struct file_layer *layer;
    char directory[PATH_SIZE];
    uint64_t volume_bytes;
    uint16_t slot;
    uint8_t installation[INSTALLATION_ID_SIZE];
    struct volume **volumes; /* in hand, by number */
    size_t count;
    size_t capacity;
    struct catalogue found; /* names that nobody has taken over yet */
    uint64_t next_id;
    uint32_t next_number;
    uint32_t hold_volumes;      /* of HOLD_CLASS there are */
    uint32_t hold_volumes_max;  /* for which space is kept free */
    uint64_t uses;       /* counts loads, for last_used */
    uint64_t synced_job; /* writes up to here are on the disk */
};

/*
 * Lists the names of all volumes, in found; none is opened. layer, directory,
 * volume_bytes, slot and installation are set by the caller, and remain where
 * this fails. Fails with: IO, DENIED, NO_MEMORY, LIMIT.
 */
MUST_USE enum status volume_set_open(struct volume_set *set);
void volume_set_close(struct volume_set *set);

/* Whether volumes of this number are this disk's. */
static inline bool volume_set_has(const struct volume_set *set,
                                  uint32_t number)
{
    return (number - 1) / SLOT_NUMBERS == set->slot;
}

/* One that is in hand, or NULL. */
struct volume *volume_set_find(const struct volume_set *set,
                               uint32_t number);

/*
 * The volume with its directory loaded: from its end where one stands there,
 * else from the headers of its records. Borrowed until the next call of borrow
 * or place, unless it is_open, has something in_flight or wants_index.
 * Fails with: NOT_FOUND, DENIED (another installation's), CORRUPT (its header),
 * IO, NO_MEMORY.
 */
MUST_USE enum status volume_set_borrow(struct volume_set *set,
                                       uint16_t class_id, uint32_t number,
                                       struct volume **out);

/*
 * Room for size bytes in the class's open volume; opens another one where it
 * is full (the full one then has is_open false and wants_index true). The
 * caller counts in_flight. Fails with: NO_SPACE (none can be made), IO,
 * NO_MEMORY.
 */
MUST_USE enum status volume_set_place(struct volume_set *set,
                                      uint16_t class_id, size_t size,
                                      struct volume **out, uint64_t *offset);

/* Whether volume_set_place would not need another volume. */
bool volume_set_has_place(const struct volume_set *set, uint16_t class_id,
                          size_t size);

/* Nothing of the volume is in the writer's hands. */
bool volume_set_is_idle(const struct volume_set *set,
                        const struct volume *volume);

/* Deletes an idle volume's file and gives its space back; *volume is NULL
 * afterwards in any case. Fails with: IO. */
MUST_USE enum status volume_set_delete(struct volume_set *set,
                                       struct volume **volume);

#endif
