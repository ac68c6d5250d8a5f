/* SPDX-License-Identifier: Apache-2.0 */
/* haechi index rebuild: makes the index of a stopped installation anew from its
 * volumes, and says what was wrong with the old one. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cmd/options.h"
#include "notice/configuration.h"
#include "store/store.h"
#include "sys/clock.h"
#include "sys/lock.h"

enum { PROGRESS_US = 2 * SECOND_US };

struct rebuild {
    const char *directory;
    bool wants_json;
    char index[PATH_SIZE];
    char book[PATH_SIZE];
    char disk_ids[DISKS_MAX][DISK_ID_SIZE];
    char disk_paths[DISKS_MAX][PATH_SIZE];
    struct disk_options disks[DISKS_MAX];
    size_t disk_count;
    struct store store;
    enum status before; /* how the old one could be read */
    struct catalogue old_rows;
    struct run_table old_runs;
    size_t gone;    /* rows without a volume */
    size_t unknown; /* volumes without a row */
    size_t changed; /* volumes with another row, cameras with other runs */
};

static bool add_disk(struct rebuild *rebuild, struct text id,
                     struct text path)
{
    size_t at = rebuild->disk_count;
    bool is_absolute = path.size > 0 && path.data[0] == '/';
    if (at == DISKS_MAX ||
        !text_copy(id, rebuild->disk_ids[at], DISK_ID_SIZE))
        return false;
    int size = snprintf(rebuild->disk_paths[at], PATH_SIZE, "%s%s%.*s",
                        is_absolute ? "" : rebuild->directory,
                        is_absolute ? "" : "/", (int)path.size, path.data);
    rebuild->disks[at] = (struct disk_options){&FILE_LAYER_SYSTEM,
                                               rebuild->disk_ids[at],
                                               rebuild->disk_paths[at]};
    rebuild->disk_count++;
    return size > 0 && size < PATH_SIZE;
}

/* Where the volumes are, and how large: plant.yaml. */
static enum status read_plant(struct rebuild *rebuild, uint64_t *volume_bytes)
{
    struct findings findings = {0};
    struct configuration configuration;
    enum status s = configuration_load(
        &FILE_LAYER_SYSTEM, rebuild->directory, &findings, &configuration);
    findings_deinit(&findings);
    if (s != STATUS_OK)
        return s;
    const struct plant *plant = configuration.plant;
    for (size_t i = 0; s == STATUS_OK && i < plant->disk_count; i++) {
        if (!add_disk(rebuild, plant->disks[i].id, plant->disks[i].path))
            s = STATUS_LIMIT;
    }
    *volume_bytes = plant->volume_bytes;
    configuration_deinit(&configuration);
    return s;
}

static void say_progress(const struct store *store)
{
    size_t left = 0;
    for (size_t i = 0; i < store->catalogue.count; i++)
        left += store->catalogue.rows[i].is_unread;
    (void)fprintf(stderr, "haechi index: %zu of %zu volumes read\n",
                  store->catalogue.count - left, store->catalogue.count);
}

static enum status read_volumes(struct rebuild *rebuild)
{
    uint64_t volume_bytes = 0;
    enum status s = read_plant(rebuild, &volume_bytes);
    const struct store_options options = {
        .disks = rebuild->disks,
        .disk_count = rebuild->disk_count,
        .book_layer = &FILE_LAYER_SYSTEM,
        .book_path = rebuild->book,
        .index_path = rebuild->index,
        .volume_bytes = volume_bytes,
        .makes_index_anew = true,
    };
    struct store *store = &rebuild->store;
    if (s == STATUS_OK)
        s = store_open(store, &options);
    if (s != STATUS_OK)
        return s;
    int64_t say_at_us = clock_boot(&CLOCK_SYSTEM).us + PROGRESS_US;
    while (store_catch_up(store)) {
        if (clock_boot(&CLOCK_SYSTEM).us < say_at_us)
            continue;
        say_progress(store);
        say_at_us += PROGRESS_US;
    }
    store_close(store);
    return STATUS_OK;
}

static bool same_runs(const struct camera_runs *a, const struct camera_runs *b)
{
    return a != NULL && b != NULL && a->count == b->count &&
           (a->count == 0 ||
            memcmp(a->runs, b->runs, a->count * sizeof *a->runs) == 0);
}

static void compare(struct rebuild *rebuild, const struct catalogue *rows,
                    const struct run_table *runs)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct catalogue_row *old =
            catalogue_find(&rebuild->old_rows, rows->rows[i].number);
        rebuild->unknown += old == NULL;
        /* A row may say more than still lives. */
        rebuild->changed +=
            old != NULL &&
            (old->span.from.us > rows->rows[i].span.from.us ||
             old->span.to.us < rows->rows[i].span.to.us);
    }
    for (size_t i = 0; i < rebuild->old_rows.count; i++)
        rebuild->gone +=
            catalogue_find(rows, rebuild->old_rows.rows[i].number) == NULL;
    for (size_t i = 0; i < runs->count; i++)
        rebuild->changed +=
            !same_runs(&runs->cameras[i],
                       run_table_find(&rebuild->old_runs,
                                      runs->cameras[i].camera));
}

static void print(const struct rebuild *rebuild, size_t volumes)
{
    bool differs = rebuild->before != STATUS_OK || rebuild->gone > 0 ||
                   rebuild->unknown > 0 || rebuild->changed > 0;
    const char *was = rebuild->before == STATUS_OK          ? "read"
                      : rebuild->before == STATUS_NOT_FOUND ? "missing"
                                                            : "damaged";
    (void)printf(rebuild->wants_json
                     ? "{\"volumes\":%zu,\"old_index\":\"%s\","
                       "\"differs\":%s,\"unknown_volumes\":%zu,"
                       "\"missing_volumes\":%zu,\"changed\":%zu}\n"
                     : "%zu volumes; the old index: %s; differs: %s; volumes "
                       "that it did not know: %zu; that are not there: %zu; "
                       "volumes and cameras with other times: %zu\n",
                 volumes, was, differs ? "true" : "false", rebuild->unknown,
                 rebuild->gone, rebuild->changed);
}

/* Into disk book and old index: who the installation is, what it knew. */
static enum status read_old(struct rebuild *rebuild)
{
    struct disk_book book = {0};
    enum status s =
        disk_book_read(&book, &FILE_LAYER_SYSTEM, rebuild->book);
    if (s != STATUS_OK)
        return s;
    if (!book.is_there)
        return STATUS_NOT_FOUND;
    rebuild->before =
        store_index_read(rebuild->index, book.installation,
                         &rebuild->old_rows, &rebuild->old_runs);
    return STATUS_OK;
}

static enum status run_rebuild(struct rebuild *rebuild)
{
    struct catalogue rows = {0};
    struct run_table runs = {0};
    enum status s = read_old(rebuild);
    if (s == STATUS_OK)
        s = read_volumes(rebuild);
    if (s == STATUS_OK)
        s = store_index_read(rebuild->index, rebuild->store.book.installation,
                             &rows, &runs);
    if (s == STATUS_OK) {
        compare(rebuild, &rows, &runs);
        print(rebuild, rows.count);
    }
    catalogue_deinit(&rows);
    run_table_deinit(&runs);
    catalogue_deinit(&rebuild->old_rows);
    run_table_deinit(&rebuild->old_runs);
    return s;
}

static int explain(const char *directory, enum status status)
{
    const char *remedy = "look at the message above";
    if (status == STATUS_CONFLICT)
        remedy = "it is running; stop it first";
    else if (status == STATUS_NOT_FOUND)
        remedy = "no installation that has ever run; give its directory "
                 "with --dir";
    else if (status == STATUS_BAD_INPUT)
        remedy = "haechi check says what is wrong with its files";
    (void)fprintf(stderr, "haechi: no index made for %s: %s - %s\n",
                  directory, status_name(status), remedy);
    return EXIT_ENVIRONMENT;
}

static const struct command_option OPTIONS[] = {
    {.name = "--dir",
     .value = "DIRECTORY",
     .help = "the installation, which must not be running",
     .kind = OPTION_TEXT,
     .is_needed = true,
     .place = offsetof(struct rebuild, directory)},
    {.name = "--json",
     .help = "the outcome as one JSON object",
     .kind = OPTION_FLAG,
     .place = offsetof(struct rebuild, wants_json)},
};

static int run(int argc, char **argv)
{
    static struct rebuild rebuild;
    int code = options_read(&COMMAND_INDEX_REBUILD, argc, argv, &rebuild);
    if (code != EXIT_OK)
        return code;
    char path[PATH_SIZE];
    const char *directory = rebuild.directory;
    (void)snprintf(path, sizeof path, "%s/run/lock", directory);
    (void)snprintf(rebuild.index, PATH_SIZE, "%s/index/runs.db", directory);
    (void)snprintf(rebuild.book, PATH_SIZE, "%s/events/disks", directory);
    AUTO(lock_release) struct lock *lock = NULL;
    enum status s = lock_take(path, &lock);
    if (s == STATUS_OK)
        s = run_rebuild(&rebuild);
    return s == STATUS_OK ? EXIT_OK : explain(directory, s);
}

const struct command COMMAND_INDEX_REBUILD = {
    .name = "index rebuild",
    .synopsis = "--dir DIRECTORY [--json]",
    .summary = "make the index anew from the volumes",
    .options = OPTIONS,
    .option_count = OPTION_COUNT(OPTIONS),
    .details = "The index is a cache: the recorder makes it anew by itself "
               "where it is missing or wrong. This does so now, from the "
               "volumes' own directories, and says what was different.",
    .run = run,
};
