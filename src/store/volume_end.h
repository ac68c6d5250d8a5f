/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store/volume_end - the directory with which a full volume ends: loading it
 * is one read instead of one for each of its records.
 *
 *   rows     48 bytes each, by offset: offset / 512 u32, camera u16, flags
 *            u16, sequence u64, start i64, duration u32, sealed size u32,
 *            samples u16, unit seconds u16, place in GOP u32, first number
 *            u32, zero u32
 *   zeros    up to a multiple of 512
 *   foot     the file's last 512 bytes: "HEND", version u16, zero u16, volume
 *            number u32, rows u32, CRC-32C of the rows u32, CRC-32C of the foot
 *            before it u32, zeros
 *
 * It stands in clear, as the headers of the records do, and says no more than
 * they; it is written anew without the rows of what has died when their headers
 * are punched. It is a way to find records, not an authority: a record is
 * believed by its own header and tag, and a volume whose end is missing, torn
 * or another's is read from header to header.
 *
 * Threads: none.
 */
#ifndef STORE_VOLUME_END_H
#define STORE_VOLUME_END_H

#include "base/buffer.h"
#include "store/directory.h"
#include "sys/file.h"

/* Bytes that a directory of so many records takes. */
uint64_t volume_end_size(size_t records);

/* The bytes to be written volume_end_size() before the volume's end. */
void volume_end_encode(const struct directory *directory, uint32_t number,
                       struct buffer *out);

/* Fails with: NOT_FOUND (none that is whole), NO_MEMORY. */
MUST_USE enum status volume_end_read(struct file *file, uint64_t volume_bytes,
                                     uint32_t number, struct directory *out);

#endif
