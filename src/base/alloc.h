/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/alloc - the only door to the heap for our own code.
 *
 * Counts what is alive, so that a test sees a leak, and can be told to fail
 * at the n-th call, so that a test sees every NULL handled.
 *
 * Threads: any.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

/* count x size zeroed bytes, or NULL (also on overflow). */
void *alloc_array(size_t count, size_t size);

/* One zeroed object, or NULL. */
static inline void *alloc_zeroed(size_t size)
{
    return alloc_array(1, size);
}

/* What a disk reads from memory without a copy begins at a multiple of it. */
enum { ALLOC_BLOCK_BYTES = 512 };

/* size bytes, not initialised, that begin at a multiple of ALLOC_BLOCK_BYTES;
 * or NULL. */
void *alloc_blocks(size_t size);

/*
 * Resizes to count x size bytes; NULL keeps the old memory alive and valid.
 * Memory may be NULL. Bytes beyond the old size are not initialised.
 */
void *alloc_resize(void *memory, size_t count, size_t size);

/* Releases memory, which may be NULL. */
void alloc_free(void *memory);

/*
 * From now on memory is zeroed before it is given back, by alloc_free and where
 * alloc_resize moves it: for processes whose heap holds clear pictures. Costs a
 * write of what is freed, so not for what frees as much as it records.
 */
void alloc_wipe_freed(void);

/* For AUTO: frees what the pointer variable at this address points to. */
void alloc_release(void *variable);

/* Heap objects alive, in all threads. For tests. */
size_t alloc_alive(void);

/* Makes the n-th call from now (1 = the next) fail; 0 ends this. Returns how
 * many calls were left to the failure before; 0: it has come, or there was
 * none. For tests. */
size_t alloc_fail_at(size_t n);

#endif
