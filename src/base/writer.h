/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/writer - bounds-checked cursor over memory of a fixed size.
 *
 * The mirror of base/reader: a write that does not fit sets failed and
 * changes nothing, and so does every later one; ask once, at the end.
 * Numbers are big-endian.
 */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"

struct writer {
    uint8_t *data;
    size_t size; /* room in all */
    size_t used; /* bytes written so far */
    bool failed;
};

static inline struct writer writer_on(void *data, size_t size)
{
    return (struct writer){.data = (uint8_t *)data, .size = size};
}

/* Room for size bytes, which the caller fills; NULL once failed. */
static inline uint8_t *writer_reserve(struct writer *w, size_t size)
{
    if (w->failed || size > w->size - w->used) {
        w->failed = true;
        return NULL;
    }
    uint8_t *at = w->data + w->used;
    w->used += size;
    return at;
}

static inline void writer_bytes(struct writer *w, struct bytes bytes)
{
    uint8_t *at = writer_reserve(w, bytes.size);
    if (at != NULL && bytes.size > 0)
        memcpy(at, bytes.data, bytes.size);
}

static inline void writer_zeros(struct writer *w, size_t size)
{
    uint8_t *at = writer_reserve(w, size);
    if (at != NULL && size > 0)
        memset(at, 0, size);
}

static inline void writer_u8(struct writer *w, uint8_t value)
{
    uint8_t *at = writer_reserve(w, 1);
    if (at != NULL)
        at[0] = value;
}

static inline void writer_u16be(struct writer *w, uint16_t value)
{
    writer_u8(w, (uint8_t)(value >> 8));
    writer_u8(w, (uint8_t)value);
}

static inline void writer_u24be(struct writer *w, uint32_t value)
{
    writer_u8(w, (uint8_t)(value >> 16));
    writer_u16be(w, (uint16_t)value);
}

static inline void writer_u32be(struct writer *w, uint32_t value)
{
    uint8_t *at = writer_reserve(w, 4);
    if (at == NULL)
        return;
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

static inline void writer_u64be(struct writer *w, uint64_t value)
{
    writer_u32be(w, (uint32_t)(value >> 32));
    writer_u32be(w, (uint32_t)value);
}

static inline void writer_i64be(struct writer *w, int64_t value)
{
    writer_u64be(w, (uint64_t)value);
}

/* What has been written so far. */
static inline struct bytes writer_written(const struct writer *w)
{
    return (struct bytes){w->data, w->used};
}

/* True if nothing failed and the memory is filled to its last byte. */
static inline bool writer_full(const struct writer *w)
{
    return !w->failed && w->used == w->size;
}

#endif
