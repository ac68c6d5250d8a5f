/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deaths that were followed while a disk was away: the book notes that it owes
 * them. The list of deaths is long forgotten when it comes back; what lives is
 * asked of the keeper then (roles/vault/owed.c), and the rest dies late.
 */
#include <string.h>

#include "store/store_private.h"
#include "sys/logger.h"

static struct disk *disk_of(struct store *store, const struct disk_page *page)
{
    for (size_t i = 0; i < store->disk_count; i++) {
        if (strcmp(store->disks[i].id, page->id) == 0)
            return &store->disks[i];
    }
    return NULL; /* not in the plan any more */
}

/* Whether a volume of the slot could not be read, or not be punched, since the
 * start. */
static bool has_broken(const struct store *store, uint16_t slot)
{
    if ((store->sweep.failed_slots >> slot & 1u) != 0)
        return true;
    for (size_t i = 0; i < store->catalogue.count; i++) {
        const struct catalogue_row *row = &store->catalogue.rows[i];
        if (row->is_broken && (row->number - 1) / SLOT_NUMBERS == slot)
            return true;
    }
    return false;
}

enum status store_note_owed(struct store *store, uint64_t epoch,
                            uint16_t slot)
{
    bool has_changed = false;
    for (size_t i = 0; i < store->book.disk_count; i++) {
        struct disk_page *page = &store->book.disks[i];
        struct disk *disk = disk_of(store, page);
        bool is_away = disk == NULL || !disk_is_readable(disk) ||
                       page->slot == slot;
        if (disk != NULL && is_away)
            disk->has_paid = disk->is_paying = false;
        if (page->owes_epoch != 0 ||
            (!is_away && !has_broken(store, page->slot)))
            continue;
        page->owes_epoch = epoch;
        has_changed = true;
    }
    return has_changed ? store_save_book(store) : STATUS_OK;
}

/* Whether the disk of this page may pay what it owes now. */
static struct disk *payer(struct store *store, const struct disk_page *page)
{
    struct disk *disk = disk_of(store, page);
    return page->owes_epoch != 0 && disk != NULL && !disk->has_paid &&
                   disk_is_readable(disk)
               ? disk
               : NULL;
}

bool store_owes(struct store *store, uint64_t *epoch)
{
    *epoch = 0;
    for (size_t i = 0; i < store->book.disk_count; i++) {
        const struct disk_page *page = &store->book.disks[i];
        if (payer(store, page) != NULL && page->owes_epoch > *epoch)
            *epoch = page->owes_epoch;
    }
    return *epoch != 0;
}

void store_begin_to_pay(struct store *store)
{
    for (size_t i = 0; i < store->book.disk_count; i++) {
        struct disk *disk = payer(store, &store->book.disks[i]);
        if (disk != NULL)
            disk->is_paying = true;
    }
}

void store_pay(struct store *store)
{
    store->sweep.is_paying = true;
    store_end_payment(store);
}

void store_end_payment(struct store *store)
{
    struct store_sweep *sweep = &store->sweep;
    bool has_changed = false;
    if (!sweep->is_paying || sweep->count > 0)
        return;
    sweep->is_paying = false;
    for (size_t i = 0; i < store->book.disk_count; i++) {
        struct disk_page *page = &store->book.disks[i];
        struct disk *disk = disk_of(store, page);
        if (disk == NULL || !disk->is_paying)
            continue;
        disk->is_paying = false;
        disk->has_paid = true; /* where not all, the next start goes on */
        if (sweep->has_failed || has_broken(store, page->slot))
            continue;
        page->owes_epoch = 0;
        has_changed = true;
    }
    if (has_changed && store_save_book(store) != STATUS_OK)
        log_line(LOG_WARNING, "disk book not written");
}
