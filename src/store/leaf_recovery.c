/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After a start the chains go on behind each camera's newest leaf. A leaf
 * stands with the volume that took its last record: with one that is appended
 * to, or that was full a moment before. (A camera that has been silent for
 * long is in the camera book.)
 */
#include "model/hold.h"
#include "store/store_private.h"
#include "sys/logger.h"

enum {
    NEWEST = 2, /* full volumes of each class and disk */
    KINDS_MAX = 512,
};

/* Full volumes of a class on a disk that have been read. */
struct kind {
    uint16_t class_id;
    uint16_t slot;
    uint16_t seen;
};

struct kinds {
    struct kind kinds[KINDS_MAX];
    size_t count;
};

static bool is_new_enough(struct kinds *kinds, const struct disk *disk,
                          uint16_t class_id)
{
    for (size_t i = 0; i < kinds->count; i++) {
        struct kind *kind = &kinds->kinds[i];
        if (kind->class_id == class_id && kind->slot == disk->set.slot)
            return kind->seen++ < NEWEST;
    }
    if (kinds->count < KINDS_MAX)
        kinds->kinds[kinds->count++] =
            (struct kind){class_id, disk->set.slot, 1};
    return true;
}

static enum status resume(struct store *store, struct disk *disk,
                          uint16_t class_id, uint32_t number, bool is_open)
{
    enum status s = leaf_set_resume(&store->leaves, disk, class_id, number,
                                    is_open);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY || s == STATUS_NOT_FOUND)
        return s == STATUS_NO_MEMORY ? s : STATUS_OK;
    log_line(LOG_ERROR, "leaves cannot be read volume=%u status=%s", number,
             status_name(s));
    return STATUS_OK;
}

enum status store_recover_leaves(struct store *store)
{
    struct kinds kinds = {.count = 0};
    struct volume_walk walk = {0};
    enum status s = STATUS_OK;
    struct volume *volume = NULL;
    while (s == STATUS_OK &&
           (volume = store_next_volume(store, &walk)) != NULL) {
        if (catalogue_find(&store->catalogue, volume->number) == NULL)
            s = resume(store, store_disk_of(store, volume),
                       volume->header.class_id, volume->number,
                       volume->is_open);
    }
    for (size_t i = store->catalogue.count; s == STATUS_OK && i > 0; i--) {
        const struct catalogue_row *row = &store->catalogue.rows[i - 1];
        struct disk *disk = store_disk_at(store, row->number);
        if (disk != NULL && is_new_enough(&kinds, disk, row->class_id))
            s = resume(store, disk, row->class_id, row->number, false);
    }
    return s;
}
