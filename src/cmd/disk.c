/* SPDX-License-Identifier: Apache-2.0 */
/* haechi disk accept: the administrator's word for a disk that was refused, on
 * an installation that does not run; the next start tells it in the log. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "cmd/options.h"
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
    enum status s = lock_take(path, &lock);
    if (s == STATUS_CONFLICT)
        return refuse(id, "the installation runs",
                      "stop it, accept the disk, start it again: who takes "
                      "part is settled at a start");
    if (s != STATUS_OK)
        return refuse(id, "no installation was ever started there",
                      "see --dir");
    s = configuration_load(&FILE_LAYER_SYSTEM, directory,
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

struct options {
    const char *directory;
    const char *disk;
    bool is_read_only;
};

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation, which must not be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
    {.name = "--disk",
     .value = "ID",
     .help = "the disk's id in plant.yaml",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, disk)},
    {.name = "--read-only",
     .help = "read what is on it, write nothing: for an old copy",
     .kind = OPTION_FLAG,
     .place = offsetof(struct options, is_read_only)},
};

static int run(int argc, char **argv)
{
    struct options options = {.is_read_only = false};
    int code = options_read(&COMMAND_DISK_ACCEPT, argc, argv, &options);
    return code != EXIT_OK ? code
                           : accept_locked(options.directory, options.disk,
                                           options.is_read_only);
}

const struct command COMMAND_DISK_ACCEPT = {
    .name = "disk accept",
    .synopsis = "--dir DIRECTORY --disk ID [--read-only]",
    .summary = "let a disk that was refused take part again",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "A disk that is missing, swapped, new or an old copy is not "
               "written to and not touched; the others record. This is the "
               "administrator's word that it is the right one. What lies on it "
               "of others is left alone.",
    .run = run,
};
