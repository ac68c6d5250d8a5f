/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/volume_set - all volumes of one disk: which one takes the next record
 * of a class, which are full, which may be used again.
 *
 * A volume of another installation is left alone and not read. Volume numbers
 * are unique over all disks: each disk gives those of its slot.
 *
 * A volume's file is open while it is appended to, and while its directory is
 * loaded; at most VOLUMES_LOADED_MAX others are kept loaded.
 *
 * Threads: none.
 */
#ifndef STORE_VOLUME_SET_H
#define STORE_VOLUME_SET_H

#include "store/directory.h"
#include "store/volume.h"

enum {
    VOLUMES_LOADED_MAX = 64,
    DISK_RESERVE_MAX_BYTES = 64 * 1024 * 1024,
    SLOT_NUMBERS = 1000000, /* volume numbers of one disk */
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
    bool is_empty;  /* holds nothing living and may be used again */
    bool is_failed; /* a write or sync failed: never appended to again */
    bool is_unsynced; /* a sync failed: what was not synced is not counted on */
    bool wants_index; /* full, and the index does not know it yet */
};

struct volume_set {
    const struct file_layer *layer;
    char directory[PATH_SIZE];
    uint64_t volume_bytes;
    uint16_t slot;
    uint8_t installation[INSTALLATION_ID_SIZE];
    struct volume **volumes; /* by id, oldest first */
    size_t count;
    size_t capacity;
    uint64_t next_id;
    uint32_t next_number;
    uint64_t uses;       /* counts loads, for last_used */
    uint64_t synced_job; /* writes up to here are on the disk */
};

/*
 * Reads the headers of all volumes; none is loaded yet. layer, directory,
 * volume_bytes, slot and installation are set by the caller, and remain where
 * this fails. Fails with: IO, DENIED, NO_MEMORY, LIMIT.
 */
MUST_USE enum status volume_set_open(struct volume_set *set);
void volume_set_close(struct volume_set *set);

struct volume *volume_set_find(const struct volume_set *set,
                               uint32_t number);

/* Opens the file and reads the directory, if that has not been done; *end:
 * behind its last record. Fails with: NOT_FOUND, IO, CORRUPT, NO_MEMORY. */
MUST_USE enum status volume_set_load(struct volume_set *set,
                                     struct volume *volume);

/*
 * Room for size bytes in the class's open volume; opens another one where it
 * is full (the full one then has is_open false and wants_index true). The
 * caller counts in_flight. Fails with: NO_SPACE (no empty volume, and none can
 * be made), IO, NO_MEMORY.
 */
MUST_USE enum status volume_set_place(struct volume_set *set,
                                      uint16_t class_id, size_t size,
                                      struct volume **out, uint64_t *offset);

/* Whether volume_set_place would not need another volume. */
bool volume_set_has_place(const struct volume_set *set, uint16_t class_id,
                          size_t size);

/* Drops the directories and files of what was not used for longest. */
void volume_set_trim(struct volume_set *set);

#endif
