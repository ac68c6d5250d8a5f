/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum { FIRST_CAPACITY_BYTES = 256 };

void buffer_deinit(struct buffer *buffer)
{
    alloc_free(buffer->data);
    *buffer = buffer_with_limit(buffer->limit);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->size = 0;
    buffer->failed = false;
}

static bool grow(struct buffer *buffer, size_t wanted)
{
    size_t capacity =
        buffer->capacity == 0 ? FIRST_CAPACITY_BYTES : buffer->capacity;
    while (capacity < wanted)
        capacity = capacity > buffer->limit / 2 ? buffer->limit : capacity * 2;
    uint8_t *data = alloc_resize(buffer->data, capacity, 1);
    if (data == NULL)
        return false;
    buffer->data = data;
    buffer->capacity = capacity;
    return true;
}

void buffer_prepare_blocks(struct buffer *buffer, size_t capacity)
{
    if (buffer->failed || buffer->data != NULL)
        return;
    uint8_t *data = capacity > buffer->limit ? NULL : alloc_blocks(capacity);
    if (data == NULL) {
        buffer->failed = true;
        return;
    }
    buffer->data = data;
    buffer->capacity = capacity;
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t size)
{
    if (buffer->failed)
        return NULL;
    if (buffer->size > buffer->limit || size > buffer->limit - buffer->size) {
        buffer->failed = true;
        return NULL;
    }
    size_t wanted = buffer->size + size;
    if ((wanted > buffer->capacity || buffer->data == NULL) &&
        !grow(buffer, wanted)) {
        buffer->failed = true;
        return NULL;
    }
    uint8_t *at = buffer->data + buffer->size;
    buffer->size = wanted;
    return at;
}

void buffer_append(struct buffer *buffer, struct bytes bytes)
{
    uint8_t *at = buffer_reserve(buffer, bytes.size);
    if (at != NULL && bytes.size > 0)
        memcpy(at, bytes.data, bytes.size);
}

void buffer_append_text(struct buffer *buffer, const char *terminated)
{
    buffer_append(buffer, bytes_of(terminated, strlen(terminated)));
}

void buffer_append_u8(struct buffer *buffer, uint8_t value)
{
    buffer_append(buffer, bytes_of(&value, 1));
}

void buffer_append_u32be(struct buffer *buffer, uint32_t value)
{
    uint8_t *at = buffer_reserve(buffer, 4);
    if (at == NULL)
        return;
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    /* vsnprintf also writes a zero; reserve it, then give it back. */
    uint8_t *at =
        size < 0 ? NULL : buffer_reserve(buffer, (size_t)size + 1);
    if (at != NULL) {
        (void)vsnprintf((char *)at, (size_t)size + 1, format, again);
        buffer->size--;
    } else {
        buffer->failed = true;
    }
    va_end(again);
}

void buffer_consume(struct buffer *buffer, size_t size)
{
    if (size >= buffer->size) {
        buffer->size = 0;
        return;
    }
    buffer->size -= size;
    memmove(buffer->data, buffer->data + size, buffer->size);
}
