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

#include "base/bytes.h"
#include "base/status.h"

enum { LEAF_SIZE = 32 };

/* Fails with: INTERNAL. */
MUST_USE enum status leaf_hash(struct text line, uint8_t out[LEAF_SIZE]);

#endif
