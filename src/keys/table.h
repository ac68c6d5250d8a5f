/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys/table - the seeds, in memory, and what is kept of a destroyed seed.
 *
 * Chunks of cells of one subject, sorted by subject, cell length and number; a
 * chunk is what one damaged sector may cost. Two kinds:
 *
 *   24 seeds     a cell is a slot; each has its own die_at
 *   15 units     of a slot whose seed was destroyed for some of its minutes:
 *                the keys of those that stay; one die_at, that of the slot
 *
 * The cell's length says which: no grid has slots as long as units that are
 * parts of a slot. die_at is set when a seed is made and only ever lowered.
 * Secrets live in locked memory and are wiped when they go.
 *
 * Threads: one.
 */
#ifndef KEYS_TABLE_H
#define KEYS_TABLE_H

#include <stdbool.h>

#include "base/bytes.h"
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
    uint32_t length_s; /* of a cell */
    int64_t number;    /* of the chunk: cells number * cells and so on */
    uint32_t present;  /* bit i: cell i is there */
    uint32_t unused;   /* bit i: no key of it was ever given out for sealing */
    union {
        struct key_seed seeds[KEY_CHUNK_SLOTS];
        struct {
            struct wall_time die_at;
            struct unit_keys keys[KEY_CHUNK_UNITS];
        } units;
    } of;
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

/* The keys of a unit, and when they die, from the seed or as kept. Wipe *keys
 * after use. Fails with: NOT_FOUND (destroyed or never was), INTERNAL. */
MUST_USE enum status key_table_unit(const struct key_table *table,
                                    uint32_t subject, struct wall_time time,
                                    uint32_t unit_s, struct unit_keys *keys,
                                    struct wall_time *die_at);

/* Whether units of the slot are kept in its seed's stead. */
bool key_table_has_units(const struct key_table *table,
                         const struct key_slot *slot);

/* Keys for sealing may have been given out of what touches span; subject 0:
 * of all. */
void key_table_mark_used(struct key_table *table, uint32_t subject,
                         struct span span);

/* A fresh seed where there is none; nothing where there is one.
 * Fails with: NO_MEMORY, LIMIT. */
MUST_USE enum status key_table_make(struct key_table *table,
                                    const struct key_slot *slot,
                                    struct wall_time die_at);

/* Keeps the units of the slot that do not touch span, in its seed's stead; the
 * seed is left to the caller. Fails with: NO_MEMORY, LIMIT, INTERNAL. */
MUST_USE enum status key_table_keep(struct key_table *table,
                                    const struct key_slot *slot,
                                    const struct key_seed *seed,
                                    bool is_unused, struct span span);

/* Puts a decoded chunk in. Fails with: NO_MEMORY, LIMIT, CONFLICT (there). */
MUST_USE enum status key_table_insert(struct key_table *table,
                                      const struct key_chunk *chunk);

/* ---- cells; index below key_chunk_cells ---- */

static inline bool key_chunk_is_units(const struct key_chunk *chunk)
{
    return key_slot_length_of_unit(chunk->length_s) > chunk->length_s;
}

static inline unsigned key_chunk_cells(const struct key_chunk *chunk)
{
    return key_chunk_is_units(chunk) ? KEY_CHUNK_UNITS : KEY_CHUNK_SLOTS;
}

static inline bool key_chunk_has(const struct key_chunk *chunk, unsigned index)
{
    return (chunk->present >> index & 1u) != 0;
}

static inline struct key_slot key_chunk_slot(const struct key_chunk *chunk,
                                             unsigned index)
{
    return (struct key_slot){chunk->subject, chunk->length_s,
                             chunk->number * key_chunk_cells(chunk) +
                                 (int64_t)index};
}

/* Borrowed; all units of a chunk share it. */
struct wall_time *key_chunk_die_at(struct key_chunk *chunk, unsigned index);

/* The seed, or key and leaf salt; borrowed. */
struct bytes key_chunk_secret(const struct key_chunk *chunk, unsigned index);

/* Wipes one cell. */
void key_chunk_drop(struct key_chunk *chunk, unsigned index);

/* Forgets chunks without seeds; pointers into the table end. */
void key_table_compact(struct key_table *table);

#endif
