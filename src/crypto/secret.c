/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/secret.h"

#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"
#include "base/number.h"
#include "crypto/library.h"

/*
 * In front of the caller's bytes stands an object of base/alloc, so that a
 * forgotten secret is a leak in the tests and a failing allocation fails here
 * too. libsodium adds guard pages, a canary, mlock and MADV_DONTDUMP.
 */
enum { FRONT_SIZE = 64 }; /* keeps the caller's bytes aligned */

struct front {
    void *counted;
};

static atomic_bool was_refused; /* a lock, to this process */

bool secret_memory_is_locked(void)
{
    return !atomic_load(&was_refused);
}

void secret_wipe(void *memory, size_t size)
{
    sodium_memzero(memory, size);
}

enum status secret_create(size_t size, uint8_t **out)
{
    size_t total = 0;
    if (!size_add(size, FRONT_SIZE + FRONT_SIZE - 1, &total))
        return STATUS_NO_MEMORY;
    total -= total % FRONT_SIZE; /* sodium_malloc aligns the end */
    if (crypto_library_init() != STATUS_OK)
        return STATUS_NO_MEMORY;
    struct front front = {alloc_zeroed(1)};
    if (front.counted == NULL)
        return STATUS_NO_MEMORY;
    uint8_t *memory = sodium_malloc(total);
    if (memory == NULL) {
        alloc_free(front.counted);
        return STATUS_NO_MEMORY;
    }
    /* libsodium locks, and does not say how that went. */
    if (mlock(memory, total) != 0)
        atomic_store(&was_refused, true);
    memset(memory, 0, total);
    memcpy(memory, &front, sizeof front);
    *out = memory + FRONT_SIZE;
    return STATUS_OK;
}

void secret_destroy(uint8_t **memory)
{
    if (*memory == NULL)
        return;
    uint8_t *whole = *memory - FRONT_SIZE;
    struct front front;
    memcpy(&front, whole, sizeof front);
    sodium_free(whole); /* wipes */
    alloc_free(front.counted);
    *memory = NULL;
}
