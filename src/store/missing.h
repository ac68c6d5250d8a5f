/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/missing - records that never reached the disk, between others of their
 * camera that did.
 *
 * A disk may write in another order than it was told to. After a power cut the
 * numbers tell: a record that stands where its predecessor's number is missing,
 * and its time too, has lost it. Not told are
 *   - what a gap is told for: the record says that something is missing;
 *   - whole key units: those may have been destroyed;
 *   - copies of holds, whose numbers are those of what was kept.
 *
 * Threads: none.
 */
#ifndef STORE_MISSING_H
#define STORE_MISSING_H

#include "store/directory.h"

/* A stretch of one camera. */
typedef void missing_fn(void *context, uint32_t camera, struct span span);

/*
 * Of a volume's records as they were found, looks at those from rows[first] on,
 * and each one's predecessor anywhere in it. Fails with: NO_MEMORY.
 */
MUST_USE enum status missing_tell(const struct directory *directory,
                                  size_t first, missing_fn *on_missing,
                                  void *context);

#endif
