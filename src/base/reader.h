/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/reader - bounds-checked cursor over untrusted bytes.
 *
 * Errors are sticky: a read that does not fit sets failed, yields zeros, and
 * so does every later read. A parser reads straight through its format and
 * asks once, at the end, with reader_done(). Numbers are big-endian.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"

struct reader {
    struct bytes left;
    bool failed;
};

static inline struct reader reader_on(struct bytes in)
{
    return (struct reader){.left = in};
}

/* The next size bytes as a view into the input; empty once failed. */
static inline struct bytes reader_bytes(struct reader *r, size_t size)
{
    if (r->failed || size > r->left.size) {
        *r = (struct reader){.failed = true};
        return (struct bytes){NULL, 0};
    }
    struct bytes head = {r->left.data, size};
    if (size > 0) {
        r->left.data += size;
        r->left.size -= size;
    }
    return head;
}

static inline void reader_skip(struct reader *r, size_t size)
{
    (void)reader_bytes(r, size);
}

/* Copies exactly size bytes to out, or zeros once failed. */
static inline void reader_copy(struct reader *r, void *out, size_t size)
{
    struct bytes b = reader_bytes(r, size);
    if (b.size == size && size > 0)
        memcpy(out, b.data, size);
    else
        memset(out, 0, size);
}

static inline uint8_t reader_u8(struct reader *r)
{
    struct bytes b = reader_bytes(r, 1);
    return b.size == 1 ? b.data[0] : 0;
}

static inline uint16_t reader_u16be(struct reader *r)
{
    struct bytes b = reader_bytes(r, 2);
    if (b.size != 2)
        return 0;
    return (uint16_t)((uint16_t)b.data[0] << 8 | b.data[1]);
}

static inline uint32_t reader_u24be(struct reader *r)
{
    struct bytes b = reader_bytes(r, 3);
    if (b.size != 3)
        return 0;
    return (uint32_t)b.data[0] << 16 | (uint32_t)b.data[1] << 8 | b.data[2];
}

static inline uint32_t reader_u32be(struct reader *r)
{
    struct bytes b = reader_bytes(r, 4);
    if (b.size != 4)
        return 0;
    return (uint32_t)b.data[0] << 24 | (uint32_t)b.data[1] << 16 |
           (uint32_t)b.data[2] << 8 | b.data[3];
}

static inline uint64_t reader_u64be(struct reader *r)
{
    uint64_t high = reader_u32be(r);
    uint64_t low = reader_u32be(r);
    return high << 32 | low;
}

static inline int64_t reader_i64be(struct reader *r)
{
    return (int64_t)reader_u64be(r);
}

static inline bool reader_more(const struct reader *r)
{
    return !r->failed && r->left.size > 0;
}

/* True if nothing failed and nothing is left over. */
static inline bool reader_done(const struct reader *r)
{
    return !r->failed && r->left.size == 0;
}

#endif
