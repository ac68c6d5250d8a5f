/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal_disk - a disk for nbdkit that remembers in which order it was
 * written, so that a power cut at any moment can be made out of one run.
 *
 *   nbdkit journal_disk.so image=FILE journal=FILE size=BYTES
 *
 * image holds what the host sees. journal gets one row per request, in order:
 *
 *   boot time u64 us, offset u64, length u32, kind u32 (enum row_kind), then
 *   the data of a WRITE; native byte order, the reader runs on this machine
 *
 * A row that is followed by a FLUSH is on the medium; the others may be lost,
 * kept or torn by whoever replays them (power_cut.py).
 *
 * Threads: requests come one at a time.
 */
#define NBDKIT_API_VERSION 2
#include <fcntl.h>
#include <nbdkit-plugin.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define THREAD_MODEL NBDKIT_THREAD_MODEL_SERIALIZE_ALL_REQUESTS

enum row_kind { ROW_WRITE = 1, ROW_FLUSH = 2, ROW_ZERO = 3 };

struct row {
    uint64_t boot_us;
    uint64_t offset;
    uint32_t length;
    uint32_t kind;
};

static char *image_path;
static char *journal_path;
static int64_t disk_bytes;
static int image = -1;
static int journal = -1;

static int disk_config(const char *key, const char *value)
{
    if (strcmp(key, "size") == 0) {
        disk_bytes = nbdkit_parse_size(value);
        return disk_bytes < 0 ? -1 : 0;
    }
    char **path = NULL;
    if (strcmp(key, "image") == 0)
        path = &image_path;
    else if (strcmp(key, "journal") == 0)
        path = &journal_path;
    if (path == NULL) {
        nbdkit_error("unknown parameter %s", key);
        return -1;
    }
    *path = nbdkit_absolute_path(value);
    return *path == NULL ? -1 : 0;
}

static int disk_get_ready(void)
{
    image = open(image_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    journal = open(journal_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                   0600);
    if (image < 0 || journal < 0 || ftruncate(image, disk_bytes) != 0) {
        nbdkit_error("image or journal: %m");
        return -1;
    }
    return 0;
}

static void disk_unload(void)
{
    free(image_path);
    free(journal_path);
}

static void *disk_open(int is_read_only)
{
    (void)is_read_only;
    return NBDKIT_HANDLE_NOT_NEEDED;
}

static int64_t disk_get_size(void *handle)
{
    (void)handle;
    return disk_bytes;
}

static int all_written(int descriptor, const void *data, size_t size)
{
    const char *next = data;
    while (size > 0) {
        ssize_t done = write(descriptor, next, size);
        if (done <= 0)
            return -1;
        next += done;
        size -= (size_t)done;
    }
    return 0;
}

static int note(enum row_kind kind, uint64_t offset, uint32_t length,
                const void *data)
{
    struct timespec now;
    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0)
        return -1;
    const struct row row = {
        .boot_us = (uint64_t)now.tv_sec * 1000000u +
                   (uint64_t)now.tv_nsec / 1000u,
        .offset = offset,
        .length = length,
        .kind = kind,
    };
    if (all_written(journal, &row, sizeof row) != 0)
        return -1;
    return data == NULL ? 0 : all_written(journal, data, length);
}

static int disk_pread(void *handle, void *data, uint32_t length,
                      uint64_t offset, uint32_t flags)
{
    (void)handle;
    (void)flags;
    char *next = data;
    while (length > 0) {
        ssize_t done = pread(image, next, length, (off_t)offset);
        if (done <= 0)
            return -1;
        next += done;
        length -= (uint32_t)done;
        offset += (uint64_t)done;
    }
    return 0;
}

static int put(const void *data, uint32_t length, uint64_t offset)
{
    const char *next = data;
    while (length > 0) {
        ssize_t done = pwrite(image, next, length, (off_t)offset);
        if (done <= 0)
            return -1;
        next += done;
        length -= (uint32_t)done;
        offset += (uint64_t)done;
    }
    return 0;
}

static int disk_flush(void *handle, uint32_t flags)
{
    (void)handle;
    (void)flags;
    return note(ROW_FLUSH, 0, 0, NULL);
}

static int disk_pwrite(void *handle, const void *data, uint32_t length,
                       uint64_t offset, uint32_t flags)
{
    if (put(data, length, offset) != 0 ||
        note(ROW_WRITE, offset, length, data) != 0)
        return -1;
    return flags & NBDKIT_FLAG_FUA ? disk_flush(handle, 0) : 0;
}

static int disk_zero(void *handle, uint32_t length, uint64_t offset,
                     uint32_t flags)
{
    static const char zeros[65536];
    for (uint32_t done = 0; done < length;) {
        uint32_t part = length - done < sizeof zeros ? length - done
                                                     : (uint32_t)sizeof zeros;
        if (put(zeros, part, offset + done) != 0)
            return -1;
        done += part;
    }
    if (note(ROW_ZERO, offset, length, NULL) != 0)
        return -1;
    return flags & NBDKIT_FLAG_FUA ? disk_flush(handle, 0) : 0;
}

static int disk_can_fua(void *handle)
{
    (void)handle;
    return NBDKIT_FUA_NATIVE;
}

static struct nbdkit_plugin plugin = {
    .name = "journal-disk",
    .unload = disk_unload,
    .config = disk_config,
    .get_ready = disk_get_ready,
    .open = disk_open,
    .get_size = disk_get_size,
    .pread = disk_pread,
    .pwrite = disk_pwrite,
    .flush = disk_flush,
    .zero = disk_zero,
    .trim = disk_zero,
    .can_fua = disk_can_fua,
};

NBDKIT_REGISTER_PLUGIN(plugin)
