/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/key_files.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "sys/file.h"
#include "sys/logger.h"

enum { PATH_SIZE = 1200, ALIGNMENT = 4096 };

static const char *const TABLE_NAMES[KEY_PLACES][TABLE_COPIES] = {
    {"table-0a", "table-0b"}, {"table-1a", "table-1b"}, {"spare-a", "spare-b"}};

enum status key_file_open(const struct file_layer *layer, const char *directory,
                          const char *name, unsigned flags, struct file **out)
{
    char path[PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return STATUS_LIMIT;
    return file_open(layer, path, flags, out);
}

enum status key_file_open_sized(const struct file_layer *layer,
                                const char *directory, const char *name,
                                uint64_t size, struct file **out)
{
    uint64_t found = 0;
    enum status s =
        key_file_open(layer, directory, name,
                      FILE_READ | FILE_WRITE | FILE_CREATE | FILE_DIRECT, out);
    if (s == STATUS_OK)
        s = file_size(*out, &found);
    if (s == STATUS_OK && found < size) {
        s = file_preallocate(*out, size);
        if (s == STATUS_OK)
            s = file_sync(*out);
    }
    if (s != STATUS_OK) {
        log_line(LOG_ERROR, "keys: cannot open file=%s status=%s", name,
                 status_name(s));
        file_close(out);
    }
    return s;
}

static enum status open_tables(const struct file_layer *layer,
                               const char *directory, struct key_files *files)
{
    for (unsigned place = 0; place < KEY_PLACES; place++) {
        enum status s[TABLE_COPIES];
        for (unsigned copy = 0; copy < TABLE_COPIES; copy++)
            s[copy] = key_file_open_sized(
                layer, directory, TABLE_NAMES[place][copy], KEY_PREALLOCATED,
                &files->tables[place][copy]);
        if (s[0] != STATUS_OK && s[1] != STATUS_OK)
            return s[0];
    }
    return STATUS_OK;
}

enum status key_files_open(const struct file_layer *layer,
                           const char *directory, struct key_files *out)
{
    struct key_files files = {.preallocated = KEY_PREALLOCATED};
    enum status s = open_tables(layer, directory, &files);
    if (s == STATUS_OK)
        s = layer->sync_directory(layer, directory);
    if (s != STATUS_OK) {
        key_files_close(&files);
        return s;
    }
    *out = files;
    return STATUS_OK;
}

enum status key_files_open_read(const struct file_layer *layer,
                                const char *directory, struct key_files *out)
{
    struct key_files files = {0};
    enum status s = STATUS_OK;
    for (unsigned i = 0; s == STATUS_OK && i < KEY_PLACES * TABLE_COPIES; i++) {
        unsigned place = i / TABLE_COPIES;
        unsigned copy = i % TABLE_COPIES;
        enum status one =
            key_file_open(layer, directory, TABLE_NAMES[place][copy], FILE_READ,
                          &files.tables[place][copy]);
        if (one == STATUS_NO_MEMORY)
            s = one; /* the rest: a copy less */
    }
    if (s != STATUS_OK) {
        key_files_close(&files);
        return s;
    }
    *out = files;
    return STATUS_OK;
}

void key_files_close(struct key_files *files)
{
    for (unsigned i = 0; i < KEY_PLACES * TABLE_COPIES; i++)
        file_close(&files->tables[i / TABLE_COPIES][i % TABLE_COPIES]);
}

enum status key_files_reserve(struct key_files *files, size_t size)
{
    if (size <= files->preallocated)
        return STATUS_OK;
    /* Half as much again, so that this happens seldom. */
    uint64_t wanted = (size + size / 2) / ALIGNMENT * ALIGNMENT;
    enum status s = STATUS_OK;
    for (unsigned i = 0; i < KEY_PLACES * TABLE_COPIES; i++) {
        struct file *file = files->tables[i / TABLE_COPIES][i % TABLE_COPIES];
        if (file == NULL)
            continue;
        enum status one = file_preallocate(file, wanted);
        if (one == STATUS_OK)
            one = file_sync(file);
        s = s == STATUS_OK ? one : s;
    }
    if (s == STATUS_OK)
        files->preallocated = wanted;
    return s;
}

enum status key_files_read(struct key_files *files, unsigned place,
                           unsigned copy, size_t size, uint8_t **out)
{
    *out = NULL;
    if (files->tables[place][copy] == NULL)
        return STATUS_NOT_FOUND;
    uint8_t *content = alloc_array(size, 1);
    if (content == NULL)
        return STATUS_NO_MEMORY;
    enum status s = file_read_at(files->tables[place][copy], 0, content, size);
    if (s != STATUS_OK) {
        alloc_free(content);
        return s;
    }
    *out = content;
    return STATUS_OK;
}

enum status key_files_salvage(struct key_files *files, unsigned place,
                              unsigned copy, size_t size, uint8_t **out)
{
    enum status s = key_files_read(files, place, copy, size, out);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    uint8_t *content = alloc_array(size, 1);
    if (content == NULL)
        return STATUS_NO_MEMORY;
    struct file *file = files->tables[place][copy];
    for (size_t at = 0; file != NULL && at < size; at += ALIGNMENT) {
        if (file_read_at(file, at, content + at, ALIGNMENT) != STATUS_OK)
            memset(content + at, 0, ALIGNMENT);
    }
    *out = content;
    return STATUS_OK;
}

static enum status check_copy(struct key_files *files, unsigned place,
                              unsigned copy, struct bytes table)
{
    uint8_t *found = NULL;
    enum status s = key_files_read(files, place, copy, table.size, &found);
    /* Sealed bytes: no constant time. */
    if (s == STATUS_OK && memcmp(found, table.data, table.size) != 0)
        s = STATUS_CORRUPT;
    alloc_free(found);
    return s;
}

enum status key_files_write(struct key_files *files, unsigned place,
                            struct bytes table)
{
    enum status s = STATUS_OK;
    for (unsigned copy = 0; s == STATUS_OK && copy < TABLE_COPIES; copy++) {
        struct file *file = files->tables[place][copy];
        if (file == NULL)
            return STATUS_IO; /* one copy alone is no promise */
        s = file_write_at(file, 0, table);
        if (s == STATUS_OK)
            s = file_sync(file);
    }
    for (unsigned copy = 0; s == STATUS_OK && copy < TABLE_COPIES; copy++)
        s = check_copy(files, place, copy, table);
    return s;
}
