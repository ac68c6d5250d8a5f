/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz/one_file - the input as the only file of a disk. Each name is this
 * file; changes are dropped. */
#ifndef FUZZ_ONE_FILE_H
#define FUZZ_ONE_FILE_H

#include <string.h>

#include "base/alloc.h"
#include "sys/file.h"

struct one_file_layer {
    struct file_layer layer;
    const uint8_t *data;
    size_t size;
};

struct one_file {
    struct file file;
    const struct one_file_layer *disk;
};

static enum status open_one(const struct file_layer *layer, const char *path,
                            unsigned flags, struct file **out)
{
    (void)path;
    (void)flags;
    struct one_file *file = alloc_zeroed(sizeof *file);
    if (file == NULL)
        return STATUS_NO_MEMORY;
    file->file.layer = layer;
    file->disk = (const struct one_file_layer *)layer;
    *out = &file->file;
    return STATUS_OK;
}

static void close_one(struct file **file)
{
    alloc_free(*file);
    *file = NULL;
}

static enum status size_of(struct file *file, uint64_t *out)
{
    *out = ((const struct one_file *)file)->disk->size;
    return STATUS_OK;
}

static enum status read_at(struct file *file, uint64_t offset, void *out,
                           size_t size)
{
    const struct one_file_layer *disk = ((const struct one_file *)file)->disk;
    if (offset > disk->size || size > disk->size - offset)
        return STATUS_END;
    memcpy(out, disk->data + offset, size);
    return STATUS_OK;
}

static enum status truncate_nothing(struct file *file, uint64_t size)
{
    (void)file;
    (void)size;
    return STATUS_OK;
}

static enum status sync_nothing(struct file *file)
{
    (void)file;
    return STATUS_OK;
}

static void forget_nothing(struct file *file)
{
    (void)file;
}

static enum status write_nothing(struct file *file, uint64_t offset,
                                 struct bytes bytes)
{
    (void)file;
    (void)offset;
    (void)bytes;
    return STATUS_OK;
}

static enum status keep_rights(struct file *file, const char *path)
{
    (void)file;
    (void)path;
    return STATUS_OK;
}

static enum status keep_name(const struct file_layer *layer, const char *path)
{
    (void)layer;
    (void)path;
    return STATUS_OK;
}

static enum status keep_names(const struct file_layer *layer,
                              const char *from, const char *to)
{
    (void)layer;
    (void)from;
    (void)to;
    return STATUS_OK;
}

static inline struct one_file_layer one_file_layer(const uint8_t *data,
                                                   size_t size)
{
    return (struct one_file_layer){
        .layer = {.open = open_one,
                  .close = close_one,
                  .size = size_of,
                  .read_at = read_at,
                  .write_at = write_nothing,
                  .truncate = truncate_nothing,
                  .sync = sync_nothing,
                  .forget_cached = forget_nothing,
                  .take_rights = keep_rights,
                  .unlink = keep_name,
                  .rename = keep_names,
                  .sync_directory = keep_name},
        .data = data,
        .size = size,
    };
}

#endif
