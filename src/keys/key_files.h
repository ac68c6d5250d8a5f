/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/key_files - the table files of keys/, opened once and held open.
 *
 *   table-0a table-0b table-1a table-1b        keys/table_codec, two copies
 *   spare-a spare-b                            where a table file refuses
 *
 * All are preallocated, so that a rotation works on a full disk. A place is a
 * pair of table files: epoch e goes to place e mod 2, and to the spare where
 * that fails.
 *
 * Threads: one.
 */
#ifndef KEYS_KEY_FILES_H
#define KEYS_KEY_FILES_H

#include "base/status.h"
#include "keys/table_codec.h"

struct file;
struct file_layer;

enum {
    KEY_PLACES = 3,
    KEY_PLACE_SPARE = 2,
    KEY_PREALLOCATED = 1 << 20, /* bytes of a fresh table file */
};

struct key_files {
    struct file *tables[KEY_PLACES][TABLE_COPIES]; /* NULL: unusable */
    uint64_t preallocated; /* bytes of every table file */
};

/* A file of this directory. Fails as file_open; LIMIT (path). */
MUST_USE enum status key_file_open(const struct file_layer *layer,
                                   const char *directory, const char *name,
                                   unsigned flags, struct file **out);

/* For reading and writing; made, brought to size and synced where it is
 * shorter. Fails with: IO, DENIED, NO_SPACE, NO_MEMORY, LIMIT; logged. */
MUST_USE enum status key_file_open_sized(const struct file_layer *layer,
                                         const char *directory,
                                         const char *name, uint64_t size,
                                         struct file **out);

/*
 * Opens what is there; makes, preallocates and syncs the rest, with the
 * directory. A table file that cannot be opened is left out while its copy can
 * be.
 * Fails with: IO, DENIED, NO_SPACE, NO_MEMORY, LIMIT (path).
 */
MUST_USE enum status key_files_open(const struct file_layer *layer,
                                    const char *directory,
                                    struct key_files *out);

/* For reading only, nothing made; what is not there is left out. */
MUST_USE enum status key_files_open_read(const struct file_layer *layer,
                                         const char *directory,
                                         struct key_files *out);

void key_files_close(struct key_files *files);

/* Room for tables of size bytes in all files; best effort after the first
 * time, because the spare may do. Fails with: NO_SPACE, IO. */
MUST_USE enum status key_files_reserve(struct key_files *files, size_t size);

/* The first size bytes of a table file; *out from base/alloc.
 * Fails with: NOT_FOUND (no such file), END (shorter), IO, NO_MEMORY. */
MUST_USE enum status key_files_read(struct key_files *files, unsigned place,
                                    unsigned copy, size_t size, uint8_t **out);

/* The same, with zeros for what cannot be read. Fails with: NO_MEMORY. */
MUST_USE enum status key_files_salvage(struct key_files *files, unsigned place,
                                       unsigned copy, size_t size,
                                       uint8_t **out);

/* Writes both copies of a place, syncs, reads back from the medium, compares.
 * Fails with: IO, NO_SPACE, CORRUPT (read something else), NO_MEMORY. */
MUST_USE enum status key_files_write(struct key_files *files, unsigned place,
                                     struct bytes table);

#endif
