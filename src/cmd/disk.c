/* SPDX-License-Identifier: Apache-2.0 */
/*
 * haechi disk list: what is found where plant.yaml has disks, running or not;
 * nothing is touched. haechi disk accept: the administrator's word for a disk
 * that was refused, on an installation that does not run; the next start tells
 * it in the log.
 */
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

/* ---- list ---- */

static const char *remedy_of(enum disk_state state)
{
    static const char *const REMEDIES[DISK_STATE_COUNT] = {
        [DISK_FAILED] = "it cannot be read or written: look at the system's "
                        "log, replace it",
        [DISK_READ_ONLY] = "an old copy, accepted for reading only",
        [DISK_MISSING] = "mount it; for another disk in its place: haechi "
                         "disk accept",
        [DISK_STRANGER] = "another installation's, or another disk of this "
                          "one: mount the right one, or haechi disk accept",
        [DISK_STALE] = "an old copy: mount the newest, or haechi disk accept "
                       "[--read-only]",
        [DISK_NEW] = "not yet of this installation: haechi disk accept",
    };
    return REMEDIES[state] == NULL ? "" : REMEDIES[state];
}

static int list_one(const struct plant_disk *disk, const char *directory,
                    struct disk_book *book)
{
    char path[SMALL_PATH_SIZE];
    char id[DISK_ID_SIZE];
    enum disk_state state = DISK_FAILED;
    uint64_t generation = 0;
    (void)snprintf(id, sizeof id, "%.*s", (int)disk->id.size, disk->id.data);
    if (!plant_disk_path(disk, directory, path, sizeof path))
        return EXIT_ENVIRONMENT;
    const struct disk_options options = {&FILE_LAYER_SYSTEM, id, path};
    if (disk_look(&options, book, &state, &generation) != STATUS_OK)
        return EXIT_ENVIRONMENT;
    const struct disk_page *page = disk_book_find(book, id);
    (void)printf("%-12s %-10s start %-6llu %s\n", id, disk_state_name(state),
                 (unsigned long long)generation, path);
    if (remedy_of(state)[0] != 0)
        (void)printf("    %s\n", remedy_of(state));
    if (page != NULL && page->owes_epoch != 0)
        (void)printf("    still holds space of what was destroyed while it was "
                     "away; freed soon after a start with it\n");
    return state == DISK_OK ? EXIT_OK : EXIT_FINDING;
}

static int list(const char *directory, const struct plant *plant)
{
    char book_path[SMALL_PATH_SIZE];
    struct disk_book *book = alloc_zeroed(sizeof *book);
    int code = EXIT_OK;
    if (book == NULL)
        return EXIT_ENVIRONMENT;
    (void)snprintf(book_path, sizeof book_path, "%s/events/disks", directory);
    enum status s = disk_book_read(book, &FILE_LAYER_SYSTEM, book_path);
    if (s != STATUS_OK)
        (void)fprintf(stderr, "haechi: %s: %s - what the disks say of "
                      "themselves is all there is\n", book_path,
                      status_name(s));
    for (size_t i = 0; i < plant->disk_count; i++) {
        int one = list_one(&plant->disks[i], directory, book);
        code = one > code ? one : code;
    }
    alloc_free(book);
    return code;
}

static int run_list(int argc, char **argv)
{
    if (argc != 3 || strcmp(argv[1], "--dir") != 0) {
        (void)fprintf(stderr, "usage: haechi disk list --dir DIRECTORY\n");
        return EXIT_USAGE;
    }
    struct findings findings = {0};
    struct configuration configuration = {0};
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, argv[2], &findings,
                                       &configuration);
    int code = EXIT_USAGE;
    if (s == STATUS_OK)
        code = list(argv[2], configuration.plant);
    else
        (void)fprintf(stderr, "haechi: %s: the configuration has errors - run "
                      "haechi check\n", argv[2]);
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return code;
}

/* ---- accept ---- */

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

const struct command COMMAND_DISK_LIST = {
    .name = "disk list",
    .synopsis = "--dir DIRECTORY",
    .summary = "the disks, who they are, and what to do about it",
    .run = run_list,
};

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
