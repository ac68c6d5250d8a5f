/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/heap - what the C library does with memory that is released.
 *
 * Source: mallopt(3).
 * Threads: before the process has a second one.
 */
#ifndef SYS_HEAP_H
#define SYS_HEAP_H

#include <stddef.h>

/*
 * For a process that takes and releases large pieces all the time: up to
 * kept_bytes at the heap's end stay with it, and pieces up to the largest come
 * out of the heap. Without this each of them is mapped, filled with zeros page
 * by page, and unmapped: a fifth of what recording costs.
 */
void heap_keep(size_t kept_bytes, size_t largest_bytes);

/* Gives back what is kept and free. Now and then, where bursts come and go. */
void heap_trim(void);

#endif
