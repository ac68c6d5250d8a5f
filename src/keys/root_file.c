/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/root_file.h"

#include <string.h>

#include "base/cleanup.h"
#include "crypto/hash.h"
#include "crypto/secret.h"
#include "sys/file.h"

enum { CELL_SIZE = ROOT_FILE_SIZE / ROOT_COPIES };

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

enum status root_file_write(struct file *file, const uint8_t root[ROOT_SIZE])
{
    enum status s = STATUS_OK;
    for (unsigned copy = 0; s == STATUS_OK && copy < ROOT_COPIES; copy++)
        s = write_copy(file, copy, root);
    if (s == STATUS_OK)
        s = file_sync(file);
    for (unsigned copy = 0; s == STATUS_OK && copy < ROOT_COPIES; copy++)
        s = check_copy(file, copy, root);
    return s;
}

enum status root_file_heal(struct file *file, const uint8_t root[ROOT_SIZE])
{
    enum status s = STATUS_OK;
    for (unsigned copy = 0; copy < ROOT_COPIES; copy++) {
        if (check_copy(file, copy, root) == STATUS_OK)
            continue;
        enum status written = write_copy(file, copy, root);
        s = s == STATUS_OK ? written : s;
    }
    return s;
}
