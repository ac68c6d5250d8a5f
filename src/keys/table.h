/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/table - the seeds, in memory.
 *
 * Chunks of 24 slots of one subject, sorted by subject, slot length and
 * number; a chunk is what one damaged sector may cost. die_at is set when a
 * seed is made and only ever lowered. Seeds live in locked memory and are
 * wiped when they go.
 *
 * Threads: one.
 */
#ifndef KEYS_TABLE_H
#define KEYS_TABLE_H

#include <stdbool.h>

#include "base/status.h"
#include "crypto/derive.h"
#include "keys/limits.h"
#include "keys/slot.h"

struct key_seed {
    uint8_t bytes[SEED_SIZE];
    struct wall_time die_at;
};

struct key_chunk {
    uint32_t subject;
    uint32_t length_s;
    int64_t number;   /* slots number * 24 .. number * 24 + 23 */
    uint32_t present; /* bit i: seeds[i] is there */
    struct key_seed seeds[KEY_CHUNK_SLOTS];
};

struct key_table {
    struct key_chunk *chunks; /* locked memory */
    size_t count;
    size_t capacity;
};

/* Wipes; the table is empty and may be used again. */
void key_table_deinit(struct key_table *table);

/* *out, empty before, becomes the same. Fails with: NO_MEMORY. */
MUST_USE enum status key_table_copy(const struct key_table *table,
                                    struct key_table *out);

/* Borrowed until the table changes; NULL: destroyed or never was. */
const struct key_seed *key_table_find(const struct key_table *table,
                                      const struct key_slot *slot);

/* A fresh seed where there is none; nothing where there is one.
 * Fails with: NO_MEMORY, LIMIT. */
MUST_USE enum status key_table_make(struct key_table *table,
                                    const struct key_slot *slot,
                                    struct wall_time die_at);

/* Puts a decoded chunk in. Fails with: NO_MEMORY, LIMIT, CONFLICT (there). */
MUST_USE enum status key_table_insert(struct key_table *table,
                                      const struct key_chunk *chunk);

/* Wipes one seed. */
void key_chunk_drop(struct key_chunk *chunk, unsigned index);

/* Forgets chunks without seeds; pointers into the table end. */
void key_table_compact(struct key_table *table);

static inline bool key_chunk_has(const struct key_chunk *chunk, unsigned index)
{
    return (chunk->present >> index & 1u) != 0;
}

static inline struct key_slot key_chunk_slot(const struct key_chunk *chunk,
                                             unsigned index)
{
    return (struct key_slot){chunk->subject, chunk->length_s,
                             chunk->number * KEY_CHUNK_SLOTS + (int64_t)index};
}

#endif
