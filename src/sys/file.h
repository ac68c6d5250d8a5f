/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/file - files, behind a seam that tests can break.
 *
 * A file layer is a table of functions: FILE_LAYER_SYSTEM is the kernel's; the
 * tests have one that loses, tears or keeps what was not synced, or fails at
 * the n-th call. Reads and writes are whole or an error; nothing is retried
 * but EINTR.
 *
 * A failed file_sync stays failed: the kernel tells an error once and forgets
 * the pages (fsync(2)), so that the next sync would be content with what is not
 * there. Every later sync of such an open file fails, in whichever thread;
 * syncs of one file wait for each other, so that none overtakes the error. What
 * is written to a FILE_DIRECT file is in no page: there a sync may be repeated.
 *
 * Fails with, throughout: IO, NO_SPACE, NOT_FOUND, DENIED, NO_MEMORY.
 */
#ifndef SYS_FILE_H
#define SYS_FILE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

enum file_flags {
    FILE_READ = 1,
    FILE_WRITE = 2,
    FILE_CREATE = 4,    /* with mode 0600 */
    FILE_EXCLUSIVE = 8, /* fails with CONFLICT where it exists */
    FILE_DIRECT = 16,   /* O_DIRECT | O_DSYNC: aligned 4096 blocks only */
    FILE_BULK = 32,     /* file_write_parts past the page cache if it can */
};

enum {
    FILE_PARTS_MAX = 128,     /* of one file_write_parts */
    FILE_BULK_ALIGNMENT = 512, /* bytes; else they take the usual way */
};

struct file;

struct file_layer {
    enum status (*open)(const struct file_layer *layer, const char *path,
                        unsigned flags, struct file **out);
    void (*close)(struct file **file);
    enum status (*read_at)(struct file *file, uint64_t offset, void *out,
                           size_t size); /* END where the file is shorter */
    enum status (*write_at)(struct file *file, uint64_t offset,
                            struct bytes bytes);
    /* NULL: each part is written by itself. */
    enum status (*write_parts)(struct file *file, uint64_t offset,
                               const struct bytes *parts, size_t count);
    enum status (*sync)(struct file *file); /* fdatasync */
    /* What is in memory of it and not dirty: the next read asks the medium. */
    void (*forget_cached)(struct file *file);
    enum status (*size)(struct file *file, uint64_t *out);
    enum status (*preallocate)(struct file *file, uint64_t size);
    enum status (*truncate)(struct file *file, uint64_t size);
    enum status (*punch)(struct file *file, uint64_t offset, uint64_t size);
    enum status (*unlink)(const struct file_layer *layer, const char *path);
    enum status (*rename)(const struct file_layer *layer, const char *from,
                          const char *to);
    /* Gives the file the mode, and if it may the owner, of what stands at
     * path; OK where nothing does. */
    enum status (*take_rights)(struct file *file, const char *path);
    enum status (*make_directory)(const struct file_layer *layer,
                                  const char *path); /* OK if it exists */
    enum status (*remove_directory)(
        const struct file_layer *layer,
        const char *path); /* CONFLICT where something is in it */
    enum status (*sync_directory)(const struct file_layer *layer,
                                  const char *path);
    /* Names in a directory, without "." and "..", in any order. */
    enum status (*list)(const struct file_layer *layer, const char *path,
                        void (*on_name)(void *context, const char *name),
                        void *context);
    enum status (*free_bytes)(const struct file_layer *layer,
                              const char *path, uint64_t *out);
};

extern const struct file_layer FILE_LAYER_SYSTEM;

/* First member of every layer's file, so that the calls below find it. A layer
 * sets its own; file_open does the rest. */
struct file {
    const struct file_layer *layer;
    pthread_mutex_t syncing;
    atomic_bool has_failed_sync;
    bool is_direct;
};

MUST_USE enum status file_open(const struct file_layer *layer,
                               const char *path, unsigned flags,
                               struct file **out);
void file_close(struct file **file); /* *file may be NULL */
MUST_USE enum status file_read_at(struct file *file, uint64_t offset,
                                  void *out, size_t size);
MUST_USE enum status file_write_at(struct file *file, uint64_t offset,
                                   struct bytes bytes);
/*
 * The parts, behind each other, at most FILE_PARTS_MAX. In a FILE_BULK file,
 * where offset, memory and sizes are multiples of FILE_BULK_ALIGNMENT and the
 * file system allows it, the device reads them out of their memory: no copy, no
 * page to be written back later. They are durable with the next file_sync all
 * the same, and a read finds them.
 */
MUST_USE enum status file_write_parts(struct file *file, uint64_t offset,
                                      const struct bytes *parts,
                                      size_t count);
MUST_USE enum status file_sync(struct file *file);
void file_forget_cached(struct file *file);
MUST_USE enum status file_size(struct file *file, uint64_t *out);
MUST_USE enum status file_preallocate(struct file *file, uint64_t size);
MUST_USE enum status file_truncate(struct file *file, uint64_t size);
/* Gives the space back; the range reads as zeros; the size stays. */
MUST_USE enum status file_punch(struct file *file, uint64_t offset,
                                uint64_t size);

/* A whole file of at most limit bytes; *out from base/alloc, one zero byte
 * behind it. Fails also with: LIMIT. */
MUST_USE enum status file_read_all(const struct file_layer *layer,
                                   const char *path, size_t limit,
                                   uint8_t **out, size_t *size);

/* Whether a sync of it has failed, in any thread. Waits for none. */
static inline bool file_has_failed_sync(struct file *file)
{
    return atomic_load(&file->has_failed_sync);
}

/* Write to path.new, sync, rename, sync the directory. Never for keys. Mode and
 * owner are those of the file that is replaced; 0600 where there is none. */
MUST_USE enum status file_replace(const struct file_layer *layer,
                                  const char *path, struct bytes bytes);

#endif
