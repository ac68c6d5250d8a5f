/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libsodium's secure heap without its pages: a model that makes and wipes
 * secrets a million times spends its time in mlock and mprotect otherwise.
 * Linked into the model alone, where it comes before the library's.
 */
#include <stdlib.h>
#include <string.h>

void *sodium_malloc(size_t size);
void sodium_free(void *memory);

enum { FRONT_SIZE = 64 };

void *sodium_malloc(size_t size)
{
    unsigned char *whole = calloc(1, FRONT_SIZE + size);
    if (whole == NULL)
        return NULL;
    memcpy(whole, &size, sizeof size);
    return whole + FRONT_SIZE;
}

void sodium_free(void *memory)
{
    if (memory == NULL)
        return;
    unsigned char *whole = (unsigned char *)memory - FRONT_SIZE;
    size_t size = 0;
    memcpy(&size, whole, sizeof size);
    memset(whole, 0, FRONT_SIZE + size);
    free(whole);
}
