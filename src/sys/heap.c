/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/heap.h"

#include <malloc.h>

void heap_keep(size_t kept_bytes, size_t largest_bytes)
{
    (void)mallopt(M_MMAP_THRESHOLD, (int)largest_bytes);
    (void)mallopt(M_TRIM_THRESHOLD, (int)kept_bytes);
}

void heap_trim(void)
{
    (void)malloc_trim(0);
}
