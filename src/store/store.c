/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <string.h>

#include "base/alloc.h"
#include "store/recovery.h"
#include "sys/logger.h"

static const struct span ALWAYS = {{INT64_MIN}, {INT64_MAX}};

static void put_index(struct store *store, struct volume *volume)
{
    /* Not before all of it is on the disk: else, after a power cut, the index
     * would tell of records that never got there. */
    if (store->index == NULL || volume->in_flight > 0 ||
        volume->last_job > volume->set->synced_job)
        return;
    enum status s = store_index_put_volume(store->index, volume->number,
                                           volume->header.id, &store->runs);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "index not written volume=%u status=%s",
                 volume->number, status_name(s));
    volume->wants_index = false; /* a cache: the next start reads it anew */
}

static void drop_index(struct store *store, struct volume *volume)
{
    if (store->index == NULL)
        return;
    enum status s = store_index_remove_volume(store->index, volume->number);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "index not written volume=%u status=%s",
                 volume->number, status_name(s));
}

/* ---- disks ---- */

struct volume *store_volume(const struct store *store, uint32_t number)
{
    for (size_t i = 0; i < store->disk_count; i++) {
        const struct volume_set *set = &store->disks[i].set;
        if (set->slot == (number - 1) / SLOT_NUMBERS) {
            struct volume *volume = volume_set_find(set, number);
            if (volume != NULL)
                return volume;
        }
    }
    return NULL;
}

struct volume *store_next_volume(const struct store *store,
                                 struct volume_walk *walk)
{
    for (; walk->disk < store->disk_count; walk->disk++, walk->at = 0) {
        const struct volume_set *set = &store->disks[walk->disk].set;
        if (walk->at < set->count)
            return set->volumes[walk->at++];
    }
    return NULL;
}

struct disk *store_disk_of(struct store *store, const struct volume *volume)
{
    for (size_t i = 0; i < store->disk_count; i++) {
        if (&store->disks[i].set == volume->set)
            return &store->disks[i];
    }
    return NULL;
}

enum status store_save_book(const struct store *store)
{
    return store->book_path == NULL
               ? STATUS_OK
               : disk_book_write(&store->book, store->book_layer,
                                 store->book_path);
}

/* A damaged book costs the comparison with what the disks say of themselves. */
static enum status read_book(struct store *store)
{
    if (store->book_path == NULL)
        return STATUS_OK;
    enum status s = disk_book_read(&store->book, store->book_layer,
                                   store->book_path);
    if (s != STATUS_CORRUPT)
        return s;
    log_line(LOG_ERROR, "disk book damaged, begun anew");
    return STATUS_OK;
}

static enum status open_disks(struct store *store,
                              const struct store_options *options)
{
    enum status s = read_book(store);
    for (size_t i = 0; s == STATUS_OK && i < options->disk_count; i++) {
        s = disk_open(&store->disks[i], &store->book, &options->disks[i],
                      options->volume_bytes);
        store->disk_count = i + 1;
    }
    return s == STATUS_OK ? store_save_book(store) : s;
}

static void close_all(struct store *store)
{
    store_index_close(&store->index);
    run_table_deinit(&store->runs);
    for (size_t i = 0; i < store->disk_count; i++)
        disk_close(&store->disks[i]);
}

enum status store_open(struct store *store,
                       const struct store_options *options)
{
    *store = (struct store){.book_layer = options->book_layer,
                            .book_path = options->book_path,
                            .on_lost = options->on_lost,
                            .context = options->context};
    if (options->volume_bytes < VOLUME_BYTES_MIN ||
        options->disk_count > DISKS_MAX)
        return STATUS_LIMIT;
    enum status s = open_disks(store, options);
    bool is_new = false;
    if (s == STATUS_OK && options->index_path != NULL)
        s = store_index_open(options->index_path, store->book.installation,
                             &store->index, &is_new);
    if (s == STATUS_OK && is_new)
        log_line(LOG_INFO, "index is made anew from the volumes");
    if (s == STATUS_OK)
        s = store_recover(store);
    if (s != STATUS_OK) {
        close_all(store);
        return s;
    }
    for (size_t i = 0; i < store->disk_count; i++)
        store_note_synced(store, &store->disks[i], 0);
    return STATUS_OK;
}

void store_note_synced(struct store *store, struct disk *disk, uint64_t job)
{
    struct volume_set *set = &disk->set;
    if (job > set->synced_job)
        set->synced_job = job;
    for (size_t i = 0; i < set->count; i++) {
        if (set->volumes[i]->wants_index)
            put_index(store, set->volumes[i]);
    }
}

void store_close(struct store *store)
{
    for (size_t i = 0; i < store->disk_count; i++)
        store_note_synced(store, &store->disks[i], UINT64_MAX);
    close_all(store);
}

enum status store_accept_disk(struct store *store, const char *id,
                              bool is_read_only)
{
    struct disk *disk = NULL;
    for (size_t i = 0; i < store->disk_count; i++) {
        if (strcmp(store->disks[i].id, id) == 0)
            disk = &store->disks[i];
    }
    if (disk == NULL)
        return STATUS_NOT_FOUND;
    enum status s = disk_accept(disk, &store->book, is_read_only);
    if (s == STATUS_OK)
        s = store_save_book(store);
    return s == STATUS_OK ? store_recover_disk(store, disk) : s;
}

/* ---- space ---- */

/* When the volume's oldest pictures began; INT64_MAX where it has none. */
static int64_t oldest_us(const struct store *store, uint32_t volume)
{
    int64_t oldest = INT64_MAX;
    for (size_t i = 0; i < store->runs.count; i++) {
        const struct camera_runs *camera = &store->runs.cameras[i];
        for (size_t j = 0; j < camera->count; j++) {
            if (camera->runs[j].volume == volume &&
                camera->runs[j].span.from.us < oldest)
                oldest = camera->runs[j].span.from.us;
        }
    }
    return oldest;
}

/* The class's oldest volume on any disk (0: of any class). Open ones are taken
 * only where nothing else is left. */
static struct volume *oldest_volume(const struct store *store,
                                    uint16_t class_id, bool is_open)
{
    struct volume *oldest = NULL;
    int64_t since_us = INT64_MAX;
    struct volume_walk walk = {0};
    for (struct volume *volume = store_next_volume(store, &walk);
         volume != NULL; volume = store_next_volume(store, &walk)) {
        if (volume->is_open != is_open || volume->is_empty ||
            volume->is_failed || volume->in_flight > 0 ||
            volume->last_job > volume->set->synced_job ||
            !disk_is_writable(&store->disks[walk.disk]) ||
            (class_id != 0 && volume->header.class_id != class_id))
            continue;
        int64_t us = oldest_us(store, volume->number);
        if (us < since_us) {
            since_us = us;
            oldest = volume;
        }
    }
    return oldest;
}

static void tell_lost(struct store *store, uint32_t volume)
{
    for (size_t i = 0; i < store->runs.count; i++) {
        const struct camera_runs *camera = &store->runs.cameras[i];
        for (size_t j = 0; j < camera->count; j++) {
            if (camera->runs[j].volume == volume && store->on_lost != NULL)
                store->on_lost(store->context, camera->camera,
                               camera->runs[j].span, CAUSE_SPACE);
        }
    }
}

/* Pressure: a class gives up its own oldest, on whichever disk that is. */
static struct volume *volume_to_give_up(const struct store *store,
                                        uint16_t class_id)
{
    struct volume *volume = oldest_volume(store, class_id, false);
    if (volume == NULL)
        volume = oldest_volume(store, 0, false);
    return volume != NULL ? volume : oldest_volume(store, 0, true);
}

static enum status make_room(struct store *store, uint16_t class_id,
                             struct disk **disk)
{
    struct volume *volume = volume_to_give_up(store, class_id);
    if (volume == NULL)
        return STATUS_NO_SPACE;
    log_line(LOG_WARNING, "no space: oldest volume given up volume=%u",
             volume->number);
    tell_lost(store, volume->number);
    volume->is_open = volume->wants_index = false;
    enum status s = run_table_remove(&store->runs, 0, volume->number, ALWAYS);
    if (s != STATUS_OK)
        return s;
    drop_index(store, volume);
    directory_deinit(&volume->directory);
    volume->is_loaded = false;
    volume->is_empty = true;
    *disk = store_disk_of(store, volume);
    return STATUS_OK;
}

/* Another volume is begun only on the disk itself, never in the directory that
 * is left where it was mounted. */
static enum status place_on(struct disk *disk, uint16_t class_id, size_t size,
                            struct volume **out, uint64_t *offset)
{
    if (!volume_set_has_place(&disk->set, class_id, size) &&
        !disk_is_there(disk)) {
        log_line(LOG_ERROR, "disk is not there any more disk=%s", disk->id);
        disk->state = DISK_MISSING;
        return STATUS_IO;
    }
    enum status s =
        volume_set_place(&disk->set, class_id, size, out, offset);
    disk->errors += s != STATUS_OK && s != STATUS_NO_SPACE &&
                    s != STATUS_NO_MEMORY && s != STATUS_LIMIT;
    return s;
}

enum status store_place(struct store *store, uint16_t class_id,
                        const struct record_header *header,
                        struct volume **out, uint64_t *offset)
{
    size_t size = record_stored_size(header->sealed_size);
    struct disk *order[DISKS_MAX];
    size_t count = disk_order(store->disks, store->disk_count,
                              header->camera, order);
    enum status s = STATUS_IO; /* no disk takes part */
    enum status first = STATUS_IO;
    for (size_t i = 0; i < count; i++) {
        s = place_on(order[i], class_id, size, out, offset);
        if (s == STATUS_OK || s == STATUS_LIMIT)
            break;
        if (s == STATUS_NO_SPACE)
            first = s; /* there is a disk that only lacks room */
    }
    if (s != STATUS_OK && s != STATUS_LIMIT)
        s = first;
    struct disk *disk = NULL;
    if (s == STATUS_NO_SPACE) {
        s = make_room(store, class_id, &disk);
        if (s == STATUS_OK)
            s = place_on(disk, class_id, size, out, offset);
    }
    if (s != STATUS_OK)
        return s;
    (*out)->in_flight++;
    return STATUS_OK;
}

/* A volume that takes nothing more and holds nothing may be used again. */
static void settle(struct store *store, struct volume *volume)
{
    if (volume->is_open || volume->in_flight > 0)
        return;
    if (volume->is_loaded && volume->directory.count == 0) {
        volume->is_empty = true;
        volume->wants_index = false;
        drop_index(store, volume);
    } else if (volume->wants_index) {
        put_index(store, volume);
    }
}

enum status store_commit(struct store *store, struct volume *volume,
                         uint64_t offset, const struct record_header *header)
{
    struct record_row row = record_row_of(offset, header);
    volume->in_flight--;
    enum status s = directory_add(&volume->directory, &row);
    if (s == STATUS_OK)
        s = run_table_add(&store->runs, header->camera, volume->number,
                          record_row_span(&row), header->sequence);
    store->records++;
    store->bytes += record_stored_size(header->sealed_size);
    settle(store, volume);
    return s;
}

void store_release(struct store *store, struct volume *volume)
{
    volume->in_flight--;
    settle(store, volume);
}

void store_abort(struct store *store, struct volume *volume)
{
    volume->in_flight--;
    volume->is_failed = true;
    if (volume->is_open)
        volume->wants_index = true;
    volume->is_open = false;
    settle(store, volume);
}

/* ---- death ---- */

struct forgetting {
    struct volume *volume;
    int64_t end_us; /* of the last forgotten record */
};

static void note_forgotten(void *context, const struct record_row *row)
{
    struct forgetting *forgetting = context;
    int64_t end_us = row->start.us + row->duration_us;
    if (end_us > forgetting->end_us)
        forgetting->end_us = end_us;
}

static void punch(void *context, uint64_t from, uint64_t to)
{
    const struct forgetting *forgetting = context;
    struct volume *volume = forgetting->volume;
    enum status s = file_punch(volume->file, from, to - from);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "cannot free space volume=%u status=%s",
                 volume->number, status_name(s));
}

static size_t forget_in(struct store *store, struct volume *volume,
                        uint32_t camera, struct span span)
{
    enum status s = volume_set_load(volume->set, volume);
    if (s != STATUS_OK) {
        log_line(LOG_WARNING, "cannot read volume=%u status=%s",
                 volume->number, status_name(s));
        return 0;
    }
    struct forgetting forgetting = {volume, span.to.us};
    size_t forgotten = directory_forget(&volume->directory, camera, span,
                                        note_forgotten, punch, &forgetting);
    struct span gone = {span.from, {forgetting.end_us}};
    s = run_table_remove(&store->runs, camera, volume->number, gone);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "runs not cut volume=%u status=%s",
                 volume->number, status_name(s));
    if (store->index != NULL && !volume->is_open && !volume->is_empty)
        volume->wants_index = true;
    settle(store, volume);
    return forgotten;
}

void store_drop(struct store *store, struct volume *volume,
                const struct record_header *header)
{
    struct span start = {header->start, {header->start.us + 1}};
    (void)forget_in(store, volume, header->camera, start);
}

static bool holds(const struct store *store, const struct volume *volume,
                  uint32_t camera, struct span span)
{
    for (size_t i = 0; i < store->runs.count; i++) {
        const struct camera_runs *runs = &store->runs.cameras[i];
        if (camera != 0 && runs->camera != camera)
            continue;
        for (size_t j = camera_runs_after(runs, span.from);
             j < runs->count && runs->runs[j].span.from.us < span.to.us; j++) {
            if (runs->runs[j].volume == volume->number)
                return true;
        }
    }
    return false;
}

size_t store_forget(struct store *store, uint32_t camera, struct span span)
{
    size_t forgotten = 0;
    struct volume_walk walk = {0};
    for (struct volume *volume = store_next_volume(store, &walk);
         volume != NULL; volume = store_next_volume(store, &walk)) {
        if (!volume->is_empty && holds(store, volume, camera, span))
            forgotten += forget_in(store, volume, camera, span);
    }
    return forgotten;
}

void store_set_epoch(struct store *store, uint64_t epoch)
{
    if (store->index == NULL)
        return;
    enum status s = store_index_set_epoch(store->index, epoch);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "epoch not noted status=%s", status_name(s));
}

uint64_t store_epoch(struct store *store)
{
    uint64_t epoch = 0;
    if (store->index == NULL ||
        store_index_epoch(store->index, &epoch) != STATUS_OK)
        return 0;
    return epoch;
}

/* ---- questions ---- */

struct wall_time store_recorded_until(const struct store *store,
                                      uint32_t camera)
{
    return camera_runs_end(run_table_find(&store->runs, camera));
}

enum status store_last_record(struct store *store, uint32_t camera,
                              struct record_row *out)
{
    const struct camera_runs *runs = run_table_find(&store->runs, camera);
    if (runs == NULL || runs->count == 0)
        return STATUS_NOT_FOUND;
    struct volume *volume =
        store_volume(store, runs->runs[runs->count - 1].volume);
    if (volume == NULL)
        return STATUS_NOT_FOUND;
    enum status s = volume_set_load(volume->set, volume);
    if (s != STATUS_OK)
        return s;
    const struct record_row *last = NULL;
    for (size_t i = 0; i < volume->directory.count; i++) {
        const struct record_row *row = &volume->directory.rows[i];
        if (row->camera == camera &&
            (last == NULL || row->start.us > last->start.us))
            last = row;
    }
    if (last == NULL)
        return STATUS_NOT_FOUND;
    *out = *last;
    return STATUS_OK;
}

uint64_t store_next_sequence(const struct store *store, uint32_t camera)
{
    const struct camera_runs *runs = run_table_find(&store->runs, camera);
    return runs == NULL ? 1 : runs->last_sequence + 1;
}

size_t store_spans(const struct store *store, uint32_t camera,
                   struct span span, struct span *out, size_t limit)
{
    const struct camera_runs *runs = run_table_find(&store->runs, camera);
    size_t count = 0;
    if (runs == NULL)
        return 0;
    for (size_t i = camera_runs_after(runs, span.from);
         i < runs->count && runs->runs[i].span.from.us < span.to.us; i++) {
        struct span run = runs->runs[i].span;
        if (run.from.us < span.from.us)
            run.from = span.from;
        if (run.to.us > span.to.us)
            run.to = span.to;
        if (count > 0 &&
            run.from.us - out[count - 1].to.us <= GAP_TOLERANCE_US) {
            if (run.to.us > out[count - 1].to.us)
                out[count - 1].to = run.to;
            continue;
        }
        if (count == limit)
            break;
        out[count++] = run;
    }
    return count;
}

struct store_numbers store_numbers(const struct store *store)
{
    struct store_numbers numbers = {0};
    for (size_t i = 0; i < store->disk_count; i++) {
        const struct disk *disk = &store->disks[i];
        numbers.volumes += (uint32_t)disk->set.count;
        numbers.free_bytes += disk_free_bytes(disk);
    }
    return numbers;
}
