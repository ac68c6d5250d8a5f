/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/bytes - views: a pointer and a size, never owned, never freed.
 *
 * A view is valid as long as what it points into; a function that keeps one
 * beyond its call says so in its header.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *data;
    size_t size;
};

/* Characters, not terminated. UTF-8 where a header does not say otherwise. */
struct text {
    const char *data;
    size_t size;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
    return (struct bytes){(const uint8_t *)data, size};
}

static inline struct bytes text_bytes(struct text text)
{
    return (struct bytes){(const uint8_t *)text.data, text.size};
}

static inline struct text bytes_text(struct bytes bytes)
{
    return (struct text){(const char *)bytes.data, bytes.size};
}

#endif
