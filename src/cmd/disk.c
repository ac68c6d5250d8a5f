/* SPDX-License-Identifier: Apache-2.0 */
/* haechi disk accept: the administrator's word for a disk that was refused, on
 * an installation that does not run; the next start tells it in the log. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "cmd/command.h"
#include "notice/configuration.h"
#include "store/disk.h"
#include "sys/lock.h"

enum { SMALL_PATH_SIZE = 1100 };

static int refuse(const char *disk, const char *what, const char *remedy)
{
    (void)fprintf(stderr, "haechi: disk %s: %s - %s\n", disk, what, remedy);
    return EXIT_ENVIRONMENT;
}

static enum status accept_as(struct disk_book *book, const char *book_path,
                             const struct disk_options *options,
                             bool is_read_only, enum disk_state *before)
{
    struct disk *disk = alloc_zeroed(sizeof *disk);
    if (disk == NULL)
        return STATUS_NO_MEMORY;
    enum status s = disk_open(disk, book, options, 1);
    *before = disk->state;
    if (s == STATUS_OK && disk->state != DISK_OK)
        s = disk_accept(disk, book, is_read_only);
    disk_close(disk);
    alloc_free(disk);
    return s == STATUS_OK ? disk_book_write(book, &FILE_LAYER_SYSTEM,
                                            book_path)
                          : s;
}

static int accept(const char *directory, const char *id, bool is_read_only,
                  const struct plant *plant)
{
    char path[SMALL_PATH_SIZE];
    char book_path[SMALL_PATH_SIZE];
    const struct plant_disk *found = NULL;
    for (size_t i = 0; i < plant->disk_count; i++) {
        const struct plant_disk *disk = &plant->disks[i];
        if (disk->id.size == strlen(id) &&
            memcmp(disk->id.data, id, disk->id.size) == 0)
            found = disk;
    }
    if (found == NULL ||
        !plant_disk_path(found, directory, path, sizeof path))
        return refuse(id, "plant.yaml has none of this id",
                      "see storage: disks: there");
    (void)snprintf(book_path, sizeof book_path, "%s/events/disks", directory);
    struct disk_book *book = alloc_zeroed(sizeof *book);
    if (book == NULL)
        return EXIT_ENVIRONMENT;
    enum disk_state before = DISK_OK;
    const struct disk_options options = {&FILE_LAYER_SYSTEM, id, path};
    enum status s = disk_book_read(book, &FILE_LAYER_SYSTEM, book_path);
    if (s == STATUS_OK)
        s = accept_as(book, book_path, &options, is_read_only, &before);
    alloc_free(book);
    if (s == STATUS_NOT_FOUND)
        return refuse(id, "there is nothing to accept",
                      "mount it; only this installation's disks can be read");
    if (s != STATUS_OK)
        return refuse(id, status_name(s), "see the log above");
    (void)printf("disk %s at %s was %s; from the next start on it is %s\n",
                 id, path, disk_state_name(before),
                 is_read_only && before != DISK_OK ? "read" : "used");
    return EXIT_OK;
}

static int accept_locked(const char *directory, const char *id,
                         bool is_read_only)
{
    char path[SMALL_PATH_SIZE];
    struct lock *lock = NULL;
    struct findings findings = {0};
    struct configuration configuration = {0};
    (void)snprintf(path, sizeof path, "%s/run/lock", directory);
    if (lock_take(path, &lock) != STATUS_OK)
        return refuse(id, "the installation runs, or is not there",
                      "stop it first");
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, directory,
                                       &findings, &configuration);
    int code = s == STATUS_OK ? accept(directory, id, is_read_only,
                                       configuration.plant)
                              : refuse(id, "the configuration has errors",
                                       "run haechi check");
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    lock_release(&lock);
    return code;
}

static int run(int argc, char **argv)
{
    bool is_read_only = argc == 6 && strcmp(argv[5], "--read-only") == 0;
    if ((argc != 5 && !is_read_only) || strcmp(argv[1], "--dir") != 0 ||
        strcmp(argv[3], "--disk") != 0) {
        (void)fprintf(stderr, "usage: haechi disk accept --dir DIRECTORY "
                              "--disk ID [--read-only]\n");
        return EXIT_USAGE;
    }
    return accept_locked(argv[2], argv[4], is_read_only);
}

const struct command COMMAND_DISK_ACCEPT = {
    .name = "disk accept",
    .synopsis = "--dir DIRECTORY --disk ID [--read-only]",
    .summary = "let a disk that was refused take part again",
    .run = run,
};
