/* SPDX-License-Identifier: Apache-2.0 */
/*
 * support/fake_disk - a file layer in memory that forgets what was not synced.
 *
 * What a program may rely on, and no more:
 *
 *   - written bytes are durable after file_sync, or at once on a FILE_DIRECT
 *     file; before, each 512-byte sector by itself may be kept, lost or torn;
 *   - a changed size is durable after file_sync;
 *   - create, unlink, rename and make_directory are durable after
 *     sync_directory of the directory (both, for a rename between two); before,
 *     a crash keeps a beginning of them, in their order;
 *   - after a sync that failed, what was unsynced may be lost, whatever later
 *     syncs say (fsync(2), "fsyncgate").
 *
 *     struct fake_disk *disk = fake_disk_create();
 *     const struct file_layer *layer = fake_disk_layer(disk);
 *     for (size_t n = 1; ...; n++) {
 *         fake_disk_power_off_at(disk, n);
 *         ... work, which fails with IO from the n-th call on ...
 *         fake_disk_crash(disk, FAKE_CRASH_TEAR, n);
 *         ... recover, check ...
 *     }
 *
 * Open files survive a crash only to be closed: every other call on them fails
 * with IO. They are counted by base/alloc, so that the leak check sees them.
 *
 * Threads: any; one lock.
 */
#ifndef SUPPORT_FAKE_DISK_H
#define SUPPORT_FAKE_DISK_H

#include "sys/file.h"

struct fake_disk;

enum fake_crash {
    FAKE_CRASH_KEEP, /* everything written has reached the medium */
    FAKE_CRASH_LOSE, /* nothing unsynced has */
    FAKE_CRASH_MIX,  /* each sector, size and name by chance */
    FAKE_CRASH_TEAR, /* like MIX, and some sectors are half old, half new */
    FAKE_CRASH_MODES
};

/* Kinds of calls, for fake_disk_fail_at. */
enum fake_call {
    FAKE_OPEN = 1,   /* open, size, list, free_bytes */
    FAKE_READ = 2,   /* read_at */
    FAKE_WRITE = 4,  /* write_at, punch, truncate, preallocate */
    FAKE_SYNC = 8,   /* sync, sync_directory */
    FAKE_NAMES = 16, /* creating open, unlink, rename, make_directory */
    FAKE_ANY = 31,
};

/* Empty, with "/" and 1 TiB. Ends the test where memory is short. */
struct fake_disk *fake_disk_create(void);
void fake_disk_destroy(struct fake_disk **disk);

/* Its files in their present state, and what of it is durable. No failures
 * are armed and no file is open. */
struct fake_disk *fake_disk_copy(const struct fake_disk *disk);

const struct file_layer *fake_disk_layer(struct fake_disk *disk);

/* The n-th call from now (1: the next) of these kinds fails with status and
 * without effect, once; 0 ends this. A failing sync dooms what is unsynced. */
void fake_disk_fail_at(struct fake_disk *disk, unsigned calls, size_t n,
                       enum status status);

/* A sync says that it has been done, and does nothing. */
void fake_disk_ignore_syncs(struct fake_disk *disk, bool ignores);

/* Writes and syncs do not return before it thaws. */
void fake_disk_freeze(struct fake_disk *disk, bool is_frozen);

/* From the n-th call from now on, reads too, all fail with IO until
 * fake_disk_crash; 0 ends this. A write that is the n-th call may still reach
 * the medium, in part. */
void fake_disk_power_off_at(struct fake_disk *disk, size_t n);
bool fake_disk_is_off(struct fake_disk *disk);

/* Power comes back. seed: any; the same seed gives the same disk. */
void fake_disk_crash(struct fake_disk *disk, enum fake_crash mode,
                     uint64_t seed);

/* Calls, and syncs of files and directories, since the beginning. */
size_t fake_disk_calls(struct fake_disk *disk);
size_t fake_disk_syncs(struct fake_disk *disk);

/* Space for everything, in 4 KiB pages; NO_SPACE beyond. */
void fake_disk_set_capacity(struct fake_disk *disk, uint64_t bytes);

/* Sectors that touch this range: reading fails with IO until rewritten. */
void fake_disk_break_sectors(struct fake_disk *disk, const char *path,
                             uint64_t offset, uint64_t size);

/* Inverts these bytes, durably. */
void fake_disk_flip(struct fake_disk *disk, const char *path, uint64_t offset,
                    uint64_t size);

/* Whether these bytes stand anywhere, in any file that is or may come back. */
bool fake_disk_contains(const struct fake_disk *disk, struct bytes needle);

#endif
