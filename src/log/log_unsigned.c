/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log_unsigned.h"

#include "base/cleanup.h"
#include "base/crc32c.h"
#include "base/reader.h"
#include "base/writer.h"
#include "log/leaf.h"

enum { HEAD_SIZE = 8 + 4, CHECKSUM_SIZE = 4 };

enum status log_unsigned_append(struct file *file, uint64_t *end,
                                uint64_t first, struct bytes leaves)
{
    AUTO(buffer_deinit)
    struct buffer block = buffer_with_limit(LOG_UNSIGNED_BYTES_MAX);
    uint8_t head[8];
    struct writer w = writer_on(head, sizeof head);
    writer_u64be(&w, first);
    buffer_append(&block, writer_written(&w));
    buffer_append_u32be(&block, (uint32_t)(leaves.size / LEAF_SIZE));
    buffer_append(&block, leaves);
    buffer_append_u32be(&block, crc32c(buffer_bytes(&block)));
    enum status s = buffer_status(&block);
    if (s == STATUS_OK)
        s = file_write_at(file, *end, buffer_bytes(&block));
    if (s == STATUS_OK)
        *end += block.size;
    return s;
}

/* The next block's leaves; false: what follows is none. */
static bool read_block(struct reader *r, uint64_t *first, struct bytes *leaves)
{
    struct bytes all = r->left;
    *first = reader_u64be(r);
    uint32_t count = reader_u32be(r);
    *leaves = reader_bytes(r, (size_t)count * LEAF_SIZE);
    size_t size = HEAD_SIZE + leaves->size;
    uint32_t checksum = reader_u32be(r);
    return !r->failed && checksum == crc32c(bytes_of(all.data, size));
}

enum status log_unsigned_read(struct file *file, uint64_t from,
                              struct buffer *out, size_t *left)
{
    AUTO(buffer_deinit)
    struct buffer content = buffer_with_limit(LOG_UNSIGNED_BYTES_MAX);
    uint64_t size = 0;
    enum status s = file_size(file, &size);
    if (left != NULL)
        *left = 0;
    if (s != STATUS_OK || size == 0 || size > LOG_UNSIGNED_BYTES_MAX)
        return s;
    uint8_t *at = buffer_reserve(&content, (size_t)size);
    if (at == NULL)
        return STATUS_NO_MEMORY;
    s = file_read_at(file, 0, at, (size_t)size);
    if (s != STATUS_OK)
        return s == STATUS_END ? STATUS_OK : s;
    struct reader r = reader_on(buffer_bytes(&content));
    struct bytes leaves;
    uint64_t first = 0;
    size_t unread = r.left.size;
    while (reader_more(&r) && read_block(&r, &first, &leaves)) {
        unread = r.left.size;
        uint64_t next = from + out->size / LEAF_SIZE;
        uint64_t count = leaves.size / LEAF_SIZE;
        if (first > next || next - first >= count)
            continue;
        size_t skip = (size_t)(next - first) * LEAF_SIZE;
        buffer_append(out, bytes_of(leaves.data + skip, leaves.size - skip));
    }
    if (left != NULL)
        *left = unread;
    return buffer_status(out);
}
