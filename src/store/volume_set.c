/* SPDX-License-Identifier: Apache-2.0 */
#include "store/volume_set.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "model/hold.h"
#include "store/leaf_file.h"
#include "store/volume_end.h"
#include "sys/logger.h"

enum { FIRST_CAPACITY = 16 };

static void volume_destroy(struct volume **volume)
{
    if (*volume != NULL) {
        file_close(&(*volume)->file);
        directory_deinit(&(*volume)->directory);
    }
    alloc_free(*volume);
    *volume = NULL;
}

/* Index of the volume, or of where it belongs. */
static size_t place_of(const struct volume_set *set, uint32_t number)
{
    size_t at = set->count; /* new ones are asked for most */
    while (at > 0 && set->volumes[at - 1]->number >= number)
        at--;
    return at;
}

static enum status add_volume(struct volume_set *set, struct volume **volume)
{
    if (set->count == set->capacity) {
        size_t capacity =
            set->capacity == 0 ? FIRST_CAPACITY : set->capacity * 2;
        struct volume **volumes =
            alloc_resize(set->volumes, capacity, sizeof *volumes);
        if (volumes == NULL)
            return STATUS_NO_MEMORY;
        set->volumes = volumes;
        set->capacity = capacity;
    }
    size_t at = place_of(set, (*volume)->number);
    memmove(&set->volumes[at + 1], &set->volumes[at],
            (set->count - at) * sizeof(struct volume *));
    set->volumes[at] = *volume;
    set->count++;
    *volume = NULL;
    return STATUS_OK;
}

/* Out of the set, which no longer knows it. */
static struct volume *take_out(struct volume_set *set, size_t at)
{
    struct volume *volume = set->volumes[at];
    set->count--;
    memmove(&set->volumes[at], &set->volumes[at + 1],
            (set->count - at) * sizeof(struct volume *));
    return volume;
}

/* ---- opening the disk ---- */

static enum status note_name(struct volume_set *set, const char *name)
{
    struct catalogue_row row = {.is_unread = true};
    if (volume_name_parse(name, &row.class_id, &row.number) != STATUS_OK ||
        !volume_set_has(set, row.number))
        return STATUS_OK; /* not ours */
    set->hold_volumes += row.class_id == HOLD_CLASS;
    if (row.number >= set->next_number)
        set->next_number = row.number + 1;
    return set->found.count == VOLUMES_MAX
               ? STATUS_LIMIT
               : catalogue_append(&set->found, &row);
}

struct listing {
    struct volume_set *set;
    enum status status;
};

static void on_name(void *context, const char *name)
{
    struct listing *listing = context;
    if (listing->status == STATUS_OK)
        listing->status = note_name(listing->set, name);
}

enum status volume_set_open(struct volume_set *set)
{
    set->next_id = 1;
    set->hold_volumes = 0;
    set->next_number = (uint32_t)set->slot * SLOT_NUMBERS + 1;
    struct listing listing = {.set = set};
    enum status s =
        set->layer->list(set->layer, set->directory, on_name, &listing);
    if (s == STATUS_OK)
        s = listing.status;
    if (s != STATUS_OK)
        volume_set_close(set);
    return s;
}

void volume_set_close(struct volume_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        volume_destroy(&set->volumes[i]);
    alloc_free(set->volumes);
    set->volumes = NULL;
    set->count = set->capacity = 0;
    catalogue_deinit(&set->found);
}

struct volume *volume_set_find(const struct volume_set *set, uint32_t number)
{
    size_t at = place_of(set, number);
    if (at < set->count && set->volumes[at]->number == number)
        return set->volumes[at];
    return NULL;
}

/* ---- loading ---- */

struct loading {
    struct volume *volume;
    enum status status;
};

static bool load_record(void *context, uint64_t offset,
                        const struct record_header *header)
{
    struct loading *loading = context;
    struct record_row row = record_row_of(offset, header);
    loading->status = directory_add(&loading->volume->directory, &row);
    return loading->status == STATUS_OK;
}

static enum status scan(struct volume *volume)
{
    struct loading loading = {.volume = volume};
    size_t damaged = 0;
    enum status s =
        volume_scan(volume->file, VOLUME_HEADER_SIZE, volume->header.size,
                    load_record, &loading, &volume->append_at, &damaged);
    if (s == STATUS_OK)
        s = loading.status;
    if (s == STATUS_OK && damaged > 0)
        log_line(LOG_WARNING, "damaged headers volume=%u count=%zu",
                 volume->number, damaged);
    return s;
}

/*
 * A volume whose header is damaged holds its records all the same; one of which
 * a crash kept the name alone holds none, and is deleted like any other.
 */
static enum status open_file(struct volume_set *set, struct volume *volume,
                             const char *path)
{
    enum status s = volume_open(set->layer, path, FILE_READ | FILE_WRITE,
                                &volume->header, &volume->file);
    if (s == STATUS_OK)
        return memcmp(volume->header.installation, set->installation,
                      INSTALLATION_ID_SIZE) == 0 /* public */
                   ? STATUS_OK
                   : STATUS_DENIED;
    if (s != STATUS_CORRUPT)
        return s;
    log_line(LOG_WARNING, "header damaged volume=%u", volume->number);
    volume->is_headless = true;
    return volume_open_headless(set->layer, path, FILE_READ | FILE_WRITE,
                                &volume->header, &volume->file);
}

/*
 * Before records are believed that nobody said were synced: whoever wrote them
 * may have been killed, and the kernel has tried since. Where that failed, only
 * the medium knows what is there.
 */
static void ask_medium(struct volume *volume)
{
    if (file_sync(volume->file) == STATUS_OK)
        return;
    log_line(LOG_ERROR, "volume not synced, read anew volume=%u",
             volume->number);
    volume->is_unsynced = volume->is_failed = true;
    file_forget_cached(volume->file);
}

/* Opens the file and reads the directory. */
static enum status load(struct volume_set *set, struct volume *volume)
{
    char path[PATH_SIZE];
    enum status s = volume_path(set->directory, volume->header.class_id,
                                volume->number, path);
    uint16_t class_id = volume->header.class_id;
    if (s == STATUS_OK)
        s = open_file(set, volume, path);
    if (s != STATUS_OK)
        return s;
    volume->header.class_id = class_id; /* the name counts */
    volume->append_at = volume->header.size;
    s = volume_end_read(volume->file, volume->header.size, volume->number,
                        &volume->directory);
    volume->has_end = s == STATUS_OK;
    if (s == STATUS_NOT_FOUND) {
        ask_medium(volume);
        s = scan(volume);
    }
    volume->is_loaded = s == STATUS_OK;
    return s;
}

static bool may_be_dropped(const struct volume_set *set,
                           const struct volume *volume)
{
    return volume_set_is_idle(set, volume) && !volume->is_open &&
           !volume->is_failed && !volume->wants_index;
}

/* Drops what was not used for longest. */
static void trim(struct volume_set *set)
{
    for (;;) {
        size_t loaded = 0;
        size_t oldest = 0;
        for (size_t i = 0; i < set->count; i++) {
            if (!may_be_dropped(set, set->volumes[i]))
                continue;
            if (loaded++ == 0 || set->volumes[i]->last_used <
                                     set->volumes[oldest]->last_used)
                oldest = i;
        }
        if (loaded < VOLUMES_LOADED_MAX)
            return;
        struct volume *volume = take_out(set, oldest);
        volume_destroy(&volume);
    }
}

enum status volume_set_borrow(struct volume_set *set, uint16_t class_id,
                              uint32_t number, struct volume **out)
{
    *out = volume_set_find(set, number);
    if (*out != NULL) {
        (*out)->last_used = ++set->uses;
        return STATUS_OK;
    }
    trim(set);
    AUTO(volume_destroy) struct volume *volume = alloc_zeroed(sizeof *volume);
    if (volume == NULL)
        return STATUS_NO_MEMORY;
    volume->set = set;
    volume->number = number;
    volume->header.class_id = class_id;
    volume->last_used = ++set->uses;
    enum status s = load(set, volume);
    if (s != STATUS_OK)
        return s;
    *out = volume;
    return add_volume(set, &volume);
}

/* ---- placing ---- */

static struct volume *open_volume_of(const struct volume_set *set,
                                     uint16_t class_id)
{
    for (size_t i = set->count; i > 0; i--) {
        struct volume *volume = set->volumes[i - 1];
        if (volume->is_open && volume->header.class_id == class_id)
            return volume;
    }
    return NULL;
}

static void begin(struct volume_set *set, struct volume *volume)
{
    volume->append_at = VOLUME_HEADER_SIZE;
    volume->is_loaded = volume->is_open = true;
    volume->last_used = ++set->uses;
}

/* What is kept for holds is theirs alone, and they have no more. */
static bool has_room_for_another(struct volume_set *set, uint16_t class_id)
{
    uint64_t free_now = 0;
    uint64_t wanted =
        set->volume_bytes + volume_set_reserve_bytes(set->volume_bytes);
    bool is_within = set->hold_volumes < set->hold_volumes_max;
    if (class_id == HOLD_CLASS && !is_within)
        return false;
    if (class_id != HOLD_CLASS && is_within)
        wanted += (uint64_t)(set->hold_volumes_max - set->hold_volumes) *
                  set->volume_bytes;
    return set->layer->free_bytes(set->layer, set->directory, &free_now) ==
               STATUS_OK &&
           free_now >= wanted;
}

/* No volume without a place for its leaves. */
static enum status create_leaves(struct volume_set *set,
                                 const struct volume *volume,
                                 const char *path)
{
    enum status s = leaf_file_create(set->layer, set->directory,
                                     volume->header.class_id, volume->number);
    if (s != STATUS_OK && set->layer->unlink(set->layer, path) != STATUS_OK)
        log_line(LOG_WARNING, "volume left behind volume=%u", volume->number);
    return s;
}

static enum status create(struct volume_set *set, uint16_t class_id,
                          struct volume **out)
{
    if (!has_room_for_another(set, class_id))
        return STATUS_NO_SPACE;
    AUTO(volume_destroy) struct volume *volume = alloc_zeroed(sizeof *volume);
    if (volume == NULL)
        return STATUS_NO_MEMORY;
    if (!volume_set_has(set, set->next_number))
        return STATUS_LIMIT;
    volume->set = set;
    volume->number = set->next_number++;
    volume->header = (struct volume_header){.class_id = class_id,
                                            .id = set->next_id++,
                                            .size = set->volume_bytes};
    memcpy(volume->header.installation, set->installation,
           INSTALLATION_ID_SIZE);
    char path[PATH_SIZE];
    enum status s =
        volume_path(set->directory, class_id, volume->number, path);
    if (s == STATUS_OK)
        s = volume_create(set->layer, path, &volume->header, &volume->file);
    if (s == STATUS_OK)
        s = create_leaves(set, volume, path);
    if (s == STATUS_OK)
        s = set->layer->sync_directory(set->layer, set->directory);
    if (s != STATUS_OK)
        return s;
    set->hold_volumes += class_id == HOLD_CLASS;
    begin(set, volume);
    *out = volume;
    return add_volume(set, &volume);
}

bool volume_set_is_idle(const struct volume_set *set,
                        const struct volume *volume)
{
    return volume->in_flight == 0 && volume->last_job <= set->synced_job;
}

/* One that was never made is gone too. */
static enum status delete_leaves(struct volume_set *set,
                                 const struct volume *volume)
{
    char path[PATH_SIZE];
    enum status s = leaf_file_path(set->directory, volume->header.class_id,
                                   volume->number, path);
    if (s == STATUS_OK)
        s = set->layer->unlink(set->layer, path);
    return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

enum status volume_set_delete(struct volume_set *set, struct volume **volume)
{
    char path[PATH_SIZE];
    enum status leaves = delete_leaves(set, *volume);
    enum status s = volume_path(set->directory, (*volume)->header.class_id,
                                (*volume)->number, path);
    /* At once: some file systems give an unlinked file's space back later. */
    if (s == STATUS_OK)
        s = file_truncate((*volume)->file, VOLUME_HEADER_SIZE);
    if (s == STATUS_OK)
        s = set->layer->unlink(set->layer, path);
    if ((*volume)->header.class_id == HOLD_CLASS && set->hold_volumes > 0)
        set->hold_volumes--;
    struct volume *gone = take_out(set, place_of(set, (*volume)->number));
    volume_destroy(&gone);
    *volume = NULL;
    return s == STATUS_OK ? leaves : s;
}

/* Whether the record, and then the directory of all, still fit. */
static bool has_room(const struct volume *volume, size_t size)
{
    size_t records = volume->directory.count + volume->in_flight + 1;
    uint64_t left = volume->header.size - volume->append_at;
    return size <= left && volume_end_size(records) <= left - size;
}

bool volume_set_has_place(const struct volume_set *set, uint16_t class_id,
                          size_t size)
{
    const struct volume *volume = open_volume_of(set, class_id);
    return volume != NULL && has_room(volume, size);
}

enum status volume_set_place(struct volume_set *set, uint16_t class_id,
                             size_t size, struct volume **out,
                             uint64_t *offset)
{
    if (size > set->volume_bytes - VOLUME_HEADER_SIZE - volume_end_size(1))
        return STATUS_LIMIT;
    struct volume *volume = open_volume_of(set, class_id);
    if (volume != NULL && !has_room(volume, size)) {
        volume->is_open = false;
        volume->wants_index = true;
        volume = NULL;
    }
    if (volume == NULL) {
        enum status s = create(set, class_id, &volume);
        if (s != STATUS_OK)
            return s;
    }
    *out = volume;
    *offset = volume->append_at;
    volume->append_at += size;
    return STATUS_OK;
}
