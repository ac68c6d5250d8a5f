/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/tree/tile_file - tiles in a directory of files.
 *
 * Tiles are derived from the entries: they are not synced, and whoever finds
 * one missing or different makes it again.
 *
 * Threads: any; no state but the struct's.
 */
#ifndef LOG_TREE_TILE_FILE_H
#define LOG_TREE_TILE_FILE_H

#include "log/tree/rows.h"
#include "sys/file.h"

/* name->width hashes. A partial tile that is gone because the tree has grown
 * is read from the wider one that took its place. Fails with: NOT_FOUND,
 * CORRUPT (its size), NO_MEMORY, and as sys/file.h. */
MUST_USE enum status tile_file_read(const struct file_layer *layer,
                                    const char *directory,
                                    const struct tile_name *name,
                                    struct merkle_hash *out);

/* Makes its folders where they are missing. Fails with: LIMIT (the path),
 * and as sys/file.h. */
MUST_USE enum status tile_file_write(const struct file_layer *layer,
                                     const char *directory,
                                     const struct tile_name *name,
                                     const struct merkle_hash *hashes);

/* Writes it only where it is not there or is another. */
MUST_USE enum status tile_file_mend(const struct file_layer *layer,
                                    const char *directory,
                                    const struct tile_name *name,
                                    const struct merkle_hash *hashes);

/* The unfinished tiles of a tree of this size. */
MUST_USE enum status tile_file_write_edge(const struct file_layer *layer,
                                          const char *directory,
                                          const struct rows *rows);

/* Reads them into rows, whose size it sets. limit: how far the tree on disk
 * reaches. Fails with: as tile_file_read. */
MUST_USE enum status tile_file_read_edge(const struct file_layer *layer,
                                         const char *directory, uint64_t size,
                                         uint64_t limit, struct rows *rows);

/* Removes partial tiles of this size which a tree of another has no more. What
 * cannot be removed stays: it does no harm. */
void tile_file_drop_edge(const struct file_layer *layer, const char *directory,
                         uint64_t size, uint64_t kept_size);

/* Removes whatever partial tiles a power cut has left beside those of size. */
void tile_file_sweep_edge(const struct file_layer *layer, const char *directory,
                          uint64_t size);

/* ---- nodes of a tree on disk ---------------------------------------------- */

struct tile_reader {
    const struct file_layer *layer;
    const char *directory;
    uint64_t size; /* of the tree whose tiles are asked for */
    struct tile_name names[TILE_LEVELS_MAX]; /* held; width 0: none */
    struct merkle_hash held[TILE_LEVELS_MAX][TILE_WIDTH];
};

/* A tree_read_fn; context: a struct tile_reader. Fails with: NOT_FOUND, and
 * as tile_file_read. */
MUST_USE enum status tile_reader_node(void *context, unsigned level,
                                      uint64_t index, struct merkle_hash *out);

#endif
