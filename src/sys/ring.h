/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys/ring - samples and events from one process to another, in one order.
 *
 * A memfd of fixed size (sealed against shrinking, growing and further seals,
 * so that neither side can make the other die by SIGBUS):
 *
 *   page 0  the writer's: magic, data size, write index, places of chunks
 *   page 1  the reader's: read index
 *   2 .. 3  the reader's: watched bits, one per camera number
 *   then    data_size bytes, a power of two; entries aligned to 8 bytes
 *
 * Indices count bytes for ever. The data is 64 chunks; a chunk of indices gets
 * the lowest free place when its first entry is written, so that the same
 * memory is used again and again: a ring that is read in time keeps few of its
 * pages (ring_trim), one that is not has all its size. An entry stands in one piece: where
 * it does not fit before its chunk's end, a filler entry leads to the next
 * chunk, and one larger than a chunk begins one and takes places side by side.
 * An entry is {u32 size of payload, u32 kind} and payload.
 *
 * The reader treats the memory as hostile: it copies an entry's head out, then
 * checks, and gives out where the payload stands, which its user copies before
 * looking at it. Each side maps what belongs to the other
 * read-only, and keeps its own index outside the shared memory. The read index
 * says what the writer may overwrite; it survives the reader's death, and so a
 * new reader begins with what the old one had not released. The supervisor
 * holds the memfd over the life of both.
 *
 * Threads: one writer, one reader.
 */
#ifndef SYS_RING_H
#define SYS_RING_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/status.h"

struct ring_writer;
struct ring_reader;

enum {
    RING_DATA_MIN = 1 << 16,
    RING_DATA_MAX = 1 << 30,
    RING_CAMERAS = 65536, /* watched bits: 8 KiB, pages 2 and 3 */
};

/* A new ring's memfd. data_size: power of two. Fails with: IO, LIMIT. */
MUST_USE enum status ring_make(size_t data_size, int *descriptor);

/* Maps; the descriptor stays the caller's. A new writer goes on at the write
 * index. Fails with: IO, CORRUPT (not a ring), NO_MEMORY. */
MUST_USE enum status ring_writer_create(int descriptor,
                                        struct ring_writer **out);
void ring_writer_destroy(struct ring_writer **writer);

/*
 * Room for an entry of size bytes, contiguous; fill it, then commit. Nothing
 * is visible before; another reserve replaces one that was not committed.
 * kind: anything but UINT32_MAX. Fails with: NO_SPACE (reader too slow), LIMIT
 * (more than a quarter of the ring).
 */
MUST_USE enum status ring_reserve(struct ring_writer *writer, uint32_t kind,
                                  size_t size, uint8_t **out);
void ring_commit(struct ring_writer *writer);

/* Gives back the memory of what has not been written to since the call before:
 * a burst, or a reader that stalled, leaves nothing behind. Now and then. */
void ring_trim(struct ring_writer *writer);

/* Whether somebody watches this camera live. */
bool ring_is_watched(const struct ring_writer *writer, uint32_t camera);

MUST_USE enum status ring_reader_create(int descriptor,
                                        struct ring_reader **out);
void ring_reader_destroy(struct ring_reader **reader);

/*
 * The next entry; it stays unreleased. *payload: where it stands, inside the
 * shared memory until the entry is released. A hostile writer changes it at any
 * time: copy, then look. *index: its position, for ring_release. Fails with:
 * AGAIN (empty), CORRUPT (the writer broke the layout: skip to the write index
 * happens).
 */
MUST_USE enum status ring_next(struct ring_reader *reader, uint32_t *kind,
                               struct bytes *payload, uint64_t *index);

/* All entries before index may be overwritten. */
void ring_release(struct ring_reader *reader, uint64_t index);

/* The index after the last entry that ring_next gave. */
uint64_t ring_position(const struct ring_reader *reader);

/* Bytes that the ring has room for, and those in it that are not released. */
uint64_t ring_bytes(const struct ring_reader *reader);
uint64_t ring_held(const struct ring_reader *reader);

/* Whether something is in it that ring_next has not given yet. */
bool ring_has_more(const struct ring_reader *reader);

void ring_set_watched(struct ring_reader *reader, uint32_t camera,
                      bool is_watched);

#endif
