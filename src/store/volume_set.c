/* SPDX-License-Identifier: Apache-2.0 */
#include "store/volume_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
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

static enum status add_volume(struct volume_set *set, struct volume **volume)
{
    if (set->count == VOLUMES_MAX)
        return STATUS_LIMIT;
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
    if ((*volume)->header.id >= set->next_id)
        set->next_id = (*volume)->header.id + 1;
    if ((*volume)->number >= set->next_number)
        set->next_number = (*volume)->number + 1;
    set->volumes[set->count++] = *volume;
    *volume = NULL;
    return STATUS_OK;
}

/* ---- opening the disk ---- */

struct listing {
    struct volume_set *set;
    enum status status;
};

static enum status note_volume(struct volume_set *set, const char *name)
{
    uint16_t class_id = 0;
    uint32_t number = 0;
    char path[PATH_SIZE];
    if (volume_name_parse(name, &class_id, &number) != STATUS_OK ||
        (number - 1) / SLOT_NUMBERS != set->slot)
        return STATUS_OK; /* not ours */
    enum status s = volume_path(set->directory, class_id, number, path);
    if (s != STATUS_OK)
        return s;
    AUTO(volume_destroy) struct volume *volume = alloc_zeroed(sizeof *volume);
    if (volume == NULL)
        return STATUS_NO_MEMORY;
    volume->set = set;
    volume->number = number;
    s = volume_open(set->layer, path, FILE_READ | FILE_WRITE, &volume->header,
                    &volume->file);
    if (s == STATUS_CORRUPT) {
        log_line(LOG_WARNING, "volume header damaged volume=%u", number);
        if (number >= set->next_number)
            set->next_number = number + 1;
        return STATUS_OK;
    }
    if (s != STATUS_OK)
        return s;
    volume->header.class_id = class_id;
    file_close(&volume->file);
    return add_volume(set, &volume);
}

static void on_name(void *context, const char *name)
{
    struct listing *listing = context;
    if (listing->status == STATUS_OK)
        listing->status = note_volume(listing->set, name);
}

static int by_id(const void *a, const void *b)
{
    const struct volume *const *first = a;
    const struct volume *const *second = b;
    uint64_t left = (*first)->header.id;
    uint64_t right = (*second)->header.id;
    return left < right ? -1 : left > right;
}

/* Volumes of another installation are left alone. */
static void drop_strangers(struct volume_set *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        struct volume *volume = set->volumes[i];
        if (memcmp(volume->header.installation, set->installation,
                   INSTALLATION_ID_SIZE) == 0) { /* public */
            set->volumes[kept++] = volume;
            continue;
        }
        log_line(LOG_WARNING, "volume of another installation volume=%u",
                 volume->number);
        volume_destroy(&volume);
    }
    set->count = kept;
}

enum status volume_set_open(struct volume_set *set)
{
    set->next_id = 1;
    set->next_number = (uint32_t)set->slot * SLOT_NUMBERS + 1;
    struct listing listing = {.set = set};
    enum status s =
        set->layer->list(set->layer, set->directory, on_name, &listing);
    if (s == STATUS_OK)
        s = listing.status;
    if (s != STATUS_OK) {
        volume_set_close(set);
        return s;
    }
    if (set->count > 0)
        qsort(set->volumes, set->count, sizeof(struct volume *), by_id);
    drop_strangers(set);
    return STATUS_OK;
}

void volume_set_close(struct volume_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        volume_destroy(&set->volumes[i]);
    alloc_free(set->volumes);
    set->volumes = NULL;
    set->count = set->capacity = 0;
}

struct volume *volume_set_find(const struct volume_set *set, uint32_t number)
{
    for (size_t i = set->count; i > 0; i--) { /* new ones are asked most */
        if (set->volumes[i - 1]->number == number)
            return set->volumes[i - 1];
    }
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

static enum status open_file(struct volume_set *set, struct volume *volume)
{
    if (volume->file != NULL)
        return STATUS_OK;
    char path[PATH_SIZE];
    enum status s = volume_path(set->directory, volume->header.class_id,
                                volume->number, path);
    if (s != STATUS_OK)
        return s;
    return file_open(set->layer, path, FILE_READ | FILE_WRITE, &volume->file);
}

enum status volume_set_load(struct volume_set *set, struct volume *volume)
{
    volume->last_used = ++set->uses;
    if (volume->is_loaded)
        return STATUS_OK;
    volume_set_trim(set);
    enum status s = open_file(set, volume);
    if (s != STATUS_OK)
        return s;
    struct loading loading = {.volume = volume};
    size_t damaged = 0;
    s = volume_scan(volume->file, VOLUME_HEADER_SIZE, volume->header.size,
                    load_record, &loading, &volume->append_at, &damaged);
    if (s == STATUS_OK)
        s = loading.status;
    if (s != STATUS_OK) {
        directory_deinit(&volume->directory);
        return s;
    }
    if (damaged > 0)
        log_line(LOG_WARNING, "damaged headers volume=%u count=%zu",
                 volume->number, damaged);
    volume->is_loaded = true;
    return STATUS_OK;
}

static bool may_be_dropped(const struct volume_set *set,
                           const struct volume *volume)
{
    return volume->is_loaded && !volume->is_open && volume->in_flight == 0 &&
           !volume->wants_index && volume->last_job <= set->synced_job;
}

void volume_set_trim(struct volume_set *set)
{
    for (;;) {
        size_t loaded = 0;
        struct volume *oldest = NULL;
        for (size_t i = 0; i < set->count; i++) {
            struct volume *volume = set->volumes[i];
            if (!may_be_dropped(set, volume))
                continue;
            loaded++;
            if (oldest == NULL || volume->last_used < oldest->last_used)
                oldest = volume;
        }
        if (loaded < VOLUMES_LOADED_MAX)
            return;
        file_close(&oldest->file);
        directory_deinit(&oldest->directory);
        oldest->is_loaded = false;
    }
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

static struct volume_header next_header(struct volume_set *set,
                                        uint16_t class_id)
{
    struct volume_header header = {.class_id = class_id,
                                   .id = set->next_id++,
                                   .size = set->volume_bytes};
    memcpy(header.installation, set->installation, INSTALLATION_ID_SIZE);
    return header;
}

static void begin(struct volume_set *set, struct volume *volume)
{
    volume->append_at = VOLUME_HEADER_SIZE;
    volume->is_loaded = volume->is_open = true;
    volume->is_empty = volume->wants_index = false;
    volume->last_used = ++set->uses;
}

/* An empty volume of this class takes records again. */
static enum status reuse(struct volume_set *set, struct volume *volume)
{
    enum status s = open_file(set, volume);
    if (s != STATUS_OK)
        return s;
    struct volume_header header =
        next_header(set, volume->header.class_id);
    header.size = volume->header.size;
    s = volume_reuse(volume->file, &header);
    if (s != STATUS_OK) {
        /* Without space it stays empty: another took what was punched. */
        volume->is_failed = s != STATUS_NO_SPACE;
        return s;
    }
    volume->header = header;
    directory_deinit(&volume->directory);
    begin(set, volume);
    qsort(set->volumes, set->count, sizeof(struct volume *), by_id);
    return STATUS_OK;
}

/* An empty volume of another class gives its space back. */
static void delete_volume(struct volume_set *set, size_t at)
{
    struct volume *volume = set->volumes[at];
    char path[PATH_SIZE];
    enum status s = volume_path(set->directory, volume->header.class_id,
                                volume->number, path);
    file_close(&volume->file);
    if (s == STATUS_OK)
        s = set->layer->unlink(set->layer, path);
    if (s != STATUS_OK)
        log_line(LOG_WARNING, "cannot delete volume=%u status=%s",
                 volume->number, status_name(s));
    volume_destroy(&volume);
    memmove(&set->volumes[at], &set->volumes[at + 1],
            (set->count - at - 1) * sizeof(struct volume *));
    set->count--;
}

static bool has_room_for_another(struct volume_set *set)
{
    uint64_t free_now = 0;
    return set->layer->free_bytes(set->layer, set->directory, &free_now) ==
               STATUS_OK &&
           free_now >= set->volume_bytes +
                           volume_set_reserve_bytes(set->volume_bytes);
}

static enum status create(struct volume_set *set, uint16_t class_id,
                          struct volume **out)
{
    if (!has_room_for_another(set))
        return STATUS_NO_SPACE;
    AUTO(volume_destroy) struct volume *volume = alloc_zeroed(sizeof *volume);
    if (volume == NULL)
        return STATUS_NO_MEMORY;
    if (set->next_number > ((uint32_t)set->slot + 1) * SLOT_NUMBERS)
        return STATUS_LIMIT;
    volume->set = set;
    volume->number = set->next_number;
    volume->header = next_header(set, class_id);
    char path[PATH_SIZE];
    enum status s =
        volume_path(set->directory, class_id, volume->number, path);
    if (s == STATUS_OK)
        s = volume_create(set->layer, path, &volume->header, &volume->file);
    if (s == STATUS_OK)
        s = set->layer->sync_directory(set->layer, set->directory);
    if (s != STATUS_OK)
        return s;
    begin(set, volume);
    *out = volume;
    return add_volume(set, &volume);
}

/* Whether nothing of the volume is in the writer's hands. */
static bool is_free(const struct volume_set *set, const struct volume *volume)
{
    return volume->is_empty && !volume->is_failed && !volume->is_open &&
           volume->in_flight == 0 && volume->last_job <= set->synced_job;
}

static enum status next_volume(struct volume_set *set, uint16_t class_id,
                               struct volume **out)
{
    for (size_t i = 0; i < set->count; i++) {
        struct volume *volume = set->volumes[i];
        if (!is_free(set, volume) || volume->header.class_id != class_id ||
            volume->header.size < set->volume_bytes)
            continue;
        if (reuse(set, volume) == STATUS_OK) {
            *out = volume;
            return STATUS_OK;
        }
    }
    enum status s = create(set, class_id, out);
    for (size_t i = set->count; s == STATUS_NO_SPACE && i > 0; i--) {
        if (is_free(set, set->volumes[i - 1])) {
            delete_volume(set, i - 1);
            s = create(set, class_id, out);
        }
    }
    return s;
}

bool volume_set_has_place(const struct volume_set *set, uint16_t class_id,
                          size_t size)
{
    const struct volume *volume = open_volume_of(set, class_id);
    return volume != NULL && size <= volume->header.size - volume->append_at;
}

enum status volume_set_place(struct volume_set *set, uint16_t class_id,
                             size_t size, struct volume **out,
                             uint64_t *offset)
{
    if (size > set->volume_bytes - VOLUME_HEADER_SIZE)
        return STATUS_LIMIT;
    struct volume *volume = open_volume_of(set, class_id);
    if (volume != NULL && size > volume->header.size - volume->append_at) {
        volume->is_open = false;
        volume->wants_index = true;
        volume = NULL;
    }
    if (volume == NULL) {
        enum status s = next_volume(set, class_id, &volume);
        if (s != STATUS_OK)
            return s;
    }
    *out = volume;
    *offset = volume->append_at;
    volume->append_at += size;
    return STATUS_OK;
}
