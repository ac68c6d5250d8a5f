/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/offline.h"

#include "base/alloc.h"
#include "base/cleanup.h"
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
