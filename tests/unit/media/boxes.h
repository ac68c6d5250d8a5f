/* SPDX-License-Identifier: Apache-2.0 */
/* Walks ISO boxes, for the tests of what we write. */
#ifndef UNIT_MEDIA_BOXES_H
#define UNIT_MEDIA_BOXES_H

#include <string.h>

#include "base/reader.h"
#include "unit/test.h"

/* The first box of this type directly in parent, without its header; it fails
 * where the boxes of parent do not add up to its size. */
static inline struct bytes boxes_child(struct bytes parent, const char *type)
{
    struct reader in = reader_on(parent);
    struct bytes found = {NULL, 0};
    while (reader_more(&in)) {
        uint64_t size = reader_u32be(&in);
        struct bytes name = reader_bytes(&in, 4);
        size_t header = 8;
        if (size == 1) {
            size = reader_u64be(&in);
            header = 16;
        }
        assert_true(size >= header);
        struct bytes content = reader_bytes(&in, (size_t)size - header);
        assert_false(in.failed);
        if (found.data == NULL && memcmp(name.data, type, 4) == 0)
            found = content;
    }
    return found;
}

/* "moov.trak.mdia"; fails where there is none. */
static inline struct bytes boxes_find(struct bytes file, const char *path)
{
    while (*path != 0) {
        file = boxes_child(file, path);
        if (file.data == NULL)
            fail_msg("no box %s", path);
        path += path[4] == '.' ? 5 : 4;
    }
    return file;
}

#endif
