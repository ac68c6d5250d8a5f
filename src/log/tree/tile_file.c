/* SPDX-License-Identifier: Apache-2.0 */
#include "log/tree/tile_file.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "log/limits.h"

enum {
    GROWTHS_MAX = 8, /* of a log, while one of its tiles is looked for */
};

static enum status path_of(const char *directory, const struct tile_name *name,
                           char out[LOG_PATH_SIZE])
{
    char relative[TILE_PATH_SIZE];
    tile_path(name, relative);
    int size = snprintf(out, LOG_PATH_SIZE, "%s/%s", directory, relative);
    return size > 0 && size < LOG_PATH_SIZE ? STATUS_OK : STATUS_LIMIT;
}

static enum status read_one(const struct file_layer *layer,
                            const char *directory, const struct tile_name *name,
                            unsigned wanted, struct merkle_hash *out)
{
    char path[LOG_PATH_SIZE];
    AUTO(file_close) struct file *file = NULL;
    uint64_t size = 0;
    enum status s = path_of(directory, name, path);
    if (s == STATUS_OK)
        s = file_open(layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = file_size(file, &size);
    if (s == STATUS_OK && size != (uint64_t)name->width * SHA256_SIZE)
        s = STATUS_CORRUPT;
    if (s == STATUS_OK)
        s = file_read_at(file, 0, out, (size_t)wanted * SHA256_SIZE);
    return s == STATUS_END ? STATUS_CORRUPT : s;
}

/* ---- partial tiles that lie beside one another ---------------------------- */

struct widths {
    uint64_t bits[TILE_WIDTH / 64]; /* a bit for each partial tile */
};

static void take_name(void *context, const char *name)
{
    struct widths *widths = context;
    uint64_t width = 0;
    if (number_parse_u64(text_of(name), 1, TILE_WIDTH - 1, &width) == STATUS_OK)
        widths->bits[width / 64] |= UINT64_C(1) << width % 64;
}

static bool is_there(const struct widths *widths, unsigned width)
{
    return (widths->bits[width / 64] >> width % 64 & 1) != 0;
}

/* folder: of the partial tiles of one place. */
static enum status list_widths(const struct file_layer *layer,
                               const char *directory, struct tile_name name,
                               char folder[LOG_PATH_SIZE],
                               struct widths *widths)
{
    name.width = 1;
    enum status s = path_of(directory, &name, folder);
    char *slash = s == STATUS_OK ? strrchr(folder, '/') : NULL;
    if (slash == NULL)
        return STATUS_LIMIT;
    *slash = 0;
    return layer->list(layer, folder, take_name, widths);
}

/* A tree that has grown has the tile wider. */
static enum status read_wider(const struct file_layer *layer,
                              const char *directory,
                              const struct tile_name *name,
                              struct merkle_hash *out)
{
    char folder[LOG_PATH_SIZE];
    struct widths widths = {{0}};
    struct tile_name wider = *name;
    enum status s = list_widths(layer, directory, *name, folder, &widths);
    while (s == STATUS_OK && ++wider.width < TILE_WIDTH) {
        if (!is_there(&widths, wider.width))
            continue;
        s = read_one(layer, directory, &wider, name->width, out);
        if (s != STATUS_NOT_FOUND)
            return s;
        s = STATUS_OK; /* dropped meanwhile */
    }
    return s == STATUS_OK ? STATUS_NOT_FOUND : s;
}

enum status tile_file_read(const struct file_layer *layer,
                           const char *directory, const struct tile_name *name,
                           struct merkle_hash *out)
{
    const struct tile_name full = {name->level, name->index, TILE_WIDTH};
    enum status s = read_one(layer, directory, name, name->width, out);
    if (name->width == TILE_WIDTH)
        return s;
    /* The log that is being read grows; each time, a wider tile is written
     * before the narrower one goes. */
    for (int i = 0; i < GROWTHS_MAX && s == STATUS_NOT_FOUND; i++) {
        s = read_one(layer, directory, &full, name->width, out);
        if (s == STATUS_NOT_FOUND)
            s = read_wider(layer, directory, name, out);
    }
    return s;
}

/* The folders above the file, one after another. */
static enum status make_folders(const struct file_layer *layer, char *path,
                                size_t known)
{
    enum status s = STATUS_OK;
    for (size_t i = known + 1; s == STATUS_OK && path[i] != 0; i++) {
        if (path[i] != '/')
            continue;
        path[i] = 0;
        s = layer->make_directory(layer, path);
        path[i] = '/';
    }
    return s;
}

enum status tile_file_write(const struct file_layer *layer,
                            const char *directory, const struct tile_name *name,
                            const struct merkle_hash *hashes)
{
    char path[LOG_PATH_SIZE];
    AUTO(file_close) struct file *file = NULL;
    const unsigned flags = FILE_WRITE | FILE_CREATE;
    size_t size = (size_t)name->width * SHA256_SIZE;
    enum status s = path_of(directory, name, path);
    if (s == STATUS_OK)
        s = file_open(layer, path, flags, &file);
    if (s == STATUS_NOT_FOUND) {
        s = make_folders(layer, path, strlen(directory));
        if (s == STATUS_OK)
            s = file_open(layer, path, flags, &file);
    }
    if (s == STATUS_OK)
        s = file_write_at(file, 0, bytes_of(hashes, size));
    if (s == STATUS_OK)
        s = file_truncate(file, size);
    return s;
}

enum status tile_file_mend(const struct file_layer *layer,
                           const char *directory, const struct tile_name *name,
                           const struct merkle_hash *hashes)
{
    struct merkle_hash stored[TILE_WIDTH];
    if (read_one(layer, directory, name, name->width, stored) == STATUS_OK &&
        memcmp(stored, hashes, (size_t)name->width * SHA256_SIZE) == 0)
        return STATUS_OK; /* public data */
    return tile_file_write(layer, directory, name, hashes);
}

/* ---- the edge ------------------------------------------------------------- */

enum status tile_file_write_edge(const struct file_layer *layer,
                                 const char *directory, const struct rows *rows)
{
    enum status s = STATUS_OK;
    for (unsigned level = 0; s == STATUS_OK && level < TILE_LEVELS_MAX;
         level++) {
        struct tile_name name = rows_tile(rows->size, level);
        if (name.width > 0)
            s = tile_file_mend(layer, directory, &name, rows->hashes[level]);
    }
    return s;
}

enum status tile_file_read_edge(const struct file_layer *layer,
                                const char *directory, uint64_t size,
                                uint64_t limit, struct rows *rows)
{
    struct merkle_hash stored[TILE_WIDTH];
    enum status s = STATUS_OK;
    rows->size = size;
    for (unsigned level = 0; s == STATUS_OK && level < TILE_LEVELS_MAX;
         level++) {
        struct tile_name wanted = rows_tile(size, level);
        struct tile_name there = rows_tile(limit, level);
        if (wanted.width == 0)
            continue;
        if (there.index > wanted.index)
            there.width = TILE_WIDTH;
        there.index = wanted.index;
        s = tile_file_read(layer, directory, &there, stored);
        if (s == STATUS_OK && there.width < wanted.width)
            s = STATUS_NOT_FOUND;
        if (s == STATUS_OK)
            memcpy(rows->hashes[level], stored,
                   (size_t)wanted.width * SHA256_SIZE);
    }
    return s;
}

static void drop_partial(const struct file_layer *layer, const char *directory,
                         const struct tile_name *name, bool with_folder)
{
    char path[LOG_PATH_SIZE];
    if (path_of(directory, name, path) != STATUS_OK)
        return;
    enum status s = layer->unlink(layer, path);
    char *slash = strrchr(path, '/');
    if (!with_folder || slash == NULL)
        return;
    *slash = 0;
    if (s == STATUS_OK || s == STATUS_NOT_FOUND)
        s = layer->remove_directory(layer, path);
    (void)s;
}

void tile_file_drop_edge(const struct file_layer *layer, const char *directory,
                         uint64_t size, uint64_t kept_size)
{
    for (unsigned level = 0; level < TILE_LEVELS_MAX; level++) {
        struct tile_name old = rows_tile(size, level);
        struct tile_name kept = rows_tile(kept_size, level);
        bool is_same = old.index == kept.index && old.width == kept.width;
        if (old.width > 0 && !is_same)
            drop_partial(layer, directory, &old,
                         old.index != kept.index || kept.width == 0);
    }
}

static void sweep_folder(const struct file_layer *layer, const char *directory,
                         struct tile_name name, unsigned kept_width)
{
    char folder[LOG_PATH_SIZE];
    struct widths widths = {{0}};
    if (list_widths(layer, directory, name, folder, &widths) != STATUS_OK)
        return;
    for (name.width = 1; name.width < TILE_WIDTH; name.width++) {
        if (is_there(&widths, name.width) && name.width != kept_width)
            drop_partial(layer, directory, &name, false);
    }
    if (kept_width == 0 && layer->remove_directory(layer, folder) != STATUS_OK)
        return; /* something else is in it */
}

void tile_file_sweep_edge(const struct file_layer *layer, const char *directory,
                          uint64_t size)
{
    for (unsigned level = 0; level < TILE_LEVELS_MAX; level++) {
        struct tile_name name = rows_tile(size, level);
        if (tile_row(size, level) == 0)
            return;
        sweep_folder(layer, directory, name, name.width);
        if (name.index == 0)
            continue;
        name.index--;
        sweep_folder(layer, directory, name, 0);
    }
}

/* ---- nodes of a tree on disk ---------------------------------------------- */

static enum status hold(struct tile_reader *reader, unsigned level,
                        uint64_t index)
{
    struct tile_name *held = &reader->names[level];
    if (held->width > 0 && held->index == index)
        return STATUS_OK;
    struct tile_name name = rows_tile(reader->size, level);
    if (index > name.index || (index == name.index && name.width == 0))
        return STATUS_NOT_FOUND;
    if (index < name.index)
        name.width = TILE_WIDTH;
    name.index = index;
    held->width = 0;
    enum status s = tile_file_read(reader->layer, reader->directory, &name,
                                   reader->held[level]);
    if (s == STATUS_OK)
        *held = name;
    return s;
}

enum status tile_reader_node(void *context, unsigned level, uint64_t index,
                             struct merkle_hash *out)
{
    struct tile_reader *reader = context;
    unsigned tile_level = level / TILE_HEIGHT;
    unsigned height = level % TILE_HEIGHT;
    uint64_t count = UINT64_C(1) << height;
    uint64_t first = index << height;
    if (tile_level >= TILE_LEVELS_MAX || index > UINT64_MAX >> height)
        return STATUS_NOT_FOUND;
    enum status s = hold(reader, tile_level, first / TILE_WIDTH);
    if (s != STATUS_OK)
        return s;
    unsigned at = (unsigned)(first % TILE_WIDTH);
    if (at + count > reader->names[tile_level].width)
        return STATUS_NOT_FOUND;
    return tree_root_of(&reader->held[tile_level][at], (size_t)count, out);
}
