/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/root_files.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "keys/key_files.h"
#include "sys/file.h"

enum { CELL_SIZE = ROOT_FILE_SIZE / ROOT_COPIES };

static const char *const NAMES[ROOT_CELLS] = {"root-0", "root-1"};

struct root_files {
    struct root_store store;
    struct file *cells[ROOT_CELLS];
};

enum status root_file_read(struct file *file, unsigned copy,
                           uint8_t root[ROOT_SIZE])
{
    AUTO(secret_destroy) uint8_t *cell = NULL;
    enum status s = secret_create(CELL_SIZE, &cell);
    if (s == STATUS_OK)
        s = file_read_at(file, (uint64_t)copy * CELL_SIZE, cell, CELL_SIZE);
    if (s == STATUS_OK)
        memcpy(root, cell, ROOT_SIZE);
    return s;
}

static enum status write_copy(struct file *file, unsigned copy,
                              const uint8_t root[ROOT_SIZE])
{
    AUTO(secret_destroy) uint8_t *cell = NULL;
    enum status s = secret_create(CELL_SIZE, &cell);
    if (s != STATUS_OK)
        return s;
    memcpy(cell, root, ROOT_SIZE);
    return file_write_at(file, (uint64_t)copy * CELL_SIZE,
                         bytes_of(cell, CELL_SIZE));
}

static enum status check_copy(struct file *file, unsigned copy,
                              const uint8_t root[ROOT_SIZE])
{
    uint8_t found[ROOT_SIZE];
    enum status s = root_file_read(file, copy, found);
    if (s == STATUS_OK && !secret_equal(found, root, ROOT_SIZE))
        s = STATUS_CORRUPT;
    secret_wipe(found, sizeof found);
    return s;
}

/* ---- the store ----------------------------------------------------------- */

static enum status read_cell(struct root_store *store, unsigned cell,
                             unsigned copy, uint8_t root[ROOT_SIZE])
{
    struct root_files *files = (struct root_files *)store;
    return root_file_read(files->cells[cell], copy, root);
}

static enum status write_cell(struct root_store *store, unsigned cell,
                              const uint8_t root[ROOT_SIZE],
                              const struct root_mark *in_use)
{
    struct root_files *files = (struct root_files *)store;
    (void)in_use; /* a file signs nothing */
    struct file *file = files->cells[cell];
    enum status s = STATUS_OK;
    for (unsigned copy = 0; s == STATUS_OK && copy < ROOT_COPIES; copy++)
        s = write_copy(file, copy, root);
    if (s == STATUS_OK)
        s = file_sync(file);
    for (unsigned copy = 0; s == STATUS_OK && copy < ROOT_COPIES; copy++)
        s = check_copy(file, copy, root);
    return s;
}

static enum status heal_cell(struct root_store *store, unsigned cell,
                             const uint8_t root[ROOT_SIZE])
{
    struct root_files *files = (struct root_files *)store;
    struct file *file = files->cells[cell];
    enum status s = STATUS_OK;
    for (unsigned copy = 0; copy < ROOT_COPIES; copy++) {
        if (check_copy(file, copy, root) == STATUS_OK)
            continue;
        enum status written = write_copy(file, copy, root);
        s = s == STATUS_OK ? written : s;
    }
    return s;
}

static void close_files(struct root_store **store)
{
    struct root_files *files = (struct root_files *)*store;
    for (unsigned i = 0; i < ROOT_CELLS; i++)
        file_close(&files->cells[i]);
    alloc_free(files);
    *store = NULL;
}

void root_store_close(struct root_store **store)
{
    if (*store != NULL)
        (*store)->close(store);
}

static enum status open_cell(const struct file_layer *layer,
                             const char *directory, unsigned cell,
                             enum root_files_use use, struct file **out)
{
    if (use == ROOT_FILES_MAKE)
        return key_file_open_sized(layer, directory, NAMES[cell],
                                   ROOT_FILE_SIZE, out);
    unsigned flags = use == ROOT_FILES_READ
                         ? FILE_READ
                         : FILE_READ | FILE_WRITE | FILE_DIRECT;
    return key_file_open(layer, directory, NAMES[cell], flags, out);
}

enum status root_files_open(const struct file_layer *layer,
                            const char *directory, enum root_files_use use,
                            struct root_store **out)
{
    *out = NULL;
    struct root_files *files = alloc_zeroed(sizeof *files);
    if (files == NULL)
        return STATUS_NO_MEMORY;
    files->store = (struct root_store){
        .level = 0,
        .copies = ROOT_COPIES,
        .read = read_cell,
        .write = write_cell,
        .heal = heal_cell,
        .close = close_files,
    };
    struct root_store *store = &files->store;
    enum status s = STATUS_OK;
    for (unsigned i = 0; s == STATUS_OK && i < ROOT_CELLS; i++)
        s = open_cell(layer, directory, i, use, &files->cells[i]);
    if (s != STATUS_OK) {
        root_store_close(&store);
        return s;
    }
    *out = store;
    return STATUS_OK;
}
