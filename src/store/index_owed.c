/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is gone, and the index has yet to be told: at once, unless it cannot be
 * written, as on a full disk; then before its next change, and at the end.
 */
#include "base/alloc.h"
#include "store/store_private.h"
#include "sys/logger.h"

enum { OWED_MAX = 65536, FIRST_CAPACITY = 64 };

static bool grow(struct index_owed *owed)
{
    if (owed->count < owed->capacity)
        return true;
    size_t capacity =
        owed->capacity == 0 ? FIRST_CAPACITY : 2 * owed->capacity;
    struct index_gone *list =
        capacity > OWED_MAX
            ? NULL
            : alloc_resize(owed->list, capacity, sizeof *list);
    if (list == NULL)
        return false;
    owed->list = list;
    owed->capacity = capacity;
    return true;
}

void store_index_owe(struct store *store, const struct index_gone *gone)
{
    struct index_owed *owed = &store->index_owed;
    if (store->index == NULL)
        return;
    if (grow(owed))
        owed->list[owed->count++] = *gone;
    else
        owed->is_beyond = true;
}

static enum status tell(struct store *store, const struct index_gone *gone)
{
    return gone->volume != 0
               ? store_index_remove(store->index, gone->volume)
               : store_index_cut(store->index, gone->camera, gone->span);
}

static enum status tell_all(struct store *store)
{
    const struct index_owed *owed = &store->index_owed;
    enum status s = store_index_begin(store->index);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; s == STATUS_OK && i < owed->count; i++)
        s = tell(store, &owed->list[i]);
    return store_index_end(store->index, s);
}

enum status store_index_settle(struct store *store)
{
    struct index_owed *owed = &store->index_owed;
    if (store->index == NULL || (owed->count == 0 && !owed->is_beyond))
        return STATUS_OK;
    enum status s = owed->is_beyond
                        ? store_index_renew(store->options.index_path,
                                            store->book.installation,
                                            &store->index)
                        : tell_all(store);
    if (s != STATUS_OK) {
        log_line(LOG_WARNING, "index not written owed=%zu status=%s",
                 owed->count, status_name(s));
        return s;
    }
    owed->count = 0;
    owed->is_beyond = false;
    return STATUS_OK;
}
