/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/log_unsigned - leaves of entries that are durable and not yet under a
 * checkpoint: the file `unsigned`.
 *
 *   block   u64 number of its first entry, u32 leaves, 32 bytes each, u32
 *           CRC-32C of what stands before; big-endian
 *
 * Written after the entries are synced, not synced itself, emptied once they
 * are signed. It tells what was acknowledged from a torn end.
 *
 * Threads: one at a time.
 */
#ifndef LOG_LOG_UNSIGNED_H
#define LOG_LOG_UNSIGNED_H

#include "base/buffer.h"
#include "sys/file.h"

enum { LOG_UNSIGNED_BYTES_MAX = 1 << 24 };

/* Appends a block at *end and moves it. Fails with: NO_MEMORY, and as
 * sys/file.h. */
MUST_USE enum status log_unsigned_append(struct file *file, uint64_t *end,
                                         uint64_t first, struct bytes leaves);

/* Appends to out the leaves of entry number `from` and those that follow it
 * without a hole; reads as far as blocks are sound. *left (may be NULL): bytes
 * behind them. Fails with: NO_MEMORY, and as sys/file.h. */
MUST_USE enum status log_unsigned_read(struct file *file, uint64_t from,
                                       struct buffer *out, size_t *left);

#endif
