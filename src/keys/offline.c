/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/offline.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "crypto/hash.h"
#include "keys/root_files.h"
#include "keys/rotation.h"

struct keys_offline {
    struct key_state state;
    uint64_t epoch;
    struct table_damage damage;
};

enum status keys_offline_open(const struct file_layer *layer,
                              const char *directory, struct root_store *store,
                              struct keys_offline **out)
{
    *out = NULL;
    AUTO(keys_offline_close)
    struct keys_offline *keys = alloc_zeroed(sizeof *keys);
    if (keys == NULL)
        return STATUS_NO_MEMORY;
    AUTO(key_files_close) struct key_files files = {0};
    AUTO(root_store_close) struct root_store *own = NULL;
    enum status s = STATUS_OK;
    if (store == NULL)
        s = root_files_open(layer, directory, ROOT_FILES_READ, &own);
    if (s == STATUS_OK)
        s = key_files_open_read(layer, directory, &files);
    if (s == STATUS_OK)
        s = rotation_peek(&files, store == NULL ? own : store, &keys->state,
                          &keys->epoch, &keys->damage);
    if (s != STATUS_OK)
        return s;
    *out = keys;
    keys = NULL;
    return STATUS_OK;
}

void keys_offline_close(struct keys_offline **keys)
{
    if (*keys == NULL)
        return;
    key_state_deinit(&(*keys)->state);
    alloc_free(*keys);
    *keys = NULL;
}

uint64_t keys_offline_epoch(const struct keys_offline *keys)
{
    return keys->epoch;
}

struct wall_time keys_offline_time(const struct keys_offline *keys)
{
    return keys->state.mark.trusted;
}

size_t keys_offline_lost_chunks(const struct keys_offline *keys)
{
    return keys->damage.lost_chunks;
}

enum status keys_offline_unit(const struct keys_offline *keys, uint32_t subject,
                              struct wall_time unit_start, uint32_t unit_s,
                              struct unit_keys *out, bool *is_doomed)
{
    struct wall_time die_at = {0};
    enum status s = key_table_unit(&keys->state.table, subject, unit_start,
                                   unit_s, out, &die_at);
    if (s == STATUS_OK && is_doomed != NULL)
        *is_doomed = die_at.us <= keys->state.mark.trusted.us;
    return s;
}

void keys_offline_each(const struct keys_offline *keys,
                       keys_offline_cell_fn *on_cell, void *context)
{
    const struct key_table *table = &keys->state.table;
    for (size_t i = 0; i < table->count; i++) {
        struct key_chunk *chunk = &table->chunks[i];
        for (unsigned k = 0; k < key_chunk_cells(chunk); k++) {
            if (!key_chunk_has(chunk, k))
                continue;
            struct key_slot slot = key_chunk_slot(chunk, k);
            on_cell(context, chunk->subject, key_slot_span(&slot),
                    *key_chunk_die_at(chunk, k));
        }
    }
}

/* ---- commitments ---- */

/* The subject's living secrets, in the order of the table. */
struct cells {
    struct bytes *list;
    size_t count;
};

static void cells_collect(const struct key_table *table, uint32_t subject,
                          struct cells *cells)
{
    cells->count = 0;
    for (size_t i = 0; i < table->count; i++) {
        const struct key_chunk *chunk = &table->chunks[i];
        if (chunk->subject != subject)
            continue;
        for (unsigned k = 0; k < key_chunk_cells(chunk); k++) {
            if (!key_chunk_has(chunk, k))
                continue;
            if (cells->list != NULL)
                cells->list[cells->count] = key_chunk_secret(chunk, k);
            cells->count++;
        }
    }
}

/* The chain of model/death.h over the cells from first on. */
static enum status chain(const struct cells *cells, size_t first, size_t count,
                         uint8_t out[SHA256_SIZE])
{
    enum { HALF = SHA256_SIZE / 2 };
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < count; i++) {
        const struct bytes parts[] = {bytes_of(out, i == 0 ? 0 : HALF),
                                      cells->list[first + i]};
        uint8_t next[SHA256_SIZE];
        s = sha256(parts, 2, next);
        memcpy(out, next, sizeof next);
    }
    return s;
}

enum status keys_offline_has(const struct keys_offline *keys, uint32_t subject,
                             uint32_t seeds, const uint8_t commitment[16],
                             bool *is_there)
{
    struct cells cells = {0};
    *is_there = false;
    cells_collect(&keys->state.table, subject, &cells);
    if (seeds == 0 || seeds > cells.count)
        return STATUS_OK;
    cells.list = alloc_array(cells.count, sizeof *cells.list);
    if (cells.list == NULL)
        return STATUS_NO_MEMORY;
    cells_collect(&keys->state.table, subject, &cells);
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i + seeds <= cells.count; i++) {
        uint8_t digest[SHA256_SIZE];
        s = chain(&cells, i, seeds, digest);
        *is_there |= s == STATUS_OK && memcmp(digest, commitment, 16) == 0;
    }
    alloc_free(cells.list);
    return s;
}

enum status keys_offline_month(const struct keys_offline *keys, uint32_t month,
                               uint8_t out[MONTH_KEY_SIZE])
{
    const struct key_slot slot = {SUBJECT_TEXT_MONTH, 0, (int64_t)month};
    const struct key_seed *seed = key_table_find(&keys->state.table, &slot);
    if (seed == NULL)
        return STATUS_NOT_FOUND;
    return month_key_derive(seed->bytes, month, out);
}

size_t keys_offline_death_count(const struct keys_offline *keys)
{
    return keys->state.death_count;
}

const struct death *keys_offline_death(const struct keys_offline *keys,
                                       size_t index)
{
    return &keys->state.deaths[index];
}

const struct policy *keys_offline_policy(const struct keys_offline *keys,
                                         uint32_t subject)
{
    return key_state_policy(&keys->state, subject);
}
