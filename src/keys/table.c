/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/table.h"

#include <string.h>

#include "crypto/secret.h"
#include "sys/random.h"

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

static struct key_chunk *chunk_at(const struct key_table *table, size_t index,
                                  uint32_t subject, uint32_t length_s,
                                  int64_t number)
{
    if (index < table->count &&
        compare(&table->chunks[index], subject, length_s, number) == 0)
        return &table->chunks[index];
    return NULL;
}

static unsigned index_in_chunk(const struct key_slot *slot)
{
    int64_t first =
        floor_divide(slot->number, KEY_CHUNK_SLOTS) * KEY_CHUNK_SLOTS;
    return (unsigned)(slot->number - first);
}

const struct key_seed *key_table_find(const struct key_table *table,
                                      const struct key_slot *slot)
{
    int64_t number = floor_divide(slot->number, KEY_CHUNK_SLOTS);
    size_t index = lower_bound(table, slot->subject, slot->length_s, number);
    const struct key_chunk *chunk =
        chunk_at(table, index, slot->subject, slot->length_s, number);
    unsigned in_chunk = index_in_chunk(slot);
    if (chunk == NULL || !key_chunk_has(chunk, in_chunk))
        return NULL;
    return &chunk->seeds[in_chunk];
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
    size_t index =
        lower_bound(table, chunk->subject, chunk->length_s, chunk->number);
    if (chunk_at(table, index, chunk->subject, chunk->length_s,
                 chunk->number) != NULL)
        return STATUS_CONFLICT;
    return insert_at(table, index, chunk);
}

enum status key_table_make(struct key_table *table, const struct key_slot *slot,
                           struct wall_time die_at)
{
    int64_t number = floor_divide(slot->number, KEY_CHUNK_SLOTS);
    size_t index = lower_bound(table, slot->subject, slot->length_s, number);
    struct key_chunk *chunk =
        chunk_at(table, index, slot->subject, slot->length_s, number);
    if (chunk == NULL) {
        const struct key_chunk empty = {.subject = slot->subject,
                                        .length_s = slot->length_s,
                                        .number = number};
        enum status s = insert_at(table, index, &empty);
        if (s != STATUS_OK)
            return s;
        chunk = &table->chunks[index];
    }
    unsigned in_chunk = index_in_chunk(slot);
    if (key_chunk_has(chunk, in_chunk))
        return STATUS_OK;
    random_fill(chunk->seeds[in_chunk].bytes, SEED_SIZE);
    chunk->seeds[in_chunk].die_at = die_at;
    chunk->present |= 1u << in_chunk;
    return STATUS_OK;
}

void key_chunk_drop(struct key_chunk *chunk, unsigned index)
{
    secret_wipe(&chunk->seeds[index], sizeof chunk->seeds[index]);
    chunk->present &= ~(1u << index);
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
