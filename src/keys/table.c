/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/table.h"

#include <string.h>

#include "crypto/secret.h"
#include "sys/random.h"

_Static_assert(sizeof(struct unit_keys) == UNIT_KEY_SIZE + LEAF_SALT_SIZE,
               "a unit's secret is all of it");

enum { CAPACITY_MIN = 16 };

static struct key_chunk *memory_to_chunks(uint8_t *memory)
{
    return (struct key_chunk *)(void *)memory;
}

void key_table_deinit(struct key_table *table)
{
    uint8_t *memory = (uint8_t *)(void *)table->chunks;
    secret_destroy(&memory);
    *table = (struct key_table){0};
}

/* Room for capacity chunks, in new memory; the old is wiped. */
static enum status grow(struct key_table *table, size_t capacity)
{
    uint8_t *memory = NULL;
    enum status s = secret_create(capacity * sizeof table->chunks[0], &memory);
    if (s != STATUS_OK)
        return s;
    size_t count = table->count;
    if (count > 0)
        memcpy(memory, table->chunks, count * sizeof table->chunks[0]);
    key_table_deinit(table);
    *table = (struct key_table){memory_to_chunks(memory), count, capacity};
    return STATUS_OK;
}

enum status key_table_copy(const struct key_table *table, struct key_table *out)
{
    struct key_table copy = {0};
    /* One more: the next hour often begins a chunk. */
    enum status s = grow(&copy, table->count + CAPACITY_MIN);
    if (s != STATUS_OK)
        return s;
    if (table->count > 0)
        memcpy(copy.chunks, table->chunks,
               table->count * sizeof table->chunks[0]);
    copy.count = table->count;
    *out = copy;
    return STATUS_OK;
}

static int compare(const struct key_chunk *chunk, uint32_t subject,
                   uint32_t length_s, int64_t number)
{
    if (chunk->subject != subject)
        return chunk->subject < subject ? -1 : 1;
    if (chunk->length_s != length_s)
        return chunk->length_s < length_s ? -1 : 1;
    if (chunk->number != number)
        return chunk->number < number ? -1 : 1;
    return 0;
}

/* Index of the first chunk that is not smaller. */
static size_t lower_bound(const struct key_table *table, uint32_t subject,
                          uint32_t length_s, int64_t number)
{
    size_t low = 0;
    size_t high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&table->chunks[middle], subject, length_s, number) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where a slot or unit is, or would be. */
struct place {
    size_t chunk; /* index of the chunk, or of the one it would stand before */
    bool is_there;
    int64_t number; /* of the chunk */
    unsigned index; /* in the chunk */
};

static struct place place_of(const struct key_table *table,
                             const struct key_slot *slot)
{
    const struct key_chunk kind = {.length_s = slot->length_s};
    int64_t cells = key_chunk_cells(&kind);
    struct place place = {.number = floor_divide(slot->number, cells)};
    place.index = (unsigned)(slot->number - place.number * cells);
    place.chunk =
        lower_bound(table, slot->subject, slot->length_s, place.number);
    place.is_there = place.chunk < table->count &&
                     compare(&table->chunks[place.chunk], slot->subject,
                             slot->length_s, place.number) == 0;
    return place;
}

/* The chunk that has this cell; NULL: none. */
static struct key_chunk *chunk_with(const struct key_table *table,
                                    const struct key_slot *slot,
                                    unsigned *index)
{
    struct place place = place_of(table, slot);
    *index = place.index;
    if (!place.is_there ||
        !key_chunk_has(&table->chunks[place.chunk], place.index))
        return NULL;
    return &table->chunks[place.chunk];
}

const struct key_seed *key_table_find(const struct key_table *table,
                                      const struct key_slot *slot)
{
    unsigned index = 0;
    const struct key_chunk *chunk = chunk_with(table, slot, &index);
    return chunk == NULL ? NULL : &chunk->of.seeds[index];
}

enum status key_table_unit(const struct key_table *table, uint32_t subject,
                           struct wall_time time, uint32_t unit_s,
                           struct unit_keys *keys, struct wall_time *die_at)
{
    uint32_t slot_s = key_slot_length_of_unit(unit_s);
    struct key_slot slot = key_slot_at(subject, slot_s, time);
    struct key_slot unit = key_slot_at(subject, unit_s, time);
    unsigned index = 0;
    if (slot_s == 0)
        return STATUS_NOT_FOUND;
    const struct key_seed *seed = key_table_find(table, &slot);
    if (seed != NULL) {
        *die_at = seed->die_at;
        return unit_keys_derive(seed->bytes, subject, key_slot_span(&unit).from,
                                unit_s, keys);
    }
    const struct key_chunk *chunk =
        unit_s == slot_s ? NULL : chunk_with(table, &unit, &index);
    if (chunk == NULL)
        return STATUS_NOT_FOUND;
    *die_at = chunk->of.units.die_at;
    *keys = chunk->of.units.keys[index];
    return STATUS_OK;
}

bool key_table_has_units(const struct key_table *table,
                         const struct key_slot *slot)
{
    struct span span = key_slot_span(slot);
    uint32_t unit_s = key_slot_unit_s(slot->length_s);
    struct key_slot unit = key_slot_at(slot->subject, unit_s, span.from);
    unsigned index = 0;
    if (unit_s == slot->length_s)
        return false;
    for (; key_slot_span(&unit).from.us < span.to.us; unit.number++) {
        if (chunk_with(table, &unit, &index) != NULL)
            return true;
    }
    return false;
}

void key_table_mark_used(struct key_table *table, uint32_t subject,
                         struct span span)
{
    size_t i = lower_bound(table, subject, 0, INT64_MIN);
    for (; i < table->count; i++) {
        struct key_chunk *chunk = &table->chunks[i];
        if (subject != 0 && chunk->subject != subject)
            return;
        for (unsigned k = 0; k < key_chunk_cells(chunk); k++) {
            struct key_slot slot = key_chunk_slot(chunk, k);
            if (span_overlaps(key_slot_span(&slot), span))
                chunk->unused &= ~(1u << k);
        }
    }
}

static enum status insert_at(struct key_table *table, size_t index,
                             const struct key_chunk *chunk)
{
    if (table->count >= KEY_CHUNKS_MAX)
        return STATUS_LIMIT;
    if (table->count == table->capacity) {
        enum status s =
            grow(table, table->capacity < CAPACITY_MIN ? CAPACITY_MIN
                                                       : table->capacity * 2);
        if (s != STATUS_OK)
            return s;
    }
    memmove(&table->chunks[index + 1], &table->chunks[index],
            (table->count - index) * sizeof table->chunks[0]);
    table->chunks[index] = *chunk;
    table->count++;
    return STATUS_OK;
}

enum status key_table_insert(struct key_table *table,
                             const struct key_chunk *chunk)
{
    struct key_slot slot = key_chunk_slot(chunk, 0);
    struct place place = place_of(table, &slot);
    return place.is_there ? STATUS_CONFLICT
                          : insert_at(table, place.chunk, chunk);
}

/* The chunk for a cell, made where there is none. */
static enum status chunk_for(struct key_table *table,
                             const struct key_slot *slot,
                             struct key_chunk **chunk, unsigned *index)
{
    struct place place = place_of(table, slot);
    enum status s = STATUS_OK;
    if (!place.is_there) {
        const struct key_chunk empty = {.subject = slot->subject,
                                        .length_s = slot->length_s,
                                        .number = place.number};
        s = insert_at(table, place.chunk, &empty);
    }
    *chunk = s == STATUS_OK ? &table->chunks[place.chunk] : NULL;
    *index = place.index;
    return s;
}

enum status key_table_make(struct key_table *table, const struct key_slot *slot,
                           struct wall_time die_at)
{
    struct key_chunk *chunk = NULL;
    unsigned index = 0;
    enum status s = chunk_for(table, slot, &chunk, &index);
    if (s != STATUS_OK || key_chunk_has(chunk, index))
        return s;
    random_fill(chunk->of.seeds[index].bytes, SEED_SIZE);
    chunk->of.seeds[index].die_at = die_at;
    chunk->present |= 1u << index;
    chunk->unused |= 1u << index;
    return STATUS_OK;
}

enum status key_table_keep(struct key_table *table, const struct key_slot *slot,
                           const struct key_seed *seed, bool is_unused,
                           struct span span)
{
    struct span whole = key_slot_span(slot);
    uint32_t unit_s = key_slot_unit_s(slot->length_s);
    struct key_slot unit = key_slot_at(slot->subject, unit_s, whole.from);
    enum status s = STATUS_OK;
    if (unit_s == slot->length_s)
        return STATUS_OK; /* one unit: all or nothing */
    for (; s == STATUS_OK; unit.number++) {
        struct span part = key_slot_span(&unit);
        struct key_chunk *chunk = NULL;
        unsigned index = 0;
        if (part.from.us >= whole.to.us)
            break;
        if (span_overlaps(part, span))
            continue;
        s = chunk_for(table, &unit, &chunk, &index);
        if (s != STATUS_OK)
            break;
        chunk->of.units.die_at = seed->die_at;
        chunk->present |= 1u << index;
        chunk->unused |= (uint32_t)is_unused << index;
        s = unit_keys_derive(seed->bytes, slot->subject, part.from, unit_s,
                             &chunk->of.units.keys[index]);
    }
    return s;
}

struct wall_time *key_chunk_die_at(struct key_chunk *chunk, unsigned index)
{
    return key_chunk_is_units(chunk) ? &chunk->of.units.die_at
                                     : &chunk->of.seeds[index].die_at;
}

struct bytes key_chunk_secret(const struct key_chunk *chunk, unsigned index)
{
    return key_chunk_is_units(chunk)
               ? bytes_of(&chunk->of.units.keys[index],
                          sizeof chunk->of.units.keys[index])
               : bytes_of(chunk->of.seeds[index].bytes, SEED_SIZE);
}

void key_chunk_drop(struct key_chunk *chunk, unsigned index)
{
    if (key_chunk_is_units(chunk))
        secret_wipe(&chunk->of.units.keys[index],
                    sizeof chunk->of.units.keys[index]);
    else
        secret_wipe(&chunk->of.seeds[index], sizeof chunk->of.seeds[index]);
    chunk->present &= ~(1u << index);
    chunk->unused &= ~(1u << index);
}

void key_table_compact(struct key_table *table)
{
    size_t kept = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (table->chunks[i].present == 0)
            continue;
        if (kept != i)
            table->chunks[kept] = table->chunks[i];
        kept++;
    }
    if (kept < table->count)
        secret_wipe(&table->chunks[kept],
                    (table->count - kept) * sizeof table->chunks[0]);
    table->count = kept;
}
