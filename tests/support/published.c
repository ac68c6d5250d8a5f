/* SPDX-License-Identifier: Apache-2.0 */
#include "support/published.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "unit/test.h"

enum { PATH_SIZE = 512, FILE_BYTES_MAX = 1 << 20 };

static FILE *open_example(const char *name, const char *mode)
{
    char path[PATH_SIZE];
    const char *root = getenv("SOURCE_ROOT");
    CHECK(root != NULL);
    (void)snprintf(path, sizeof path, "%s/examples/%s", root, name);
    FILE *file = fopen(path, mode);
    CHECK(file != NULL);
    return file;
}

struct published published_read(const char *name)
{
    FILE *file = open_example(name, "rb");
    uint8_t *data = alloc_array(FILE_BYTES_MAX, 1);
    CHECK(data != NULL);
    size_t size = fread(data, 1, FILE_BYTES_MAX, file);
    (void)fclose(file);
    CHECK(size > 0 && size < FILE_BYTES_MAX);
    return (struct published){bytes_of(data, size), data};
}

void published_release(struct published *published)
{
    alloc_free(published->memory);
    *published = (struct published){0};
}

void published_write(const char *name, struct bytes bytes)
{
    FILE *file = open_example(name, "wb");
    CHECK(fwrite(bytes.data, 1, bytes.size, file) == bytes.size);
    (void)fclose(file);
}
