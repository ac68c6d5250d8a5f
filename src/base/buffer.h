/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/buffer - bytes that grow up to a limit.
 *
 * Errors are sticky as in base/writer: append freely, ask once at the end.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

struct buffer {
    uint8_t *data;
    size_t size;     /* bytes in use */
    size_t capacity; /* bytes allocated */
    size_t limit;    /* never more than this */
    bool failed;     /* out of memory or beyond the limit */
};

/* An empty buffer that may grow to limit bytes. Nothing is allocated. */
static inline struct buffer buffer_with_limit(size_t limit)
{
    return (struct buffer){.limit = limit};
}

/* Releases the memory; the limit stays and the buffer may be used again. */
void buffer_deinit(struct buffer *buffer);

/* Empties it and forgives a failure; keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* Memory of alloc_blocks for exactly capacity bytes, in a buffer that has none;
 * nothing is counted as used. For what knows its size and goes to a disk:
 * growing alone takes up to twice of it. */
void buffer_prepare_blocks(struct buffer *buffer, size_t capacity);

/* Room for size more bytes, already counted as used; NULL once failed. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t size);

void buffer_append(struct buffer *buffer, struct bytes bytes);
void buffer_append_text(struct buffer *buffer, const char *terminated);
void buffer_append_u8(struct buffer *buffer, uint8_t value);
void buffer_append_u32be(struct buffer *buffer, uint32_t value);

/* printf into the buffer, without a terminating zero. */
__attribute__((format(printf, 2, 3))) void
buffer_format(struct buffer *buffer, const char *format, ...);

/* Removes the first size bytes (at most all). */
void buffer_consume(struct buffer *buffer, size_t size);

/* Borrowed until the next call on this buffer. */
static inline struct bytes buffer_bytes(const struct buffer *buffer)
{
    return (struct bytes){buffer->data, buffer->size};
}

static inline struct text buffer_text(const struct buffer *buffer)
{
    return bytes_text(buffer_bytes(buffer));
}

/* OK, or NO_MEMORY once anything failed. */
static inline MUST_USE enum status buffer_status(const struct buffer *buffer)
{
    return buffer->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

#endif
