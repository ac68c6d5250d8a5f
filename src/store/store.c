/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <string.h>

#include "base/alloc.h"
#include "model/hold.h"
#include "store/recovery.h"
#include "store/store_private.h"
#include "store/volume_end.h"
#include "sys/logger.h"

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
    return store->options.book_path == NULL
               ? STATUS_OK
               : disk_book_write(&store->book, store->options.book_layer,
                                 store->options.book_path);
}

/* A damaged book costs the comparison with what the disks say of themselves. */
static enum status read_book(struct store *store)
{
    if (store->options.book_path == NULL)
        return STATUS_OK;
    enum status s = disk_book_read(&store->book, store->options.book_layer,
                                   store->options.book_path);
    if (s != STATUS_CORRUPT)
        return s;
    log_line(LOG_ERROR, "disk book damaged, begun anew");
    return STATUS_OK;
}

/* Whole volumes, the same on each disk. */
static uint32_t hold_volumes_of(const struct store_options *options)
{
    uint64_t share = options->hold_reserve_bytes / options->disk_count;
    return (uint32_t)((share + options->volume_bytes - 1) /
                      options->volume_bytes);
}

static enum status open_disks(struct store *store,
                              const struct store_options *options)
{
    enum status s = read_book(store);
    for (size_t i = 0; s == STATUS_OK && i < options->disk_count; i++) {
        s = disk_open(&store->disks[i], &store->book, &options->disks[i],
                      options->volume_bytes);
        store->disks[i].set.hold_volumes_max = hold_volumes_of(options);
        store->disk_count = i + 1;
    }
    return s == STATUS_OK ? store_save_book(store) : s;
}

struct disk *store_disk_at(struct store *store, uint32_t number)
{
    for (size_t i = 0; i < store->disk_count; i++) {
        struct disk *disk = &store->disks[i];
        if (disk_is_readable(disk) && volume_set_has(&disk->set, number))
            return disk;
    }
    return NULL;
}

enum status store_open(struct store *store,
                       const struct store_options *options)
{
    *store = (struct store){.options = *options};
    if (options->volume_bytes < VOLUME_BYTES_MIN ||
        options->disk_count > DISKS_MAX)
        return STATUS_LIMIT;
    enum status s = open_disks(store, options);
    if (s == STATUS_OK)
        s = store_recover(store);
    if (s == STATUS_OK)
        s = store_recover_leaves(store);
    if (s != STATUS_OK)
        store_close(store);
    return s;
}

void store_note_synced(struct store *store, struct disk *disk, uint64_t job)
{
    struct volume_set *set = &disk->set;
    if (job > set->synced_job)
        set->synced_job = job;
    leaf_set_on_synced(&store->leaves);
    for (size_t i = set->count; i > 0; i--)
        store_settle(store, set->volumes[i - 1]);
}

void store_close(struct store *store)
{
    (void)store_sweep_all(store); /* ends of what is full and synced */
    enum status ignored = store_index_settle(store);
    (void)ignored; /* the next start finds it out */
    store_index_close(&store->index);
    alloc_free(store->index_owed.list);
    store->index_owed = (struct index_owed){0};
    leaf_set_deinit(&store->leaves);
    catalogue_deinit(&store->catalogue);
    run_table_deinit(&store->runs);
    alloc_free(store->sweep.deaths);
    store->sweep = (struct store_sweep){0};
    for (size_t i = 0; i < store->disk_count; i++)
        disk_close(&store->disks[i]);
}

/* ---- full volumes ---- */

enum status store_content(const struct volume *volume, struct run_table *out,
                          struct catalogue_row *row)
{
    *out = (struct run_table){0};
    *row = (struct catalogue_row){.number = volume->number,
                                  .class_id = volume->header.class_id,
                                  .span = {{INT64_MAX}, {INT64_MIN}}};
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < volume->directory.count; i++) {
        const struct record_row *record = &volume->directory.rows[i];
        struct span span = record_row_span(record);
        if (span_is_empty(span))
            span.to.us = span.from.us + 1;
        if (span.from.us < row->span.from.us)
            row->span.from = span.from;
        if (span.to.us > row->span.to.us)
            row->span.to = span.to;
        s = run_table_add(out, record->camera, span, record->sequence);
    }
    if (s != STATUS_OK)
        run_table_deinit(out);
    return s;
}

/* Not before all of it is on the disk: else, after a power cut, the index would
 * tell of records that never got there. */
static void enroll(struct store *store, struct volume *volume)
{
    struct run_table content;
    struct catalogue_row row;
    enum status s = store_content(volume, &content, &row);
    if (s == STATUS_OK)
        s = catalogue_put(&store->catalogue, &row);
    if (s == STATUS_OK && store->index != NULL) {
        enum status put = store_index_settle(store);
        if (put == STATUS_OK)
            put = store_index_begin(store->index);
        if (put == STATUS_OK)
            put = store_index_end(store->index,
                                  store_index_put(store->index, &row,
                                                  &content));
        if (put != STATUS_OK) /* a cache: the next start reads it anew */
            log_line(LOG_WARNING, "index not written volume=%u status=%s",
                     volume->number, status_name(put));
    }
    run_table_deinit(&content);
    volume->wants_index = s != STATUS_OK; /* no memory: later */
}

bool volume_end_fits(const struct volume *volume)
{
    const struct directory *directory = &volume->directory;
    if (directory->count == 0)
        return false;
    uint64_t end = record_row_end(&directory->rows[directory->count - 1]);
    return end + volume_end_size(directory->count) <= volume->header.size;
}

void store_settle(struct store *store, struct volume *volume)
{
    if (volume->is_open || volume->is_failed || !volume->wants_index ||
        volume->in_flight > 0)
        return;
    bool is_idle = volume_set_is_idle(volume->set, volume);
    if (volume->directory.count == 0) {
        if (is_idle)
            store_delete_volume(store, volume);
        return;
    }
    if (is_idle && volume->has_end) /* else the sweep writes one */
        enroll(store, volume);
}

/* ---- records ---- */

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
    if (s == STATUS_NO_SPACE && class_id != HOLD_CLASS) {
        s = store_make_room(store, class_id, &disk);
        if (s == STATUS_OK)
            s = place_on(disk, class_id, size, out, offset);
    }
    if (s != STATUS_OK)
        return s;
    (*out)->in_flight++;
    return STATUS_OK;
}

enum status store_commit(struct store *store, struct volume *volume,
                         uint64_t offset, const struct record_header *header)
{
    struct record_row row = record_row_of(offset, header);
    volume->in_flight--;
    enum status s = directory_add(&volume->directory, &row);
    if (s == STATUS_OK)
        s = run_table_add(&store->runs, header->camera,
                          record_row_span(&row), header->sequence);
    store->records++;
    store->bytes += record_stored_size(header->sealed_size);
    store_settle(store, volume);
    return s;
}

enum status store_add_leaf(struct store *store, uint32_t number,
                           const struct gop_leaf *leaf)
{
    const struct volume *volume = store_volume(store, number);
    const struct catalogue_row *row =
        catalogue_find(&store->catalogue, number);
    uint16_t class_id = 0;
    if (volume != NULL)
        class_id = volume->header.class_id;
    else if (row != NULL)
        class_id = row->class_id;
    struct disk *disk =
        volume == NULL && row == NULL ? NULL : store_disk_at(store, number);
    return leaf_set_add(&store->leaves, disk, class_id, number, leaf);
}

enum status store_add_held_leaf(struct store *store, uint32_t number,
                                struct bytes blocks)
{
    struct disk *disk = store_volume(store, number) == NULL &&
                                catalogue_find(&store->catalogue, number) ==
                                    NULL
                            ? NULL
                            : store_disk_at(store, number);
    return leaf_set_add_held(&store->leaves, disk, number, blocks);
}

void store_abort(struct store *store, struct volume *volume)
{
    (void)store;
    volume->in_flight--;
    volume->is_failed = true;
    volume->is_open = false;
}

void store_release(struct store *store, struct volume *volume)
{
    volume->in_flight--;
    store_settle(store, volume);
}

struct dropping {
    struct volume *volume;
    const struct record_header *header;
};

static bool is_dropped(void *context, const struct record_row *row)
{
    const struct dropping *dropping = context;
    return row->camera == dropping->header->camera &&
           row->sequence == dropping->header->sequence;
}

static void punch_dropped(void *context, uint64_t from, uint64_t to)
{
    const struct dropping *dropping = context;
    enum status ignored = file_punch(dropping->volume->file, from, to - from);
    (void)ignored; /* its disk has failed already */
}

void store_drop(struct store *store, struct volume *volume,
                const struct record_header *header)
{
    struct dropping dropping = {volume, header};
    if (directory_forget(&volume->directory, is_dropped, punch_dropped,
                         &dropping) == 0)
        return;
    struct span span = {header->start, record_end(header)};
    if (run_table_remove(&store->runs, header->camera, span) != STATUS_OK)
        log_line(LOG_WARNING, "runs not cut camera=%u", header->camera);
}

/* ---- questions ---- */

bool store_is_apart(const struct store *store, const struct volume *volume)
{
    const struct catalogue_row *row =
        catalogue_find(&store->catalogue, volume->number);
    return row == NULL || row->is_unread;
}

enum status store_borrow(struct store *store, uint32_t number,
                         struct volume **out)
{
    const struct catalogue_row *row =
        catalogue_find(&store->catalogue, number);
    struct disk *disk = store_disk_at(store, number);
    if (row != NULL && disk != NULL)
        return volume_set_borrow(&disk->set, row->class_id, number, out);
    *out = store_volume(store, number);
    return *out != NULL ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status store_next_touching(struct store *store, struct span span,
                                struct volume_place *at,
                                struct volume **out)
{
    for (;;) {
        const struct catalogue_row *row =
            catalogue_next(&store->catalogue, span, &at->row);
        if (row == NULL)
            break;
        uint32_t number = row->number;
        enum status s = store_borrow(store, number, out);
        if (s == STATUS_OK || s == STATUS_NO_MEMORY)
            return s;
        log_line(LOG_ERROR, "volume cannot be read volume=%u status=%s",
                 number, status_name(s));
    }
    while ((*out = store_next_volume(store, &at->walk)) != NULL) {
        if (store_is_apart(store, *out))
            return STATUS_OK;
    }
    return STATUS_END;
}

struct wall_time store_recorded_until(const struct store *store,
                                      uint32_t camera)
{
    return camera_runs_end(run_table_find(&store->runs, camera));
}

enum status store_last_record(struct store *store, uint32_t camera,
                              struct record_row *out)
{
    struct wall_time end = store_recorded_until(store, camera);
    if (end.us == 0)
        return STATUS_NOT_FOUND;
    struct span last = {{end.us - 1}, {end.us + 1}};
    struct volume_place at = {0};
    struct volume *volume = NULL;
    bool is_found = false;
    enum status s = STATUS_OK;
    while ((s = store_next_touching(store, last, &at, &volume)) == STATUS_OK) {
        for (size_t i = 0; i < volume->directory.count; i++) {
            const struct record_row *row = &volume->directory.rows[i];
            if (row->camera != camera ||
                (is_found && row->start.us <= out->start.us))
                continue;
            *out = *row;
            is_found = true;
        }
    }
    if (s != STATUS_END)
        return s;
    return is_found ? STATUS_OK : STATUS_NOT_FOUND;
}

uint64_t store_next_sequence(const struct store *store, uint32_t camera)
{
    const struct camera_runs *runs = run_table_find(&store->runs, camera);
    uint64_t last = runs == NULL ? 0 : runs->last_sequence;
    uint64_t named = leaf_set_last_record(&store->leaves, camera);
    return (named > last ? named : last) + 1;
}

size_t store_spans(const struct store *store, uint32_t camera,
                   struct span span, struct span *out, size_t limit)
{
    const struct camera_runs *runs = run_table_find(&store->runs, camera);
    size_t count = 0;
    if (runs == NULL)
        return 0;
    for (size_t i = camera_runs_after(runs, span.from);
         i < runs->count && runs->runs[i].from.us < span.to.us &&
         count < limit;
         i++) {
        struct span run = runs->runs[i];
        if (run.from.us < span.from.us)
            run.from = span.from;
        if (run.to.us > span.to.us)
            run.to = span.to;
        out[count++] = run;
    }
    return count;
}

struct store_numbers store_numbers(const struct store *store)
{
    struct store_numbers numbers = {.volumes =
                                        (uint32_t)store->catalogue.count};
    struct volume_walk walk = {0};
    for (struct volume *volume = store_next_volume(store, &walk);
         volume != NULL; volume = store_next_volume(store, &walk))
        numbers.volumes +=
            catalogue_find(&store->catalogue, volume->number) == NULL;
    for (size_t i = 0; i < store->disk_count; i++)
        numbers.free_bytes += disk_free_bytes(&store->disks[i]);
    return numbers;
}
