/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/check/storage.h"

#include <stdio.h>

#include "base/alloc.h"
#include "notice/plant_site.h"
#include "store/forecast.h"
#include "store/volume_set.h"
#include "sys/mount.h"

enum {
    BITS_PER_KBPS = 1000,
    SUB_BITRATE_PART = 4, /* of the main stream's, until it is measured */
    BITS_PER_BYTE = 8,
    DAY_S = 86400,
    FILE_SIZE = 1100,
};

struct storage_check {
    const char *directory;
    const struct plant *plant;
    const struct notice *notice;
    struct findings *findings;
    struct finding_place place;
    struct forecast forecast;
    struct disk_book book;
};

/* ---- what there is ---- */

struct volumes {
    const char *directory;
    uint64_t bytes;
};

static void add_volume(void *context, const char *name)
{
    struct volumes *volumes = context;
    uint16_t class_id = 0;
    uint32_t number = 0;
    char path[PATH_SIZE];
    struct file *file = NULL;
    uint64_t size = 0;
    if (volume_name_parse(name, &class_id, &number) != STATUS_OK ||
        volume_path(volumes->directory, class_id, number, path) !=
            STATUS_OK ||
        file_open(&FILE_LAYER_SYSTEM, path, FILE_READ, &file) != STATUS_OK)
        return;
    if (file_size(file, &size) == STATUS_OK)
        volumes->bytes += size;
    file_close(&file);
}

/* An installation that was never started has no volumes/ yet. */
static void measure_disk(struct storage_check *check,
                         const struct plant_disk *disk, const char *path)
{
    const struct file_layer *layer = &FILE_LAYER_SYSTEM;
    struct volumes volumes = {.directory = path};
    uint64_t free_bytes = 0;
    enum status s = layer->list(layer, path, add_volume, &volumes);
    const char *where = path;
    if (s == STATUS_NOT_FOUND && disk->line == 0)
        where = check->directory;
    else if (s != STATUS_OK) {
        check->place.line = disk->line;
        findings_add(check->findings, FINDING_DISK_MISSING, check->place,
                     "mount the disk there, or correct the path",
                     "the disk '%.*s' cannot be read at %s",
                     (int)disk->id.size, disk->id.data, path);
        return;
    }
    if (layer->free_bytes(layer, where, &free_bytes) != STATUS_OK)
        return;
    uint64_t reserve =
        volume_set_reserve_bytes(check->plant->volume_bytes) +
        check->plant->hold_reserve_bytes / check->plant->disk_count;
    uint64_t bytes = volumes.bytes + free_bytes;
    check->forecast.capacity_bytes += bytes > reserve ? bytes - reserve : 0;
}

/* ---- what is promised ---- */

static void fill_pools(struct storage_check *check)
{
    const struct plant *plant = check->plant;
    for (size_t i = 0; i < plant->camera_count; i++) {
        const struct plant_camera *camera = &plant->cameras[i];
        if (!plant_stores_group(plant, check->notice, camera->group))
            continue;
        struct retention retention =
            check->notice->groups[camera->group].retention;
        struct pool *pool =
            forecast_pool(&check->forecast,
                          notice_class_of(check->notice, retention));
        if (pool == NULL)
            return;
        bool has_sub = camera->sub_path.size > 0;
        pool->cameras += has_sub ? 2 : 1; /* streams */
        pool->promise_s = forecast_promise_s(retention);
        uint64_t kbps = camera->bitrate_kbps;
        if (has_sub)
            kbps += kbps / SUB_BITRATE_PART;
        pool->bytes_per_s += kbps * BITS_PER_KBPS / BITS_PER_BYTE;
    }
    for (size_t i = 0; i < check->forecast.count; i++) {
        struct pool *pool = &check->forecast.pools[i];
        forecast_set_rate(pool, &check->book,
                          pool->bytes_per_s / pool->cameras);
    }
}

static void judge(struct storage_check *check)
{
    struct forecast *forecast = &check->forecast;
    forecast_run(forecast);
    if (forecast->needed_bytes <= forecast->capacity_bytes)
        return;
    check->place.line = check->plant->disks[0].line;
    for (size_t i = 0; i < forecast->count; i++) {
        const struct pool *pool = &forecast->pools[i];
        findings_add(
            check->findings, FINDING_STORAGE_TOO_SMALL, check->place,
            "add disks, shorten the period in the notice, or lower the "
            "cameras' bitrate",
            "%u streams at %.2f Mbit/s each (%s) are promised for %.1f days; "
            "the disks (%.1f GB of the %.1f GB needed) hold them for %.1f",
            pool->cameras,
            (double)pool->bytes_per_s * BITS_PER_BYTE / pool->cameras / 1e6,
            pool->is_measured ? "measured"
                              : "assumed: bitrate_kbps in plant.yaml",
            (double)pool->promise_s / DAY_S,
            (double)forecast->capacity_bytes / 1e9,
            (double)forecast->needed_bytes / 1e9,
            (double)pool->holds_s / DAY_S);
    }
}

/* ---- what weakens it ---- */

static void check_mounts(struct storage_check *check,
                         const struct plant_disk *disk, const char *path)
{
    struct mount volumes;
    struct mount base;
    if (mount_find(path, &volumes) != STATUS_OK ||
        mount_find(check->directory, &base) != STATUS_OK)
        return;
    check->place.line = disk->line;
    if (volumes.device == base.device)
        findings_add(check->findings, FINDING_VOLUMES_BESIDE_KEYS,
                     check->place,
                     "mount a disk of its own for the volumes",
                     "the disk '%.*s' is the one that holds keys and log: "
                     "full or broken, it takes them along",
                     (int)disk->id.size, disk->id.data);
    else if (disk->line != 0 && !volumes.is_mount_point)
        findings_add(check->findings, FINDING_DISK_NOT_MOUNTED, check->place,
                     "mount the disk there before the first start",
                     "%s is not a mount point", path);
}

static void check_memory(struct storage_check *check)
{
    char path[FILE_SIZE];
    struct mount keys;
    (void)snprintf(path, sizeof path, "%s/keys", check->directory);
    check->place.line = 0;
    if (mount_find(path, &keys) != STATUS_OK &&
        mount_find(check->directory, &keys) != STATUS_OK)
        return;
    if (keys.rewrites)
        findings_add(check->findings, FINDING_KEYS_NOT_OVERWRITTEN,
                     check->place,
                     "put the key files on ext4 (data=ordered) or xfs, or "
                     "use a TPM",
                     "the key files are on %s, where an overwritten key may "
                     "remain: without a TPM destruction is logical only",
                     keys.type);
    if (mount_has_open_swap())
        findings_add(check->findings, FINDING_SWAP_NOT_ENCRYPTED,
                     check->place,
                     "switch swap off, or encrypt it with a key that is new "
                     "at each start",
                     "this machine swaps to a device that is not encrypted: "
                     "memory may outlive the keys");
    if (mount_may_hibernate())
        findings_add(check->findings, FINDING_HIBERNATION, check->place,
                     "remove resume= from the kernel's command line",
                     "this machine may hibernate: memory with keys would be "
                     "written to a disk");
}

void check_storage(const char *directory,
                   const struct configuration *configuration,
                   struct findings *findings)
{
    struct storage_check *check = alloc_zeroed(sizeof *check);
    if (check == NULL) {
        findings->out_of_memory = true;
        return;
    }
    char plant_file[FILE_SIZE];
    char book[FILE_SIZE];
    (void)snprintf(plant_file, sizeof plant_file, "%s/plant.yaml", directory);
    (void)snprintf(book, sizeof book, "%s/events/disks", directory);
    check->directory = directory;
    check->plant = configuration->plant;
    check->notice = configuration->notice;
    check->findings = findings;
    check->place.file = plant_file;
    enum status s = disk_book_read(&check->book, &FILE_LAYER_SYSTEM, book);
    (void)s; /* without it, what plant.yaml assumes */
    for (size_t i = 0; i < check->plant->disk_count; i++) {
        const struct plant_disk *disk = &check->plant->disks[i];
        char path[PATH_SIZE];
        if (!plant_disk_path(disk, directory, path, sizeof path))
            continue;
        measure_disk(check, disk, path);
        if (!check->plant->is_demo)
            check_mounts(check, disk, path);
    }
    fill_pools(check);
    judge(check);
    if (!check->plant->is_demo)
        check_memory(check);
    alloc_free(check);
}
