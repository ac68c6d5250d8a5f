/* SPDX-License-Identifier: Apache-2.0 */
#include "log/key_file.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "log/limits.h"

static enum status sync_folder_of(const struct file_layer *layer,
                                  const char *path)
{
    char folder[LOG_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    struct text name = text_of(".");
    if (slash != NULL)
        name = (struct text){path, slash == path ? 1 : (size_t)(slash - path)};
    if (!text_copy(name, folder, sizeof folder))
        return STATUS_LIMIT;
    return layer->sync_directory(layer, folder);
}

enum status key_file_make(const struct file_layer *layer, const char *path,
                          uint8_t private_key[SIGN_PRIVATE_SIZE])
{
    uint8_t public_key[SIGN_PUBLIC_SIZE];
    AUTO(file_close) struct file *file = NULL;
    enum status s = sign_key_make(private_key, public_key);
    if (s == STATUS_OK)
        s = file_open(layer, path, FILE_WRITE | FILE_CREATE, &file);
    if (s == STATUS_OK)
        s = file_write_at(file, 0, bytes_of(private_key, SIGN_PRIVATE_SIZE));
    if (s == STATUS_OK)
        s = file_truncate(file, SIGN_PRIVATE_SIZE);
    if (s == STATUS_OK)
        s = file_sync(file);
    return s == STATUS_OK ? sync_folder_of(layer, path) : s;
}

enum status key_file_read(const struct file_layer *layer, const char *path,
                          uint8_t private_key[SIGN_PRIVATE_SIZE])
{
    AUTO(file_close) struct file *file = NULL;
    uint64_t size = 0;
    enum status s = file_open(layer, path, FILE_READ, &file);
    if (s == STATUS_OK)
        s = file_size(file, &size);
    if (s == STATUS_OK && size != SIGN_PRIVATE_SIZE)
        s = STATUS_CORRUPT;
    if (s == STATUS_OK)
        s = file_read_at(file, 0, private_key, SIGN_PRIVATE_SIZE);
    return s == STATUS_END ? STATUS_CORRUPT : s;
}
