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

/* Memory that grows piece by piece before it is sealed. */
struct memory_draft {
    int descriptor; /* -1: none */
    size_t size;
};

/* Fails with: IO (also: no memory for it). */
MUST_USE enum status memory_draft_begin(struct memory_draft *out);

/* Fails with: LIMIT (SEALED_MEMORY_MAX), IO; the draft is of no use then. */
MUST_USE enum status memory_draft_append(struct memory_draft *draft,
                                         struct bytes part);

/*
 * *descriptor is the caller's; -1 where nothing was appended. The draft is
 * empty afterwards in any case. Fails with: IO.
 */
MUST_USE enum status memory_draft_seal(struct memory_draft *draft,
                                       int *descriptor);

/* May be called on an empty one, but not before memory_draft_begin. */
void memory_draft_drop(struct memory_draft *draft);

/* Bytes of what stands behind any descriptor; 0: no memory or file. */
size_t sealed_memory_size(int descriptor);

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
