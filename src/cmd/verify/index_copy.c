/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/verify/index_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

/* What SQLite keeps beside a database; the first two are worth copying. */
static const char *const SUFFIXES[] = {"", "-wal", "-shm", "-journal"};
enum { PARTS_ALL = 4, PARTS_COPIED = 2, PART_BYTES_MAX = 1 << 30 };

static enum status part_path(const char *database, size_t part,
                             char out[PATH_SIZE])
{
    int size = snprintf(out, PATH_SIZE, "%s%s", database, SUFFIXES[part]);
    return size < PATH_SIZE ? STATUS_OK : STATUS_LIMIT;
}

static enum status copy_part(const struct file_layer *layer,
                             const char *original, const char *copy,
                             size_t part)
{
    AUTO(alloc_release) uint8_t *bytes = NULL;
    AUTO(file_close) struct file *file = NULL;
    char from[PATH_SIZE];
    char to[PATH_SIZE];
    size_t size = 0;
    enum status s = part_path(original, part, from);
    if (s == STATUS_OK)
        s = part_path(copy, part, to);
    if (s == STATUS_OK)
        s = file_read_all(layer, from, PART_BYTES_MAX, &bytes, &size);
    if (s == STATUS_OK)
        s = file_open(&FILE_LAYER_SYSTEM, to,
                      FILE_WRITE | FILE_CREATE | FILE_EXCLUSIVE, &file);
    return s == STATUS_OK ? file_write_at(file, 0, bytes_of(bytes, size)) : s;
}

enum status index_copy_make(const struct file_layer *layer,
                            const char *original, struct index_copy *out)
{
    const char *place = getenv("TMPDIR");
    *out = (struct index_copy){.path = ""};
    int size = snprintf(out->directory, sizeof out->directory,
                        "%s/haechi-index-XXXXXX",
                        place == NULL || place[0] == '\0' ? "/tmp" : place);
    if (size >= (int)sizeof out->directory || mkdtemp(out->directory) == NULL) {
        out->directory[0] = '\0';
        return STATUS_IO;
    }
    size = snprintf(out->path, sizeof out->path, "%s/copy", out->directory);
    enum status s = size < (int)sizeof out->path ? STATUS_OK : STATUS_LIMIT;
    for (size_t part = 0; s == STATUS_OK && part < PARTS_COPIED; part++) {
        s = copy_part(layer, original, out->path, part);
        if (s == STATUS_NOT_FOUND && part > 0)
            s = STATUS_OK; /* it was closed in order */
    }
    return s;
}

void index_copy_remove(struct index_copy *copy)
{
    char path[PATH_SIZE];
    if (copy->directory[0] == '\0')
        return;
    for (size_t part = 0; part < PARTS_ALL; part++) {
        if (part_path(copy->path, part, path) == STATUS_OK)
            (void)unlink(path);
    }
    (void)rmdir(copy->directory);
}
