/* SPDX-License-Identifier: Apache-2.0 */
#include "store/recovery.h"

#include "base/alloc.h"
#include "store/store.h"
#include "sys/logger.h"

enum { ROOM_WORTH_BYTES = 1024 * 1024 }; /* less is not gone on with */

static int64_t newest_us(const struct directory *directory)
{
    int64_t newest = INT64_MIN;
    for (size_t i = 0; i < directory->count; i++) {
        if (directory->rows[i].start.us > newest)
            newest = directory->rows[i].start.us;
    }
    return newest;
}

/* Whether the record at this row is whole. IO, NO_MEMORY, CORRUPT. */
static enum status check_row(struct volume *volume,
                             const struct record_row *row)
{
    uint8_t bytes[RECORD_HEADER_SIZE];
    enum status s =
        file_read_at(volume->file, row->offset, bytes, sizeof bytes);
    struct record_header header;
    if (s == STATUS_OK)
        s = record_header_decode(bytes_of(bytes, sizeof bytes), &header);
    if (s == STATUS_OK)
        s = volume_check_sectors(volume->file, row->offset, &header);
    return s;
}

/* Cuts the torn records out of directory and volume. */
static enum status cut_torn(struct store *store, struct volume *volume)
{
    struct directory *directory = &volume->directory;
    int64_t since_us = newest_us(directory) - RECOVERY_CHECK_US;
    size_t kept = 0;
    enum status s = STATUS_OK;
    for (size_t i = 0; i < directory->count; i++) {
        struct record_row row = directory->rows[i];
        enum status whole = STATUS_OK;
        if (s == STATUS_OK && row.start.us >= since_us)
            whole = check_row(volume, &row);
        if (whole == STATUS_CORRUPT) {
            log_line(LOG_WARNING, "torn record cut off volume=%u camera=%u",
                     volume->number, row.camera);
            store->torn++;
            if (store->on_lost != NULL)
                store->on_lost(store->context, row.camera,
                               record_row_span(&row), CAUSE_CORRUPT);
            s = file_punch(volume->file, row.offset,
                           record_row_end(&row) - row.offset);
            continue;
        }
        if (whole != STATUS_OK)
            s = whole;
        directory->rows[kept++] = row;
    }
    directory->count = kept;
    return s;
}

static enum status add_runs(struct store *store, struct volume *volume)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < volume->directory.count; i++) {
        const struct record_row *row = &volume->directory.rows[i];
        s = run_table_add(&store->runs, row->camera, volume->number,
                          record_row_span(row), row->sequence);
    }
    return s;
}

/* Volumes stand by id: the last one of a class is the newest. */
static bool is_newest(const struct volume_set *set, size_t at)
{
    for (size_t i = at + 1; i < set->count; i++) {
        if (set->volumes[i]->header.class_id ==
            set->volumes[at]->header.class_id)
            return false;
    }
    return true;
}

static enum status scan_volume(struct store *store, struct volume *volume)
{
    enum status s = volume_set_load(volume->set, volume);
    if (s == STATUS_OK)
        s = cut_torn(store, volume);
    if (s == STATUS_OK)
        s = add_runs(store, volume);
    volume->wants_index = true;
    return s;
}

static enum status recover_volume(struct store *store, struct disk *disk,
                                  size_t at)
{
    struct volume *volume = disk->set.volumes[at];
    enum status s = STATUS_NOT_FOUND;
    if (store->index != NULL)
        s = store_index_load_volume(store->index, volume->number,
                                    volume->header.id, &store->runs);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    s = scan_volume(store, volume);
    if (s == STATUS_OK && !is_newest(&disk->set, at))
        store_note_synced(store, disk, 0); /* and may be unloaded now */
    if (s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    log_line(LOG_ERROR, "volume cannot be read volume=%u status=%s",
             volume->number, status_name(s));
    volume->is_failed = true;
    return STATUS_OK;
}

static void mark_empty(struct store *store, struct volume_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        struct volume *volume = set->volumes[i];
        volume->is_empty = !volume->is_open && !volume->is_failed;
    }
    for (size_t i = 0; i < store->runs.count; i++) {
        const struct camera_runs *camera = &store->runs.cameras[i];
        for (size_t j = 0; j < camera->count; j++) {
            struct volume *volume =
                volume_set_find(set, camera->runs[j].volume);
            if (volume != NULL)
                volume->is_empty = false;
        }
    }
    for (size_t i = 0; i < set->count; i++) {
        struct volume *volume = set->volumes[i];
        if (volume->is_open || volume->is_empty || volume->is_failed)
            volume->wants_index = false;
    }
}

enum status store_recover_disk(struct store *store, struct disk *disk)
{
    struct volume_set *set = &disk->set;
    for (size_t i = 0; i < set->count; i++) {
        enum status s = recover_volume(store, disk, i);
        if (s != STATUS_OK)
            return s;
    }
    for (size_t i = 0; i < set->count; i++) {
        struct volume *volume = set->volumes[i];
        volume->is_open =
            volume->is_loaded && !volume->is_failed && is_newest(set, i) &&
            volume->append_at + ROOM_WORTH_BYTES < volume->header.size;
    }
    mark_empty(store, set);
    return STATUS_OK;
}

enum status store_recover(struct store *store)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < store->disk_count; i++)
        s = store_recover_disk(store, &store->disks[i]);
    if (s == STATUS_OK && store->index != NULL)
        s = store_index_load_sequences(store->index, &store->runs);
    return s;
}
