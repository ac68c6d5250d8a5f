/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/sealed_memory - bytes handed to another process, final and read-only.
 *
 * A memfd sealed against writing, growing, shrinking and further seals: the
 * maker cannot change under the reader's hands what it has given away, and the
 * reader cannot die by SIGBUS. A reader insists on those seals.
 *
 * Threads: any.
 */
#ifndef SYS_SEALED_MEMORY_H
#define SYS_SEALED_MEMORY_H

#include "base/bytes.h"
#include "base/status.h"

enum { SEALED_MEMORY_MAX = 128 * 1024 * 1024 }; /* bytes */

/* A copy of the parts, behind each other; *descriptor is the caller's.
 * Fails with: LIMIT, IO (also: no memory for it). */
MUST_USE enum status sealed_memory_make(const struct bytes *parts,
                                        size_t count, int *descriptor);

/*
 * Maps the first size bytes for reading until sealed_memory_unmap; the
 * descriptor stays the caller's and may be closed at once. size 0: empty.
 * Fails with: CORRUPT (not sealed, or shorter), LIMIT, IO.
 */
MUST_USE enum status sealed_memory_map(int descriptor, size_t size,
                                       struct bytes *out);

/* Leaves the empty bytes behind; may be called on them too. */
void sealed_memory_unmap(struct bytes *mapped);

#endif
