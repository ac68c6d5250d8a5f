/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/leaf - the hash of one entry in the Merkle tree.
 *
 *   leaf = SHA-256(0x00 || line without its line feed)   RFC 6962 section 2.1
 *
 * Threads: any; no state.
 */
#ifndef LOG_LEAF_H
#define LOG_LEAF_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

enum { LEAF_SIZE = 32 };

/* Fails with: INTERNAL. */
MUST_USE enum status leaf_hash(struct text line, uint8_t out[LEAF_SIZE]);

/*
 * Whether stored is a leaf that the power cut off while it was written: each
 * byte as it should be, or still zero. Leaves are derived and not synced; such
 * a one is made again. A line that was altered has another leaf throughout.
 */
bool leaf_is_unfinished(const uint8_t stored[LEAF_SIZE],
                        const uint8_t wanted[LEAF_SIZE]);

#endif
