/* SPDX-License-Identifier: Apache-2.0 */
#include "store/recovery.h"

#include <stdio.h>

#include "base/alloc.h"
#include "store/missing.h"
#include "store/store_private.h"
#include "store/volume_end.h"
#include "sys/logger.h"

enum {
    ROOM_WORTH_BYTES = 1024 * 1024, /* less is not gone on with */
    READ_TRIES = 2,                 /* of a record that cannot be read */
    UNREADABLE_MAX = 64, /* records of one volume; beyond, its disk is gone */
};

/* ---- torn records ---- */

/* Whether the record at this row is whole. IO, NO_MEMORY, CORRUPT. */
static enum status try_row(struct volume *volume,
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

static enum status check_row(struct volume *volume,
                             const struct record_row *row)
{
    enum status s = STATUS_IO;
    for (unsigned i = 0; s == STATUS_IO && i < READ_TRIES; i++)
        s = try_row(volume, row);
    return s;
}

/* The first row that may not have reached the disk before a power cut. */
static size_t first_unsure(const struct directory *directory)
{
    uint64_t bytes = 0;
    int64_t newest_us = INT64_MIN;
    size_t at = directory->count;
    while (at > 0) {
        const struct record_row *row = &directory->rows[at - 1];
        if (row->start.us > newest_us)
            newest_us = row->start.us;
        if (bytes > RECOVERY_CHECK_BYTES &&
            row->start.us < newest_us - RECOVERY_CHECK_US)
            break;
        bytes += record_row_end(row) - row->offset;
        at--;
    }
    return at;
}

static void tell_torn(struct store *store, const struct volume *volume,
                      const struct record_row *row)
{
    log_line(LOG_WARNING, "torn record cut off volume=%u camera=%u",
             volume->number, row->camera);
    store->torn++;
    if (store->options.on_lost != NULL)
        store->options.on_lost(store->options.context, row->camera,
                               record_row_span(row), CAUSE_CORRUPT);
}

/* Records of which not even the header has reached the disk. */
static enum status tell_missing(struct store *store,
                                const struct volume *volume)
{
    if (store->options.on_missing == NULL)
        return STATUS_OK;
    return missing_tell(&volume->directory, first_unsure(&volume->directory),
                        store->options.on_missing, store->options.context);
}

/* Cuts torn records, and those that cannot be read, out of directory and
 * volume. */
static enum status cut_torn(struct store *store, struct volume *volume)
{
    struct directory *directory = &volume->directory;
    size_t kept = first_unsure(directory);
    size_t unreadable = 0;
    enum status s = STATUS_OK;
    for (size_t i = kept; i < directory->count; i++) {
        struct record_row row = directory->rows[i];
        enum status whole = STATUS_OK;
        if (s == STATUS_OK)
            whole = check_row(volume, &row);
        if (whole == STATUS_IO && ++unreadable <= UNREADABLE_MAX)
            whole = STATUS_CORRUPT;
        if (whole == STATUS_CORRUPT) {
            tell_torn(store, volume, &row);
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

/* ---- volumes that the index does not know ---- */

/* How many bytes are left in it for more records. */
static uint64_t room_of(const struct volume *volume)
{
    uint64_t end = volume_end_size(volume->directory.count + 1);
    uint64_t left = volume->header.size - volume->append_at;
    return left > end ? left - end : 0;
}

static enum status take_in(struct store *store, struct volume *volume,
                           bool may_open)
{
    struct run_table content;
    struct catalogue_row row;
    enum status s = STATUS_OK;
    store->findings.read += volume->has_end;
    if (!volume->has_end)
        s = tell_missing(store, volume);
    if (s == STATUS_OK && !volume->has_end)
        s = cut_torn(store, volume);
    if (s == STATUS_OK)
        s = store_content(volume, &content, &row);
    if (s != STATUS_OK)
        return s;
    for (size_t i = 0; s == STATUS_OK && i < content.count; i++) {
        const struct camera_runs *camera = &content.cameras[i];
        for (size_t j = 0; s == STATUS_OK && j < camera->count; j++)
            s = run_table_add(&store->runs, camera->camera, camera->runs[j],
                              camera->last_sequence);
    }
    run_table_deinit(&content);
    if (s != STATUS_OK)
        return s;
    volume->is_open =
        may_open && !volume->has_end && !volume->is_headless &&
        !volume->is_failed && room_of(volume) > ROOM_WORTH_BYTES;
    if (volume->is_open) {
        catalogue_remove(&store->catalogue, volume->number);
        return STATUS_OK;
    }
    volume->wants_index = true;
    store_settle(store, volume);
    return STATUS_OK;
}

enum status store_read_row(struct store *store, uint32_t number,
                           bool may_open)
{
    struct volume *volume = NULL;
    enum status s = store_borrow(store, number, &volume);
    if (s == STATUS_OK)
        s = take_in(store, volume, may_open);
    if (s == STATUS_OK || s == STATUS_NO_MEMORY)
        return s;
    log_line(LOG_ERROR, "volume cannot be read volume=%u status=%s", number,
             status_name(s));
    struct catalogue_row *row = catalogue_find(&store->catalogue, number);
    if (row != NULL)
        row->is_broken = true;
    store->findings.broken++;
    return STATUS_OK;
}

/* No volume of its class and disk has a larger number, and none is open. */
static bool is_newest(struct store *store, size_t at)
{
    const struct catalogue_row *row = &store->catalogue.rows[at];
    const struct disk *disk = store_disk_at(store, row->number);
    if (disk == NULL || !disk_is_writable(disk))
        return false;
    for (size_t i = at + 1; i < store->catalogue.count; i++) {
        if (store->catalogue.rows[i].class_id == row->class_id &&
            volume_set_has(&disk->set, store->catalogue.rows[i].number))
            return false;
    }
    for (size_t i = 0; i < disk->set.count; i++) {
        const struct volume *volume = disk->set.volumes[i];
        if (volume->is_open && volume->header.class_id == row->class_id)
            return false;
    }
    return true;
}

/* The newest unread row below unread_below; false: none. */
static bool next_unread(struct store *store, size_t *at)
{
    const struct catalogue *catalogue = &store->catalogue;
    size_t i = catalogue->count;
    while (i > 0 && (catalogue->rows[i - 1].number >= store->unread_below ||
                     !catalogue->rows[i - 1].is_unread ||
                     catalogue->rows[i - 1].is_broken))
        i--;
    if (i == 0)
        return false;
    *at = i - 1;
    store->unread_below = catalogue->rows[i - 1].number;
    return true;
}

bool store_catch_up(struct store *store)
{
    size_t at = 0;
    if (!next_unread(store, &at))
        return false;
    uint32_t number = store->unread_below;
    if (store_read_row(store, number, false) != STATUS_OK)
        store->unread_below = number + 1; /* no memory: later */
    return true;
}

static enum status read_newest(struct store *store)
{
    enum status s = STATUS_OK;
    size_t at = 0;
    store->unread_below = UINT32_MAX;
    for (size_t i = 0; s == STATUS_OK && i < RECOVERY_AT_ONCE &&
                       next_unread(store, &at);
         i++)
        s = store_read_row(store, store->unread_below,
                           is_newest(store, at));
    return s;
}

/* ---- the index ---- */

/* What was found on the disk goes into the catalogue. */
static enum status take_names(struct store *store, struct volume_set *set)
{
    enum status s = STATUS_OK;
    store->findings.volumes += set->found.count;
    for (size_t i = 0; s == STATUS_OK && i < set->found.count; i++)
        s = catalogue_append(&store->catalogue, &set->found.rows[i]);
    catalogue_deinit(&set->found);
    catalogue_sort(&store->catalogue);
    return s;
}

/*
 * What is known goes to what was found. Rows without a file are missing, unless
 * their disk takes no part: then they wait for it.
 */
static enum status match(struct store *store, const struct catalogue *known)
{
    struct catalogue *found = &store->catalogue;
    size_t count = found->count;
    enum status s = STATUS_OK;
    size_t at = 0;
    for (size_t i = 0; s == STATUS_OK && i < known->count; i++) {
        struct catalogue_row row = known->rows[i];
        while (at < count && found->rows[at].number < row.number)
            at++;
        if (at < count && found->rows[at].number == row.number &&
            found->rows[at].class_id == row.class_id) {
            found->rows[at] = row;
        } else if (store_disk_at(store, row.number) != NULL) {
            store->findings.missing++;
        } else {
            row.is_unread = row.is_broken = true;
            s = catalogue_append(found, &row);
        }
    }
    catalogue_sort(found);
    return s;
}

/* Nothing that the index said is believed. */
static enum status begin_anew(struct store *store)
{
    struct catalogue *catalogue = &store->catalogue;
    size_t kept = 0;
    store->findings.is_contradicted = true;
    run_table_deinit(&store->runs);
    for (size_t i = 0; i < catalogue->count; i++) {
        struct catalogue_row row = catalogue->rows[i];
        row.is_unread = true;
        if (!row.is_broken)
            catalogue->rows[kept++] = row;
    }
    catalogue->count = kept;
    return store_index_renew(store->options.index_path,
                             store->book.installation, &store->index);
}

static enum status load_index(struct store *store)
{
    struct catalogue known = {0};
    enum status s = store_index_load(store->index, &known, &store->runs);
    if (s == STATUS_OK)
        s = match(store, &known);
    catalogue_deinit(&known);
    if (s == STATUS_NO_MEMORY ||
        (s == STATUS_OK && store->findings.missing == 0))
        return s;
    return begin_anew(store);
}

static enum status open_index(struct store *store)
{
    enum status s =
        store_index_open(store->options.index_path, store->book.installation,
                         &store->index, &store->findings.origin);
    if (s == STATUS_OK && store->findings.origin == INDEX_FOUND)
        s = store->options.makes_index_anew ? begin_anew(store)
                                            : load_index(store);
    return s;
}

enum status store_recover(struct store *store)
{
    enum status s = STATUS_OK;
    for (size_t i = 0; s == STATUS_OK && i < store->disk_count; i++)
        s = take_names(store, &store->disks[i].set);
    if (s == STATUS_OK && store->options.index_path != NULL)
        s = open_index(store);
    return s == STATUS_OK ? read_newest(store) : s;
}

bool store_tell_findings(struct store *store, char *out, size_t size)
{
    struct store_findings *findings = &store->findings;
    if (findings->is_told || store->index == NULL)
        return false;
    findings->is_told = true;
    bool is_gone = findings->origin != INDEX_FOUND && findings->volumes > 0;
    if (!is_gone && !findings->is_contradicted && findings->read == 0 &&
        findings->broken == 0)
        return false;
    const char *what = "behind the volumes";
    if (findings->missing > 0)
        what = "of other volumes than are there";
    else if (findings->is_contradicted)
        what = "edited or damaged";
    else if (is_gone)
        what = findings->origin == INDEX_NONE ? "not there" : "not readable";
    (void)snprintf(out, size,
                   "the index was %s: %zu volumes, %zu read anew, %zu "
                   "missing, %zu unreadable",
                   what, findings->volumes, findings->read, findings->missing,
                   findings->broken);
    return true;
}
