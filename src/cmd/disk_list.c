/* SPDX-License-Identifier: Apache-2.0 */
/* haechi disk list: who is found where plant.yaml has disks, and what to do
 * about it, running or not; nothing is touched. */
#include <stdio.h>

#include "base/alloc.h"
#include "cmd/options.h"
#include "notice/configuration.h"
#include "store/disk.h"

enum { SMALL_PATH_SIZE = 1100 };

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

struct options {
    const char *directory;
};

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation, running or not",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct options, directory)},
};

static int run(int argc, char **argv)
{
    struct options options = {.directory = NULL};
    int code = options_read(&COMMAND_DISK_LIST, argc, argv, &options);
    if (code != EXIT_OK)
        return code;
    struct findings findings = {0};
    struct configuration configuration = {0};
    enum status s = configuration_load(&FILE_LAYER_SYSTEM, options.directory,
                                       &findings, &configuration);
    code = EXIT_USAGE;
    if (s == STATUS_OK)
        code = list(options.directory, configuration.plant);
    else
        (void)fprintf(stderr, "haechi: %s: the configuration has errors - run "
                      "haechi check\n", options.directory);
    configuration_deinit(&configuration);
    findings_deinit(&findings);
    return code;
}

const struct command COMMAND_DISK_LIST = {
    .name = "disk list",
    .synopsis = "--dir DIRECTORY",
    .summary = "the disks, who they are, and what to do about it",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "One line a disk: its id, its state, the number of its starts, "
               "its place; below it, what to do where it is refused. Exit 1 "
               "where one is.",
    .run = run,
};
