/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/file.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"

enum { PATH_SIZE_MAX = 4096 };

enum status file_open(const struct file_layer *layer, const char *path,
                      unsigned flags, struct file **out)
{
    *out = NULL;
    enum status s = layer->open(layer, path, flags, out);
    if (s != STATUS_OK)
        return s;
    (void)pthread_mutex_init(&(*out)->syncing, NULL);
    atomic_init(&(*out)->has_failed_sync, false);
    (*out)->is_direct = (flags & FILE_DIRECT) != 0;
    return STATUS_OK;
}

void file_close(struct file **file)
{
    if (*file == NULL)
        return;
    (void)pthread_mutex_destroy(&(*file)->syncing);
    (*file)->layer->close(file);
    *file = NULL;
}

enum status file_read_at(struct file *file, uint64_t offset, void *out,
                         size_t size)
{
    return file->layer->read_at(file, offset, out, size);
}

enum status file_write_at(struct file *file, uint64_t offset,
                          struct bytes bytes)
{
    return file->layer->write_at(file, offset, bytes);
}

enum status file_write_parts(struct file *file, uint64_t offset,
                             const struct bytes *parts, size_t count)
{
    if (file->layer->write_parts != NULL)
        return file->layer->write_parts(file, offset, parts, count);
    enum status s = STATUS_OK;
    for (size_t i = 0; i < count && s == STATUS_OK; i++) {
        s = file_write_at(file, offset, parts[i]);
        offset += parts[i].size;
    }
    return s;
}

enum status file_sync(struct file *file)
{
    (void)pthread_mutex_lock(&file->syncing);
    enum status s = file_has_failed_sync(file) ? STATUS_IO
                                               : file->layer->sync(file);
    if (s != STATUS_OK && !file->is_direct)
        atomic_store(&file->has_failed_sync, true);
    (void)pthread_mutex_unlock(&file->syncing);
    return s;
}

void file_forget_cached(struct file *file)
{
    file->layer->forget_cached(file);
}

enum status file_size(struct file *file, uint64_t *out)
{
    return file->layer->size(file, out);
}

enum status file_preallocate(struct file *file, uint64_t size)
{
    return file->layer->preallocate(file, size);
}

enum status file_truncate(struct file *file, uint64_t size)
{
    return file->layer->truncate(file, size);
}

enum status file_punch(struct file *file, uint64_t offset, uint64_t size)
{
    return file->layer->punch(file, offset, size);
}

enum status file_read_all(const struct file_layer *layer, const char *path,
                          size_t limit, uint8_t **out, size_t *size)
{
    *out = NULL;
    *size = 0;
    AUTO(file_close) struct file *file = NULL;
    uint64_t bytes = 0;
    enum status s = file_open(layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = file_size(file, &bytes);
    if (s == STATUS_OK && bytes > limit)
        s = STATUS_LIMIT;
    if (s != STATUS_OK)
        return s;
    uint8_t *content = alloc_array((size_t)bytes + 1, 1);
    if (content == NULL)
        return STATUS_NO_MEMORY;
    if (bytes > 0)
        s = file_read_at(file, 0, content, (size_t)bytes);
    if (s != STATUS_OK) {
        alloc_free(content);
        return s == STATUS_END ? STATUS_IO : s; /* it shrank meanwhile */
    }
    *out = content;
    *size = (size_t)bytes;
    return STATUS_OK;
}

static bool path_directory(const char *path, char out[PATH_SIZE_MAX])
{
    const char *slash = strrchr(path, '/');
    struct text directory = text_of(".");
    if (slash == path)
        directory = text_of("/");
    else if (slash != NULL)
        directory = (struct text){path, (size_t)(slash - path)};
    return text_copy(directory, out, PATH_SIZE_MAX);
}

static enum status write_new(const struct file_layer *layer, const char *path,
                             const char *former, struct bytes bytes)
{
    AUTO(file_close) struct file *file = NULL;
    enum status s = file_open(layer, path, FILE_WRITE | FILE_CREATE, &file);
    if (s == STATUS_OK)
        s = layer->take_rights(file, former);
    if (s == STATUS_OK)
        s = file_truncate(file, 0);
    if (s == STATUS_OK && bytes.size > 0)
        s = file_write_at(file, 0, bytes);
    if (s == STATUS_OK)
        s = file_sync(file);
    return s;
}

enum status file_replace(const struct file_layer *layer, const char *path,
                         struct bytes bytes)
{
    char new_path[PATH_SIZE_MAX];
    char directory[PATH_SIZE_MAX];
    int length = snprintf(new_path, sizeof new_path, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof new_path ||
        !path_directory(path, directory))
        return STATUS_NOT_FOUND; /* longer than any path of a kernel */
    enum status s = write_new(layer, new_path, path, bytes);
    if (s == STATUS_OK)
        s = layer->rename(layer, new_path, path);
    if (s != STATUS_OK) {
        (void)layer->unlink(layer, new_path);
        return s;
    }
    return layer->sync_directory(layer, directory);
}
