/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static atomic_size_t alive;
static atomic_size_t calls_until_failure;
static atomic_bool wipes;

static bool must_fail(void)
{
    size_t left = atomic_load_explicit(&calls_until_failure,
                                       memory_order_relaxed);
    if (left == 0)
        return false;
    atomic_store_explicit(&calls_until_failure, left - 1,
                          memory_order_relaxed);
    return left == 1;
}

void *alloc_array(size_t count, size_t size)
{
    if (must_fail())
        return NULL;
    void *memory = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);
    if (memory != NULL)
        atomic_fetch_add_explicit(&alive, 1, memory_order_relaxed);
    return memory;
}

void *alloc_blocks(size_t size)
{
    void *memory = NULL;
    if (must_fail() ||
        posix_memalign(&memory, ALLOC_BLOCK_BYTES, size) != 0)
        return NULL;
    atomic_fetch_add_explicit(&alive, 1, memory_order_relaxed);
    return memory;
}

void alloc_wipe_freed(void)
{
    atomic_store_explicit(&wipes, true, memory_order_relaxed);
}

static void release(void *memory)
{
    if (atomic_load_explicit(&wipes, memory_order_relaxed))
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

/* realloc(3) would leave a copy behind. */
static void *move(void *memory, size_t size)
{
    void *moved = malloc(size);
    size_t before = malloc_usable_size(memory);
    if (moved == NULL)
        return NULL;
    memcpy(moved, memory, before < size ? before : size);
    release(memory);
    return moved;
}

void *alloc_resize(void *memory, size_t count, size_t size)
{
    size_t total = 0;
    if (__builtin_mul_overflow(count, size, &total) || must_fail())
        return NULL;
    if (total == 0)
        total = 1;
    bool must_move = memory != NULL &&
                     atomic_load_explicit(&wipes, memory_order_relaxed);
    void *resized = must_move ? move(memory, total) : realloc(memory, total);
    if (resized != NULL && memory == NULL)
        atomic_fetch_add_explicit(&alive, 1, memory_order_relaxed);
    return resized;
}

void alloc_free(void *memory)
{
    if (memory == NULL)
        return;
    atomic_fetch_sub_explicit(&alive, 1, memory_order_relaxed);
    release(memory);
}

void alloc_release(void *variable)
{
    void *memory = NULL;
    memcpy(&memory, variable, sizeof memory);
    alloc_free(memory);
}

size_t alloc_alive(void)
{
    return atomic_load_explicit(&alive, memory_order_relaxed);
}

size_t alloc_fail_at(size_t n)
{
    return atomic_exchange_explicit(&calls_until_failure, n,
                                    memory_order_relaxed);
}
