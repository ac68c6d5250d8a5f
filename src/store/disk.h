/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/disk - one disk of the store: who it is, whether it may be written to,
 * its volumes and its writer.
 *
 * The disk's directory says who it is (store/disk_identity.h); its generation is
 * raised at each start and kept in the disk book too. A disk is written to only
 * where both agree:
 *
 *   missing   no directory, or no identity where the book knows one: a mount
 *             point without its disk is never written into
 *   stranger  of another installation, or another disk of ours
 *   stale     a generation behind the book's: an old copy
 *   new       no identity, not in the book, and this is not the set-up
 *
 * Such a disk takes part again after an administrator's word (disk_accept).
 *
 * Threads: the loop's; the writer's own.
 */
#ifndef STORE_DISK_H
#define STORE_DISK_H

#include "store/disk_book.h"
#include "store/disk_writer.h"
#include "store/volume_set.h"

enum disk_state {
    DISK_OK,
    DISK_STALLED,   /* its writer hangs: others record meanwhile */
    DISK_FAILED,    /* errors again and again: tried again later */
    DISK_READ_ONLY, /* accepted for reading only */
    DISK_MISSING,
    DISK_STRANGER,
    DISK_STALE,
    DISK_NEW,
    DISK_STATE_COUNT
};

/* Stable name such as "stalled". Never NULL. */
const char *disk_state_name(enum disk_state state);

struct disk_options {
    const struct file_layer *layer;
    const char *id; /* at most DISK_ID_SIZE - 1 bytes */
    const char *directory;
};

struct disk {
    char id[DISK_ID_SIZE];
    uint8_t uuid[DISK_UUID_SIZE];
    uint16_t slot;
    enum disk_state state;
    struct volume_set set; /* empty where the disk takes no part */
    uint64_t bytes; /* for volumes, when it was opened: those there, and room */
    struct disk_writer *writer; /* NULL: none was made */
    unsigned errors; /* since all went well */
    unsigned errors_before; /* at the last sync */
    struct boot_time since; /* of a state that came while it was in use */
    bool is_paying; /* what its page owes is being forgotten */
    bool has_paid;  /* as far as it can, since it was away last */
};

/* Whether records may go there. */
static inline bool disk_is_writable(const struct disk *disk)
{
    return disk->state == DISK_OK;
}

/* Whether its volumes are known and may be read. */
static inline bool disk_is_readable(const struct disk *disk)
{
    return disk->state <= DISK_READ_ONLY;
}

/*
 * Settles who the disk is, raises its generation on it and in the book, and
 * opens its volumes; a disk that is refused has a state that says why. The
 * caller writes the book. Fails with: LIMIT, NO_MEMORY.
 */
MUST_USE enum status disk_open(struct disk *disk, struct disk_book *book,
                               const struct disk_options *options,
                               uint64_t volume_bytes);

/* What disk_open would find now, without touching anything; *generation: what
 * the disk says, 0 where it says nothing. Fails with: LIMIT, NO_MEMORY. */
MUST_USE enum status disk_look(const struct disk_options *options,
                               struct disk_book *book, enum disk_state *state,
                               uint64_t *generation);

/*
 * The administrator's word for a disk that was refused: it becomes ours, or,
 * with is_read_only, may be read as it is where it is of this installation,
 * now and at later starts. What died without it is owed (store_owes). The
 * caller writes the book. Fails with: CONFLICT (it takes part already), NOT_FOUND (no directory; nothing to read), IO, NO_SPACE, LIMIT, NO_MEMORY.
 */
MUST_USE enum status disk_accept(struct disk *disk, struct disk_book *book,
                                 bool is_read_only);

/* Whether the identity on the disk is still the one that was opened: false
 * where the disk has gone and its mount point is left. */
bool disk_is_there(const struct disk *disk);

uint64_t disk_free_bytes(const struct disk *disk);

/*
 * The writable disks in the order in which the camera wants them: weighted
 * rendezvous hashing. Each disk draws numbers for the camera, one for each 16th
 * of the largest disk's size; the highest draw comes first. Without any state
 * the choice is the same at each start, follows the sizes, and where a disk
 * falls out only its own cameras move. Returns how many.
 */
size_t disk_order(struct disk *disks, size_t count, uint32_t camera,
                  struct disk *out[DISKS_MAX]);

/* The writer, if any, must have been destroyed. */
void disk_close(struct disk *disk);

#endif
